"""Smaller worlds: the same rules with fewer nodes, known as 1, 2, ... in their order, as if there were no others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from distgame.engine.world import (
    GATEWAY,
    ClientSpec,
    ClockRule,
    FewerNodes,
    Intervention,
    LinkRule,
    NodeFault,
    SignalFate,
    World,
    check_fewer,
    check_intervention,
)


def world_of(world: World, interventions: Sequence[Intervention]) -> World:
    """The world of a run: of the nodes that the interventions leave. A world of which all are left stays as it is.

    A client that was pinned to a node that is gone is pinned to the next one that is there. Raises ValueError where
    the nodes that are left are not nodes of the world.
    """
    fewer = [each for each in interventions if isinstance(each, FewerNodes)]
    if len(fewer) > 1:
        raise ValueError("two interventions say which nodes are there")
    for each in fewer:
        check_fewer(each, world)
        world = _with_nodes(world, each.nodes)
    return world


def checked_world_of(world: World, interventions: Sequence[Intervention]) -> World:
    """The same. Raises ValueError, too, where an intervention names what that world does not have."""
    world = world_of(world, interventions)
    for each in interventions:
        if not isinstance(each, FewerNodes):
            check_intervention(each, world)
    return world


def _with_nodes(world: World, nodes: tuple[int, ...]) -> World:
    numbers = {node: place for place, node in enumerate(nodes, 1)}
    swarm = world.swarm
    return replace(
        world,
        nodes=len(nodes),
        clients=tuple(_pinned(client, numbers) for client in world.clients),
        rules=tuple(new for rule in world.rules if (new := _links(rule, numbers))),
        faults=tuple(replace(each, node=numbers[each.node]) for each in world.faults if each.node in numbers),
        clock_rules=tuple(replace(each, node=numbers[each.node]) for each in world.clock_rules if each.node in numbers),
        swarm=swarm and replace(swarm, crashes=min(swarm.crashes, len(nodes) - 1)),
    )


def _pinned(client: ClientSpec, numbers: Mapping[int, int]) -> ClientSpec:
    if client.node is None:
        return client
    following = [node for node in numbers if node >= client.node] or list(numbers)
    return replace(client, node=numbers[following[0]])


def renumbered(each: Intervention, numbers: Mapping[int, int]) -> Intervention | None:
    """What is decided of the nodes that are left, by their new numbers; None where it is about others alone."""
    match each:
        case NodeFault() | ClockRule():
            return replace(each, node=numbers[each.node]) if each.node in numbers else None
        case SignalFate():
            sender, receiver = _server(each.sender, numbers), _server(each.receiver, numbers)
            return None if sender is None or receiver is None else replace(each, sender=sender, receiver=receiver)
        case LinkRule():
            return _links(each, numbers)
    return each


def _links(rule: LinkRule, numbers: Mapping[int, int]) -> LinkRule | None:
    senders, receivers = (_servers(ends, numbers) for ends in (rule.senders, rule.receivers))
    return None if () in (senders, receivers) else replace(rule, senders=senders, receivers=receivers)


def _servers(ids: tuple[int, ...] | None, numbers: Mapping[int, int]) -> tuple[int, ...] | None:
    return None if ids is None else tuple(new for each in ids if (new := _server(each, numbers)) is not None)


def _server(server: int, numbers: Mapping[int, int]) -> int | None:
    return server if server <= GATEWAY else numbers.get(server)
