"""What must be so for every history."""

from dataclasses import replace
from math import inf

from hypothesis import given, settings
from hypothesis import strategies as st

from distgame.checker import History, Kind, Operation, Outcome, check
from distgame.checker.jsonl import dump, parse
from distgame.checker.verify import explanation_refutes, order_explains

from .oracle import write

steady = settings(deadline=None, derandomize=True)


@st.composite
def histories(draw):
    """Up to a dozen operations, each of a process of its own, with ties and without outcomes here and there."""
    operations, values = [], 0
    for process in range(draw(st.integers(0, 12))):
        call = draw(st.integers(0, 20))
        answer = call + draw(st.integers(0, 10))
        outcome = draw(st.sampled_from([Outcome.OK] * 8 + [Outcome.UNKNOWN, Outcome.FAILED]))
        kind = draw(st.sampled_from((Kind.READ, Kind.WRITE)))
        if kind is Kind.WRITE:
            value = values = values + 1
        else:
            value = draw(st.sampled_from([None, 1, 2, 3, 4]))
        completed = inf if outcome is Outcome.UNKNOWN else answer
        operations.append(Operation(process, kind, value, call, completed, outcome, call, answer))
    return History(operations)


@steady
@given(histories())
def test_every_verdict_has_evidence_that_stands(history):
    for model in ("linearizable", "regular"):
        verdict = check(history, model)
        if not verdict:
            assert len(verdict.explanation.operations) <= 6
            assert explanation_refutes(history, verdict.explanation.operations, model)
        elif verdict.order is not None:
            assert order_explains(history, verdict.order)


@steady
@given(histories(), st.randoms(use_true_random=False))
def test_the_order_of_the_sequence_says_nothing(history, random):
    shuffled = list(history)
    random.shuffle(shuffled)
    for model in ("linearizable", "regular"):
        verdict, again = check(history, model), check(shuffled, model)
        assert again == verdict
        assert again.order == verdict.order
        assert again.explanation == verdict.explanation


@steady
@given(histories())
def test_linearizable_is_regular(history):
    if check(history):
        assert check(history, "regular")


@steady
@given(histories(), st.data())
def test_a_longer_operation_never_hurts(history, data):
    if not history or not check(history):
        return
    index = data.draw(st.integers(0, len(history) - 1))
    longer = replace(history[index], invoked=history[index].invoked - 3, completed=history[index].completed + 3)
    assert check([longer, *(op for op in history if op != history[index])])


@steady
@given(histories(), st.integers(0, 30))
def test_a_timed_out_write_that_nobody_reads_changes_nothing(history, call):
    for model in ("linearizable", "regular"):
        assert check([*history, write(99, 99, call)], model).status == check(history, model).status


@steady
@given(histories())
def test_a_history_file_says_what_the_history_says(history):
    again, _ = parse(dump(history), "again")
    assert sorted(map(_timeless, again)) == sorted(map(_timeless, history))
    for model in ("linearizable", "regular"):
        verdict = check(history, model)
        assert check(again, model) == verdict
        if not verdict:
            assert check(again, model).explanation.rule is verdict.explanation.rule


def _timeless(operation):
    hidden = operation.kind is Kind.READ and operation.outcome is not Outcome.OK
    value = 0 if hidden or operation.value is None else operation.value
    return operation.process, operation.kind.value, value, operation.outcome.value, operation.invoked_at
