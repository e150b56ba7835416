"""The one queue of a run: what is due when, in which phase of its tick, and in the order in which it was scheduled."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from typing import Any

# The phases of a tick, in order.
FAULTS, ARRIVALS, CLOCKS, PATIENCE = range(4)
PHASES = 4

Scheduled = tuple[Any, ...]


class Schedule(dict[int, list[Scheduled]]):
    """A bucket for each phase of a tick in which anything is due, and a heap of these: idle ticks cost nothing.

    The bucket of a phase is `schedule[tick * PHASES + phase]`, made when it is first asked for.
    """

    __slots__ = ("_due",)

    def __init__(self) -> None:
        super().__init__()
        self._due: list[int] = []

    def __missing__(self, key: int) -> list[Scheduled]:
        heapq.heappush(self._due, key)
        bucket: list[Scheduled] = []
        self[key] = bucket
        return bucket

    def add(self, tick: int, phase: int, event: Scheduled) -> None:
        """Puts an event behind all that is due in the same phase of the same tick."""
        self[tick * PHASES + phase].append(event)

    def add_before(self, tick: int, phase: int, events: list[Scheduled]) -> None:
        """Puts events, in their order, before all that is due in the same phase of the same tick: they are older."""
        if events:
            self[tick * PHASES + phase][:0] = events

    def until(self, tick: int) -> Iterator[tuple[int, int, list[Scheduled]]]:
        """Each tick and phase in which anything is due, up to the end of `tick`, and all that is due in it by then."""
        due = self._due
        end = tick * PHASES + PATIENCE
        while due and due[0] <= end:
            key = heapq.heappop(due)
            yield key // PHASES, key % PHASES, self.pop(key)
