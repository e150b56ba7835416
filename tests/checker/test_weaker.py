"""The weaker models on hand-made histories: verdicts, how a violation is told, keys, sessions and quiet times."""

from dataclasses import replace

import pytest

from distgame.checker import DuplicateValue, History, HistoryError, Kind, Operation, Outcome, check
from distgame.checker.graphs import components
from distgame.checker.verify import explanation_refutes

from . import weaker_cases
from .weaker_cases import BROKEN, history

GUARANTEES = ("read-your-writes", "monotonic-reads", "monotonic-writes", "writes-follow-reads")
SESSIONS = weaker_cases.SESSIONS


@pytest.mark.parametrize(("text", "broken", "rule", "size"), BROKEN)
def test_models_of_sessions(text, broken, rule, size):
    made = history(text)
    assert {model for model in SESSIONS if not check(made, model)} == broken
    for model in broken:
        told = check(made, model).explanation
        assert explanation_refutes(made, told.operations, model)
        assert len(told.operations) == size
        assert rule in (None, told.rule) or model == "causal"


SENTENCES = {
    ("read-your-writes", "0.w5:0-1 0.r-:2-3"): (
        "client 0 wrote 5 (answered at tick 1), then itself read the initial value (sent at tick 2)"
    ),
    ("writes-follow-reads", "0.r5:0-1 0.w5:2-3"): "client 0 read 5 at tick 1, before it wrote 5 itself (tick 2)",
    ("sequential", "0.w3:0-1 0.w5:2-3 0.r3:4-5"): (
        "client 0 wrote 3 (answered at tick 1), then wrote 5 (sent at tick 2), "
        "then read 3 (sent at tick 4), which is older"
    ),
    ("monotonic-reads", "0.w1:0-1 1.w2:0-1 2.r1:0-1 2.r2:2-3 2.r1:4-5"): (
        "client 2 read 1 (answered at tick 1), then read 2 (sent at tick 2), then read 1 (sent at tick 4), "
        "and each was written once"
    ),
    ("read-your-writes", "0.w5:0-1 0.r3:2-3 1.w3:0-1 1.r5:2-3"): (
        "client 0 wrote 5 (answered at tick 1), then itself read 3 (sent at tick 2), so 3 must be newer than 5; "
        "but client 1 wrote 3 (answered at tick 1), then itself read 5 (sent at tick 2), so 5 must be newer than 3"
    ),
    ("writes-follow-reads", "0x.w1:0-1 0x.r1:2-3 0y.w2:4-5 1y.r2:0-1 1x.w1:2-3!"): None,
    ("writes-follow-reads", "0y.r2:0-1 0x.w1:2-3 1x.r1:0-1 1y.w2:2-3"): (
        "client 1 read 1 of key 'x' (answered at tick 1), then itself wrote 2 of key 'y' (sent at tick 2), "
        "so 2 of key 'y' must be newer than 1 of key 'x'; "
        "but client 0 read 2 of key 'y' (answered at tick 1), then itself wrote 1 of key 'x' (sent at tick 2), "
        "so 1 of key 'x' must be newer than 2 of key 'y'"
    ),
    ("causal", "0.w1:0-1 0.w2:2-3 1.r2:4-5 1.r1:6-7"): (
        "client 1 read 1 (sent at tick 6) although by then it knew of 2, which is newer than 1: "
        "client 0 wrote 1, then wrote 2; client 1 read 2, then read 1"
    ),
    ("causal", "0.w1:0-1 1.r1:2-3 1.w2:4-5 2.r2:6-7 2.r-:8-9"): (
        "client 2 read the initial value (sent at tick 8) although by then it knew of 2: "
        "client 1 wrote 2; client 2 read 2, then read the initial value"
    ),
    ("causal", "0x.w1:0-1 1x.r1:2-3 1y.w2:4-5 2y.r2:6-7 2x.r-:8-9"): (
        "client 2 read the initial value of key 'x' (sent at tick 8) although by then it knew of 1 of key 'x': "
        "client 0 wrote 1 of key 'x'; client 1 read 1 of key 'x', then wrote 2 of key 'y'; "
        "client 2 read 2 of key 'y', then read the initial value of key 'x'"
    ),
    ("causal", "0.r5:0-1 0.w5:2-3"): "client 0 read 5 at tick 1, before it wrote it itself (tick 2)",
    ("causal", "0.r2:0-1 0.w1:2-3 1.r1:0-1 1.w2:2-3"): (
        "client 0 read 2, then wrote 1; client 1 read 1, then wrote 2: each of these comes before all the others"
    ),
    ("monotonic-reads", "0x.w1:0-1 1x.r1:2-3 1x.r-:4-5 1y.r-:6-7"): (
        "client 1 read 1 of key 'x' (answered at tick 3), "
        "then itself read the initial value of key 'x' (sent at tick 4)"
    ),
    ("safe", "0.w5:0-1 1.r-:2-3"): (
        "client 1 read the initial value (sent at tick 2) although client 0's write of 5 had completed at tick 1; "
        "no write was going on meanwhile"
    ),
    ("regular", "0x.w5:0-1 1x.r-:2-3 0y.w7:2-3"): (
        "key 'x': client 1 read the initial value (sent at tick 2) although client 0's write of 5 "
        "had completed at tick 1"
    ),
    ("eventual", "0.w5:0-1 1.w3:0-2 2.r5:3-4 3.r3:5-6"): (
        "client 1's write of 3 completed at tick 2 and was the last, yet later client 2 read 5 (sent at tick 3) "
        "and client 3 read 3 (sent at tick 5)"
    ),
    ("eventual", "0.w5:0-1 1.r-:3-4"): (
        "client 0's write of 5 completed at tick 1 and was the last, yet later client 1 read the initial value "
        "(sent at tick 3)"
    ),
    ("eventual", "0.w5:0-? 1.r-:13-14 2.r5:15-16"): (
        "client 0's write of 5 was given up at tick 10 and was the last, yet later client 1 read the initial value "
        "(sent at tick 13) and client 2 read 5 (sent at tick 15)"
    ),
}


@pytest.mark.parametrize(("model", "text"), SENTENCES)
def test_the_sentence(model, text):
    explanation = check(history(text), model).explanation
    assert (explanation and explanation.sentence) == SENTENCES[model, text]


def test_the_order_of_writes_is_shown_for_a_guarantee():
    made = history("0.w1:0-1 1.w2:0-1 2.r2:2-3 2.r1:4-5 3.w3:0-?")
    order = check(made, "monotonic-reads").order
    assert [op.value for op in order if op.value < 3] == [2, 1]


# Keys


@pytest.mark.parametrize("model", ["read-your-writes", "monotonic-reads", "regular", "safe", "eventual", "causal"])
def test_registers_do_not_touch_each_other(model):
    made = history("0x.w1:0-1 0y.r-:2-3 1y.w1:0-1 1y.r1:2-3 0x.r1:4-5")
    assert check(made, model).status == ("holds" if model in GUARANTEES or model == "causal" else "violated")
    assert check(history("0x.w1:0-1 0y.r-:2-3 0x.r1:4-5"), model)


@pytest.mark.parametrize("model", sorted({*SESSIONS, "safe", "eventual"} - {"sequential"}))
def test_other_kinds_are_refused(model):
    with pytest.raises(HistoryError, match=f"a cas, but the model {model} judges reads and writes only"):
        check([Operation(0, Kind.CAS, 1, 0, 1, Outcome.OK)], model)


@pytest.mark.parametrize("model", sorted({*SESSIONS, "safe"} - {"sequential"}))
def test_the_same_value_in_two_registers_is_no_duplicate(model):
    assert check(history("0x.w1:0-1 0y.w1:2-3"), model)
    with pytest.raises(DuplicateValue):
        check(history("0x.w1:0-1 1x.w1:2-3"), model)


# Sessions


def by_client(process):
    return process % 2


@pytest.mark.parametrize("model", ["sequential", "causal", "read-your-writes"])
def test_a_client_may_stay_in_its_session(model):
    made = history("0.w5:0-1 0.w6:2-? 2.r-:20-21")
    assert check(made, model)
    assert not check(made, model, session=by_client)
    assert explanation_refutes(
        made, check(made, model, session=by_client).explanation.operations, model, None, by_client
    )


def test_what_has_no_outcome_comes_before_nothing_of_its_session():
    made = history("0.w5:0-1 0.w6:2-? 2.r5:20-21 2.r6:30-31 2.r6:40-41")
    for model in SESSIONS:
        assert check(made, model, session=by_client), model


def test_but_it_comes_after_what_its_session_did_before():
    made = history("0.w5:0-1 0.w6:2-? 1.r6:20-21 1.r5:22-23")
    assert not check(made, "causal")
    assert not check(made, "sequential")


def test_a_session_has_one_operation_at_a_time():
    with pytest.raises(HistoryError, match="session 0 has still an operation of process 0 open"):
        check(history("0.w5:0-4 2.r5:3-5"), "causal", session=by_client)


# Safe and eventual


def test_a_safe_register_may_say_anything_while_it_is_written():
    assert check(history("0.w5:0-3 1.r7:3-4"), "safe")
    assert not check(history("0.w5:0-3 1.r7:4-5"), "safe")
    assert check(history("0.w5:0-? 1.r7:40-50"), "safe")


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("", "holds"),
        ("0.r-:0-1", "holds"),
        ("0.r-:0-1 1.r-:0-1", "holds"),
        ("0.w1:0-1", "undecided"),
        ("0.w1:0-1 1.r1:1-2", "undecided"),
        ("0.w1:0-1 1.r1:2-3", "holds"),
        ("0.w1:0-1 1.r-:0-1 2.r1:2-3", "undecided"),
        ("0.w1:0-1 1.r-:0-1 2.r1:2-3 1.r1:2-3", "holds"),
        ("0.w1:0-1 1.r-:0-1 2.r1:2-3 1.r-:2-3", "violated"),
        ("0.w1:0-1 0.w2:2-3 1.r1:4-5 2.r1:4-5", "holds"),
        ("0.w1:0-1 1.w1:0-1 1.r1:4-5 2.r1:4-5", "holds"),
        ("0.w1:0-1 1.r9:4-5", "violated"),
        ("0.w1:0-? 1.r-:11-12", "holds"),
        ("0.w1:0-? 1.r1:11-12", "holds"),
        ("0.w1:0-? 1.r1:10-12", "undecided"),
        ("0.w1:0-1! 1.r1:11-12", "violated"),
    ],
)
def test_reads_agree_in_the_end(text, status):
    assert check(history(text), "eventual").status == status


def test_a_grace_time_and_a_quiet_point():
    made = history("0.w1:0-1 1.r-:5-6 1.r1:9-10")
    assert check(made, "eventual").status == "violated"
    assert check(made, "eventual", grace=3).status == "violated"
    assert check(made, "eventual", grace=4).status == "holds"
    assert check(made, "eventual", grace=8).status == "undecided"
    assert check(made, "eventual", quiet_from=5).status == "violated"
    assert check(made, "eventual", quiet_from=9).status == "holds"
    assert check(made, "eventual", quiet_from=10).status == "undecided"


def test_without_ticks_a_write_without_outcome_never_settles():
    made = History(replace(op, invoked_at=None, completed_at=None) for op in history("0.w1:0-? 1.r1:99-100"))
    assert check(made, "eventual").status == "undecided"


# Large histories


@pytest.mark.parametrize("model", SESSIONS)
def test_one_wrong_read_in_a_long_history_is_explained_by_a_few_operations(model):
    operations = []
    for number in range(1, 3_000):
        start = 4 * number
        operations.append(Operation(number % 3, Kind.WRITE, number, start, start + 1, Outcome.OK))
        operations.append(Operation((number + 1) % 3, Kind.READ, number, start + 2, start + 3, Outcome.OK))
    assert check(operations, model)
    operations[3_001] = replace(operations[3_001], value=1_480 if model != "writes-follow-reads" else 1_501 + 1)
    verdict = check(operations, model)
    if not verdict:
        assert explanation_refutes(History(operations), verdict.explanation.operations, model)
        assert len(verdict.explanation.operations) <= 6
    assert bool(verdict) is (model == "monotonic-writes")


def test_components_are_the_cycles_in_order():
    edges = [[1], [2, 3], [1], [4], [], [4, 0]]
    assert [sorted(nodes) for nodes in components(edges)] == [[5], [0], [1, 2], [3], [4]]
    deep = [[node + 1] for node in range(50_000)] + [[0]]
    assert [len(nodes) for nodes in components(deep)] == [50_001]
