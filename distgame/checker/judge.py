"""Judging every read at its answer, while a run is still going on.

A history first becomes wrong at the answer of a read, never at a write, so "this read is the wrong one" is
well defined: the first one after which the history so far cannot be explained. A blamed read is ignored from
then on. Blame goes in the order of answers; it is not the least number of reads to remove, but it is simple,
the same every time, and never falls on a correct run.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from math import inf
from typing import Protocol

from distgame.checker.history import DuplicateValue, History, Kind, Operation, Outcome, Value


class Fault(Enum):
    """Why a read is blamed."""

    PHANTOM = "phantom"
    """Nobody had begun to write the value (a read of the future looks the same at its answer)."""
    STALE = "stale"
    """The value had been overwritten by a completed write before the read began."""
    OUT_OF_ORDER = "out of order"
    """The writes alone allow the value, but the reads accepted before do not."""


@dataclass(frozen=True, slots=True)
class ReadVerdict:
    """The judgement of one read: no fault, or a fault and the value whose operations contradict the read."""

    fault: Fault | None = None
    against: Value = None

    @property
    def ok(self) -> bool:
        return self.fault is None


RIGHT = ReadVerdict()
PHANTOM = ReadVerdict(Fault.PHANTOM)


class ReadJudge(Protocol):
    """What a judge is told, in the order of events; at equal orders calls come before returns."""

    def write_invoked(self, value: Value, order: float) -> None:
        """A write of a value never written before was sent."""

    def write_completed(self, value: Value, order: float) -> None:
        """That write was acknowledged. A write that timed out never is."""

    def read_completed(self, value: Value, called: float, now: float) -> ReadVerdict:
        """A read sent at `called` was answered `value` at `now`."""
        ...

    def acceptable(self, called: float) -> tuple[Value, ...]:
        """The values that a read sent at `called` and answered now may return, in order of writing."""
        ...


class RegularJudge:
    """Judges each read against the writes alone (the regular condition), O(log n) a read."""

    def __init__(self, initial: Value = None) -> None:
        self._returned: dict[Value, float] = {initial: -inf}
        self._called: dict[Value, float] = {initial: -inf}
        self._returns: list[float] = []
        self._newest: list[Value] = []  # Of the writes returned so far, the one called latest.

    def write_invoked(self, value: Value, order: float) -> None:
        _refuse_second_write(value, self._called)
        self._called[value] = order

    def write_completed(self, value: Value, order: float) -> None:
        self._returned[value] = order
        newest = self._newest[-1] if self._newest else value
        self._returns.append(order)
        self._newest.append(value if self._called[value] > self._called[newest] else newest)

    def read_completed(self, value: Value, called: float, now: float) -> ReadVerdict:
        if value not in self._called:
            return PHANTOM
        before = bisect_left(self._returns, called)
        if before:
            newest = self._newest[before - 1]
            if self._returned.get(value, inf) < self._called[newest]:
                return ReadVerdict(Fault.STALE, newest)
        return RIGHT

    def acceptable(self, called: float) -> tuple[Value, ...]:
        return tuple(value for value in self._called if self.read_completed(value, called, inf).ok)


class Judge:
    """Judges each read by linearizability, O(log n) a read.

    Keeps the zone of every value (see `linearizable`): its least return, which never changes once known, so
    zones stay sorted by it, and its greatest call, which grows as reads are accepted.
    """

    def __init__(self, initial: Value = None) -> None:
        self._writes = RegularJudge(initial)
        self._called: dict[Value, float] = {initial: -inf}
        self._place: dict[Value, int] = {}  # Where a value's zone stands among those sorted by least return.
        self._values: list[Value] = []
        self._first: list[float] = []
        self._last = _MaxTree()
        self._open_zone(initial, -inf, -inf)

    def write_invoked(self, value: Value, order: float) -> None:
        self._writes.write_invoked(value, order)
        self._called[value] = order

    def write_completed(self, value: Value, order: float) -> None:
        self._writes.write_completed(value, order)
        if value not in self._place:
            self._open_zone(value, order, self._called[value])

    def read_completed(self, value: Value, called: float, now: float) -> ReadVerdict:
        if value not in self._called:
            return PHANTOM
        place = self._place.get(value)
        if place is None:
            self._open_zone(value, now, max(called, self._called[value]))
            return RIGHT
        if called <= self._last[place]:
            return RIGHT
        rival = self._rival(place, called)
        if rival is None:
            self._last.raise_to(place, called)
            return RIGHT
        by_writes = self._writes.read_completed(value, called, now)
        return by_writes if by_writes.fault else ReadVerdict(Fault.OUT_OF_ORDER, self._values[rival])

    def acceptable(self, called: float) -> tuple[Value, ...]:
        return tuple(value for value in self._called if self._would_accept(value, called))

    def _would_accept(self, value: Value, called: float) -> bool:
        place = self._place.get(value)
        return place is None or called <= self._last[place] or self._rival(place, called) is None

    def _rival(self, place: int, called: float) -> int | None:
        """The zone that must come before and after the one at `place`, were it read from `called` on."""
        before = bisect_left(self._first, called)
        first = self._first[place]
        for start, end in ((0, min(place, before)), (place + 1, before)):
            if start < end:
                rival = self._last.greatest(start, end)
                if self._last[rival] > first:
                    return rival
        return None

    def _open_zone(self, value: Value, first: float, last: float) -> None:
        self._place[value] = len(self._values)
        self._values.append(value)
        self._first.append(first)
        self._last.append(last)


class _MaxTree:
    """A growing list of numbers that finds the greatest of any stretch in O(log n): a segment tree.

    A power of two of leaves; node k covers nodes 2k and 2k + 1. When the leaves are full, they are doubled.
    """

    def __init__(self) -> None:
        self._leaves = 1
        self._length = 0
        self._nodes = [-inf, -inf]

    def __getitem__(self, index: int) -> float:
        return self._nodes[self._leaves + index]

    def append(self, number: float) -> None:
        if self._length == self._leaves:
            self._double()
        self._length += 1
        self.raise_to(self._length - 1, number)

    def raise_to(self, index: int, number: float) -> None:
        nodes = self._nodes
        node = self._leaves + index
        while node and nodes[node] < number:
            nodes[node] = number
            node >>= 1

    def greatest(self, start: int, end: int) -> int:
        """The index of the greatest number of [start, end), where start < end."""
        nodes = self._nodes
        left, right = start + self._leaves, end + self._leaves
        best = left
        while left < right:
            if left & 1:
                if nodes[left] > nodes[best]:
                    best = left
                left += 1
            if right & 1:
                right -= 1
                if nodes[right] > nodes[best]:
                    best = right
            left >>= 1
            right >>= 1
        while best < self._leaves:
            best = 2 * best if nodes[2 * best] == nodes[best] else 2 * best + 1
        return best - self._leaves

    def _double(self) -> None:
        numbers = self._nodes[self._leaves :]
        self._leaves *= 2
        self._nodes = [-inf] * (2 * self._leaves)
        for index, number in enumerate(numbers):
            self.raise_to(index, number)


def judge_reads(history: History, judge: ReadJudge) -> Iterator[tuple[Operation, ReadVerdict]]:
    """Feed a finished history to a fresh judge and give every answered read with its verdict, by answer.

    Raises DuplicateValue.
    """
    events = []
    for operation in history.operations:
        if operation.kind is Kind.WRITE and operation.outcome is not Outcome.FAILED:
            events.append((operation.invoked, 0, operation.process, operation))
        if operation.outcome is Outcome.OK:
            events.append((operation.completed, 1, operation.process, operation))
    events.sort(key=lambda event: event[:3])
    for order, returns, _, operation in events:
        if operation.kind is Kind.READ:
            yield operation, judge.read_completed(operation.value, operation.invoked, order)
        elif returns:
            judge.write_completed(operation.value, order)
        else:
            judge.write_invoked(operation.value, order)


def versions_behind(history: History, read: Operation, initial: Value = None) -> int:
    """How many writes overwrote the value of `read` before it began; 3 is "3 versions behind".

    Counts the writes that began after the value's write was over and completed before the read was called
    (k-atomicity counts versions so: A. Aiyer, L. Alvisi and R. Bazzi, 2005). 0 for a value nobody wrote.
    """
    writes = [op for op in history.operations if op.kind is Kind.WRITE and op.outcome is not Outcome.FAILED]
    written = next((write.completed for write in writes if write.value == read.value), inf)
    if read.value == initial:
        written = -inf
    return sum(written < write.invoked and write.completed < read.invoked for write in writes)


def _refuse_second_write(value: Value, called: dict[Value, float]) -> None:
    if value in called:
        raise DuplicateValue(f"{value!r} is written twice or is the initial value; a judge needs unique values")
