"""A run as a picture: one lane per client, an interval per operation, the wrong reads marked (Rich, or SVG)."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from distgame.checker import Kind, Operation
from distgame.game.scores.judging import is_answered

if TYPE_CHECKING:
    from distgame.game.running.runs import Run

WIDEST = 120
_RIGHT, _WRONG, _OPEN, _WRITE = "#009E73", "bold #D55E00", "dim", "#56B4E9"
_SIGNS = {
    Kind.READ: ("r", _RIGHT),
    Kind.SNAPSHOT: ("r", _RIGHT),
    Kind.WRITE: ("w", _WRITE),
    Kind.CAS: ("c", _WRITE),
    Kind.ADD: ("+", _WRITE),
}


class Picture:
    """The lanes of all clients over the whole run, as wide as the console (but not wider than WIDEST), and the verdict.

    `r` begins a right read or snapshot, `x` a wrong one, `w` a write, `c` a compare-and-set, `+` an increment, `?` an
    operation without an answer.
    """

    def __init__(self, run: Run) -> None:
        self._run = run

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        run, score = self._run, self._run.score
        yield Text(f"{run.level.name}, seed {run.trace.seed}, {run.trace.end} ticks", style="bold")
        names = [f"client {client} " for client in range(1, run.judgement.clients + 1)]
        width = max(10, min(options.max_width, WIDEST) - len(names[0]))
        for name in names:
            lane = self._lane(name.strip(), width)
            yield Text(name, no_wrap=True, overflow="crop").append_text(lane)
        if score.failure:
            yield Text(f"tick {score.failure.tick}: {score.failure.reason}", style=_WRONG)
        else:
            yield Text(f"{score.correct} reads, all right", style=_RIGHT)

    def _lane(self, name: str, width: int) -> Text:
        run = self._run
        wrong = {read.operation for read in run.judgement.wrong}
        signs, styles = [" "] * width, [""] * width
        for operation in run.history:
            if run.judgement.name(operation.process) == name:
                start, end = _span(operation, width / (run.trace.end + 1))
                sign, style = _sign(operation, operation in wrong)
                signs[start : end + 1] = sign + "─" * (end - start)
                styles[start : end + 1] = [style] * (end - start + 1)
        lane = Text()
        for sign, style in zip(signs, styles, strict=True):
            lane.append(sign, style)
        return lane


def _span(operation: Operation, scale: float) -> tuple[int, int]:
    assert operation.invoked_at is not None
    end = operation.completed_at or 0 if is_answered(operation) else operation.invoked_at
    return int(operation.invoked_at * scale), int(end * scale)


def _sign(operation: Operation, wrong: bool) -> tuple[str, str]:
    if not is_answered(operation):
        return "?", _OPEN
    if wrong:
        return "x", _WRONG
    return _SIGNS[operation.kind]


def svg(run: Run) -> str:
    """The picture as an SVG document."""
    console = Console(record=True, width=WIDEST, file=io.StringIO())
    console.print(Picture(run))
    return console.export_svg(title=f"distgame {run.level.id}")
