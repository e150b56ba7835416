"""The judge names the wrong read at its answer, says what is wrong with it, and forgets it."""

import pytest

from distgame.checker import DuplicateValue, Fault, Judge, ReadVerdict, RegularJudge, explain_read
from distgame.checker.judge import judge_reads, versions_behind

from .cases import history

FAULTS = [
    ("w1:0-1 r7:2-3", Fault.PHANTOM, Fault.PHANTOM, None),
    ("r7:0-1 w7:2-3", Fault.PHANTOM, Fault.PHANTOM, None),
    ("w5:0-1 r-:2-3", Fault.STALE, Fault.STALE, 5),
    ("w3:0-1 w5:2-3 r3:4-5", Fault.STALE, Fault.STALE, 5),
    ("w1:0-1 w2:2-3 w3:4-5 r1:6-7", Fault.STALE, Fault.STALE, 3),
    ("w5:0-9 r5:1-2 r-:3-4", Fault.OUT_OF_ORDER, None, 5),
    ("w3:0-1 w5:2-9 r5:3-4 r3:5-6", Fault.OUT_OF_ORDER, None, 5),
    ("w1:0-9 w2:0-9 r1:1-2 r2:3-4 r1:5-6", Fault.OUT_OF_ORDER, None, 2),
]


@pytest.mark.parametrize(("text", "fault", "by_writes", "against"), FAULTS)
def test_the_fault_of_the_last_read(text, fault, by_writes, against):
    made = history(text)
    (*before, (_, last)) = judge_reads(made, Judge())
    assert all(verdict.ok for _, verdict in before)
    assert last == ReadVerdict(fault, against)
    (*_, (_, last)) = judge_reads(made, RegularJudge())
    assert last.fault is by_writes


def test_a_blamed_read_is_forgotten():
    made = history("w1:0-9 w2:0-9 r1:1-2 r2:3-4 r1:5-6 r2:7-8")
    assert [verdict.ok for _, verdict in judge_reads(made, Judge())] == [True, True, False, True]


def test_what_the_register_could_have_answered():
    judge = Judge()
    judge.write_invoked(3, 0)
    judge.write_completed(3, 1)
    judge.write_invoked(5, 2)
    assert judge.acceptable(called=3) == (3, 5)
    assert judge.read_completed(5, called=3, now=4).ok
    assert judge.acceptable(called=5) == (5,)
    assert judge.read_completed(3, called=5, now=6) == ReadVerdict(Fault.OUT_OF_ORDER, 5)
    assert judge.acceptable(called=2) == (3, 5)


@pytest.mark.parametrize("judge", [Judge(initial=5), RegularJudge(initial=5)])
def test_a_value_written_twice_is_refused(judge):
    with pytest.raises(DuplicateValue, match="5 is written twice or is the initial value"):
        judge.write_invoked(5, 0)


def test_a_single_blamed_read_is_explained_without_what_came_later():
    made = history("w3:0-1 w5:2-20 r5:3-4 r3:5-6 r9:7-8 w6:9-10 r3:11-12")
    first, second, third = (read for read, verdict in judge_reads(made, Judge()) if not verdict.ok)
    assert explain_read(made, first).operations == made[:4]
    assert explain_read(made, second, [first]).operations == (made[4],)
    assert explain_read(made, third, [first, second]).operations == (made[0], made[5], made[6])


def test_an_explained_write_that_ends_later_is_shown_whole():
    made = history("w3:0-1 w5:2-20 r5:3-4 r3:5-6")
    assert explain_read(made, made[3]).operations[1].completed == 20


def test_a_value_written_after_its_read_is_a_future_read():
    made = history("r7:0-1 w7:2-3")
    told = explain_read(made, made[0])
    assert told.sentence == "client 0 read 7 at time 1, before the write of 7 was even sent (time 2)"
    assert told.operations == tuple(made)


def test_in_the_regular_model_other_reads_do_not_matter():
    made = history("w3:0-1 w5:2-3 r9:4-5 r3:6-7")
    told = explain_read(made, made[3], model="regular")
    assert told.operations == (made[0], made[1], made[3])


def test_a_right_read_has_no_explanation():
    made = history("w3:0-1 r3:2-3")
    with pytest.raises(ValueError, match="nothing to explain: the read of 3 was right"):
        explain_read(made, made[1])
    with pytest.raises(ValueError, match="sequential does not judge single reads; linearizable and regular do"):
        explain_read(made, made[1], model="sequential")


@pytest.mark.parametrize(
    ("text", "behind"),
    [
        ("w1:0-1 w2:2-3 w3:4-5 w4:6-7 r1:8-9", 3),
        ("w1:0-1 w2:2-3 w3:4-5 w4:6-7 r4:8-9", 0),
        ("w1:0-1 w2:2-3 w3:4-5 w4:6-7 r-:8-9", 4),
        ("w1:0-1 w2:2-3 w3:4-5 w4:6-8 r1:8-9", 2),
        ("w1:0-1 w2:1-3 w3:4-5 r1:8-9", 1),
        ("w1:0-? w2:2-3 r1:8-9", 0),
        ("w1:0-1 w2:2-3! r1:8-9", 0),
        ("w1:0-1 r7:8-9", 0),
    ],
)
def test_how_many_versions_a_read_is_behind(text, behind):
    made = history(text)
    assert versions_behind(made, made[-1]) == behind
