"""What a register could have answered instead of a wrong read."""

from dataclasses import replace
from random import Random

import pytest

from distgame.checker import History, Kind, check
from distgame.checker.answers import possible_answers
from distgame.checker.explain import as_known

from .cases import history
from .oracle import random_history, regular_read


@pytest.mark.parametrize(
    ("text", "model", "values"),
    [
        ("w3:0-1 w5:2-30 r3:41-50", "linearizable", (5,)),
        ("w3:0-1 w5:2-30 r3:41-50", "regular", (5,)),
        ("w3:0-1 w5:2-60 r7:41-50", "linearizable", (3, 5)),
        ("w3:0-9 w5:2-60 r5:10-11 r3:41-50", "linearizable", (5,)),
        ("w3:0-10 w5:0-10 r7:41-50 r5:45-70", "linearizable", (3, 5)),
        ("w3:0-? r7:41-50", "regular", (None, 3)),
        ("r7:0-1", "linearizable", (None,)),
        ("r7:0-1 w7:3-4", "linearizable", (None,)),
    ],
)
def test_the_values_it_could_have_answered(text, model, values):
    made = history(text)
    assert possible_answers(made, check(made, model).explanation.wrong, model) == values


def test_nobody_knows():
    made = history("w3:0-1 w5:2-30 r3:41-50")
    assert possible_answers(made, made[2], "sequential") == ()
    assert possible_answers(made, made[0], "linearizable") == ()
    assert possible_answers(history("w3:0-1 w3:2-30 r4:41-50"), made[2], "linearizable") == ()
    assert possible_answers(history("w3:0-1 r3:2-30"), history("w3:0-1 r3:2-30")[1], "linearizable") == ()


def test_other_registers_do_not_matter_but_snapshots_do():
    made = history("w3:0-1 w5:2-30 r3:41-50")
    other = replace(made[1], key="x", value=9, process=7)
    assert possible_answers(History([*made, other]), made[2], "linearizable") == (5,)
    snapshot = replace(other, kind=Kind.SNAPSHOT, key=None, parts=(("x", 1),))
    assert possible_answers(History([*made, snapshot]), made[2], "linearizable") == ()


def test_they_are_the_values_that_would_have_been_right():
    found = 0
    for seed in range(1_500):
        made = random_history(Random(seed))
        for model in ("linearizable", "regular"):
            verdict = check(made, model)
            if verdict or verdict.explanation.wrong is None:
                continue
            read = verdict.explanation.wrong
            values = possible_answers(made, read, model)
            found += bool(values)
            assert read.value not in values
            for value in values:
                assert _right_at_its_answer(made, read, value, model)
    assert found > 300


def _right_at_its_answer(made, read, value, model):
    """Whether the writes known at the answer allow the value: what every model here needs."""
    answered = replace(read, value=value)
    known = [as_known(op, read) for op in made if op.invoked <= read.completed and op != read]
    return regular_read([*known, answered], answered)
