"""The adversary finds what is wrong, accuses nobody else, keeps to the rules, and is the same everywhere."""

from dataclasses import replace
from functools import cache
from itertools import islice

import pytest
from classics import changed
from hypothesis import given, settings
from hypothesis import strategies as st
from prey import NO_WRITE_BACK, RIGHT, TOO_EARLY, WORLD, WRITE_ALL, runner

from distgame.checker import Outcome
from distgame.engine import trace as tr
from distgame.engine.swarm import drawn
from distgame.engine.world import (
    ClientSpec,
    ClockRule,
    FewerNodes,
    Link,
    LinkRule,
    NodeFault,
    SignalFate,
    SkippedOperation,
    Swarm,
    World,
)
from distgame.hunt.bounds import Bounds, allowed, answers_come, bounds_of, most_down
from distgame.hunt.hunter import ROUND, Attempt, Progress, attempt, hunt
from distgame.hunt.quiet import asked_operations, calm
from distgame.hunt.shrink import Shrinker, ddmin
from distgame.hunt.spelling import by_number
from distgame.hunt.story import story
from distgame.hunt.strategies import Ground, portfolio, schedule_of
from distgame.hunt.trial import Schedule

ROUGH = World(
    nodes=5,
    clients=(ClientSpec(),) * 2,
    duration=300,
    timeout=80,
    links=Link(delay=(1, 6), loss=0.1, duplicate=0.1),
    rules=(LinkRule(senders=(1,), receivers=(2,), start=50, end=90, cut=True),),
    faults=(
        NodeFault(kind="crash", node=1, tick=40),
        NodeFault(kind="crash", node=2, tick=60),
        NodeFault(kind="restart", node=1, tick=90, lose_disk=True),
        NodeFault(kind="pause", node=3, tick=100, ticks=30, freezes_clock=True),
    ),
    clock_rules=(ClockRule(node=2, rate=0.3, start=20),),
)


def test_the_bounds_are_what_the_world_does_by_itself():
    assert bounds_of(WORLD) == Bounds(delay=60)
    assert bounds_of(ROUGH) == Bounds(
        delay=80,
        losses=6,
        doubles=6,
        cut=40,
        down=2,
        restarts=True,
        lose_disk=True,
        pause=30,
        rates=(0.3, 1.0),
        freezes_clock=True,
    )


def test_the_bounds_are_also_what_a_swarm_may_draw_and_its_faults_count():
    swarm = World(nodes=5, clients=WORLD.clients, swarm=Swarm(loss=0.1, cut=50, crashes=1, pause=20, slowest_clock=0.5))
    bounds = bounds_of(swarm)
    assert bounds == Bounds(
        delay=100, losses=6, cut=50, down=1, restarts=True, pause=20, rates=(0.5, 1.0), freezes_clock=True
    )
    crashing = next(seed for seed in range(50) if most_down(drawn(swarm, seed).faults))
    down = next(fault for fault in drawn(swarm, crashing).faults if fault.kind == "crash")
    other = NodeFault(kind="crash", node=down.node % 5 + 1, tick=down.tick + 1)
    assert not allowed(bounds, swarm, crashing, (other,))


def test_more_nodes_down_than_the_world_has_are_not_allowed():
    assert most_down(ROUGH.faults) == 2
    third = NodeFault(kind="crash", node=4, tick=70)
    later = NodeFault(kind="crash", node=4, tick=95)
    assert not allowed(bounds_of(ROUGH), ROUGH, 1, (third,))
    assert allowed(bounds_of(ROUGH), ROUGH, 1, (later,))
    assert not allowed(bounds_of(WORLD), WORLD, 1, (third,))


@pytest.mark.parametrize("world", [WORLD, ROUGH], ids=["calm", "rough"])
def test_every_strategy_keeps_to_the_bounds_and_makes_the_same_schedule_each_time(world):
    bounds = bounds_of(world)
    ground, again = (Ground(world, bounds, runner(RIGHT, world)) for _ in range(2))
    for name in portfolio(bounds):
        for index in range(12):
            schedule = schedule_of(ground, name, index)
            assert schedule == schedule_of(again, name, index)
            assert allowed(bounds, world, schedule.seed, schedule.interventions)
            for each in schedule.interventions:
                assert keeps_to(bounds, each), each
        assert len({schedule_of(ground, name, index) for index in range(12)}) > 6


def keeps_to(bounds, each):
    if isinstance(each, SignalFate):
        return {"drop": bounds.losses, "double": bounds.doubles, "hold": each.ticks <= bounds.delay}[each.fate]
    if isinstance(each, NodeFault):
        return {"crash": bounds.down, "restart": bounds.restarts, "pause": each.ticks <= bounds.pause}[each.kind]
    if isinstance(each, ClockRule):
        return each.rate in bounds.rates
    slow = each.delay is None or each.delay[1] <= bounds.delay
    return slow and each.loss is None and (not each.cut or bounds.cut)


def test_a_world_without_failures_is_hunted_with_delays_alone():
    assert set(portfolio(bounds_of(WORLD))) == {
        "seeds",
        "slow links",
        "priorities",
        "held signals",
        "held moments",
        "swizzled links",
    }


def sightings(code, rounds, order=lambda attempts: attempts):
    ground = Ground(WORLD, bounds_of(WORLD), runner(code))
    progress = []

    def go_on(now):
        progress[:] = [now]
        return now.runs < rounds * ROUND

    found = hunt(bounds_of(WORLD), lambda attempts: [attempt(ground, each) for each in order(attempts)], go_on)
    return list(islice(found, 1)), progress[0]


def test_a_hunt_is_the_same_in_whatever_order_its_runs_end():
    (found,), _ = sightings(TOO_EARLY, 4)
    (turned,), _ = sightings(TOO_EARLY, 4, lambda attempts: attempts[::-1])
    assert found == turned
    assert all(sighting.wrong.operations for sighting in found)


def test_who_is_right_is_not_accused():
    found, progress = sightings(RIGHT, 3)
    assert found == []
    assert progress.runs == 3 * ROUND
    assert len(progress.orders) > ROUND
    assert sum(progress.by_strategy.values()) >= progress.runs
    assert 0 < progress.confidence(WORLD) < 1


def test_confidence_is_that_of_the_priority_schedules():
    progress = Progress(longest=100, by_strategy={"priorities": 600})
    assert progress.confidence(WORLD) == pytest.approx(1 - (1 - 1 / 600) ** 600)
    assert Progress(longest=100).confidence(WORLD) == 0


@cache
def shrunk(turn=0):
    run = runner(TOO_EARLY)
    (found,), _ = sightings(TOO_EARLY, 4)
    return run, Shrinker(run, WORLD, bounds_of(WORLD)).shrink(found[0].schedule)


def test_what_is_left_of_a_wrong_run_is_all_needed():
    run, trial = shrunk()
    assert trial.wrong is not None
    assert len(trial.history) <= 4
    seed, decisions = trial.schedule.seed, trial.schedule.interventions
    kept = (SkippedOperation, FewerNodes)
    done = [each for each in decisions if each != calm(WORLD) and not isinstance(each, kept)]
    assert done
    for each in done:
        left = tuple(other for other in decisions if other is not each)
        assert run(Schedule(seed, left)).wrong is None, each
    for skip, _ in asked_operations(trial):
        assert run(Schedule(seed, (*decisions, skip))).wrong is None, skip
    again, same = shrunk(turn=1)
    assert same.schedule == trial.schedule
    assert again(same.schedule).trace.digest == trial.trace.digest


@pytest.mark.parametrize("kind", ["slow links", "priorities"])
def test_from_whatever_strategy_a_wrong_run_comes_its_story_is_short(kind):
    run = runner(TOO_EARLY)
    ground = Ground(WORLD, bounds_of(WORLD), run)
    tries = (attempt(ground, Attempt(kind, index)) for index in range(200))
    found = next(sighting for sighting in tries if sighting.wrong)
    shrinker = Shrinker(run, WORLD, bounds_of(WORLD))
    assert len(story(shrinker.shrink(found.schedule))) <= 12
    assert shrinker.runs <= 800


def test_a_doubled_and_held_signal_is_named_like_any_other():
    run = runner(RIGHT)
    fates = [SignalFate(sender=1, receiver=node, k=k, fate="hold", ticks=9) for node in (2, 3) for k in range(3)]
    fates.append(SignalFate(sender=1, receiver=2, k=1, fate="double", ticks=7))
    first = run(Schedule(3, tuple(fates)))
    told = (calm(WORLD), *by_number(first, WORLD))
    again = run(Schedule(3, told))
    assert signals(again) == signals(first)


def signals(trial):
    return [event for event in trial.trace.digested if event[0] != tr.LINKS]


def test_the_story_tells_each_operation_and_each_decision_once():
    _, trial = shrunk()
    steps = story(trial)
    assert [step.event for step in steps] == sorted(step.event for step in steps)
    held = [each for each in trial.schedule.interventions if isinstance(each, SignalFate)]
    assert 0 < sum(step.decision for step in steps) <= len(held)
    told = [step.text for step in steps if not step.decision]
    assert len(told) == 2 * len(trial.wrong.operations)
    assert any(" writes " in text and " at node " in text for text in told)
    assert any(text.endswith("is answered None") or "is answered" in text for text in told)


FIVE = World(
    nodes=5,
    clients=(ClientSpec(writes=1.0, node=1), ClientSpec(writes=0.0, node=2), ClientSpec(writes=0.0, node=5)),
    duration=160,
    timeout=60,
    links=Link(delay=(1, 2)),
)
FAR = (
    LinkRule(senders=(1,), receivers=(3, 4, 5), start=20, delay=(60, 60)),
    LinkRule(senders=(5,), receivers=(1, 2), start=20, delay=(60, 60)),
)


def test_nodes_that_are_not_needed_are_left_out_until_each_is():
    run = runner(NO_WRITE_BACK, FIVE)
    bounds = bounds_of(FIVE)
    shrinker = Shrinker(run, FIVE, bounds)
    trial = shrinker.shrink(Schedule(1, FAR))
    nodes = trial.schedule.nodes(FIVE)
    assert len(nodes) == trial.trace.world.nodes == 3
    assert shrinker.minimal
    for gone in nodes:
        smaller = trial.schedule.on([node for node in nodes if node != gone], FIVE)
        assert run(smaller).wrong is None, gone
    assert run(trial.schedule).trace.digest == trial.trace.digest
    assert story(trial)[0].text.startswith("the same happens with 3 nodes")
    assert len(story(trial)) <= 12


def test_no_node_is_left_out_where_a_majority_of_the_others_would_be_out_of_reach():
    def fair(*nodes, **more):
        return allowed(bounds_of(ROUGH), replace(FIVE, **more), 1, (FewerNodes(nodes=nodes),))

    down = tuple(NodeFault(kind="crash", node=node, tick=40) for node in (1, 2))
    assert fair(1, 3, 4, faults=down)
    assert fair(3, 4, 5, faults=down)
    assert not fair(1, 2, 3, faults=down)
    assert not fair(1, 3, faults=down)
    split = tuple(
        LinkRule(senders=a, receivers=b, start=30, end=60, cut=True)
        for a, b in (((1, 2), (3, 4, 5)), ((3, 4, 5), (1, 2)))
    )
    assert fair(1, 2, 3, rules=split)
    assert not fair(1, 3, rules=split)
    assert not fair(1, 2, 3, 4, rules=split)
    mended = (*split, LinkRule(start=30, cut=False))
    assert fair(1, 3, rules=mended)
    emptied = tuple(
        NodeFault(kind=kind, node=node, tick=20 * node + after, lose_disk=after > 0)
        for node in (1, 2)
        for kind, after in (("crash", 0), ("restart", 5))
    )
    assert most_down(emptied) == 1
    assert fair(1, 3, 4, faults=emptied)
    assert not fair(1, 2, 3, faults=emptied)
    assert not allowed(bounds_of(ROUGH), FIVE, 1, (FewerNodes(nodes=(1, 2)), replace(down[0], node=2)))


def test_a_right_run_cannot_be_shrunk():
    with pytest.raises(ValueError, match="nothing to shrink"):
        Shrinker(runner(RIGHT), WORLD, bounds_of(WORLD)).shrink(Schedule(1))


@settings(deadline=None, derandomize=True)
@given(st.sets(st.integers(0, 30)), st.sets(st.integers(0, 30), max_size=5))
def test_ddmin_leaves_what_is_needed(others, needed):
    items = sorted(others | needed)
    assert ddmin(items, lambda some: needed <= set(some)) == sorted(needed)


@settings(deadline=None, derandomize=True)
@given(st.lists(st.frozensets(st.integers(0, 12), min_size=1, max_size=4), min_size=1, max_size=4))
def test_of_what_ddmin_leaves_nothing_can_be_left_out(causes):
    def wrong(some):
        return any(cause <= set(some) for cause in causes)

    kept = ddmin(list(range(13)), wrong)
    assert wrong(kept)
    assert not any(wrong([other for other in kept if other != each]) for each in kept)


def test_where_nothing_fails_a_client_that_gives_up_proves_nothing():
    held = [SignalFate(sender=1, receiver=node, k=k, fate="hold", ticks=60) for node in (2, 3) for k in range(40)]
    clients = (ClientSpec(writes=1.0, node=1, think=(10, 10)), *(ClientSpec(writes=0.0, node=node) for node in (1, 2)))
    calm_world = World(nodes=3, clients=clients, duration=200, timeout=50, links=Link(delay=(1, 2)))
    lossy = replace(calm_world, links=Link(delay=(1, 2), loss=0.001))
    early = WRITE_ALL.replace("        yield", '        self.storage["value"] = request.value\n        yield', 1)
    assert answers_come(calm_world)
    assert not answers_come(lossy)
    at_first = runner(early, calm_world)(Schedule(1, tuple(held)))
    assert at_first.wrong is not None
    given_up = min(op.completed_at for op in at_first.history if op.outcome is Outcome.UNKNOWN)
    assert at_first.wrong.tick < given_up
    later = (*held, SkippedOperation(client=2, n=0, ticks=given_up), SkippedOperation(client=3, n=0, ticks=given_up))
    assert runner(early, calm_world)(Schedule(1, later)).wrong is None
    assert runner(early, lossy)(Schedule(1, later)).wrong is not None


def test_a_run_that_an_error_ends_is_shrunk_too():
    failing = changed(
        RIGHT, ("        return ClientWrite", "        assert new.tag[0] < 4\n        return ClientWrite")
    )
    run = runner(failing)
    first = run(Schedule(2))
    assert first.wrong is not None
    assert first.wrong.operations == ()
    trial = Shrinker(run, WORLD, bounds_of(WORLD)).shrink(Schedule(2))
    assert trial.wrong.reason.startswith("AssertionError (register.py:27")
    assert len(trial.history) == 4
    assert [step.text for step in story(trial)][-1] == f"the run ends: {trial.wrong.reason}"


def test_shrinking_that_is_stopped_gives_the_smallest_wrong_run_so_far():
    run, whole = shrunk()
    (found,), _ = sightings(TOO_EARLY, 4)
    sizes = []
    for most in (0, 6, 14):
        made = []
        shrinker = Shrinker(
            lambda schedule, made=made: made.append(schedule) or run(schedule),
            WORLD,
            bounds_of(WORLD),
            stopped=lambda made=made, most=most: len(made) > most,
        )
        shrinker_run = shrinker.shrink(found[0].schedule)
        assert shrinker_run.wrong is not None
        assert len(made) == most + 1
        assert not shrinker.minimal
        sizes.append(len(shrinker_run.history))
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > sizes[-1] >= len(whole.history)
