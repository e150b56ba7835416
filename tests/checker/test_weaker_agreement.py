"""The weaker models agree with brute force from their definitions, and imply each other as they must."""

import pytest

from distgame.checker import Outcome, check

from . import weaker_battery as battery
from . import weaker_oracle
from .weaker_oracle import GUARANTEES

EVERYDAY = pytest.param((3_000_000, 1_000), id="1000 seeds from 3000000")
ALL = pytest.param((4_000_000, 5_000), id="5000 seeds from 4000000", marks=pytest.mark.slow)


@pytest.fixture(scope="module", params=[pytest.param(None, id="hand-made"), EVERYDAY, ALL])
def truths(request):
    return battery.drawn(*request.param) if request.param else battery.table()


@pytest.mark.parametrize("model", battery.MODELS)
def test_a_model(truths, model):
    assert battery.disagreement(battery.modules(), truths, (model,)) is None


def test_the_models_by_name(truths):
    for truth in truths:
        for model, status in truth.verdicts.items():
            assert check(truth.history, model, session=truth.session).status == status


@pytest.mark.parametrize("model", GUARANTEES)
def test_the_graph_of_all_pairs_says_the_same(truths, model):
    for truth in truths:
        holds = battery.all_pairs(truth.history, (model,), truth.session)
        assert holds is (truth.verdicts[model] == "holds"), truth


def test_what_implies_what(truths):
    for truth in truths:
        good = {model for model, status in truth.verdicts.items() if status == "holds"}
        if truth.linearizable:
            assert "regular" in good
        if "regular" in good:
            assert "safe" in good
        if "sequential" not in truth.verdicts:
            continue
        if truth.linearizable:
            assert "sequential" in good
        if "sequential" in good:
            assert good >= {"causal", *GUARANTEES}
        together = battery.all_pairs(truth.history, GUARANTEES, truth.session)
        assert together is ("sequential" in good)
        assert weaker_oracle.convergent(truth.history.operations, session=truth.session) is ("sequential" in good)


@pytest.mark.parametrize("draw", [EVERYDAY, ALL])
def test_the_random_histories_are_mixed(draw):
    truths = battery.drawn(*draw)
    share = len(truths) / 100
    for model in ("sequential", "causal", "regular", "safe", "monotonic-reads", "read-your-writes"):
        judged = [truth.verdicts[model] for truth in truths if model in truth.verdicts]
        assert 0.2 * len(judged) <= judged.count("holds") <= 0.8 * len(judged), model
    for status in ("holds", "violated", "undecided"):
        assert sum(truth.verdicts["eventual"] == status for truth in truths) >= 20 * share
    # These two are broken by little else than by values nobody wrote.
    for model, least in (("writes-follow-reads", 10), ("monotonic-writes", 4)):
        assert sum(truth.verdicts[model] == "violated" for truth in truths) >= least * share
    histories = [truth.history for truth in truths]
    assert sum(any(op.outcome is Outcome.UNKNOWN for op in history) for history in histories) >= 20 * share
    assert sum(len(history.registers()) > 1 for history in histories) >= 15 * share
    assert sum(len({op.invoked for op in history}) < len(history) for history in histories) >= 15 * share
