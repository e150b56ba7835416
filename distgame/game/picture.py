"""A run as a picture: one lane per client, an interval per operation, the wrong reads marked (Rich, or SVG)."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from rich.console import Console, Group, RenderableType
from rich.text import Text

from distgame.checker import Kind, Operation, Outcome

if TYPE_CHECKING:
    from distgame.game.runs import Run

WIDTH = 100
_RIGHT, _WRONG, _OPEN, _WRITE = "#009E73", "bold #D55E00", "dim", "#56B4E9"


def picture(run: Run, width: int = WIDTH) -> RenderableType:
    """The lanes of all clients over the whole run, `width` columns wide, and the verdict below."""
    score = run.score
    lanes: list[RenderableType] = [
        Text(f"{run.level.name}, seed {run.trace.seed}, {run.trace.end} ticks", style="bold")
    ]
    wrong = {read.operation for read in run.judgement.wrong}
    for client in range(1, run.judgement.clients + 1):
        name = f"client {client}"
        lane = Text(" " * width)
        for operation in run.history:
            if run.judgement.name(operation.process) == name:
                _draw(lane, operation, operation in wrong, width / max(1, run.trace.end))
        lanes.append(Text(f"{name} ") + lane)
    if score.failure:
        lanes.append(Text(f"tick {score.failure.tick}: {score.failure.reason}", style=_WRONG))
    else:
        lanes.append(Text(f"{score.correct} reads, all right", style=_RIGHT))
    return Group(*lanes)


def _draw(lane: Text, operation: Operation, wrong: bool, scale: float) -> None:
    if operation.invoked_at is None:
        return
    style = _WRONG if wrong else _RIGHT if operation.kind is Kind.READ else _WRITE
    start = min(len(lane.plain) - 1, int(operation.invoked_at * scale))
    if operation.outcome is not Outcome.OK or operation.completed_at is None:
        end, glyph, style = start, "?", _OPEN
    else:
        end = min(len(lane.plain) - 1, int(operation.completed_at * scale))
        glyph = "x" if wrong else "r" if operation.kind is Kind.READ else "w"
    plain = lane.plain
    lane.plain = plain[:start] + glyph + "─" * (end - start) + plain[end + 1 :]
    lane.stylize(style, start, end + 1)


def svg(run: Run) -> str:
    """The picture as an SVG document."""
    console = Console(record=True, width=WIDTH + 12, file=io.StringIO())
    console.print(picture(run))
    return console.export_svg(title=f"distgame {run.level.id}")
