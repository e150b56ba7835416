"""A tiny world played for real: the steps of an exhaustive search as a world and a schedule, a step a tick."""

from __future__ import annotations

from collections.abc import Sequence

from distgame.engine.world import (
    ClientSpec,
    Clocks,
    Intervention,
    Link,
    SignalFate,
    SkippedOperation,
    World,
)
from distgame.hunt.exhaustive import Asker, Message, Step, Tiny
from distgame.hunt.trial import Schedule

FIRST_TICK = 2
"""The tick of the first step: a client thinks for a tick before it asks."""


def tiny_of(world: World, nodes: int, writes: int, reads: int) -> Tiny:
    """A world's clients on at most so many of its nodes; more where clients are pinned to more.

    The nodes of clients that are pinned to some keep their order, but not their numbers.
    """
    pins = sorted({client.node for client in world.clients if client.node is not None})
    nodes = min(world.nodes, max(nodes, len(pins)))
    # A node that keeps its number may be one that the program knows by its number.
    numbers = {pin: pin for pin in pins if pin <= nodes}
    free = [node for node in range(nodes, 0, -1) if node not in numbers]
    numbers |= {pin: free.pop(0) for pin in reversed(pins) if pin > nodes}
    kinds: dict[tuple[bool, bool, int | None], int] = {}
    for client in world.clients:
        node = None if client.node is None else numbers[client.node]
        kind = client.writes < 1, client.writes > 0, node
        kinds[kind] = kinds.get(kind, 0) + 1
    return Tiny(nodes, tuple(Asker(count, *kind) for kind, count in kinds.items()), writes, reads)


def played(tiny: Tiny, first: Sequence[Message], path: Sequence[Step]) -> tuple[World, Schedule]:
    """The world and the schedule in which the steps happen one a tick; `first` is sent as the nodes start.

    Each operation has a client of its own, and what does not arrive on the way is held until the end.
    """
    last = FIRST_TICK + len(path)
    timeout = last + 10
    duration = timeout + last + 10
    clients = []
    decisions: list[Intervention] = []
    for place, step in enumerate(path):
        if step.operation is not None:
            write = step.operation < tiny.writes
            start = FIRST_TICK + place - 1
            clients.append(ClientSpec(writes=float(write), think=(1, 1), start=start, node=step.node))
            decisions.append(SkippedOperation(client=len(clients), n=1, ticks=duration))
    decisions += _held(first, path, duration)
    world = World(
        nodes=tiny.nodes,
        clients=tuple(clients),
        duration=duration,
        timeout=timeout,
        links=Link(delay=(1, 1)),
        front=Link(delay=(0, 0)),
        clocks=Clocks(offset=0, drift=0.0),
    )
    return world, Schedule(1, tuple(decisions))


def _held(first: Sequence[Message], path: Sequence[Step], forever: int) -> list[SignalFate]:
    """What keeps each message from arriving before its step."""
    sent = [(message, 0) for message in first]
    sent += [(message, FIRST_TICK + place) for place, step in enumerate(path) for message in step.sent]
    arrivals = [(step.message, FIRST_TICK + place) for place, step in enumerate(path) if step.message is not None]
    counts: dict[tuple[int, int], int] = {}
    found = []
    for message, tick in sent:
        sender, receiver = message[:2]
        k = counts.get((sender, receiver), 0)
        counts[sender, receiver] = k + 1
        arrival = next((each for each in arrivals if each[0] == message), None)
        if arrival is not None:
            arrivals.remove(arrival)
        ticks = forever if arrival is None else arrival[1] - tick - 1
        if ticks:
            found.append(SignalFate(sender=sender, receiver=receiver, k=k, fate="hold", ticks=ticks))
    return found
