"""The one queue of a run: what is due when, in which phase of its tick, and in the order in which it was scheduled."""

from __future__ import annotations

import heapq
from typing import Any

# The phases of a tick, in order.
FAULTS, ARRIVALS, CLOCKS, PATIENCE = range(4)

Scheduled = tuple[Any, ...]


class Schedule:
    """A bucket for each phase of a tick in which anything is due, and a heap of these: idle ticks cost nothing."""

    __slots__ = ("_due", "buckets")

    def __init__(self) -> None:
        self.buckets: dict[int, list[Scheduled]] = {}
        self._due: list[int] = []

    def add(self, tick: int, phase: int, event: Scheduled) -> None:
        """Puts an event behind all that is due in the same phase of the same tick."""
        key = tick * 4 + phase
        bucket = self.buckets.get(key)
        if bucket is None:
            self.buckets[key] = [event]
            heapq.heappush(self._due, key)
        else:
            bucket.append(event)

    def pop_until(self, tick: int) -> tuple[int, int, list[Scheduled]] | None:
        """The next tick, phase, and all that is due in it so far; None if nothing is due up to the end of `tick`."""
        due = self._due
        if not due or due[0] > tick * 4 + PATIENCE:
            return None
        key = heapq.heappop(due)
        return key >> 2, key & 3, self.buckets.pop(key)
