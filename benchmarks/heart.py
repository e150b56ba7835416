"""A heart in the loop of a screen: it beats every few milliseconds, and keeps what came between two beats."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields

BEAT = 0.005
"""Seconds from one beat to the next, where nothing comes between."""
LIMIT = 0.050
"""Seconds for which nothing may block a screen."""


@dataclass(slots=True)
class Longest:
    """The longest times between two beats of one state, in seconds.

    `own` is what the loop's thread worked; `threads` is how long it waited for this process's other threads (Python's
    lock); `quiet` is the whole gap as it would be were this machine ours alone, and `wall` as it was.
    """

    own: float = 0.0
    threads: float = 0.0
    quiet: float = 0.0
    wall: float = 0.0

    def take(self, gap: Longest) -> None:
        """Another gap of the same state."""
        for each in fields(self):
            setattr(self, each.name, max(getattr(self, each.name), getattr(gap, each.name)))


class Heart:
    """Beats while `beating` is entered; `state` is what the screen is doing now."""

    def __init__(self) -> None:
        self.state = "start"
        self.longest: dict[str, Longest] = {}

    @asynccontextmanager
    async def beating(self) -> AsyncIterator[Heart]:
        """Beats in the loop that runs now."""
        task = asyncio.create_task(self._beat())
        try:
            yield self
        finally:
            task.cancel()

    async def _beat(self) -> None:
        with _Clocks() as clocks:
            before = clocks.read()
            while True:
                await asyncio.sleep(BEAT)
                now = clocks.read()
                passed, own, queued = (each - other for each, other in zip(now, before, strict=True))
                late = max(0.0, passed - BEAT)
                quiet = max(own, late - queued)
                gap = Longest(own, max(0.0, late - queued - own), quiet, late)
                self.longest.setdefault(self.state, Longest()).take(gap)
                before = now

    def table(self) -> str:
        """State by state: the longest block, and whether it is over the limit by the screen's own work."""
        lines = [f"{'longest block, in ms':44} own work  other threads  quiet machine  wall clock"]
        for state, each in self.longest.items():
            figures = f"{_ms(each.own):8} {_ms(each.threads):14} {_ms(each.quiet):14} {_ms(each.wall):11}"
            over = "  OVER" if each.own > LIMIT else ""
            lines.append(f"{state:44} {figures}{over}")
        over = sum(each.own > LIMIT for each in self.longest.values())
        lines.append(f"{len(self.longest)} states, {over} over {_ms(LIMIT)} ms of the screen's own work")
        return "\n".join(lines)


class _Clocks:
    """Seconds: of the wall, of this thread's work, and of its waiting for a processor that others have (Linux)."""

    def __enter__(self) -> _Clocks:
        try:
            self._file = os.open("/proc/thread-self/schedstat", os.O_RDONLY)
        except OSError:
            self._file = -1
        return self

    def __exit__(self, *_: object) -> None:
        if self._file >= 0:
            os.close(self._file)

    def read(self) -> tuple[float, float, float]:
        queued = int(os.pread(self._file, 100, 0).split()[1]) / 1e9 if self._file >= 0 else 0.0
        return time.monotonic(), time.thread_time(), queued


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f}"
