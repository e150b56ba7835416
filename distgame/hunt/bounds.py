"""What the adversary may do: nothing that the world does not do to the player by itself, only at the worst moment.

Delays are the exception: an asynchronous network promises no bound, so a signal may take as long as a client waits.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from distgame.engine.world import Intervention, NodeFault, World


@dataclass(frozen=True, slots=True)
class Bounds:
    """`delay` is the most ticks that a signal between nodes may take; `pause` and `cut` are ticks too, 0 for never.

    `down` is how many nodes may be down at the same time. `losses` and `doubles` are how many signals may be lost or
    doubled by hand in a run.
    """

    delay: int
    losses: int = 0
    doubles: int = 0
    cut: int = 0
    down: int = 0
    restarts: bool = False
    lose_disk: bool = False
    pause: int = 0


MOST_BY_HAND = 6


def bounds_of(world: World) -> Bounds:
    """The bounds that a world sets by its own links, rules and faults."""
    losses = (world.links.loss, *(rule.loss or 0.0 for rule in world.rules))
    doubles = (world.links.duplicate, *(rule.duplicate or 0.0 for rule in world.rules))
    slowest = (world.links.delay[1], *(rule.delay[1] for rule in world.rules if rule.delay))
    cuts = [(rule.end or world.duration) - rule.start for rule in world.rules if rule.cut]
    return Bounds(
        delay=max(world.timeout, *slowest),
        losses=MOST_BY_HAND if any(losses) else 0,
        doubles=MOST_BY_HAND if any(doubles) else 0,
        cut=max(cuts, default=0),
        down=most_down(world.faults),
        restarts=any(fault.kind == "restart" for fault in world.faults),
        lose_disk=any(fault.lose_disk for fault in world.faults),
        pause=max((fault.ticks for fault in world.faults if fault.kind == "pause"), default=0),
    )


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


def allowed(bounds: Bounds, world: World, interventions: Iterable[Intervention]) -> bool:
    """Whether the interventions, together with the world's own faults, leave as many nodes up as the bounds say."""
    by_hand = [each for each in interventions if isinstance(each, NodeFault)]
    return not by_hand or most_down((*world.faults, *by_hand)) <= bounds.down
