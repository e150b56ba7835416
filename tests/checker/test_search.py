"""What must be so for every history that is searched, beside the batteries; hand-made cases; budgets."""

from dataclasses import replace
from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from distgame.checker import History, Kind, Operation, Outcome, Rule, check
from distgame.checker.objects import RegisterMap
from distgame.checker.search import Search
from distgame.checker.verify import explanation_refutes, order_explains

from .oracle import read, write

steady = settings(deadline=None, derandomize=True)
MODELS = ("linearizable", "strict-serializable", "sequential")


def cas(process, old, new, invoked, completed=inf, outcome=Outcome.OK):
    return Operation(
        process, Kind.CAS, new, invoked, completed, Outcome.UNKNOWN if completed == inf else outcome, old=old
    )


def add(process, ticket, invoked, completed):
    return Operation(process, Kind.ADD, ticket, invoked, completed, Outcome.OK)


def snapshot(process, invoked, completed, **parts):
    return Operation(process, Kind.SNAPSHOT, None, invoked, completed, Outcome.OK, parts=tuple(sorted(parts.items())))


def of(key, operation):
    return replace(operation, key=key)


@st.composite
def histories(draw, keys=(None, "x")):
    """Up to nine operations of every kind, each of a process of its own, with ties and without outcomes."""
    values = st.sampled_from([None, 1, 2])
    operations = []
    for process in range(draw(st.integers(0, 9))):
        call = draw(st.integers(0, 15))
        outcome = draw(st.sampled_from([Outcome.OK] * 7 + [Outcome.UNKNOWN, Outcome.UNKNOWN, Outcome.FAILED]))
        kind = draw(st.sampled_from([*Kind, Kind.READ, Kind.WRITE, Kind.CAS]))
        value, old, key, parts = draw(values), draw(values), draw(st.sampled_from(keys)), ()
        if kind is Kind.ADD:
            value = draw(st.integers(1, 3)) if outcome is Outcome.OK else None
        if kind is Kind.SNAPSHOT:
            parts = tuple((each, draw(values)) for each in keys) if outcome is Outcome.OK else ()
            key = value = None
        completed = inf if outcome is Outcome.UNKNOWN else call + draw(st.integers(0, 8))
        old = old if kind is Kind.CAS else None
        operations.append(Operation(process, kind, value, call, completed, outcome, key=key, old=old, parts=parts))
    return History(operations)


@steady
@given(histories())
def test_every_verdict_has_evidence_that_stands(history):
    for model in MODELS:
        verdict = check(history, model)
        assert verdict.status != "undecided"
        if verdict:
            assert order_explains(history, verdict.order, model=model)
        else:
            assert explanation_refutes(history, verdict.explanation.operations, model)


@steady
@given(histories(), st.randoms(use_true_random=False))
def test_the_order_of_the_sequence_says_nothing(history, random):
    shuffled = list(history)
    random.shuffle(shuffled)
    for model in MODELS:
        verdict, again = check(history, model), check(shuffled, model)
        assert again == verdict
        assert again.order == verdict.order
        assert again.explanation == verdict.explanation


@steady
@given(histories())
def test_keys_by_themselves_are_keys_together(history):
    apart = history.apart()
    keys = list(dict.fromkeys(op.key for op in apart))
    together = Search(apart, RegisterMap(keys))
    assert together.advance(100_000) == check(history).status


@steady
@given(histories())
def test_strict_serializable_is_linearizable_is_sequential(history):
    assert check(history, "linearizable") or not check(history, "strict-serializable")
    assert check(history, "sequential") or not check(history, "linearizable")


@steady
@given(histories(), st.integers(0, 30))
def test_a_small_budget_never_gives_a_wrong_verdict(history, budget):
    for model in MODELS:
        status = check(history, model, budget=budget).status
        assert status in ("undecided", check(history, model).status)


@steady
@given(histories(keys=(None,)), st.integers(1, 3))
def test_a_search_in_small_steps_finds_the_same(history, steps):
    whole, piecemeal = (Search(history.apart(), RegisterMap((None,))) for _ in range(2))
    whole.advance(100_000)
    while piecemeal.advance(steps) == "undecided":
        pass
    assert piecemeal.status == whole.status
    if whole.status == "holds":
        assert piecemeal.order() == whole.order()
    else:
        assert piecemeal.stuck() == whole.stuck()


CASES = [
    ("a lock is taken twice", [cas(0, 0, 1, 0, 1), cas(1, 0, 1, 2, 3)], 0, "violated"),
    ("a lock is handed on", [cas(0, 0, 1, 0, 1), cas(0, 1, 0, 2, 3), cas(1, 0, 1, 4, 5)], 0, "holds"),
    ("a failed change that fitted", [cas(0, 0, 1, 0, 1, Outcome.FAILED)], 0, "violated"),
    ("a failed change after another", [cas(0, 0, 1, 0, 1), cas(1, 0, 2, 0, 5, Outcome.FAILED)], 0, "holds"),
    ("a change without outcome happens once", [cas(0, 0, 1, 0), read(1, 1, 2, 3), write(1, 0, 4, 5), read(1, 1, 6, 7)],
     0, "violated"),
    ("a value written twice comes back", [write(0, 1, 0, 1), write(0, 2, 2, 3), write(1, 1, 2, 9), read(2, 1, 5, 6)],
     None, "holds"),
    ("two count to the same number", [add(0, 1, 0, 1), add(1, 1, 0, 1)], None, "violated"),
    ("two count on", [add(0, 2, 0, 5), add(1, 1, 0, 5)], None, "holds"),
    ("counting on a text", [write(0, "a", 0, 1), add(1, 1, 2, 3)], None, "violated"),
]  # fmt: skip


@pytest.mark.parametrize(("operations", "initial", "status"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_cases(operations, initial, status):
    verdict = check(operations, "linearizable", initial)
    assert verdict.status == status
    assert (verdict.order is not None) is bool(verdict)
    assert (verdict.explanation is None) is bool(verdict)


CROSSED = [
    of("x", write(0, 1, 0, 1)),
    of("y", write(0, 1, 2, 3)),
    snapshot(1, 0, 9, x=None, y=1),
]


def test_a_snapshot_is_of_one_moment_where_the_model_says_so():
    assert check(CROSSED, "linearizable")
    verdict = check(CROSSED, "strict-serializable")
    assert not verdict
    assert verdict.explanation.rule is Rule.NO_ORDER
    assert verdict.explanation.sentence == (
        "client 1 read 'x': null, 'y': 1 at time 9, when the registers could only hold (null, null), (1, null) or "
        "(1, 1); client 0's write of 1 of 'x' (time 0 to time 1) rules it out, and 1 other operation could not help"
    )


def test_two_snapshots_that_see_two_writes_in_two_orders():
    writes = [of("x", write(0, 1, 0, 20)), of("y", write(1, 1, 0, 20))]
    seen = [snapshot(2, 1, 2, x=1, y=None), snapshot(3, 3, 4, x=None, y=1)]
    assert not check([*writes, *seen], "strict-serializable")
    assert check([*writes, seen[0]], "strict-serializable")
    assert check([*writes, seen[1]], "strict-serializable")


def test_the_sentence_of_an_answer_that_no_order_explains():
    verdict = check([cas(0, None, 1, 0, 1), cas(1, 1, 2, 2, 3), write(2, 3, 4, 9), read(3, 1, 4, 5)])
    assert verdict.explanation.sentence == (
        "client 3 read 1 at time 5, when the register could only hold 2 or 3; "
        "client 1's change of 1 to 2 (time 2 to time 3) rules it out, and 1 other operation could not help"
    )
    assert verdict.explanation.wrong == read(3, 1, 4, 5)


def test_the_sentence_of_a_ticket_says_which_it_could_be():
    twice = check([add(0, 1, 0, 1), add(1, 2, 2, 5), add(2, 2, 3, 6)])
    assert twice.explanation.sentence == (
        "client 2 counted up to 2 at time 6, when the next ticket could only be 3; "
        "client 1's count up to 2 (time 2 to time 5) rules it out"
    )
    left_out = check([add(0, 1, 0, 1), add(1, 3, 2, 3)])
    assert "client 1 counted up to 3 at time 3, when the next ticket could only be 2" in left_out.explanation.sentence


def test_the_sentence_of_sessions_that_no_order_explains():
    store = [of("x", write(0, 1, 0, 1)), of("y", read(0, None, 2, 3))]
    store += [of("y", write(1, 1, 0, 1)), of("x", read(1, None, 2, 3))]
    verdict = check(store, "sequential")
    assert verdict.explanation.sentence == (
        "no order that keeps every client's own explains client 0's write of 1 of 'x' (at time 0), client 1's write "
        "of 1 of 'y' (at time 0), client 0's read of null of 'y' (at time 2) and client 1's read of null of 'x' "
        "(at time 2)"
    )
    assert check(store[:3], "sequential")


def hard(key, wrong):
    """Writes that all overlap, and a read that is wrong only if `wrong`: all their orders must be tried."""
    operations = [of(key, write(n, n, 0, 99)) for n in range(12)]
    operations += [of(key, replace(write(50 + n, n, 0, 99), process=100 + n)) for n in range(12)]
    reads = [read(200 + n, n % 12, 2 * n + 1, 2 * n + 2) for n in range(24)]
    return [*operations, *(of(key, each) for each in reads), *([of(key, read(300, 77, 90, 91))] if wrong else [])]


def test_one_bad_key_ends_the_search():
    many = [op for n in range(3) for op in hard(n, True)]
    many = [replace(op, process=number) for number, op in enumerate(many)]
    bad = [of("bad", cas(9_000, 1, 2, 0, 1))]
    assert check(many, budget=5_000).status == "undecided"
    assert check([*many, *bad], budget=5_000).status == "violated"


def test_ten_thousand_operations_one_after_the_other():
    turns = [cas(0, n % 3, (n + 1) % 3, 2 * n, 2 * n + 1) for n in range(10_000)]
    assert check(turns, initial=0)
    assert check(turns, "sequential", initial=0)
