"""A machine: what the referee knows of the computer that a node runs on."""

from __future__ import annotations

from typing import Any

from distgame.engine.clock import Clock
from distgame.engine.schedule import Scheduled
from distgame.engine.wire import Wire


class Machine:
    """Its clock, whether it runs, its disk, and what waits at the door while it is paused.

    `life` counts the crashes, and `wake` the wake-ups asked for: what was scheduled for an earlier one is void.
    """

    __slots__ = ("clock", "disk", "held", "life", "local_time", "offset", "paused", "rate", "up", "wake")

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.local_time = clock.local
        self.offset, self.rate = clock.offset, clock.rate
        self.up = True
        self.paused = False
        self.life = 0
        self.wake = 0
        self.held: list[Scheduled] = []
        self.disk: dict[Any, Any] = {}

    def write(self, change: tuple[Any, ...]) -> None:
        """Makes a store durable: (key, value), or (key,) for one that is gone. What cannot travel is not kept."""
        key, *value = change
        if value and not (_is_only_shown(key) or _is_only_shown(value[0])):
            self.disk[key] = value[0]
        else:
            self.disk.pop(key, None)

    def crash(self) -> list[Scheduled]:
        """Stops it; gives what had reached its door, which dies with it."""
        self.up = self.paused = False
        self.life += 1
        return self._take_held()

    def resume(self) -> list[Scheduled]:
        """Ends a pause; gives what waits at its door."""
        self.paused = False
        return self._take_held()

    def _take_held(self) -> list[Scheduled]:
        held, self.held = self.held, []
        return held


def _is_only_shown(wire: Wire) -> bool:
    return type(wire) is tuple and bool(wire[0] == "x")
