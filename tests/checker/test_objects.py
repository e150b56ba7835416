"""Objects of every kind - compare-and-set, increments, values written twice, several keys - agree with brute force."""

import pytest

from distgame.checker import Kind, Outcome, check, explain_search, interleavings, objects, search, sequential
from distgame.checker.verify import explanation_refutes

from . import objects_battery as battery

EVERYDAY = pytest.param((3_000_000, 3_000), id="3000 seeds from 3000000")
ALL = pytest.param((4_000_000, 20_000), id="20000 seeds from 4000000", marks=pytest.mark.slow)


@pytest.fixture(scope="module", params=[EVERYDAY, ALL])
def truths(request):
    return battery.drawn(*request.param)


def test_the_search(truths):
    assert battery.search(search.Search, objects.model_of, truths) is None


def test_the_first_answer_that_no_order_explains(truths):
    assert battery.stuck(search.Search, objects.model_of, truths) is None


def test_verdicts_and_orders(truths):
    assert battery.order(check, truths) is None


def test_explanations(truths):
    assert battery.explanation(explain_search.smallest, truths) is None


def test_sequential_consistency(truths):
    assert battery.interleavings(interleavings.Interleavings, truths) is None
    assert battery.sequential(sequential.check, truths) is None


def test_the_verifier_of_explanations(truths):
    assert battery.refutation(explanation_refutes, truths) is None


def test_the_random_histories_are_mixed(truths):
    share = len(truths) / 100
    for model, least in (("linearizable", 30), ("strict_serializable", 30), ("sequential", 20)):
        good = sum(getattr(truth, model) for truth in truths)
        assert least * share <= good <= (100 - least) * share
    histories = [truth.history for truth in truths]
    operations = [op for history in histories for op in history]
    for kind in Kind:
        assert sum(any(op.kind is kind for op in history) for history in histories) >= 10 * share
    assert sum(op.outcome is Outcome.UNKNOWN for op in operations) >= 0.15 * len(operations)
    assert sum(len({op.invoked for op in history}) < len(history) for history in histories) >= 30 * share
    assert sum(len({op.key for op in history}) > 1 for history in histories) >= 15 * share
