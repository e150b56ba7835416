"""A history refuses what cannot have happened, and says where."""

import math
import pickle
from dataclasses import replace

import pytest

from distgame.checker import DuplicateValue, History, HistoryError, Outcome, Verdict, check, models

from .cases import history
from .oracle import read, write

REFUSED = {
    "a return before the call": ([write(0, 1, 5, 3)], "process 0, operation invoked at 5: it returns at 3, before"),
    "a call at no moment": ([write(0, 1, math.nan, 3)], "invoked must be a finite number, not nan"),
    "a call at the end of time": ([write(0, 1, math.inf)], "invoked must be a finite number, not inf"),
    "a known outcome at no moment": (
        [write(0, 1, 0, math.inf, Outcome.OK)],
        "completed must be math.inf exactly when the outcome is unknown",
    ),
    "a timed-out write that ends": (
        [write(0, 1, 0, 5, Outcome.UNKNOWN)],
        "completed must be math.inf exactly when the outcome is unknown",
    ),
    "two open operations": (
        [write(3, 1, 4, 6), write(3, 2, 0, 4)],
        "process 3, operation invoked at 4: process 3 has still an operation open",
    ),
    "a process that goes on after giving up": (
        [write(3, 1, 0), write(3, 2, 4, 5)],
        "process 3, operation invoked at 4",
    ),
    "true for a value": ([write(0, True, 0, 1)], "a value must be a whole number, a text or null, not True"),
    "a fraction for a value": ([read(0, 1.0, 0, 1)], "a value must be a whole number, a text or null, not 1.0"),
    "numbers and texts": (
        [write(0, 1, 0, 1), write(0, "1", 2, 3)],
        "process 0, operation invoked at 2: '1' is a text, but 1 .* is a number",
    ),
    "something else": (["w1"], "a history is made of operations, not of 'w1'"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name):
    operations, message = REFUSED[name]
    with pytest.raises(HistoryError, match=message):
        History(operations)


@pytest.mark.parametrize(
    "model", sorted({*models()} - {"eventual", "linearizable", "strict-serializable", "sequential"})
)
@pytest.mark.parametrize(
    ("text", "initial", "message"),
    [
        ("w1:0-1 w2:2-3 w1:4-?", None, "invoked at 4: 1 is written twice, first in process 0, operation invoked at 0"),
        ("w1:4-5 w1:2-3", None, "process 0, operation invoked at 4: 1 is written twice"),
        ("w1:0-1", 1, "1 is written, but it is also the initial value"),
        ("w-:0-1", None, "None is written, but it is also the initial value"),
    ],
)
def test_values_written_twice_are_refused_by_models_that_need_unique_ones(model, text, initial, message):
    with pytest.raises(DuplicateValue, match=message):
        check(history(text), model, initial)


def test_a_failed_write_may_be_tried_again():
    assert check(history("w1:0-1! w1:2-3 r1:4-5"))


def test_a_history_is_a_sequence_that_does_not_change():
    made = history("w1:0-1 r1:2-3")
    assert len(made) == 2
    assert made[0] == write(0, 1, 0, 1)
    assert made[:1] == (made[0],)
    assert made == History(list(made))
    assert hash(made) == hash(History(list(made)))
    assert repr(made) == "<History: 2 operations>"
    with pytest.raises(AttributeError):
        made[0].value = 2


def test_check_takes_operations_in_any_iterable():
    assert check(op for op in history("w1:0-1 r1:2-3"))


def test_an_unknown_model_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="unknown model 'serial'; known are strict-serializable, linearizable, "):
        check(History(), "serial")


def test_an_initial_value_that_no_register_holds_is_refused():
    with pytest.raises(ValueError, match=r"the initial value cannot be used: a value must be .*, not False"):
        check(History(), initial=False)


def test_a_verdict_is_true_only_when_the_model_holds_and_reads_well():
    good, bad = check(history("w1:0-1")), check(history("r7:0-1"))
    assert good
    assert not bad
    assert not Verdict("linearizable", "undecided", 1)
    assert repr(good) == "<Verdict linearizable holds, 1 operations>"
    assert repr(bad) == (
        "<Verdict linearizable violated, 1 operations: client 0 read 7 at time 1; nobody ever wrote 7>"
    )
    assert (bad.status, bad.order, good.explanation) == ("violated", None, None)


def test_a_verdict_travels_between_processes():
    bad = check(history("r7:0-1"))
    again = pickle.loads(pickle.dumps(bad))
    assert again == bad
    assert again.explanation == bad.explanation


def test_operations_are_the_same_only_when_everything_is():
    assert replace(write(0, 1, 0, 1), invoked_at=5) != write(0, 1, 0, 1)
