"""Smaller worlds: fewer nodes, with new numbers, under the same rules; a run in one is a run like any other."""

from dataclasses import replace

import pytest
from playing import play, register

from distgame.engine import trace as tr
from distgame.engine.fewer import checked_world_of, world_of
from distgame.engine.world import (
    ClientSpec,
    ClockRule,
    FewerNodes,
    LinkRule,
    NodeFault,
    SignalFate,
    SkippedOperation,
    Swarm,
    World,
)
from distgame.hunt.trial import Schedule

on_start = """
def on_start(self):
    print(self.id, list(self.other_nodes), self.majority)
"""

FIVE = World(
    nodes=5,
    clients=(ClientSpec(node=1), ClientSpec(node=2), ClientSpec(node=5), ClientSpec()),
    rules=(
        LinkRule(senders=(1, 2), receivers=(3, 4, 5), cut=True, start=5),
        LinkRule(senders=(1,), receivers=(3, 4), delay=(9, 9)),
        LinkRule(senders=(0,), receivers=(5,), delay=(2, 2)),
        LinkRule(delay=(1, 2)),
    ),
    faults=(NodeFault(kind="crash", node=4, tick=9), NodeFault(kind="pause", node=5, tick=9, ticks=3)),
    clock_rules=(ClockRule(node=2, rate=0.5), ClockRule(node=3, rate=0.5)),
    swarm=Swarm(crashes=3, loss=0.1),
)


def test_what_a_smaller_world_does_is_done_to_the_nodes_that_are_left():
    left = world_of(FIVE, (FewerNodes(nodes=(2, 3, 5)),))
    assert left.nodes == 3
    assert [client.node for client in left.clients] == [1, 1, 3, None]
    assert left.rules == (
        LinkRule(senders=(1,), receivers=(2, 3), cut=True, start=5),
        LinkRule(senders=(0,), receivers=(3,), delay=(2, 2)),
        LinkRule(delay=(1, 2)),
    )
    assert left.faults == (NodeFault(kind="pause", node=3, tick=9, ticks=3),)
    assert left.clock_rules == (ClockRule(node=1, rate=0.5), ClockRule(node=2, rate=0.5))
    assert left.swarm == Swarm(crashes=2, loss=0.1)
    assert [client.node for client in world_of(FIVE, (FewerNodes(nodes=(2, 3)),)).clients] == [1, 1, 1, None]
    assert world_of(FIVE, ()) is FIVE


def test_decisions_follow_the_nodes_that_they_are_about():
    decisions = (
        FewerNodes(nodes=(1, 2, 4, 5)),
        SignalFate(sender=1, receiver=4, k=2, fate="drop"),
        SignalFate(sender=1, receiver=3, k=2, fate="drop"),
        SignalFate(sender=0, receiver=4, k=0, fate="drop"),
        NodeFault(kind="crash", node=3, tick=7),
        SkippedOperation(client=2, n=0),
        LinkRule(senders=(1, 3), cut=True),
    )
    smaller = Schedule(7, decisions).on((1, 2, 5), FIVE)
    assert smaller.interventions == (
        FewerNodes(nodes=(1, 2, 5)),
        SignalFate(sender=1, receiver=3, k=2, fate="drop"),
        SignalFate(sender=0, receiver=3, k=0, fate="drop"),
        SkippedOperation(client=2, n=0),
        LinkRule(senders=(1,), cut=True),
    )
    assert smaller.nodes(FIVE) == (1, 2, 5)
    assert Schedule(7).nodes(FIVE) == (1, 2, 3, 4, 5)


@pytest.mark.parametrize("nodes", [(), (2, 1), (1, 1), (0, 1), (1, 6)])
def test_nodes_that_are_not_those_of_the_world_are_refused(nodes):
    with pytest.raises(ValueError, match="some of 1 to 5"):
        world_of(FIVE, (FewerNodes(nodes=nodes),))


def test_other_decisions_must_be_about_the_nodes_that_are_left():
    fewer = FewerNodes(nodes=(1, 5))
    with pytest.raises(ValueError, match="node 5"):
        checked_world_of(FIVE, (NodeFault(kind="crash", node=5, tick=1), fewer))
    with pytest.raises(ValueError, match="two interventions"):
        checked_world_of(FIVE, (fewer, fewer))


def test_a_run_in_a_smaller_world_is_the_run_of_that_world():
    code = register(on_start)
    world = replace(FIVE, swarm=None)
    fewer = FewerNodes(nodes=(1, 3, 5))
    run = play(code, world=world, seed=3, interventions=(fewer,))
    assert run.world == world_of(world, (fewer,))
    assert run.unmet == ()
    assert run.digest == play(code, world=run.world, seed=3).digest
    assert [event[3] for event in run.events if event[0] == tr.PRINT] == ["1 [2, 3] 2", "2 [1, 3] 2", "3 [1, 2] 2"]
