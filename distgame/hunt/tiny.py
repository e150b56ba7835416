"""Tiny worlds: a few nodes, a few operations, and how often what may go wrong; and the steps that happen in one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from distgame.engine.actions import Action, Event
from distgame.engine.world import ClientSpec, World
from distgame.hunt.bounds import bounds_of

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
    `empties` whether it may do so with an empty disk. `timers` are the moments at which timers go off: all that are
    due then.
    """

    losses: int = 0
    doubles: int = 0
    crashes: int = 0
    at_once: int = 0
    restarts: bool = False
    empties: bool = False
    timers: int = 0


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
    id where they are `named`. A client waits `patience` ticks for an answer.
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

    @property
    def remembers(self) -> bool:
        """Whether it matters which client asks: a compare-and-set compares with what its client has seen."""
        return "cas" in self.operations


@dataclass(frozen=True, slots=True)
class Step:
    """One step: an operation reaches a node, a message does, a node crashes or starts again, or timers go off.

    `node` is where it happens (0: wherever timers are due), and `now` the time, in ticks, that clocks then show.
    `sent` are the messages that nodes then sent to others, `returned` the operations that they ended, with what they
    came to. A message that arrives may be `doubled` by the network, and others that were sent before it are `lost`. A
    node may start again with its disk `emptied`.
    """

    kind: Literal["asked", "arrives", "crash", "restart", "timers"]
    node: int
    now: int
    operation: int | None = None
    client: tuple[int, int] | None = None
    key: str | None = None
    message: Message | None = None
    doubled: bool = False
    lost: tuple[Message, ...] = ()
    emptied: bool = False
    sent: tuple[Message, ...] = ()
    returned: tuple[tuple[int, Any], ...] = ()


def tiny_of(world: World, nodes: int, operations: tuple[str, ...], limits: Limits) -> Tiny:
    """A world's clients on at most so many of its nodes; more where clients are pinned to more.

    The nodes of clients that are pinned to some keep their order, but not their numbers.
    """
    pins = sorted({client.node for client in world.clients if client.node is not None})
    nodes = min(world.nodes, max(nodes, len(pins)))
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
    )


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
        timers=most,
    )
