"""Swarms: which faults a seed draws, within which bounds, and that every runner means the same world."""

from dataclasses import replace

import pytest
from playing import play, register

from distgame.engine.swarm import drawn
from distgame.engine.world import ClientSpec, LinkRule, NodeFault, Swarm, World

SWARM = Swarm(
    loss=0.3, duplicate=0.2, slow=60, cut=100, crashes=2, down=80, lose_disk=True, pause=90, slowest_clock=0.3, start=50
)
WORLD = World(nodes=5, clients=(ClientSpec(),), duration=600, timeout=100, swarm=SWARM)
DRAWN = [drawn(WORLD, seed) for seed in range(400)]


def kinds(world: World) -> tuple[bool, ...]:
    """Which kinds of faults are in a world."""
    rules = world.rules
    return (
        any(rule.loss is not None for rule in rules),
        any(rule.duplicate is not None for rule in rules),
        any(rule.delay is not None for rule in rules),
        any(rule.cut for rule in rules),
        any(fault.kind == "crash" for fault in world.faults),
        any(fault.kind == "pause" for fault in world.faults),
        bool(world.clock_rules),
    )


def test_each_seed_draws_a_subset_and_all_kinds_come_in_about_half_of_the_seeds() -> None:
    found = [kinds(world) for world in DRAWN]
    assert len(set(found)) > 80
    for kind in zip(*found, strict=True):
        assert 150 < sum(kind) < 250


def test_drawing_is_a_function_of_world_and_seed_and_drawing_again_changes_nothing() -> None:
    for seed, world in enumerate(DRAWN[:20]):
        assert drawn(WORLD, seed) == world
        assert drawn(world, seed + 1) == world
        assert world.swarm is None


def test_one_kind_does_not_depend_on_another() -> None:
    for seed in range(50):
        without = drawn(replace(WORLD, swarm=replace(SWARM, crashes=0, loss=0.0)), seed)
        assert without.clock_rules == DRAWN[seed].clock_rules
        assert set(without.rules) <= set(DRAWN[seed].rules)


def test_all_of_it_keeps_within_the_bounds_of_the_level() -> None:
    for world in DRAWN:
        for rule in (*world.rules, *world.clock_rules):
            assert rule.end is not None
            assert 50 <= rule.start < rule.end <= 500
            if isinstance(rule, LinkRule):
                assert (rule.loss or 0) <= 0.3
                assert (rule.duplicate or 0) <= 0.2
                assert rule.delay is None or 30 <= rule.delay[1] <= 60
                assert not rule.cut or rule.end - rule.start <= 100
        crashes = [fault for fault in world.faults if fault.kind == "crash"]
        backs = {fault.node: fault for fault in world.faults if fault.kind == "restart"}
        assert len(crashes) == len(backs) <= 2
        for crash in crashes:
            assert 50 <= crash.tick < backs[crash.node].tick <= min(500, crash.tick + 80)
        assert all(fault.ticks <= 90 for fault in world.faults if fault.kind == "pause")
        assert all(0.3 <= rule.rate < 1 for rule in world.clock_rules)


def test_a_cut_parts_a_minority_from_all_others() -> None:
    ways = set()
    for world in DRAWN:
        cuts = [rule for rule in world.rules if rule.cut]
        ways.add(len(cuts))
        for rule in cuts:
            assert rule.senders is not None
            assert rule.receivers is not None
            assert sorted((*rule.senders, *rule.receivers)) == [1, 2, 3, 4, 5]
            assert min(len(rule.senders), len(rule.receivers)) <= 2
    assert ways == {0, 1, 2}


def test_a_level_s_own_faults_stay() -> None:
    own = NodeFault(kind="crash", node=3, tick=7)
    assert all(own in drawn(replace(WORLD, faults=(own,)), seed).faults for seed in range(20))


def test_a_run_of_a_swarm_is_the_run_of_the_world_it_draws() -> None:
    for seed in (1, 2, 3):
        trace = play(register(), world=WORLD, seed=seed)
        assert trace.world == DRAWN[seed]
        assert trace.digest == play(register(), world=DRAWN[seed], seed=seed).digest


@pytest.mark.parametrize("wrong", [{"loss": 1.5}, {"crashes": 5}, {"slow": -1}, {"start": 550}, {"slowest_clock": 2}])
def test_a_swarm_that_means_nothing_is_refused(wrong: dict) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        replace(WORLD, swarm=replace(SWARM, **wrong))
