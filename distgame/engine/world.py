"""A World is everything about a run but the player's code: nodes, clients, links, faults and bounds, as frozen data.

Ids: the gateway is 0, nodes are 1..n, clients are -1..-c. Times are whole ticks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

GATEWAY = 0
MAX_TICKS = 1_000_000


def name_of(server: int) -> str:
    """What people call a server: "gateway", "node 2" or "client 1"."""
    if server == GATEWAY:
        return "gateway"
    return f"node {server}" if server > 0 else f"client {-server}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """How a link treats its signals: delay in ticks (lowest, highest), loss and doubling as shares of 1."""

    delay: tuple[int, int] = (1, 6)
    loss: float = 0.0
    duplicate: float = 0.0
    reorder: bool = True
    cut: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRule:
    """A change to some links while `start <= tick < end`; a field that is None leaves the link as it was.

    `senders` and `receivers` are ids, or None for every node. Links of clients and the gateway are touched only
    where their ids are named. Later rules win over earlier ones. One direction only: two rules make both.
    """

    senders: tuple[int, ...] | None = None
    receivers: tuple[int, ...] | None = None
    start: int = 0
    end: int | None = None
    delay: tuple[int, int] | None = None
    loss: float | None = None
    duplicate: float | None = None
    reorder: bool | None = None
    cut: bool | None = None

    def covers(self, sender: int, receiver: int) -> bool:
        """Whether the rule concerns the link, at whatever time."""
        from_here = sender > 0 if self.senders is None else sender in self.senders
        return from_here and (receiver > 0 if self.receivers is None else receiver in self.receivers)

    def holds(self, tick: int) -> bool:
        """Whether the rule is in force at the tick."""
        return self.start <= tick and (self.end is None or tick < self.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeFault:
    """Something that befalls a node at a tick: a crash, a restart (with or without its disk), a pause of `ticks`.

    A node's clock runs on while it is paused, unless the pause `freezes_clock`.
    """

    kind: Literal["crash", "restart", "pause"]
    node: int
    tick: int
    ticks: int = 0
    lose_disk: bool = False
    freezes_clock: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRule:
    """A node's clock runs at `rate` times its usual rate while `start <= tick < end`; 0 stands still.

    Of two rules that hold for one node the later one counts.
    """

    node: int
    rate: float
    start: int = 0
    end: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalFate:
    """An intervention: the k-th signal from `sender` to `receiver` is dropped, held `ticks` longer, or doubled.

    A double is held `ticks` longer than it would be, its signal is not.
    """

    sender: int
    receiver: int
    k: int
    fate: Literal["drop", "hold", "double"]
    ticks: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SkippedOperation:
    """An intervention: a client (1..) does not ask its n-th operation (0..) and is away for `ticks` in its place.

    The gateway's turn and the draws of its links pass as if it had been asked, so that the other operations still go
    to their nodes, and as quickly.
    """

    client: int
    n: int
    ticks: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FewerNodes:
    """An intervention: only these nodes of the world are there, and they are known as 1, 2, ... in their order.

    The other interventions of the run name nodes as they are known then (see `fewer.world_of`).
    """

    nodes: tuple[int, ...]


# What the shares of a client's operations are of, in the order in which a file names them.
_KINDS = ("write", "cas", "add", "snapshot")

Intervention = SignalFate | NodeFault | LinkRule | ClockRule | SkippedOperation | FewerNodes


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientSpec:
    """One client: the shares of its operations by kind, its think time in ticks, when it begins and ends, its node.

    What is no write, compare-and-set, increment or snapshot is a read. `keys` name the registers it uses, each as
    likely as the others; a snapshot reads them all. Without keys there is one register, which has no name.
    From tick `end` on it asks for nothing more. `node` pins the client: the gateway sends all it asks to that node.
    None leaves the choice to the gateway.
    """

    writes: float = 0.5
    cas: float = 0.0
    increments: float = 0.0
    snapshots: float = 0.0
    keys: tuple[str, ...] = ()
    think: tuple[int, int] = (1, 8)
    start: int = 1
    end: int | None = None
    node: int | None = None

    @property
    def shares(self) -> dict[str, float]:
        """The share of each kind of operation that the file of a level names, under that name."""
        return {"writes": self.writes, "cas": self.cas, "increments": self.increments, "snapshots": self.snapshots}

    @property
    def kinds(self) -> tuple[str, ...]:
        """What its operations may be (see `operations`)."""
        return ("read", *(f for f, _ in self.kinds_by_share))

    @property
    def kinds_by_share(self) -> tuple[tuple[str, float], ...]:
        """What its operations may be beside reads, each with its share."""
        return tuple((f, share) for f, share in zip(_KINDS, self.shares.values(), strict=True) if share)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """How far the nodes' clocks are from true: offset 0..`offset` ticks, rate 1 +- `drift`, drawn by the seed."""

    offset: int = 1000
    drift: float = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Detector:
    """A failure detector: every node hears of a death, and of a return, `delay` ticks afterwards.

    A `perfect` one is never mistaken (Chandra and Toueg 1996). The other one goes by silence, so it also takes a node
    for dead that stands still for so long.
    """

    delay: int = 10
    perfect: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
    """What the gateway does beside forwarding; ticks, 0 for never.

    A node that has been down for `health_check` ticks gets no more requests until it runs again; clients that are
    pinned to it go to the next one that does. A request without an answer for `retry` ticks is sent again, to the next
    node, and so on; the first answer counts. With `request_ids` requests carry an `id`, which is the same each time.
    """

    health_check: int = 0
    retry: int = 0
    request_ids: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Swarm:
    """Of these kinds of faults each seed draws some, and how strong they are; 0 (False, for clocks 1) is never.

    `loss` and `duplicate` are the largest shares of signals; `slow` is the most ticks that signals of one node take;
    `cut` the longest time for which a minority is cut off, one way or both; `crashes` the most nodes that crash, each
    once and for `down` ticks at most, and with `lose_disk` some lose their disks; `pause` the longest pause of a node,
    whose clock may stand still with it; `slowest_clock` the lowest rate of one node's clock. All of it happens from
    tick `start` to before tick `end` (None: one timeout before the run ends).
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


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """All a run needs beside the player's code, the seed and the interventions.

    `duration` is the length of the run and `timeout` the patience of a client, in ticks; `links` joins nodes,
    `front` joins clients, gateway and nodes. `disk_latency` is how many ticks a store takes to be durable. Without a
    `detector` no node hears of a death. What the `swarm` draws comes to the other faults (see `swarm.drawn`).
    `message_budget` bounds the signals of a run, so that a storm ends as an error.
    Raises ValueError where the figures make no world.
    """

    nodes: int
    clients: tuple[ClientSpec, ...]
    duration: int = 600
    timeout: int = 100
    links: Link = field(default_factory=Link)
    front: Link = field(default_factory=lambda: Link(delay=(0, 1)))
    rules: tuple[LinkRule, ...] = ()
    faults: tuple[NodeFault, ...] = ()
    clocks: Clocks = field(default_factory=Clocks)
    clock_rules: tuple[ClockRule, ...] = ()
    detector: Detector | None = None
    gateway: Routing = field(default_factory=Routing)
    swarm: Swarm | None = None
    disk_latency: int = 0
    message_budget: int = 200_000

    def __post_init__(self) -> None:
        def need(condition: bool, message: str) -> None:
            if not condition:
                raise ValueError(message)

        need(1 <= self.nodes <= 9, f"a world has 1 to 9 nodes, not {self.nodes}")
        need(1 <= len(self.clients) <= 9, f"a world has 1 to 9 clients, not {len(self.clients)}")
        need(
            0 < self.timeout < self.duration,
            f"timeout {self.timeout} must lie within duration {self.duration}",
        )
        need(self.duration <= MAX_TICKS, f"duration {self.duration} is more than {MAX_TICKS} ticks")
        need(0 <= self.clocks.drift < 0.5, f"clock drift {self.clocks.drift} must be in [0, 0.5)")
        need(0 <= self.clocks.offset <= MAX_TICKS, f"clock offset goes from 0 to {MAX_TICKS} ticks")
        need(self.disk_latency >= 0, f"disk latency {self.disk_latency} must not be negative")
        for where, link, least in (("links", self.links, 1), ("front", self.front, 0)):
            check_delay(where, link.delay, least)
            check_share(f"{where}: loss", link.loss)
            check_share(f"{where}: duplicate", link.duplicate)
        for index, client in enumerate(self.clients, 1):
            for kind, share in client.shares.items():
                check_share(f"client {index}: {kind}", share)
            together = " + ".join(kind for kind, share in client.shares.items() if share)
            need(sum(client.shares.values()) < 1 + 1e-9, f"client {index}: {together} must be at most 1")
            check_keys(f"client {index}: ", client)
            check_delay(f"client {index}: think", client.think, 1)
            need(
                client.end is None or client.end > client.start,
                f"client {index}: end {client.end} must come after its start {client.start}",
            )
            need(client.start >= 0, f"client {index}: start {client.start} must not be negative")
            need(
                client.node is None or 1 <= client.node <= self.nodes,
                f"client {index}: no node {client.node}",
            )
        for rule in self.rules:
            check_rule(rule, self)
        for fault in self.faults:
            check_fault(fault, self)
        for clock in self.clock_rules:
            check_clock(clock, self)
        if self.detector is not None:
            check_ticks("detector delay", self.detector.delay)
        if self.swarm is not None:
            check_swarm(self.swarm, self)
        check_ticks("health_check", self.gateway.health_check)
        check_ticks("retry", self.gateway.retry)


def check_share(where: str, share: float) -> None:
    """Raises ValueError unless the share lies in [0, 1]."""
    if not 0.0 <= share <= 1.0:
        raise ValueError(f"{where} is a share of 1, from 0 to 1, not {share}")


def check_keys(where: str, client: ClientSpec) -> None:
    """Raises ValueError unless the keys of a client are different short names, and some where it takes snapshots."""
    for key in client.keys:
        if not (key.isidentifier() and len(key) <= 20):
            raise ValueError(f"{where}keys are short names such as x, not {key!r:.40}")
    if len(set(client.keys)) < len(client.keys):
        raise ValueError(f"{where}keys names one of {', '.join(client.keys)} twice")
    if client.snapshots and not client.keys:
        raise ValueError(f"{where}snapshots need keys to read")


def check_delay(where: str, delay: tuple[int, int], least: int) -> None:
    """Raises ValueError unless least <= lowest <= highest <= MAX_TICKS (ticks)."""
    if not least <= delay[0] <= delay[1]:
        raise ValueError(f"{where} goes from at least {least} tick(s) up, lowest first, not {list(delay)}")
    if delay[1] > MAX_TICKS:
        raise ValueError(f"{where} goes up to {MAX_TICKS} ticks at most")


def check_rule(rule: LinkRule, world: World) -> None:
    """Raises ValueError where a rule names servers that do not exist or figures that mean nothing."""
    for server in (*(rule.senders or ()), *(rule.receivers or ())):
        if not -len(world.clients) <= server <= world.nodes:
            raise ValueError(f"a link rule names server {server}, which does not exist")
    if rule.start < 0:
        raise ValueError(f"a link rule has start {rule.start}; ticks begin at 0")
    if rule.end is not None and rule.end <= rule.start:
        raise ValueError(f"a link rule has end {rule.end}, which must come after its start {rule.start}")
    if rule.delay is not None:
        check_delay("a link rule's delay", rule.delay, 1)
    for word, share in (("loss", rule.loss), ("duplicate", rule.duplicate)):
        if share is not None:
            check_share(f"a link rule's {word}", share)


def check_fault(fault: NodeFault, world: World) -> None:
    """Raises ValueError where a fault names a node that does not exist, or a time that is none."""
    if not 1 <= fault.node <= world.nodes:
        raise ValueError(f"a {fault.kind} names node {fault.node}, but the nodes are 1 to {world.nodes}")
    if fault.tick < 0:
        raise ValueError(f"a {fault.kind} of node {fault.node} has tick {fault.tick}; ticks begin at 0")
    if max(fault.tick, fault.ticks) > MAX_TICKS:
        raise ValueError(f"a {fault.kind} of node {fault.node} comes and goes within {MAX_TICKS} ticks")
    if fault.kind == "pause" and fault.ticks < 1:
        raise ValueError(f"a pause of node {fault.node} needs ticks = 1 or more")


def check_clock(rule: ClockRule, world: World) -> None:
    """Raises ValueError where a clock rule names a node that does not exist, or figures that mean nothing."""
    if not 1 <= rule.node <= world.nodes:
        raise ValueError(f"a clock rule names node {rule.node}, but the nodes are 1 to {world.nodes}")
    if not 0 <= rule.rate <= 10:
        raise ValueError(f"a clock rule has a rate from 0 to 10, not {rule.rate}")
    if rule.start < 0:
        raise ValueError(f"a clock rule has start {rule.start}; ticks begin at 0")
    if rule.end is not None and rule.end <= rule.start:
        raise ValueError(f"a clock rule has end {rule.end}, which must come after its start {rule.start}")


def check_swarm(swarm: Swarm, world: World) -> None:
    """Raises ValueError where the figures of a swarm mean nothing in the world."""
    check_share("swarm loss", swarm.loss)
    check_share("swarm duplicate", swarm.duplicate)
    check_share("slowest_clock", swarm.slowest_clock)
    for word in ("slow", "cut", "pause", "start"):
        check_ticks(word, getattr(swarm, word))
    check_ticks("down", swarm.down - 1)
    if not 0 <= swarm.crashes < world.nodes:
        raise ValueError(f"crashes goes from 0 to {world.nodes - 1} of {world.nodes} nodes, not {swarm.crashes}")
    end = world.duration - world.timeout if swarm.end is None else swarm.end
    if not swarm.start + 2 < end <= world.duration:
        raise ValueError(f"the swarm's start {swarm.start} and end {end} leave it no time")


def check_ticks(where: str, ticks: int) -> None:
    """Raises ValueError unless 0 <= ticks <= MAX_TICKS."""
    if not 0 <= ticks <= MAX_TICKS:
        raise ValueError(f"{where} goes from 0 to {MAX_TICKS} ticks, not {ticks}")


def check_intervention(intervention: Intervention, world: World) -> None:
    """Raises ValueError where an intervention names what does not exist, or a time that is none."""
    if isinstance(intervention, LinkRule):
        check_rule(intervention, world)
    elif isinstance(intervention, NodeFault):
        check_fault(intervention, world)
    elif isinstance(intervention, ClockRule):
        check_clock(intervention, world)
    elif isinstance(intervention, SkippedOperation):
        check_skip(intervention, world)
    elif isinstance(intervention, FewerNodes):
        check_fewer(intervention, world)
    else:
        check_fate(intervention, world)


def check_skip(skip: SkippedOperation, world: World) -> None:
    """Raises ValueError where a skipped operation names a client that does not exist, or a number that is none."""
    if not 1 <= skip.client <= len(world.clients):
        raise ValueError(
            f"a skipped operation names client {skip.client}, but the clients are 1 to {len(world.clients)}"
        )
    if skip.n < 0 or not 0 <= skip.ticks <= MAX_TICKS:
        raise ValueError(f"a skipped operation has a number and ticks from 0 up, not {skip.n} and {skip.ticks}")


def check_fewer(fewer: FewerNodes, world: World) -> None:
    """Raises ValueError unless some of the world's nodes are named, each once and in their order."""
    nodes = fewer.nodes
    if not nodes or list(nodes) != sorted({*nodes}) or not 1 <= nodes[0] <= nodes[-1] <= world.nodes:
        raise ValueError(f"the nodes that are there are some of 1 to {world.nodes}, in their order, not {list(nodes)}")


def check_fate(fate: SignalFate, world: World) -> None:
    """Raises ValueError where a signal's fate names a server that does not exist, or a time that is none."""
    for server in (fate.sender, fate.receiver):
        if not -len(world.clients) <= server <= world.nodes:
            raise ValueError(f"a signal's fate names server {server}, which does not exist")
    if fate.ticks < 0:
        raise ValueError(f"a signal cannot be held {fate.ticks} ticks: that is before it is sent")
    if fate.ticks > MAX_TICKS:
        raise ValueError(f"a signal is held {MAX_TICKS} ticks at most")
