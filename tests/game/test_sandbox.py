"""The sandbox: knobs turn a world, from a tick on or in the whole run, and it can be kept as a level file."""

from dataclasses import replace

import pytest

from distgame.engine.host import Host
from distgame.engine.program import Program, Source
from distgame.engine.world import ClockRule, Detector, LinkRule, NodeFault, Routing, SignalFate, SkippedOperation
from distgame.game.campaign.level_tables import LinkTable
from distgame.game.campaign.levels import read_level
from distgame.game.campaign.sandbox import KNOBS, Sandbox, level_text, turned, value
from distgame.game.play.places import algorithms_folder
from distgame.game.running.runs import run_level
from distgame.game.scores.judging import MODELS

BY_HAND = ("faults", "rules", "clock_rules")
KNOB = {knob.field: knob for knob in KNOBS}


def turn(sandbox, field, steps, tick=None):
    return turned(sandbox, KNOB[field], steps, tick)


def host(name="mwmr_abd.py"):
    path = algorithms_folder() / name
    return Host(Program(Source(path.stem, path.name, path.read_text(encoding="utf-8"))))


@pytest.mark.parametrize("knob", KNOBS, ids=lambda knob: knob.field)
@pytest.mark.parametrize("tick", [None, 0, 100])
@pytest.mark.parametrize("steps", [-1000, -1, 1, 1000])
def test_every_knob_makes_a_world_however_far_it_is_turned(knob, tick, steps):
    turn_by_turn = Sandbox()
    for _ in range(3):
        turn_by_turn = turned(turn_by_turn, knob, steps, tick)
        assert turn_by_turn.level.world.nodes == turn_by_turn.nodes
    for other in KNOBS:
        assert turned(turn_by_turn, other, 1, 50).level.world


def test_what_is_turned_in_the_whole_run_is_in_the_world():
    sandbox = turn(turn(turn(Sandbox(), "nodes", 2), "loss", 2), "longest", 4)
    world = sandbox.level.world
    assert (world.nodes, world.links.loss, world.links.delay, sandbox.links) == (5, 0.1, (1, 10), ())


def test_the_shortest_delay_pushes_the_longest_and_the_other_way_round():
    assert turn(Sandbox(), "shortest", 9).level.world.links.delay == (10, 10)
    assert turn(turn(Sandbox(), "shortest", 3), "longest", -3).level.world.links.delay == (3, 3)
    later = turn(Sandbox(), "shortest", 9, 100)
    assert later.links == (LinkTable(start=100, delay=(10, 10)),)


def test_what_is_turned_from_a_tick_on_leaves_what_went_before():
    sandbox = turn(turn(Sandbox(), "loss", 4, 100), "loss", 2, 200)
    assert [value(sandbox, "loss", tick) for tick in (0, 99, 100, 199, 200, 599)] == [0.0, 0.0, 0.2, 0.2, 0.3, 0.3]
    plain = run_level(host(), Sandbox().level, 1).trace.events
    changed = run_level(host(), sandbox.level, 1).trace.events
    assert [event for event in plain if event[1] < 100] == [event for event in changed if event[1] < 100]
    assert plain != changed


def test_a_knob_that_is_turned_twice_at_one_tick_is_one_change():
    sandbox = turn(turn(Sandbox(), "loss", 1, 100), "loss", 1, 100)
    assert sandbox.links == (LinkTable(start=100, loss=0.1),)
    assert turn(turn(Sandbox(), "loss", 1, 100), "duplicate", 1, 100).links == (
        LinkTable(start=100, loss=0.05),
        LinkTable(start=100, duplicate=0.05),
    )


def test_a_partition_begins_grows_and_is_healed():
    sandbox = turn(turn(turn(Sandbox(nodes=5), "apart", 1, 100), "apart", 1, 200), "apart", -2, 300)
    assert [value(sandbox, "apart", tick) for tick in (99, 100, 200, 300)] == [0, 1, 2, 0]
    assert sandbox.links == (
        LinkTable(senders=(1,), receivers=(2, 3, 4, 5), both_ways=True, start=100, end=200, cut=True),
        LinkTable(senders=(1, 2), receivers=(3, 4, 5), both_ways=True, start=200, end=300, cut=True),
    )


def test_a_partition_that_is_turned_back_at_its_own_tick_never_was():
    assert turn(turn(Sandbox(), "apart", 1, 100), "apart", -1, 100).links == ()


def test_fewer_nodes_are_cut_as_far_as_they_are_there():
    sandbox = turn(turn(Sandbox(nodes=5), "apart", 2, 100), "nodes", -1)
    assert sandbox.links[0].receivers == (3, 4)
    assert turn(sandbox, "nodes", -2).links == ()


def test_the_models_go_round():
    sandbox = Sandbox()
    seen = []
    for _ in MODELS:
        seen.append(sandbox.model)
        sandbox = turn(sandbox, "model", 1)
    assert sorted(seen) == sorted(MODELS)
    assert sandbox == Sandbox()


def test_what_machines_are_like_is_in_the_world():
    sandbox = Sandbox()
    for field, steps in {"detector": 2, "health_check": 1, "retry": 4, "disk": 2, "drift": -1, "length": -1}.items():
        sandbox = turn(sandbox, field, steps)
    world = turn(sandbox, "keys", 1).level.world
    assert world.detector == Detector(delay=10)
    assert world.gateway == Routing(health_check=5, retry=40, request_ids=True)
    assert (world.disk_latency, world.clocks.drift, world.duration) == (10, 0.0, 300)
    assert {client.keys for client in world.clients} == {("x", "y")}
    assert sandbox.level.world.clients[0].keys == ()


def test_what_is_kept_is_a_level_that_runs_alike(tmp_path):
    sandbox = turn(turn(turn(Sandbox(nodes=5), "loss", 2), "longest", 6, 150), "apart", 2, 200)
    sandbox = replace(sandbox, keys=2, length=300, disk=5, drift=0.2, detector=10, health_check=20, retry=40)
    by_hand = (
        NodeFault(kind="crash", node=5, tick=50),
        NodeFault(kind="restart", node=5, tick=90),
        NodeFault(kind="pause", node=4, tick=60, ticks=30),
        LinkRule(senders=(1,), receivers=(2,), start=20, end=40, cut=True),
        ClockRule(node=3, rate=0.5, start=10),
    )
    lost = (
        SignalFate(sender=1, receiver=2, k=0, fate="drop"),
        SkippedOperation(client=1, n=0),
        LinkRule(senders=(-1,), receivers=(0,), start=20, cut=True),
    )
    text, left_out = level_text(sandbox, "mwmr_abd.py", 7, (*by_hand, *lost))
    assert left_out == len(lost)
    path = tmp_path / "sandbox-7.toml"
    path.write_text(text)
    level = read_level(path)
    assert (level.number, level.name, level.reference) == (7, "Sandbox 7", "mwmr_abd.py")
    assert level.world == replace(sandbox.level.world, **{part: getattr(level.world, part) for part in BY_HAND})
    kept = run_level(host(), level, 1)
    shown = run_level(host(), sandbox.level, 1, by_hand)
    assert kept.history == shown.history


def test_a_plain_sandbox_is_a_short_file(tmp_path):
    text, left_out = level_text(Sandbox(), "register.py", 1)
    (tmp_path / "a.toml").write_text(text)
    assert left_out == 0
    assert read_level(tmp_path / "a.toml").world == Sandbox().level.world
    assert len(text.splitlines()) < 40
