"""Hand-made histories: what each model says about them, and how a violation is told."""

from dataclasses import replace

import pytest

from distgame.checker import Rule, check
from distgame.checker.explain import RULES
from distgame.checker.verify import explanation_refutes, order_explains

from .cases import CASES, history


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_verdict(case):
    made = history(case.text)
    verdict = check(made)
    assert bool(verdict) is case.linearizable
    assert bool(check(made, "regular")) is case.regular
    if case.linearizable:
        assert verdict.explanation is None
        assert order_explains(made, verdict.order)
    else:
        assert verdict.order is None
        assert verdict.explanation.rule is case.rule
        assert len(verdict.explanation.operations) == case.size
        assert verdict.explanation.wrong in verdict.explanation.operations
        assert explanation_refutes(made, verdict.explanation.operations)


def test_every_rule_has_a_case():
    assert {case.rule for case in CASES} == {None, *RULES["linearizable"]}


SENTENCES = {
    "a value nobody wrote": "client 1 read 7 at time 3; nobody ever wrote 7",
    "a value whose write failed": "client 1 read 7 at time 3, but the write of 7 had failed",
    "a read of the future": "client 0 read 7 at time 1, before the write of 7 was even sent (time 2)",
    "the initial value after a write": (
        "client 1 read the initial value (sent at time 2) although client 0's write of 5 had completed at time 1"
    ),
    "an old value": (
        "client 2 read 3 (sent at time 4) although client 1's write of 5 had completed at time 3, "
        "and the write of 3 was over (at time 1) before that one began (at time 2)"
    ),
    "the initial value after a read": (
        "client 1 read 5 (answered at time 2), yet client 2 later read the initial value (sent at time 3)"
    ),
    "new, then old": (
        "client 2 read 5 (answered at time 4), yet client 3 later read 3 (sent at time 5); the write of 3 was over "
        "(at time 1) before the write of 5 began (at time 2), so 3 is the older value"
    ),
    "new inside old": (
        "the write of 5 was over at time 2, then client 2 read 3 (time 3 to time 4), so 3 is the newer value, "
        "yet client 3 later read 5 (sent at time 5)"
    ),
    "each after the other's write": (
        "client 0's write of 1 was over (at time 2) before client 3's read of 2 began (at time 3), "
        "so 2 must be newer than 1; but client 1's write of 2 was over (at time 2) before client 2's read of 1 "
        "began (at time 3), so 1 must be newer than 2"
    ),
    "read before and after a write": (
        "client 1 read 1 (answered at time 2) before client 2's write of 2 began (at time 3), and client 3 read 1 "
        "again (sent at time 5) although that write had completed at time 4"
    ),
    "there and back": (
        "client 2 read 1 (answered at time 2), then client 3 read 2 (time 3 to time 4), then client 4 read 1 again "
        "(sent at time 5); each was written once"
    ),
    "two pairs": (
        "client 4's read of 2 was over (at time 4) before client 5's read of 1 began (at time 5), so 1 must be "
        "newer than 2; but client 2's read of 1 was over (at time 4) before client 3's read of 2 began (at time 5), "
        "so 2 must be newer than 1"
    ),
}


@pytest.mark.parametrize("name", SENTENCES)
def test_the_sentence(name):
    text = next(case.text for case in CASES if case.name == name)
    assert check(history(text)).explanation.sentence == SENTENCES[name]


def test_a_sentence_uses_ticks_and_given_names():
    late = [
        replace(op, invoked_at=10 * op.process, completed_at=10 * op.process + 9) for op in history("w5:0-1 r-:2-3")
    ]
    told = check(late).explain(lambda process: f"Ada {process}")
    assert told.sentence == (
        "Ada 1 read the initial value (sent at tick 10) although Ada 0's write of 5 had completed at tick 9"
    )


def test_the_smaller_explanation_and_then_the_earlier_answer_wins():
    made = history("w1:0-1 w2:2-3 r1:4-5 r9:10-11 r8:8-12")
    assert check(made).explanation.operations == (made[3],)


def test_the_regular_model_explains_by_its_own_rules():
    made = history("w3:0-1 w5:2-9 r5:3-4 r3:5-6 w6:10-11 r5:12-13")
    assert check(made).explanation.rule is Rule.STALE
    assert check(made, "regular").explanation.operations == (made[1], made[4], made[5])
