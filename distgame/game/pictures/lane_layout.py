"""Where the intervals of operations go in a picture of lanes: columns, wrapped into blocks as wide as there is room."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Generic, Protocol, TypeVar

from rich.cells import cell_len

Moment = tuple[float, bool]
"""An order, and whether something returns then; at equal orders calls come before returns."""


class Spanning(Protocol):
    """What has a lane, a beginning, and an end, infinite where it has none: an operation, or the way of a signal."""

    @property
    def process(self) -> int: ...
    @property
    def invoked(self) -> float: ...
    @property
    def completed(self) -> float: ...


Span = TypeVar("Span", bound=Spanning)


@dataclass(frozen=True, slots=True)
class Bar(Generic[Span]):
    """What a block shows of an interval: its columns, both included, and whether it begins and ends there."""

    operation: Span
    start: int
    end: int
    begins: bool
    ends: bool


@dataclass(slots=True)
class Block(Generic[Span]):
    """Lanes over one stretch of the order: the columns of its calls and returns, and the numbers above them.

    `left_out` operations were called between the block before and this one, and are in none.
    """

    left_out: int
    going_on: tuple[Span, ...]
    numbers: list[tuple[int, str]] = field(default_factory=list)
    calls: dict[Span, int] = field(default_factory=dict)
    returns: dict[Span, int] = field(default_factory=dict)
    end: int = 0

    def header(self) -> str:
        """The numbers, each with its first character above its column."""
        text = ""
        for column, number in self.numbers:
            text = f"{text:<{column}}{number}"
        return text

    def processes(self) -> list[int]:
        """The clients that have something in this block."""
        return sorted({op.process for op in (*self.going_on, *self.calls)})

    def bars(self, process: int) -> list[Bar[Span]]:
        """The intervals of one client, from left to right."""
        mine = [op for op in (*self.going_on, *self.calls) if op.process == process]
        return [
            Bar(op, self.calls.get(op, 0), self.returns.get(op, self.end), op in self.calls, op in self.returns)
            for op in mine
        ]


def layout(
    operations: Sequence[Span],
    labels: Mapping[Span, str],
    number: Callable[[Span, bool], str],
    left_out: Mapping[Span, int],
    width: int,
) -> list[Block[Span]]:
    """Blocks of at most `width` columns in which every interval has room for its label, and its end, where it begins.

    `number` names the call or the return of an operation; `left_out` says how many operations are not shown between
    the one before and this one. What has no outcome is drawn to the end of the block it begins in.
    """
    at: dict[Moment, list[Span]] = {}
    size: dict[Span, int] = {}
    for op in operations:
        at.setdefault((op.invoked, False), []).append(op)
        size[op] = cell_len(labels[op]) + 2
        if op.completed < inf:
            at.setdefault((op.completed, True), []).append(op)
            size[op] += len(number(op, True)) - 1
    blocks: list[Block[Span]] = []
    free = 0
    for moment in sorted(at):
        called = [] if moment[1] else at[moment]
        returned = at[moment] if moment[1] else []
        text = number(at[moment][0], moment[1])
        gap = sum(left_out.get(op, 0) for op in called)
        need = max(len(text), *(size[op] for op in called)) if called else len(text)
        if not blocks or gap or _column(blocks[-1], free, text, returned, labels) + need > width:
            _close(blocks, width)
            blocks.append(Block(gap, _going_on(blocks)))
            free = 1 if blocks[-1].going_on else 0
        block = blocks[-1]
        column = _column(block, free, text, returned, labels)
        if not block.numbers or block.numbers[-1][1] != text:
            block.numbers.append((column, text))
        for op in called:
            block.calls[op] = column
        for op in returned:
            block.returns[op] = column
        free = column + 1
        block.end = max(block.end, column, *(column + cell_len(labels[op]) + 1 for op in called))
    if blocks and any(op.completed == inf for op in blocks[-1].calls):
        blocks[-1].end = min(width - 1, blocks[-1].end + 2)
    return blocks


def _close(blocks: list[Block[Span]], width: int) -> None:
    if blocks:
        blocks[-1].end = width - 1


def _going_on(blocks: list[Block[Span]]) -> tuple[Span, ...]:
    if not blocks:
        return ()
    block = blocks[-1]
    return tuple(op for op in (*block.going_on, *block.calls) if op not in block.returns and op.completed < inf)


def _column(block: Block[Span], free: int, text: str, returned: Iterable[Span], labels: Mapping[Span, str]) -> int:
    """The first column for a moment: after the one before and its number, and with room for what ends there."""
    column = free
    if block.numbers and block.numbers[-1][1] != text:
        start, before = block.numbers[-1]
        column = max(column, start + len(before) + 1)
    for op in returned:
        if op in block.calls:
            column = max(column, block.calls[op] + cell_len(labels[op]) + 1)
    return column
