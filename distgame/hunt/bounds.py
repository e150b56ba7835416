"""What the adversary may do: nothing that the world does not do to the player by itself, only at the worst moment.

Delays are the exception: an asynchronous network promises no bound, so a signal may take as long as a client waits.
Where nothing fails, though, a run in which a client has given up proves nothing: there every client is answered.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from distgame.engine.swarm import drawn
from distgame.engine.world import Intervention, NodeFault, Swarm, World


@dataclass(frozen=True, slots=True)
class Bounds:
    """`delay` is the most ticks that a signal between nodes may take, `quickest` the fewest.

    `pause` and `cut` are ticks too, 0 for never.

    `down` is how many nodes may be down at the same time. `losses` and `doubles` are how many signals may be lost or
    doubled by hand in a run. `rates` are the lowest and the highest rate of a clock, of its usual one, and
    `freezes_clock` says whether a clock may stand still with its node.
    """

    delay: int
    quickest: int = 1
    losses: int = 0
    doubles: int = 0
    cut: int = 0
    down: int = 0
    restarts: bool = False
    lose_disk: bool = False
    pause: int = 0
    rates: tuple[float, float] = (1.0, 1.0)
    freezes_clock: bool = False


MOST_BY_HAND = 6


def bounds_of(world: World) -> Bounds:
    """The bounds that a world sets by its own links, rules and faults, and by those that its swarm may draw."""
    swarm = world.swarm or Swarm()
    losses = (world.links.loss, swarm.loss, *(rule.loss or 0.0 for rule in world.rules))
    doubles = (world.links.duplicate, swarm.duplicate, *(rule.duplicate or 0.0 for rule in world.rules))
    slowest = (world.links.delay[1], swarm.slow, *(rule.delay[1] for rule in world.rules if rule.delay))
    cuts = [(rule.end or world.duration) - rule.start for rule in world.rules if rule.cut]
    rates = (1.0, swarm.slowest_clock, *(rule.rate for rule in world.clock_rules))
    return Bounds(
        delay=max(world.timeout, *slowest),
        quickest=quickest(world),
        losses=MOST_BY_HAND if any(losses) else 0,
        doubles=MOST_BY_HAND if any(doubles) else 0,
        cut=max(swarm.cut, *cuts) if cuts else swarm.cut,
        down=max(most_down(world.faults), swarm.crashes),
        restarts=swarm.crashes > 0 or any(fault.kind == "restart" for fault in world.faults),
        lose_disk=(swarm.lose_disk and swarm.crashes > 0) or any(fault.lose_disk for fault in world.faults),
        pause=max((swarm.pause, *(fault.ticks for fault in world.faults if fault.kind == "pause"))),
        rates=(min(rates), max(rates)),
        freezes_clock=swarm.pause > 0 or any(fault.freezes_clock for fault in world.faults),
    )


def quickest(world: World) -> int:
    """The fewest ticks that a signal between nodes takes where the world slows nothing down."""
    return min((world.links.delay[0], *(rule.delay[0] for rule in world.rules if rule.delay)))


def answers_come(world: World) -> bool:
    """Whether a world loses nothing and lets nothing fail, so that a client is always answered before it gives up."""
    failing = world.links.loss or world.swarm or world.faults or world.clock_rules
    return not failing and not any(rule.loss or rule.cut for rule in world.rules)


def most_down(faults: Iterable[NodeFault]) -> int:
    """How many nodes are down at the same time when it is worst."""
    down: set[int] = set()
    most = 0
    for fault in sorted(faults, key=lambda fault: fault.tick):
        if fault.kind == "crash":
            down.add(fault.node)
        elif fault.kind == "restart":
            down.discard(fault.node)
        most = max(most, len(down))
    return most


def allowed(bounds: Bounds, world: World, seed: int, interventions: Iterable[Intervention]) -> bool:
    """Whether the interventions, together with the seed's own faults, leave as many nodes up as the bounds say."""
    by_hand = [each for each in interventions if isinstance(each, NodeFault)]
    return not by_hand or most_down((*drawn(world, seed).faults, *by_hand)) <= bounds.down
