"""What a level is made of, in short lines: who takes part, and what the network and the machines do to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from distgame.game.campaign.level_tables import ClientTable
from distgame.game.campaign.levels import Level
from distgame.tui.numbers import counted

# What befalls nodes on most levels is told by its number; what befalls them in each seed otherwise is not.
_KINDS = {"crash": "crash of a node", "restart": "restart of a node", "pause": "pause of a node"}


def setup(level: Level) -> list[str]:
    """Who takes part, and what is done to them, a line each."""
    world = level.world_table
    low, high = world.delay
    return [
        counted(world.nodes, "node"),
        *_clients(level.clients),
        f"{world.duration} ticks, clients wait {world.timeout}",
        f"messages take {low} to {high} ticks" if low != high else f"messages take {counted(low, 'tick')}",
        *_network(level),
        *_machines(level),
        *_gateway(level),
    ]


def _clients(tables: tuple[ClientTable, ...]) -> Iterator[str]:
    alike: Counter[str] = Counter()
    for each in tables:
        alike[_what(each)] += each.count
    # Plain writers and readers share a line, the others have one each.
    plain = [counted(count, what) for what, count in alike.items() if " " not in what]
    if plain:
        yield ", ".join(sorted(plain, key=lambda said: "reader" in said))
    yield from (counted(count, what) for what, count in alike.items() if " " in what)
    pinned = sorted({each.node for each in tables if each.node is not None})
    if len(pinned) > 3:
        yield "each client keeps to one node"
    elif pinned:
        who = "clients keep" if all(each.node is not None for each in tables) else "some keep"
        yield f"{who} to node{'s' if len(pinned) > 1 else ''} {', '.join(map(str, pinned))}"


def _what(table: ClientTable) -> str:
    shares = {"writes": table.writes, "cas": table.cas, "increments": table.increments, "snapshots": table.snapshots}
    told = [f"{share:.0%} {kind}" for kind, share in shares.items() if share]
    keys = f" of {', '.join(table.keys)}" if table.keys else ""
    if not told:
        return f"reader{keys}"
    if told == ["100% writes"]:
        return f"writer{keys}"
    return f"client ({', '.join(told)}{keys})"


def _network(level: Level) -> Iterator[str]:
    world = level.world_table
    for share, word in ((world.loss, "are lost"), (world.duplicate, "come twice")):
        if share:
            yield f"{share:.0%} of them {word}"
    if not world.reorder:
        yield "they keep their order"
    if any(link.cut for link in level.links):
        yield "links are cut for a time"
    if any(link.delay or link.loss or link.duplicate for link in level.links):
        yield "some links are worse"


def _machines(level: Level) -> Iterator[str]:
    kinds = Counter(fault.kind for fault in level.faults)
    yield from (counted(kinds[kind], words) for kind, words in _KINDS.items() if kinds[kind])
    if any(fault.lose_disk for fault in level.faults):
        yield "disks are lost in restarts"
    if level.world_table.disk_latency:
        yield f"a disk takes {counted(level.world_table.disk_latency, 'tick')} to be safe"
    if level.clocks or any(fault.freezes_clock for fault in level.faults):
        yield "clocks go wrong"
    if level.detector is not None:
        heard = "deaths are announced" if level.detector.perfect else "silence is reported"
        yield f"{heard} after {counted(level.detector.delay, 'tick')}"
    if level.swarm is not None:
        yield "each seed draws other faults"


def _gateway(level: Level) -> Iterator[str]:
    gateway = level.gateway
    if gateway.health_check:
        yield f"the dead get no requests after {gateway.health_check}"
    if gateway.retry:
        yield f"requests go out again after {gateway.retry}"
