"""The three figures that medals are given for, each as a block of text: how all results lie, with marks among them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual.content import Content

from distgame.game.campaign.figures import Figures
from distgame.game.campaign.levels import Level
from distgame.game.scores.scoreboard import Score as Row
from distgame.tui.marks import Marks
from distgame.tui.numbers import exact, figure, share
from distgame.tui.scores.pictures import bars, histogram

MEASURING, UNMEASURED = "measuring...", "not measured"
QUIET, GOLD, BLUE, GREEN = "$foreground-muted", "$text-accent", "$text-primary", "$text-success"


@dataclass(frozen=True, slots=True)
class Metric:
    """One of the figures: where a row, a level and its reference have it, and how it is written."""

    title: str
    of: Callable[[Row], float | None]
    limit: Callable[[Level], float]
    reference: Callable[[Figures], float | None]
    asked: str
    written: Callable[[float | None], str]


METRICS = (
    Metric(
        "messages an operation",
        lambda row: row.messages_per_operation,
        lambda level: level.medals.messages,
        lambda known: known.messages,
        "<=",
        exact,
    ),
    Metric(
        "p99 wait, ticks", lambda row: row.wait_p99, lambda level: level.medals.wait, lambda k: k.wait, "<=", figure
    ),
    Metric(
        "operations answered",
        lambda row: row.availability,
        lambda level: level.medals.availability,
        lambda known: known.availability,
        ">=",
        share,
    ),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """What the blocks tell of: a level, all its results, the chosen one, and those of its player.

    `known` is what the reference achieves; a text says why there is nothing to show yet.
    """

    level: Level
    every: Sequence[Row]
    chosen: Row
    mine: Sequence[Row]
    known: Figures | str


def blocks(shown: Shown, width: int, marks: Marks, plain: bool) -> Content:
    """The three figures beside each other."""
    gap = 3 if width > 100 else 2
    wide = (width - 2 * gap) // 3
    columns = [_block(metric, shown, wide, marks, plain) for metric in METRICS]
    rows = zip(*columns, strict=True)
    return Content("\n").join(
        Content(" " * gap).join(line.pad_right(wide - line.cell_length) for line in row) for row in rows
    )


def _block(metric: Metric, shown: Shown, width: int, marks: Marks, plain: bool) -> list[Content]:
    limit, mine = metric.limit(shown.level), metric.of(shown.chosen)
    reference = metric.reference(shown.known) if isinstance(shown.known, Figures) else None
    told = metric.written(reference) if isinstance(shown.known, Figures) else shown.known
    marked = ((marks.limit, limit, GOLD), (marks.reference, reference, GREEN), (marks.up, mine, BLUE))
    picture = histogram([metric.of(row) for row in shown.every], [each[:2] for each in marked], width, plain)
    axis = Content.styled(picture.axis, QUIET)
    for place, (_, _, style) in zip(picture.places, marked, strict=True):
        if place is not None:
            axis = axis.stylize(f"bold {style}", place, place + 1)
    low, high = metric.written(picture.low), metric.written(picture.high)
    return [
        Content.styled(metric.title, "bold"),
        Content(picture.bars),
        axis,
        Content.styled(f"{low}{high:>{width - len(low)}}", QUIET),
        Content.assemble((marks.limit, GOLD), f" medal     {metric.asked} {metric.written(limit)}"),
        Content.assemble((marks.reference, GREEN), f" reference {told}"),
        Content.assemble((marks.up, BLUE), f" this one  {metric.written(mine)}"),
        Content.assemble(("last ", QUIET), bars([metric.of(row) for row in shown.mine], plain)),
    ]
