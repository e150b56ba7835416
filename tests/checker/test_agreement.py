"""Every part of the checker agrees with brute force from the definition, on hand-made and on random histories."""

import pytest

from distgame.checker import Judge, Outcome, RegularJudge, explain_read, regular, zones
from distgame.checker.explain import smallest
from distgame.checker.judge import judge_reads
from distgame.checker.verify import explanation_refutes, order_explains

from . import battery

EVERYDAY = pytest.param((1_000_000, 3_000), id="3000 seeds from 1000000")
ALL = pytest.param((2_000_000, 20_000), id="20000 seeds from 2000000", marks=pytest.mark.slow)


@pytest.fixture(scope="module", params=[pytest.param(None, id="hand-made"), EVERYDAY, ALL])
def truths(request):
    return battery.drawn(*request.param) if request.param else battery.table()


def test_the_linearizability_checker(truths):
    assert battery.holds(zones.holds, truths) is None


def test_the_order_of_a_linearizable_history(truths):
    assert battery.order(zones.order, order_explains, truths) is None


def test_the_regular_checker(truths):
    assert battery.wrong_reads(regular.wrong_reads, truths) is None


def test_the_linearizability_judge(truths):
    assert battery.judge(Judge, truths) is None


def test_the_regular_judge(truths):
    assert battery.regular_judge(RegularJudge, truths) is None


def test_the_smallest_explanation(truths):
    assert battery.explanation(smallest, truths) is None


def test_every_blamed_read_is_explained_by_operations_that_are_wrong_with_it(truths):
    for truth in truths:
        blamed = []
        for read, verdict in judge_reads(truth.history, Judge()):
            if verdict.ok:
                continue
            shown = explain_read(truth.history, read, blamed).operations
            assert read in shown
            assert not set(shown) & set(blamed)
            assert explanation_refutes(truth.history, shown)
            blamed.append(read)


def test_every_read_wrong_by_itself_is_explained_by_the_writes(truths):
    for truth in truths:
        for read in truth.wrong_alone:
            shown = explain_read(truth.history, read, model="regular").operations
            assert explanation_refutes(truth.history, shown, "regular")


def test_the_values_a_judge_finds_acceptable_are_those_it_accepts(truths):
    for truth in truths[:1000]:
        for fresh in (Judge, RegularJudge):
            answers = [op for op, _ in judge_reads(truth.history, fresh())]
            for read in answers:
                judge = fresh()
                for other, _ in judge_reads(truth.history, judge):
                    if other == read:
                        break
                wanted = judge.acceptable(read.invoked)
                assert (read.value in wanted) is judge.read_completed(read.value, read.invoked, read.completed).ok


@pytest.mark.parametrize("draw", [EVERYDAY, ALL])
def test_the_random_histories_are_mixed(draw):
    truths = battery.drawn(*draw)
    share = len(truths) / 100
    for model in ("linearizable", "regular"):
        good = sum(getattr(truth, model) for truth in truths)
        assert 30 * share <= good <= 70 * share
    histories = [truth.history for truth in truths]
    assert sum(any(op.outcome is Outcome.UNKNOWN for op in history) for history in histories) >= 30 * share
    assert sum(len({op.invoked for op in history}) < len(history) for history in histories) >= 30 * share
