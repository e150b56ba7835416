"""A tiny world played for real: the steps of an exhaustive search as a world and a schedule, a step at a time.

Clocks stand still but for the moments before timers go off, so that as many steps as needed fit in between.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from distgame.engine.client import Workload
from distgame.engine.world import (
    ClientSpec,
    ClockRule,
    Clocks,
    Detector,
    Intervention,
    Link,
    NodeFault,
    Routing,
    SignalFate,
    SkippedOperation,
    World,
)
from distgame.hunt.tiny import Message, Step, Tiny
from distgame.hunt.trial import Schedule

SEED = 1

FIRST_TICK = 2
"""The tick of the first step where each client asks once: it thinks for a tick before it asks."""

SPACE = 80
"""The ticks from step to step where clients ask several times: some pass until one asks what it shall."""

_SHARES = {"write": "writes", "cas": "cas", "add": "increments", "snapshot": "snapshots"}


def played(tiny: Tiny, first: Step, path: Sequence[Step]) -> tuple[World, Schedule]:
    """The world and the schedule in which the steps happen one after the other, behind what nodes do as they start.

    The clients are those of `askers_of`, and what does not arrive on the way is held until the end. Where crashes may
    be torn a disk takes a tick, and there are so many from step to step that nobody waits for it any more.
    """
    slow = tiny.limits.torn
    space = (SPACE if tiny.remembers else 1) + (1 + max(step.waits for step in (first, *path)) if slow else 0)
    ticks, clocks = _times(tiny, path, space)
    last = max(ticks, default=0) + space
    timeout = last + 10
    duration = timeout + last + 10
    askers = askers_of(tiny, path)
    clients = [_client(tiny, [path[place] for place in places], ticks[places[0]]) for places in askers]
    world = World(
        nodes=tiny.nodes,
        clients=tuple(clients),
        duration=duration,
        timeout=timeout,
        links=Link(delay=(1, 1), reorder=not tiny.in_order),
        front=Link(delay=(0, 0)),
        clocks=Clocks(offset=0, drift=0.0),
        clock_rules=tuple(clocks),
        detector=Detector(delay=0) if tiny.hear_of else None,
        gateway=Routing(request_ids=tiny.named),
        disk_latency=int(slow),
    )
    ended = {
        operation: tick + late * world.disk_latency
        for step, tick in zip(path, ticks, strict=True)
        for operation, late in step.returned
    }
    decisions: list[Intervention] = []
    asks: list[tuple[int, int]] = []
    passes: list[int] = []
    for client, places in enumerate(askers, 1):
        asked = []
        for step, tick in ((path[place], ticks[place]) for place in places):
            assert step.operation is not None
            asked.append((tiny.operations[step.operation], step.key, tick, ended.get(step.operation, duration)))
        skips = list(_skips(world, client, asked))
        decisions += (skip for _, skip in skips)
        if clients[client - 1].node is None:
            asks += ((ticks[place], path[place].node) for place in places)
            passes += (tick for tick, _ in skips)
    leaders = [(tick, step.leader) for tick, step in zip((0, *ticks), (first, *path), strict=True)]
    if more := _turns(tiny.nodes, sorted(asks), sorted(passes), leaders):
        # One more client, which asks for nothing: whenever it is its turn, the next node has the next one.
        world = replace(world, clients=(*clients, ClientSpec(writes=0.0, think=(1, 1), start=more[0] - 1)))
        aways = [after - tick - 1 for tick, after in zip(more, (*more[1:], more[-1] + duration), strict=True)]
        decisions += (SkippedOperation(client=len(clients) + 1, n=n, ticks=away) for n, away in enumerate(aways))
    lasts = dict.fromkeys(range(1, tiny.nodes + 1), 0)
    for step, tick in zip(path, ticks, strict=True):
        if step.kind == "crash" or step.kind == "restart":
            at = tick if step.torn is None else lasts[step.node] + step.torn + 1
            decisions.append(NodeFault(kind=step.kind, node=step.node, tick=at, lose_disk=step.emptied))
        lasts |= dict.fromkeys(step.woken or (step.node,), tick)
    sent = [
        (message, tick + late * world.disk_latency)
        for step, tick in zip((first, *path), (0, *ticks), strict=True)
        for message, late in step.sent
    ]
    decisions += _fates(sent, path, ticks, duration)
    return world, Schedule(SEED, tuple(decisions))


def askers_of(tiny: Tiny, path: Sequence[Step]) -> list[list[int]]:
    """For each client of the played world the places in the path at which it asks: one, unless it must remember."""
    by_client: dict[object, list[int]] = {}
    for place, step in enumerate(path):
        if step.operation is not None:
            by_client.setdefault(step.client if tiny.remembers else place, []).append(place)
    return list(by_client.values())


def _times(tiny: Tiny, path: Sequence[Step], space: int) -> tuple[list[int], list[ClockRule]]:
    """The tick of each step, and how the clocks must go for it."""
    nodes = range(1, tiny.nodes + 1)
    clocks = [ClockRule(node=node, rate=0.0) for node in nodes]
    ticks: list[int] = []
    tick, now = max(FIRST_TICK, space) - space, 0
    for step in path:
        tick += space
        if step.now > now:
            clocks += [ClockRule(node=node, rate=1.0, start=tick, end=tick + step.now - now) for node in nodes]
            tick, now = tick + step.now - now, step.now
        ticks.append(tick)
    return ticks, clocks


def _client(tiny: Tiny, steps: Sequence[Step], tick: int) -> ClientSpec:
    """A client that may ask all that these steps ask, and for the first time at the tick."""
    operations = [step.operation for step in steps if step.operation is not None]
    kinds = sorted({tiny.operations[operation] for operation in operations})
    asker = steps[0].client
    assert asker is not None
    keys = tuple(sorted({step.key for step in steps if step.key is not None}))
    shares = {_SHARES[kind]: 1 / len(kinds) for kind in kinds if kind != "read"}
    return ClientSpec(
        **{"writes": 0.0, **shares},  # type: ignore[arg-type]
        keys=tiny.askers[asker[0]].keys if "snapshot" in kinds else keys,
        think=(1, 1),
        start=tick - (SPACE if tiny.remembers else 1),
        # The gateway's turn decides where a client asks that asks several nodes.
        node=steps[0].node if len({step.node for step in steps}) == 1 else None,
    )


def _skips(
    world: World, client: int, asked: Sequence[tuple[str, str | None, int, int]]
) -> Iterator[tuple[int, SkippedOperation]]:
    """What the client leaves out, and when, so that it asks for each (kind, key, tick, end) at its tick alone."""
    workload = Workload(world, SEED)
    free, n = world.clients[client - 1].start, 0
    for kind, key, tick, end in asked:
        # A tick of thought goes before each; what is left of the time is spent in the place of one that is left out.
        wanted = n if tick - free == 1 else n + 1
        while (operation := workload.operation(client, wanted)).f != kind or operation.key != key:
            wanted += 1
        for each in range(n, wanted):
            away = tick - free - (wanted - n + 1) if each == n else 0
            yield free + 1 if each == n else tick - (wanted - each), SkippedOperation(client=client, n=each, ticks=away)
        free, n = end, wanted + 1
    yield free + 1, SkippedOperation(client=client, n=n, ticks=world.duration)


def _turns(
    nodes: int, asks: Sequence[tuple[int, int]], passes: list[int], leaders: Sequence[tuple[int, int | None]]
) -> list[int]:
    """The ticks at which the gateway's turn must pass once more, so that each that asks at a tick asks its node.

    `passes` are those at which it passes anyway; while somebody leads it does not.
    """

    def leads(tick: int) -> bool:
        return next((leader for at, leader in reversed(leaders) if at < tick), None) is not None

    found: list[int] = []
    turn = 0
    for tick, node in asks:
        while passes and passes[0] < tick:
            turn += not leads(passes.pop(0))
        if not leads(tick):
            found += range(tick - (node - 1 - turn) % nodes, tick)
            turn = node
    return found


def _fates(
    sent: Sequence[tuple[Message, int]], path: Sequence[Step], ticks: Sequence[int], forever: int
) -> Iterator[SignalFate]:
    """What keeps each message from arriving before its step, what loses some, and doubles others."""
    arrivals = [(step.message, tick) for step, tick in zip(path, ticks, strict=True) if step.message is not None]
    lost = [message for step in path for message in step.lost]
    counts: dict[tuple[int, int], int] = {}
    for message, tick in sent:
        sender, receiver = message[:2]
        k = counts.get((sender, receiver), 0)
        counts[sender, receiver] = k + 1
        if message in lost:
            lost.remove(message)
            yield SignalFate(sender=sender, receiver=receiver, k=k, fate="drop")
            continue
        arrives = _taken(arrivals, message)
        again = _taken(arrivals, (*message[:5], True))
        held = forever if arrives is None else arrives - tick - 1
        if held:
            yield SignalFate(sender=sender, receiver=receiver, k=k, fate="hold", ticks=held)
        if again is not None:
            yield SignalFate(sender=sender, receiver=receiver, k=k, fate="double", ticks=again - tick - 1)


def _taken(arrivals: list[tuple[Message, int]], message: Message) -> int | None:
    """The tick at which a message arrives for the first time, which is then no longer to come."""
    place = next((place for place, (each, _) in enumerate(arrivals) if each == message), None)
    return None if place is None else arrivals.pop(place)[1]
