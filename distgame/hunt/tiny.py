"""Tiny worlds: a few nodes, a few operations, and how often what may go wrong; and the steps that happen in one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from distgame.engine.actions import Action, Event
from distgame.engine.world import ClientSpec, World
from distgame.hunt.bounds import answers_come, bounds_of

Play = Callable[[int, list[Event]], list[list[Action]]]
"""What a fresh node (its id) does for each of the events that befall it. Raises PlayerError."""

Message = tuple[int, int, int, bool, Any, bool]
"""Sender, receiver, request number, whether it is an answer, wire form, whether the network has made it a second."""

KINDS = ("write", "cas", "add", "read", "snapshot")
"""What operations do: first those that change a register."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What may go wrong, and how often at most.

    `losses` are signals that are lost on links that keep the order; on others a signal that never arrives is merely
    late. `doubles` are signals that the network doubles, `crashes` are crashes of nodes, of which never more than
    `at_once` are down or have lost their disk. `restarts` says whether a node that has crashed may start again, and
    `empties` whether it may do so with an empty disk; a `torn` crash loses what the node stored in its last step, if it
    did not wait for its disk. `timeouts` are the moments at which timers go off and clients give up: all for whom it is
    time then.
    """

    losses: int = 0
    doubles: int = 0
    crashes: int = 0
    at_once: int = 0
    restarts: bool = False
    empties: bool = False
    torn: bool = False
    timeouts: int = 0


@dataclass(frozen=True, slots=True)
class Asker:
    """Some clients that are alike: how many, what they ask, the node that they always ask (None: any), their keys."""

    count: int
    kinds: tuple[str, ...]
    node: int | None = None
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tiny:
    """A tiny world: nodes, clients, and what each of its operations does, those of a kind together, in any order.

    `limits` are what may go wrong. Links that are `in_order` deliver in the order of sending. Where nodes `hear_of`
    deaths they do so at once, and where the gateway has a `health_check` it leaves out who is down. Requests have an
    id where they are `named`. A client waits `patience` ticks for an answer; where it `asks_on` it may do so then.
    """

    nodes: int
    askers: tuple[Asker, ...]
    operations: tuple[str, ...]
    limits: Limits = Limits()
    in_order: bool = False
    hear_of: bool = False
    health_check: bool = False
    named: bool = False
    patience: int = 100
    asks_on: bool = False

    @property
    def remembers(self) -> bool:
        """Whether it matters which client asks: a compare-and-set compares with what its client has seen."""
        return "cas" in self.operations


@dataclass(frozen=True, slots=True)
class Step:
    """One step: an operation reaches a node, a message does, a node crashes or starts again, or it is a timeout's time.

    Before the first one all nodes start. `node` is where it happens (0: at the nodes that are `woken`), and `now` the
    time, in ticks, that clocks then show; `leader` is who leads after it, as far as the gateway has heard. `waits` is
    how often some node waited for its disk in the step. `sent` are the messages that nodes then sent to others, and
    `returned` the operations that they ended, each with how often the node waited for its disk before. A message that
    arrives may be `doubled` by the network, and others that were sent before it are `lost`. When it is time for
    timeouts, the clients of some operations may have `given_up`. A crash may be `torn`: it comes right after the last
    step of its node, and after so many waits for its disk in that. A node may start again with its disk `emptied`.
    """

    kind: Literal["start", "asked", "arrives", "crash", "restart", "timeouts"]
    node: int
    now: int
    operation: int | None = None
    client: tuple[int, int] | None = None
    key: str | None = None
    message: Message | None = None
    doubled: bool = False
    lost: tuple[Message, ...] = ()
    woken: tuple[int, ...] = ()
    given_up: tuple[int, ...] = ()
    torn: int | None = None
    emptied: bool = False
    leader: int | None = None
    waits: int = 0
    sent: tuple[tuple[Message, int], ...] = ()
    returned: tuple[tuple[int, int], ...] = ()


OPEN: Any = None
"""What an operation that nobody has answered has come to; one that was answered to (type, value), as in a history."""

GIVEN_UP = ("info", None)
"""What an operation whose client waits no longer has come to."""


@dataclass(frozen=True, slots=True)
class Call:
    """An operation that was asked: where, when (ticks), by whom, of which register, and which had been answered then.

    `asker` and `client` number whose kind it is and which of that kind (0 where that does not matter), `after` has a
    bit for each operation that had been answered; a compare-and-set compares with `old`.
    """

    node: int
    now: int
    asker: int
    client: int
    key: str | None
    old: Any
    after: int


@dataclass(frozen=True, slots=True)
class State:
    """What has befallen each node (by its number in the memory), what was asked, and what is on its way.

    `left` is what may still go wrong: losses, doubles, crashes, timeouts. The answers follow from the rest.
    """

    nodes: tuple[int, ...]
    calls: tuple[Call | None, ...]
    answers: tuple[Any, ...]
    flying: tuple[int, ...]
    leader: int | None
    left: tuple[int, int, int, int]
    now: int

    @property
    def key(self) -> Any:
        """The same for two states from which the same can follow."""
        return self.nodes, self.calls, self.flying, self.leader, self.left, self.now


def tiny_of(world: World, nodes: int, operations: tuple[str, ...], limits: Limits) -> Tiny:
    """A world's clients on at most so many of its nodes; more where clients are pinned to more.

    The nodes of clients that are pinned to some keep their order, but not their numbers.
    """
    pins = _pins(world)
    nodes = nodes_of(world, nodes)
    # A node that keeps its number may be one that the program knows by its number.
    numbers = {pin: pin for pin in pins if pin <= nodes}
    free = [node for node in range(nodes, 0, -1) if node not in numbers]
    numbers |= {pin: free.pop(0) for pin in reversed(pins) if pin > nodes}
    alike: dict[tuple[tuple[str, ...], int | None, tuple[str, ...]], int] = {}
    for client in world.clients:
        node = None if client.node is None else numbers[client.node]
        kinds = kinds_of(client)
        alike[kinds, node, client.keys] = alike.get((kinds, node, client.keys), 0) + 1
    return Tiny(
        nodes,
        tuple(Asker(count, *asker) for asker, count in alike.items()),
        tuple(sorted(operations, key=KINDS.index)),
        limits,
        in_order=not world.links.reorder,
        hear_of=world.detector is not None,
        health_check=world.gateway.health_check > 0,
        named=world.gateway.request_ids,
        patience=world.timeout,
        # Who compares with what it has seen has a client to itself in the played world, and that one waits.
        asks_on=not answers_come(world) and "cas" not in operations,
    )


def nodes_of(world: World, wanted: int) -> int:
    """How many nodes a tiny world of a world has where so many are wanted."""
    return min(world.nodes, max(wanted, len(_pins(world))))


def _pins(world: World) -> list[int]:
    return sorted({client.node for client in world.clients if client.node is not None})


def kinds_of(client: ClientSpec) -> tuple[str, ...]:
    """What a client asks."""
    reads = sum(client.shares.values()) < 1 - 1e-9
    return tuple(kind for kind in KINDS if kind in client.kinds and (reads or kind != "read"))


def limits_of(world: World, nodes: int, most: int = 1) -> Limits:
    """What a world does by itself, each at most so often, on so many nodes of which a majority must stay in reach."""
    bounds = bounds_of(world)
    in_order = not world.links.reorder
    at_once = min(bounds.down, (nodes - 1) // 2)
    return Limits(
        losses=most if bounds.losses and in_order else 0,
        # On a link that keeps the order the second comes right behind the first.
        doubles=most if bounds.doubles and not in_order else 0,
        # What arrives while its receiver is down is lost, and would let others pass.
        crashes=most if at_once and not in_order else 0,
        at_once=at_once,
        restarts=bounds.restarts,
        empties=bounds.lose_disk,
        # Who is told of a death is told too soon of one that must come right after a step.
        torn=world.disk_latency > 0 and world.detector is None,
        timeouts=most,
    )
