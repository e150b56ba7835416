"""A node's own clock: an offset and a rate that differ from true time, in exact whole-number arithmetic."""

from __future__ import annotations

from dataclasses import dataclass

from distgame.engine.draws import Stream, between
from distgame.engine.world import Clocks

PRECISION = 10_000
NEVER = 1 << 40


@dataclass(frozen=True, slots=True)
class Clock:
    """Shows `offset + tick * rate / 10,000` ticks, rounded down."""

    offset: int = 0
    rate: int = PRECISION

    def local(self, tick: int) -> int:
        """What the clock shows at a true tick."""
        return self.offset + tick * self.rate // PRECISION

    def true(self, local: int) -> int:
        """The first true tick at which the clock shows `local` or more; NEVER where it stands still before."""
        if self.rate == 0:
            return 0 if local <= self.offset else NEVER
        return max(0, -(-(local - self.offset) * PRECISION // self.rate))

    def at_rate(self, rate: int, tick: int) -> Clock:
        """The clock that shows the same at a true tick and goes on at another rate."""
        return Clock(self.local(tick) - tick * rate // PRECISION, rate)


def draw_clock(seed: int, node: int, spec: Clocks) -> Clock:
    """The node's clock for this seed."""
    for_offset, for_rate, *_ = Stream(seed, "clock", node)(0)
    drift = round(spec.drift * PRECISION)
    return Clock(between(0, spec.offset, for_offset), between(PRECISION - drift, PRECISION + drift, for_rate))
