"""The tables of a level file, as frozen data, and the parts of a World that they become."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Literal

from distgame.engine.world import (
    ClientSpec,
    ClockRule,
    Clocks,
    Detector,
    Link,
    LinkRule,
    NodeFault,
    Routing,
    Swarm,
    World,
)


@dataclass(frozen=True, kw_only=True)
class WorldTable:
    """`[world]`: delays are [lowest, highest] in ticks, loss and duplicate shares of 1, times ticks."""

    nodes: int
    duration: int = 600
    timeout: int = 100
    delay: tuple[int, int] = (1, 6)
    loss: float = 0.0
    duplicate: float = 0.0
    reorder: bool = True
    front_delay: tuple[int, int] = (0, 1)
    clock_offset: int = 1000
    clock_drift: float = 0.01
    disk_latency: int = 0


@dataclass(frozen=True, kw_only=True)
class ClientTable:
    """`[[clients]]`: `count` clients alike; the shares of what they do, the rest being reads; `think` [lowest, highest]
    ticks. `keys` name the registers they use; a snapshot reads them all.
    """

    count: int = 1
    writes: float = 0.5
    cas: float = 0.0
    increments: float = 0.0
    snapshots: float = 0.0
    keys: tuple[str, ...] = ()
    think: tuple[int, int] = (2, 10)
    start: int = 1
    end: int | None = None
    node: int | None = None


@dataclass(frozen=True, kw_only=True)
class LinkTable:
    """`[[links]]`: what is otherwise on some links between nodes from tick `start` to before tick `end`.

    `senders` and `receivers` are lists of nodes; left out, they are all nodes. `both_ways` means the links back too.
    """

    senders: tuple[int, ...] | None = None
    receivers: tuple[int, ...] | None = None
    both_ways: bool = False
    start: int = 0
    end: int | None = None
    delay: tuple[int, int] | None = None
    loss: float | None = None
    duplicate: float | None = None
    reorder: bool | None = None
    cut: bool | None = None


@dataclass(frozen=True, kw_only=True)
class FaultTable:
    """`[[faults]]`: a crash, restart or pause (of `ticks`) of a node at a tick.

    A restart may `lose_disk`; a pause `freezes_clock` where the node's clock is to stand still with it.
    """

    kind: Literal["crash", "restart", "pause"]
    node: int
    tick: int
    ticks: int = 0
    lose_disk: bool = False
    freezes_clock: bool = False


@dataclass(frozen=True, kw_only=True)
class ClockTable:
    """`[[clocks]]`: a node's clock goes at `rate` times its usual rate from tick `start` to before tick `end`."""

    node: int
    rate: float
    start: int = 0
    end: int | None = None


@dataclass(frozen=True, kw_only=True)
class DetectorTable:
    """`[detector]`: all nodes hear of a death or return `delay` ticks later; if not `perfect`, of long pauses too."""

    delay: int = 10
    perfect: bool = True


@dataclass(frozen=True, kw_only=True)
class GatewayTable:
    """`[gateway]`: ticks until a dead node is left out, and until a request is sent again to the next; 0 is never."""

    health_check: int = 0
    retry: int = 0
    request_ids: bool = False


@dataclass(frozen=True, kw_only=True)
class SwarmTable:
    """`[swarm]`: of these kinds of faults each seed draws some; the figures are the strongest, 0 (clocks: 1) is never.

    Shares of 1 for `loss`, `duplicate` and `slowest_clock`; ticks for `slow` (of one node's signals), `cut`, `down`,
    `pause`, `start` and `end`; `crashes` is the most nodes that crash.
    """

    loss: float = 0.0
    duplicate: float = 0.0
    slow: int = 0
    cut: int = 0
    crashes: int = 0
    down: int = 100
    lose_disk: bool = False
    pause: int = 0
    slowest_clock: float = 1.0
    start: int = 30
    end: int | None = None


@dataclass(frozen=True, kw_only=True)
class PhaseTable:
    """`[[phases]]`: what `clients` (numbered from 1; left out, all) invoke from tick `start` to before `end`.

    Over all scored seeds at least the share `availability` of them must be answered; None asks for nothing.
    """

    name: str
    start: int = 0
    end: int | None = None
    clients: tuple[int, ...] | None = None
    availability: float | None = None


@dataclass(frozen=True, kw_only=True)
class Goals:
    """`[goals]`: what a pass asks for beside right reads. None asks for nothing.

    The first are asked of every seed by itself: at least so many right reads of a value somebody wrote, so many
    compare-and-sets that changed the register (`swaps`), so many tickets (`increments`).
    `converged_within` so many ticks after the last write, and the last cut and fault, all reads must agree, in every
    seed. The others are of all scored seeds together: `availability` the least share of operations answered,
    `messages_per_operation` the most messages between nodes for each operation, and the most ticks of the waits.
    """

    reads_of_written_values: int
    availability: float
    messages_per_operation: float | None = None
    read_p50: int | None = None
    read_p99: int | None = None
    write_p99: int | None = None
    p99: int | None = None
    swaps: int = 0
    increments: int = 0
    converged_within: int | None = None


@dataclass(frozen=True, kw_only=True)
class Medals:
    """`[medals]`: messages an operation and 99th percentile of all waits (ticks) at most, availability at least."""

    messages: float
    wait: int
    availability: float


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """`[bounds]`: what nobody can better on this level, where theory knows it; the figures are those of the medals.

    `source` says why, in a sentence.
    """

    source: str
    messages: float | None = None
    wait: int | None = None
    availability: float | None = None


@dataclass(frozen=True, kw_only=True)
class Seeds:
    """`[seeds]`: the seed that is shown, and the first and last of those that count."""

    shown: int = 1
    scored: tuple[int, int] = (101, 120)


def world_of(table: WorldTable, **parts: Any) -> World:
    """The engine's world of a level, with the other parts it is made of. Raises ValueError where it is none."""
    return World(
        nodes=table.nodes,
        duration=table.duration,
        timeout=table.timeout,
        links=Link(delay=table.delay, loss=table.loss, duplicate=table.duplicate, reorder=table.reorder),
        front=Link(delay=table.front_delay),
        clocks=Clocks(offset=table.clock_offset, drift=table.clock_drift),
        disk_latency=table.disk_latency,
        **parts,
    )


def clients_of(tables: tuple[ClientTable, ...]) -> tuple[ClientSpec, ...]:
    """Every client by itself."""
    return tuple(
        ClientSpec(
            writes=each.writes,
            cas=each.cas,
            increments=each.increments,
            snapshots=each.snapshots,
            keys=each.keys,
            think=each.think,
            start=each.start,
            end=each.end,
            node=each.node,
        )
        for each in tables
        for _ in range(each.count)
    )


def rules_of(table: LinkTable) -> list[LinkRule]:
    """One rule, or one for each direction."""

    def rule(senders: tuple[int, ...] | None, receivers: tuple[int, ...] | None) -> LinkRule:
        return LinkRule(
            senders=senders,
            receivers=receivers,
            start=table.start,
            end=table.end,
            delay=table.delay,
            loss=table.loss,
            duplicate=table.duplicate,
            reorder=table.reorder,
            cut=table.cut,
        )

    one_way = [rule(table.senders, table.receivers)]
    return [*one_way, rule(table.receivers, table.senders)] if table.both_ways else one_way


def fault_of(table: FaultTable) -> NodeFault:
    """The engine's fault."""
    return NodeFault(
        kind=table.kind,
        node=table.node,
        tick=table.tick,
        ticks=table.ticks,
        lose_disk=table.lose_disk,
        freezes_clock=table.freezes_clock,
    )


def clock_of(table: ClockTable) -> ClockRule:
    """The engine's clock rule."""
    return ClockRule(node=table.node, rate=table.rate, start=table.start, end=table.end)


def detector_of(table: DetectorTable | None) -> Detector | None:
    """The engine's detector, if any."""
    return None if table is None else Detector(delay=table.delay, perfect=table.perfect)


def routing_of(table: GatewayTable) -> Routing:
    """What the gateway does."""
    return Routing(health_check=table.health_check, retry=table.retry, request_ids=table.request_ids)


def swarm_of(table: SwarmTable | None) -> Swarm | None:
    """The engine's swarm, if any."""
    return None if table is None else Swarm(**{each.name: getattr(table, each.name) for each in fields(table)})
