"""A machine: what the referee knows of the computer that a node runs on."""

from __future__ import annotations

from typing import Any

from distgame.engine.clock import Clock
from distgame.engine.schedule import Scheduled
from distgame.engine.wire import Wire


class Machine:
    """Its clock, whether it runs, its disk, and what waits at the door while it is paused.

    `life` counts the crashes, `stops` the crashes and pauses, and `wake` the wake-ups asked for: what was scheduled for
    an earlier one is void. `wake_at` is what its clock will show when it next has to be woken. The clock goes at `pace`
    (of its usual rate), or not at all while it is `frozen`.
    """

    __slots__ = (
        "_usual",
        "clock",
        "disk",
        "frozen",
        "held",
        "life",
        "local_time",
        "offset",
        "pace",
        "paused",
        "rate",
        "stops",
        "up",
        "wake",
        "wake_at",
    )

    def __init__(self, clock: Clock) -> None:
        self._usual = clock.rate
        self.pace = 1.0
        self.frozen = False
        self._show(clock)
        self.up = True
        self.paused = False
        self.life = 0
        self.stops = 0
        self.wake = 0
        self.wake_at: int | None = None
        self.held: list[Scheduled] = []
        self.disk: dict[Any, Any] = {}

    def _show(self, clock: Clock) -> None:
        self.clock = clock
        self.local_time = clock.local
        self.offset, self.rate = clock.offset, clock.rate

    def set_clock(self, tick: int, pace: float, frozen: bool) -> bool:
        """From the tick on the clock goes at another pace; whether that changes anything."""
        self.pace, self.frozen = pace, frozen
        rate = 0 if frozen else round(self._usual * pace)
        if rate == self.rate:
            return False
        self._show(self.clock.at_rate(rate, tick))
        return True

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
        self.stops += 1
        self.wake_at = None
        return self._take_held()

    def pause(self) -> None:
        """Stops it without its knowing."""
        self.paused = True
        self.stops += 1

    def resume(self) -> list[Scheduled]:
        """Ends a pause; gives what waits at its door."""
        self.paused = False
        return self._take_held()

    def _take_held(self) -> list[Scheduled]:
        held, self.held = self.held, []
        return held


def _is_only_shown(wire: Wire) -> bool:
    return type(wire) is tuple and bool(wire[0] == "x")
