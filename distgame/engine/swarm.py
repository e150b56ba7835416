"""Swarm: each seed draws its own few kinds of faults out of many (swarm testing: Groce et al. 2012).

A run in which everything is broken at once finds less than many runs with a few faults each: one fault hides another.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from distgame.engine.draws import Stream, between
from distgame.engine.world import ClockRule, LinkRule, NodeFault, Swarm, World

# The chance of each kind of fault to be in a run.
CHANCE = 0.5


def drawn(world: World, seed: int) -> World:
    """The world of a seed: its swarm is made links, faults and clocks. A world without a swarm stays as it is."""
    swarm = world.swarm
    if swarm is None:
        return world
    draws = _Draws(world, swarm, seed)
    return replace(
        world,
        swarm=None,
        rules=(*world.rules, *draws.rules()),
        faults=(*world.faults, *draws.faults()),
        clock_rules=(*world.clock_rules, *draws.clock_rules()),
    )


class _Draws:
    """What one seed draws: each kind by itself, so that none depends on another."""

    def __init__(self, world: World, swarm: Swarm, seed: int) -> None:
        self._nodes = world.nodes
        self._swarm = swarm
        self._seed = seed
        self._end = world.duration - world.timeout if swarm.end is None else swarm.end

    def rules(self) -> Iterator[LinkRule]:
        swarm = self._swarm
        if (draw := self._draw("loss", swarm.loss > 0)) is not None:
            start, end = self._window(draw, self._end)
            yield LinkRule(start=start, end=end, loss=swarm.loss * (1 + draw(2)[0]) / 2)
        if (draw := self._draw("duplicate", swarm.duplicate > 0)) is not None:
            start, end = self._window(draw, self._end)
            yield LinkRule(start=start, end=end, duplicate=swarm.duplicate * (1 + draw(2)[0]) / 2)
        if (draw := self._draw("slow", swarm.slow > 0)) is not None:
            start, end = self._window(draw, self._end)
            node = (between(1, self._nodes, draw(2)[0]),)
            delay = (1, between(max(1, swarm.slow // 2), swarm.slow, draw(2)[1]))
            yield from self._ways(node, draw(2)[2], LinkRule(start=start, end=end, delay=delay))
        if (draw := self._draw("cut", swarm.cut > 0 and self._nodes > 1)) is not None:
            start, end = self._window(draw, swarm.cut)
            few = self._some(draw, between(1, max(1, (self._nodes - 1) // 2), draw(2)[0]))
            yield from self._ways(few, draw(2)[2], LinkRule(start=start, end=end, cut=True))

    def faults(self) -> Iterator[NodeFault]:
        swarm = self._swarm
        if (draw := self._draw("crash", swarm.crashes > 0)) is not None:
            for node in self._some(draw, between(1, swarm.crashes, draw(2)[0])):
                own = Stream(self._seed, "swarm", "crash", node)
                tick, back = self._window(own, swarm.down)
                lose = swarm.lose_disk and own(2)[0] < 0.5
                yield NodeFault(kind="crash", node=node, tick=tick)
                yield NodeFault(kind="restart", node=node, tick=back, lose_disk=lose)
        if (draw := self._draw("pause", swarm.pause > 0)) is not None:
            tick, back = self._window(draw, swarm.pause)
            node = between(1, self._nodes, draw(2)[0])
            yield NodeFault(kind="pause", node=node, tick=tick, ticks=back - tick, freezes_clock=draw(2)[1] < 0.5)

    def clock_rules(self) -> Iterator[ClockRule]:
        slowest = self._swarm.slowest_clock
        if (draw := self._draw("clock", slowest < 1)) is not None:
            start, end = self._window(draw, self._end)
            rate = slowest + (1 - slowest) * draw(2)[1] / 2
            yield ClockRule(node=between(1, self._nodes, draw(2)[0]), rate=round(rate, 2), start=start, end=end)

    def _draw(self, kind: str, possible: bool) -> Stream | None:
        """The draws of a kind of fault; None where the level or the seed has none of it."""
        draw = Stream(self._seed, "swarm", kind)
        return draw if possible and draw(0)[0] < CHANCE else None

    def _window(self, draw: Stream, longest: int) -> tuple[int, int]:
        """First tick and end of something that lasts between half of the longest time and all of it."""
        longest = min(longest, self._end - self._swarm.start - 1)
        ticks = between(max(1, longest // 2), max(1, longest), draw(1)[0])
        start = between(self._swarm.start, self._end - ticks, draw(1)[1])
        return start, start + ticks

    def _some(self, draw: Stream, count: int) -> tuple[int, ...]:
        order = sorted(range(1, self._nodes + 1), key=lambda node: draw(100 + node)[0])
        return tuple(sorted(order[:count]))

    def _ways(self, few: tuple[int, ...], choice: float, rule: LinkRule) -> Iterator[LinkRule]:
        """The rule for all that goes between these nodes and the others: both ways in half of the cases, else one."""
        others = tuple(node for node in range(1, self._nodes + 1) if node not in few)
        if choice < 0.75:
            yield replace(rule, senders=few, receivers=others)
        if not 0.5 <= choice < 0.75:
            yield replace(rule, senders=others, receivers=few)
