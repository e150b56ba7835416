"""A history as a picture: a lane for each client, an interval for each operation, the wrong answer marked."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from math import inf

from rich.cells import cell_len, set_cell_size
from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from distgame.checker import History, Kind, Operation, Outcome, Verdict
from distgame.checker.history import by_invocation
from distgame.checker.lanes import answer, question
from distgame.checker.verdict import Namer, client
from distgame.game.pictures.lane_layout import Bar, Block, layout

WHOLE = 400
"""Histories of up to so many operations are drawn whole."""
NEAR = 40
"""How many operations before and after each one that matters are drawn of a longer history."""
_RIGHT, _WRONG, _PROOF, _OPEN, _WRITE = "#009E73", "bold #D55E00", "bold #E69F00", "dim", "#56B4E9"
_LONGEST_TICK = 7
_LONGEST_NAME = 20


class HistoryPicture:
    """Operations as lanes, as wide as the console, and wrapped into more rows of lanes where that is too narrow.

    Columns are the order of calls and returns, not time. The numbers above them are ticks, or where those are unknown
    or long the lines of the history's file. An interval without end belongs to an operation without outcome. `wrong`,
    the answer to blame, carries a cross; `proof`, the operations that show it, a star where others are drawn as well.
    Of a history longer than WHOLE only what is near those is drawn; what is left out is counted.
    """

    def __init__(
        self,
        operations: Iterable[Operation],
        proof: Collection[Operation] = (),
        wrong: Operation | None = None,
        name: Namer = client,
        history: History | None = None,
    ) -> None:
        ordered = sorted(operations, key=by_invocation)
        self._name, self._wrong = name, wrong
        self._proof = frozenset(proof) if len(proof) < len(ordered) else frozenset()
        self._shown, self._left_out, self._after = _near(ordered, proof)
        self._history = history if history is not None and history.source is not None else None
        ticks = [tick for op in self._shown for tick in _ticks(op)]
        self._by_ticks = all(tick is not None and len(str(tick)) <= _LONGEST_TICK for tick in ticks)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        signs = _ASCII if options.ascii_only else _SIGNS
        unit = "tick" if self._by_ticks else "line" if self._history else "time"
        names = {op.process: _short(self._name(op.process), _LONGEST_NAME) for op in self._shown}
        margin = max(map(cell_len, [unit, *names.values()])) + 2
        width = max(20, options.max_width - margin)
        labels = {op: self._label(op, signs, width - _LONGEST_TICK - 2) for op in self._shown}
        for place, block in enumerate(layout(self._shown, labels, self._number, self._left_out, width)):
            if block.left_out:
                yield _note(f"... {_operations(block.left_out)} {'between' if place else 'before'}")
            elif place:
                yield Text("")
            yield _lane(unit, margin).append(block.header(), _OPEN)
            for process in block.processes():
                yield self._drawn(block, process, _lane(names[process], margin), labels, signs)
        if self._after:
            yield _note(f"... {_operations(self._after)} after")

    def __repr__(self) -> str:
        return f"<HistoryPicture of {_operations(len(self._shown))}>"

    def _repr_svg_(self) -> str:
        return self.svg()

    def svg(self, width: int = 120) -> str:
        """The picture as an SVG document, `width` characters wide."""
        console = Console(record=True, width=width, file=io.StringIO())
        console.print(self)
        return console.export_svg(title="distgame history")

    def _label(self, op: Operation, signs: _Signs, width: int) -> str:
        """What stands in an interval: a sign, the question and the answer, shortened visibly where too long."""
        sign = signs.wrong if op == self._wrong else signs.proof if op in self._proof else ""
        told = answer(op)
        words = " ".join(filter(None, (sign, *question(op), "" if told == "ok" else told)))
        return f" {_short(words, width - 2)} "

    def _number(self, op: Operation, returns: bool) -> str:
        if self._by_ticks:
            return str(_ticks(op)[returns])
        order = op.completed if returns else op.invoked
        return f"{self._history.line(order) if self._history else order:g}"

    def _drawn(
        self, block: Block[Operation], process: int, lane: Text, labels: dict[Operation, str], signs: _Signs
    ) -> Text:
        column = 0
        for bar in block.bars(process):
            lane.append(" " * (bar.start - column)).append(signs.draw(bar, labels[bar.operation]), self._style(bar))
            column = bar.end + 1
        return lane

    def _style(self, bar: Bar[Operation]) -> str:
        op = bar.operation
        if op == self._wrong:
            return _WRONG
        if op in self._proof:
            return _PROOF
        if op.outcome is not Outcome.OK:
            return _OPEN
        return _RIGHT if op.kind in (Kind.READ, Kind.SNAPSHOT) else _WRITE


@dataclass(frozen=True, slots=True)
class _Signs:
    """The characters of a picture."""

    begin: str
    end: str
    line: str
    open: str
    wrong: str
    proof: str

    def draw(self, bar: Bar[Operation], label: str) -> str:
        room = bar.end - bar.start - 1
        inside = label if cell_len(label) <= room else ""
        last = self.end if bar.ends else self.open if bar.operation.completed == inf else self.line
        return f"{self.begin if bar.begins else self.line}{inside}{self.line * (room - cell_len(inside))}{last}"


_SIGNS = _Signs("├", "┤", "─", "→", "✗", "*")
_ASCII = _Signs("|", "|", "-", ">", "x", "*")


def picture_of(what: Verdict | History | Iterable[Operation], verdict: Verdict | None = None) -> HistoryPicture:
    """The picture of a history, with the operations marked that prove a violation when its verdict is given, or of
    those operations alone when only the verdict is.

    Draws itself with Rich and in notebooks; `.svg()` gives a document. Raises ValueError for a verdict that has nothing
    to explain.
    """
    if isinstance(what, Verdict):
        shown = what.explanation
        if shown is None:
            raise ValueError(f"{what.model} {what.status}: nothing is wrong to draw; picture_of(history) draws all")
        return HistoryPicture(shown.operations, shown.operations, shown.wrong)
    explanation = None if verdict is None else verdict.explanation
    history = what if isinstance(what, History) else None
    if explanation is None:
        return HistoryPicture(what, history=history)
    return HistoryPicture(what, explanation.operations, explanation.wrong, history=history)


def _near(
    ordered: Sequence[Operation], matter: Collection[Operation]
) -> tuple[tuple[Operation, ...], dict[Operation, int], int]:
    """The operations to draw, how many are left out before some of them, and how many after the last."""
    if len(ordered) <= WHOLE:
        return tuple(ordered), {}, 0
    centres = [place for place, op in enumerate(ordered) if op in matter] or [NEAR]
    places = sorted({near for place in centres for near in range(max(0, place - NEAR), place + NEAR + 1)})
    places = [place for place in places if place < len(ordered)]
    gaps = {place: place - before - 1 for before, place in zip([-1, *places], places, strict=False)}
    left_out = {ordered[place]: gap for place, gap in gaps.items() if gap}
    return tuple(ordered[place] for place in places), left_out, len(ordered) - places[-1] - 1


def _ticks(op: Operation) -> tuple[int | None, int | None]:
    """The ticks of call and return; without an outcome the return has none to show."""
    return op.invoked_at, op.completed_at if op.completed < inf else op.invoked_at


def _lane(title: str, margin: int) -> Text:
    return Text(f"{title}{' ' * (margin - cell_len(title))}", no_wrap=True, overflow="crop")


def _note(text: str) -> Text:
    return Text(text, style=_OPEN, no_wrap=True)


def _operations(count: int) -> str:
    return f"{count:,} operation{'' if count == 1 else 's'}"


def _short(text: str, width: int) -> str:
    return text if cell_len(text) <= width else f"{set_cell_size(text, width - 3)}..."
