"""What the adversary may do: nothing that the world does not do to the player by itself, only at the worst moment.

Delays are the exception: an asynchronous network promises no bound, so a signal may take as long as a client waits.
Where nothing fails, though, a run in which a client has given up proves nothing: there every client is answered.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from distgame.engine.fewer import world_of
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


def allowed(bounds: Bounds, world: World, seed: int, interventions: Sequence[Intervention]) -> bool:
    """Whether the interventions, together with the seed's own faults, leave as many nodes up as the bounds say.

    Where they leave nodes out of the world, a majority of the others must be within reach all the time.
    """
    there = world_of(world, interventions)
    by_hand = tuple(each for each in interventions if isinstance(each, NodeFault))
    if there is world and not by_hand:
        return True
    seeded = drawn(there, seed)
    faults = (*seeded.faults, *by_hand)
    few_enough = not by_hand or most_down(faults) <= bounds.down
    return few_enough and (there is world or keeps_majority(replace(seeded, faults=faults)))


def keeps_majority(world: World) -> bool:
    """Whether at every tick some node is up that can ask, and hear from, so many others that they are a majority.

    The world's swarm must have been drawn. A node that loses its disk knows nothing of what it has promised: from then
    on it counts as gone.
    """
    edges = {0, *(fault.tick for fault in world.faults)}
    edges |= {edge for rule in world.rules if rule.cut for edge in (rule.start, rule.end) if edge is not None}
    nodes = range(1, world.nodes + 1)
    for tick in edges:
        gone = _gone(world, tick)
        ways = {(a, b) for a in nodes for b in nodes if a == b or not _is_cut(world, a, b, tick)}
        if not any(
            2 * sum(1 for b in nodes if b not in gone and {(a, b), (b, a)} <= ways) > world.nodes
            for a in nodes
            if a not in gone
        ):
            return False
    return True


def _gone(world: World, tick: int) -> set[int]:
    gone: set[int] = set()
    emptied = {fault.node for fault in world.faults if fault.lose_disk and fault.tick <= tick}
    for fault in sorted(world.faults, key=lambda fault: fault.tick):
        if fault.tick <= tick and fault.kind != "pause":
            (gone.add if fault.kind == "crash" else gone.discard)(fault.node)
    return gone | emptied


def _is_cut(world: World, sender: int, receiver: int, tick: int) -> bool:
    rules = [each for each in world.rules if each.cut is not None and each.covers(sender, receiver)]
    return bool(next((each.cut for each in reversed(rules) if each.holds(tick)), world.links.cut))
