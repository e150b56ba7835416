"""Exhaustive search with what may go wrong: what breaks by one thing alone is found by it, what is right is not."""

from dataclasses import replace
from random import Random

import pytest
from test_exhaustive import host_of, search
from tiny_prey import (
    AT_ONE,
    BY_KEY,
    COPIES,
    GOSSIP,
    IMPATIENT,
    IN_MEMORY,
    IN_ONE_LETTER,
    IN_TWO_LETTERS,
    NUMBERED,
    ONE_AFTER_THE_OTHER,
    ONE_FOR_ALL,
    READ_THEN_WRITE,
    STUBBORN,
    SUCCESSION,
    SYNCED,
    SYNCED_LATE,
)

from distgame.checker import Kind, Outcome
from distgame.engine.draws import number
from distgame.engine.referee import simulate
from distgame.engine.world import ClientSpec, Link, LinkRule, NodeFault, World
from distgame.game.adversary.exhausting import said
from distgame.game.scores.judging import judge
from distgame.hunt.asking import value_of
from distgame.hunt.moves import Moves
from distgame.hunt.tiny import OPEN, Asker, Limits, Tiny, limits_of
from distgame.hunt.tiny_world import played

WRITER, READER = Asker(1, ("write",), 1), Asker(1, ("read",), 2)
CRASH = Limits(crashes=1, at_once=1, restarts=True)


def two(operations, **more):
    """A writer at node 1, which waits for its answers, and a reader at node 2."""
    return Tiny(2, (WRITER, READER), operations, **more)


def alone(operations, kinds, **more):
    """Clients of one kind at one of two nodes."""
    keys = more.pop("keys", ())
    return Tiny(2, (Asker(2, kinds, 1, keys),), operations, **more)


W, R, C, A, S = "write", "read", "cas", "add", "snapshot"
XY = ("x", "y")
ONE_BY_ONE = (W, W, R)
BY = {
    "a loss": (IN_TWO_LETTERS, IN_ONE_LETTER, two((W, R), in_order=True), {"losses": 1}),
    "a double": (COPIES, NUMBERED, two(ONE_BY_ONE), {"doubles": 1}),
    "a crash": (IN_MEMORY, AT_ONE, alone((W, R), (W, R)), {"crashes": 1, "at_once": 1, "restarts": True}),
    "a timeout": (IMPATIENT, STUBBORN, two((W, R)), {"timeouts": 1}),
}


@pytest.mark.parametrize("what", BY)
def test_what_breaks_by_one_thing_alone_is_found_by_that_alone(what):
    broken, right, tiny, more = BY[what]
    without, _ = search(broken, tiny)
    assert (without.path, without.whole) == (None, True)
    limits = Limits(**more)
    tiny = Tiny(tiny.nodes, tiny.askers, tiny.operations, limits, in_order=tiny.in_order)
    found, runs = search(broken, tiny)
    assert found.path is not None
    # The very first wrong answer that is found is wrong when it is played, too.
    assert len(runs) == 1
    clean, runs = search(right, tiny)
    assert (clean.path, clean.whole, runs) == (None, True, [])
    assert clean.states > without.states > 1


def test_an_empty_disk_is_found_by_an_empty_disk_alone():
    emptied = Limits(crashes=1, at_once=1, restarts=True, empties=True)
    assert search(AT_ONE, alone((W, R), (W, R), limits=CRASH))[0].whole
    found, runs = search(AT_ONE, alone((W, R), (W, R), limits=emptied))
    assert [step.kind for step in found.path] == ["asked", "crash", "restart", "asked"]
    assert found.path[2].emptied
    assert len(runs) == 1


def test_what_is_not_durable_yet_is_lost_by_a_torn_crash_alone():
    torn = Limits(crashes=1, at_once=1, restarts=True, torn=True)
    assert search(AT_ONE, alone((W, R), (W, R), limits=CRASH))[0].whole
    found, runs = search(AT_ONE, alone((W, R), (W, R), limits=torn))
    assert [step.kind for step in found.path] == ["asked", "crash", "restart", "asked"]
    assert found.path[1].torn == 0
    assert len(runs) == 1
    clean, runs = search(SYNCED, alone((W, W, R), (W, R), limits=torn))
    assert (clean.path, clean.whole, runs) == (None, True, [])


def test_a_majority_stays_within_reach():
    none = Limits(crashes=1, at_once=0, restarts=True)
    assert search(IN_MEMORY, alone((W, R), (W, R), limits=none))[0].whole


@pytest.mark.parametrize(("operations", "kinds"), [((C, C), (C,)), ((A, A), (A,)), ((W, C, R), (W, C, R))])
def test_what_reads_and_then_writes_is_found_by_compare_and_sets_and_increments(operations, kinds):
    found, runs = search(READ_THEN_WRITE, alone(operations, kinds))
    assert found.path is not None
    assert len(runs) == 1
    clean, runs = search(AT_ONE, alone(operations, kinds))
    assert (clean.path, clean.whole, runs) == (None, True, [])


def test_a_compare_and_set_compares_with_what_its_client_has_seen():
    swapped = []
    moves = Moves(alone((W, C), (W, C)), player(AT_ONE, 2))
    states = [moves.start()]
    while states:
        state = states.pop()
        states += [following for _, following in moves.steps(state)]
        if state.answers[1] is not OPEN:
            swapped.append((state.calls[1].client == (state.calls[0] and state.calls[0].client), state.answers[1]))
    # Its own write it has seen; that of another client it has not.
    first, second = value_of(0), value_of(1)
    assert (True, ("ok", (first, second))) in swapped
    assert (False, ("fail", (None, second))) in swapped
    assert (False, ("ok", (None, second))) in swapped


def test_registers_with_names_are_registers_of_their_own():
    tiny = alone((W, R), (W, R), keys=XY)
    found, runs = search(ONE_FOR_ALL, tiny)
    assert found.path is not None
    assert len(runs) == 1
    assert search(BY_KEY, tiny)[0].whole


def test_snapshots_are_of_one_moment():
    tiny = Tiny(2, (Asker(1, (W,), 1, XY), Asker(1, (S,), 1, XY)), (W, W, S))
    found, runs = search(ONE_AFTER_THE_OTHER, tiny, "strict-serializable")
    assert found.path is not None
    assert len(runs) == 1
    assert search(BY_KEY, tiny, "strict-serializable")[0].whole


def test_the_search_ends_at_the_bound_of_states_and_says_up_to_where():
    wide = two((W, W, R), limits=Limits(doubles=2, crashes=1, at_once=1, restarts=True, timeouts=3))
    result, _ = search(STUBBORN, wide, most_states=800)
    assert (result.path, result.whole) == (None, False)
    assert 800 < result.states < 1_000
    assert result.events > 3


def test_the_limits_of_a_world_are_what_happens_in_it_each_once():
    calm = World(nodes=5, clients=(ClientSpec(),))
    assert limits_of(calm, 3) == Limits(timeouts=1)
    down = tuple(NodeFault(kind="crash", node=node, tick=40) for node in (1, 2))
    rough = World(
        nodes=5,
        clients=(ClientSpec(),),
        links=Link(loss=0.1, duplicate=0.1),
        faults=(*down, NodeFault(kind="restart", node=1, tick=60, lose_disk=True)),
    )
    assert limits_of(rough, 3) == Limits(doubles=1, crashes=1, at_once=1, restarts=True, empties=True, timeouts=1)
    assert limits_of(rough, 2).crashes == 0
    straight = World(nodes=3, clients=(ClientSpec(),), links=Link(reorder=False), rules=(LinkRule(loss=0.5),))
    assert limits_of(straight, 3) == Limits(losses=1, timeouts=1)


def test_states_that_are_looked_at_once_lose_no_schedule():
    tiny = Tiny(3, (Asker(1, (W,), 1), Asker(1, (R,), 2)), (W, R), Limits(doubles=1))
    whole, _ = search(COPIES, tiny)
    moves = Moves(tiny, player(COPIES, 3))
    told, states, schedules = set(), [moves.start()], 0
    while states:
        state = states.pop()
        # No two of these are taken for one, however alike they are.
        steps = list(moves.steps(state))
        states += [following for _, following in steps]
        if not steps:
            schedules += 1
            told.add((state.calls, state.answers))
    assert (whole.whole, whole.schedules) == (True, schedules)
    assert schedules > 2 * whole.states
    assert len(told) == 4


def test_what_may_go_wrong_is_said_with_its_numbers():
    assert said(Limits()) == ""
    assert said(Limits(losses=1, crashes=1)) == "at most 1 lost signal and 1 crash"
    torn = Limits(doubles=2, crashes=2, restarts=True, torn=True, timeouts=1)
    crashes = "2 crashes (with or without a restart and what was stored last)"
    assert said(torn) == f"at most 2 doubled signals, {crashes} and 1 timeout"


# The model of the search, and the simulator

ALL = Limits(losses=1, doubles=2, crashes=1, at_once=1, restarts=True, empties=True, timeouts=3)
TORN = replace(ALL, crashes=2, torn=True)
WALKS = {
    "torn": (SYNCED_LATE, Tiny(3, (Asker(2, (W, R)),), (W, W, R, R), TORN)),
    "given up": (STUBBORN, Tiny(3, (Asker(1, (W,), 1), Asker(1, (R,))), (W, W, R), ALL, patience=30, asks_on=True)),
    "torn and named": (SYNCED_LATE, Tiny(2, (Asker(2, (W, C, R)),), (W, C, C, R), TORN, named=True)),
    "copies": (COPIES, Tiny(3, (Asker(3, (W, R)),), ONE_BY_ONE, ALL)),
    "stubborn": (STUBBORN, Tiny(3, (Asker(2, (W,), 1), Asker(2, (R,))), (W, W, R, R), ALL)),
    "in order": (IN_TWO_LETTERS, two((W, W, R, R), limits=Limits(losses=2), in_order=True)),
    "succession": (SUCCESSION, Tiny(3, (Asker(3, (W, R)),), (W, W, R, R), ALL, hear_of=True, health_check=True)),
    "named": (READ_THEN_WRITE, Tiny(3, (Asker(2, (W, C, R)),), (W, C, C, R), ALL, named=True)),
    "tickets": (READ_THEN_WRITE, Tiny(2, (Asker(2, (A, R)),), (A, A, A, R), ALL)),
    "keys": (GOSSIP, Tiny(2, (Asker(3, (W, R), None, XY),), (W, W, R, R), ALL)),
    "snapshots": (ONE_AFTER_THE_OTHER, Tiny(2, (Asker(2, (W,), 1, XY), Asker(1, (S,), 1, XY)), (W, W, S), ALL)),
}


def player(code, nodes):
    host = host_of(code)

    def play(node, events):
        host.begin(nodes, tuple(number(1, "node", each) for each in range(1, nodes + 1)), node)
        return host.handle(events)

    return play


@pytest.mark.parametrize("turns", [4, pytest.param(60, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", WALKS)
def test_whatever_way_the_search_takes_the_simulator_goes_the_same(name, turns):
    code, tiny = WALKS[name]
    moves = Moves(tiny, player(code, tiny.nodes))
    kinds = set()
    torn, given_up = False, 0
    places = set()
    for turn in range(turns):
        random = Random(turn)
        state, path = moves.start(), []
        while len(path) < 16 and (steps := list(moves.steps(state))):
            # One step of each kind at first, so that what is rare is taken as well.
            by_kind = {step.kind: [each for each in steps if each[0].kind == step.kind] for step, _ in steps}
            step, state = random.choice(random.choice(list(by_kind.values())))
            path.append(step)
            kinds.add(step.kind)
            torn |= step.torn is not None
        places |= {(turn, step.client, step.node) for step in path if step.operation is not None}
        world, schedule = played(tiny, moves.first, path)
        run = simulate(host_of(code), world, schedule.seed, schedule.interventions)
        assert run.problem is None
        # Who has given up in the search waits on in the simulator, and may be answered.
        over = [operation for step in path for operation in step.given_up]
        given_up += len(over)
        pairs = zip(told(judge(run, "linearizable").history, path), answered(tiny, state, path), strict=True)
        asked = [step.operation for step in path if step.operation is not None]
        for operation, (mine, theirs) in zip(asked, pairs, strict=True):
            assert mine == theirs or operation in over, path
    assert {"asked", "arrives"} <= kinds
    if turns < 60:
        return
    assert tiny.limits not in (ALL, TORN) or kinds >= {"crash", "restart"}
    assert "timeouts" in kinds or code not in (STUBBORN, SUCCESSION)
    assert torn is tiny.limits.torn
    # Some clients ask several nodes.
    assert len(places) > len({place[:2] for place in places}) or not tiny.remembers
    assert (given_up > 0) is tiny.asks_on


def told(history, path):
    """Kind, outcome and answer of each operation, in the order of asking; values by who wrote them."""
    operations = [step.operation for step in path if step.operation is not None]
    calls = sorted(history, key=lambda op: op.invoked)
    assert len(calls) == len(operations)
    names = {op.value: value_of(number) for op, number in zip(calls, operations, strict=True) if op.kind in CHANGES}
    values = [
        None
        if op.outcome is not Outcome.OK
        else tuple((key, names.get(value, value)) for key, value in op.parts) or names.get(op.value, op.value)
        for op in calls
    ]
    return [(op.kind, op.outcome, value, names.get(op.old)) for op, value in zip(calls, values, strict=True)]


CHANGES = (Kind.WRITE, Kind.CAS)


def answered(tiny, state, path):
    found = []
    for operation in (step.operation for step in path if step.operation is not None):
        kind, call = Kind(tiny.operations[operation]), state.calls[operation]
        outcome, value = ("info", None) if state.answers[operation] is OPEN else state.answers[operation]
        value = value[1] if kind is Kind.CAS and value else value
        found.append((kind, Outcome(outcome), value if outcome == "ok" else None, call.old))
    return found
