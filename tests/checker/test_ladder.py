"""How high a history climbs the ladder of models, and what is told of those it does not reach."""

from random import Random

import pytest

from distgame.checker import History, HistoryError, Verdict, check, models, strongest
from distgame.checker.ladder import climb

from .cases import CASES, history
from .oracle import random_history

LADDER = (
    *("eventual", "causal", "regular", "safe", "linearizable", "sequential"),
    *("strict-serializable", "monotonic-reads"),
)
PLAIN = history("w1:0-1 r1:2-3")


def judged(made=PLAIN, **verdicts):
    """A climb where every model has the verdict that is given, and all others hold."""

    def judge(model):
        status = verdicts.get(model.replace("-", "_"), "holds")
        if status not in ("holds", "violated", "undecided"):
            raise HistoryError(status)
        asked.append(model)
        return Verdict(model, status, len(made))

    asked = []
    return climb(made, LADDER, None, judge), asked


def test_what_follows_is_not_asked():
    standing, asked = judged()
    assert asked == ["linearizable", "eventual"]
    assert standing.strongest == ("linearizable", "eventual")
    assert standing.holds == ("linearizable", "sequential", "causal", "monotonic-reads", "regular", "safe", "eventual")
    assert (standing.first_violated, standing.verdict.model) == (None, "linearizable")


def test_the_first_violated_is_the_one_next_above():
    standing, asked = judged(linearizable="violated", sequential="violated", regular="violated", eventual="undecided")
    assert asked == ["linearizable", "sequential", "causal", "monotonic-reads", "regular", "safe", "eventual"]
    assert standing.strongest == ("causal", "monotonic-reads", "safe")
    assert standing.verdict.model == "causal"
    assert standing.first_violated.model == "sequential"
    assert standing.undecided == ("eventual",)
    assert repr(standing) == "<Standing strongest: causal, monotonic-reads, safe, not sequential>"


def test_when_nothing_holds():
    nothing = dict.fromkeys(("linearizable", "sequential", "causal", "monotonic_reads", "regular", "safe"), "violated")
    standing, _ = judged(**nothing, eventual="violated")
    assert (standing.strongest, standing.holds) == ((), ())
    assert (standing.verdict.model, standing.verdict.status) == ("eventual", "violated")
    standing, _ = judged(**nothing, eventual="undecided")
    assert (standing.verdict.model, standing.verdict.status) == ("eventual", "undecided")
    assert standing.first_violated.model == "linearizable"


def test_what_is_undecided_follows_from_its_neighbours():
    standing, _ = judged(linearizable="undecided", regular="violated")
    assert standing.violated == ("linearizable", "regular")
    assert standing.holds == ("sequential", "causal", "monotonic-reads", "safe", "eventual")
    standing, _ = judged(history("w1:0-1 w1:2-3"), sequential="undecided")
    assert standing.undecided == ()
    assert "sequential" in standing.holds


def test_models_that_cannot_judge_are_left_out_with_their_reason():
    standing, asked = judged(history("w1:0-1 w1:2-3"), sequential="no", causal="not at all")
    assert standing.left_out == {"sequential": "no", "causal": "not at all"}
    assert "monotonic-reads" in asked
    with pytest.raises(HistoryError, match="never"):
        judged(**dict.fromkeys((name.replace("-", "_") for name in LADDER), "never"))


def test_strict_serializability_is_asked_about_only_where_there_are_several_keys():
    from dataclasses import replace

    two = History([replace(PLAIN[0], key="x"), replace(PLAIN[1], key="y")])
    assert judged(two)[0].strongest == ("strict-serializable", "eventual")


def _agrees(made):
    try:
        alone = {model: check(made, model).status for model in models()}
    except HistoryError:
        return
    standing = strongest(made)
    assert {name: standing.verdicts[name].status for name in standing.verdicts} == {
        name: alone[name] for name in standing.verdicts
    }
    assert {*alone} - {*standing.verdicts} <= {"strict-serializable"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_follows_is_what_every_model_says_by_itself(case):
    _agrees(history(case.text))


def test_what_follows_is_what_every_model_says_of_random_histories():
    for seed in range(1_000):
        _agrees(random_history(Random(seed)))
