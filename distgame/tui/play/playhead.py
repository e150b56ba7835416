"""The playhead: where in the run the screen is, and how fast it moves. Time is in ticks, as a fraction."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from distgame.game.play.playback import Instant, Playback

TICKS_PER_SECOND = 8.0
AS_FAST_AS_IT_GOES = math.inf
SPEEDS = (0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, AS_FAST_AS_IT_GOES)
WHOLE_RUN_SECONDS = 2.0
"""How long a whole run takes as fast as it goes."""


@dataclass
class Playhead:
    """A place in a run. `event` is how many events have happened: of those with one time, some may have, some not."""

    playback: Playback
    time: float = 0.0
    event: int = 0
    speed: float = 1.0
    running: bool = False

    def __post_init__(self) -> None:
        self.seek(self.time)

    @property
    def instant(self) -> Instant:
        """The run at this place."""
        return self.playback.after(self.event, self.time)

    @property
    def at_end(self) -> bool:
        """Whether there is nothing more to come."""
        return self.time >= self.playback.duration and self.event >= len(self.playback.times)

    def advance(self, seconds: float) -> None:
        """Goes on by so much real time; stops at the end."""
        fastest = max(self.playback.duration / WHOLE_RUN_SECONDS, TICKS_PER_SECOND * SPEEDS[-2])
        self.seek(self.time + seconds * min(TICKS_PER_SECOND * self.speed, fastest))
        self.running = self.running and not self.at_end

    def seek(self, time: float) -> None:
        """Goes to a time, and past all its events."""
        self.time = min(max(0.0, time), float(self.playback.duration))
        self.event = self.playback.event_at(self.time)

    def go_to(self, event: int) -> None:
        """Goes to where exactly that many events have happened."""
        self.event = min(max(0, event), len(self.playback.times))
        self.time = self.playback.times[self.event - 1] if self.event else 0.0

    def step(self, count: int) -> None:
        """Goes one event on (1) or back (-1), waits and all that come with it."""
        steps = self.playback.steps
        place = bisect_right(steps, self.event) if count > 0 else bisect_left(steps, self.event) - 1
        if 0 <= place < len(steps):
            self.go_to(steps[place])

    def to_mark(self, count: int) -> bool:
        """Goes to the next (1) or previous (-1) fault or wrong read; says whether there was one."""
        return self._to(count, (*self.playback.faults, *self.playback.violations))

    def to_violation(self, count: int) -> bool:
        """Goes to the next (1) or previous (-1) wrong read; says whether there was one."""
        return self._to(count, self.playback.violations)

    def _to(self, count: int, found: tuple[tuple[float, int], ...]) -> bool:
        marks = sorted({index + 1 for _, index in found})
        place = bisect_right(marks, self.event) if count > 0 else bisect_left(marks, self.event) - 1
        if not 0 <= place < len(marks):
            return False
        self.go_to(marks[place])
        return True

    def change_speed(self, count: int) -> None:
        """The next faster (1) or slower (-1) speed."""
        place = SPEEDS.index(self.speed) + count
        self.speed = SPEEDS[min(max(0, place), len(SPEEDS) - 1)]

    @property
    def speed_text(self) -> str:
        """ "x1", "x1/4", "max"."""
        if self.speed == AS_FAST_AS_IT_GOES:
            return "max"
        return f"x{self.speed:g}" if self.speed >= 1 else f"x1/{1 / self.speed:g}"
