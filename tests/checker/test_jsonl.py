"""History files: what is read, what is written, and what is refused at which line."""

import json
import math

import pytest

from distgame.checker import HistoryError, Kind, Operation, Outcome, check
from distgame.checker.files import load
from distgame.checker.jsonl import dump, parse, save


def line(process, kind, f="write", value=None, time=0, **more):
    return json.dumps({"process": process, "type": kind, "f": f, "value": value, "time": time, **more})


CALL = line(0, "invoke", value=1)
DONE = line(0, "ok", value=1)

REFUSED = [
    ("not JSON", [CALL, "{"], "h:2: not JSON: "),
    ("not UTF-8", [CALL.encode(), b'{"process": "\xff"}'], "h:2: not UTF-8 text"),
    ("a number without end", ['{"process": ' + "1" * 5000 + "}"], "h:1: not usable JSON"),
    ("nesting without end", ["[" * 100_000], "h:1: not usable JSON"),
    ("not an object", ["[1]"], "h:1: not a JSON object with the fields process, type, f, value, time"),
    ("a missing field", [CALL, '{"process":0,"type":"ok","f":"write","time":1}'], "h:2: missing field 'value'"),
    ("an unknown type", [line(0, "maybe")], "h:1: unknown type 'maybe'; expected invoke, ok, fail, info"),
    ("a type that is a list", [line(0, ["ok"])], r"h:1: unknown type \['ok'\]"),
    ("an unknown f", [line(0, "invoke", f="delete")], "h:1: unknown f 'delete'; expected read, write, cas, add"),
    ("an f that is an object", [line(0, "invoke", f={})], "h:1: unknown f {}"),
    ("half a pair", [line(0, "invoke", "cas", [1])], r"h:1: the value of a cas must be a pair \[old, new\], not \[1\]"),
    ("a pair of lists", [line(0, "invoke", "cas", [[1], 2])], r"h:1: a value must be .*, not \[1\]"),
    ("an add of five", [line(0, "invoke", "add", 5)], "h:1: an add counts one up: its value must be null until"),
    ("no ticket", [line(0, "invoke", "add"), line(0, "ok", "add")], "h:1: the answer to an add is its ticket, .*None"),
    ("a key that is true", [line(0, "invoke", "read", key=True)], "h:1: a key must be a whole number, .*, not True"),
    ("another key", [line(0, "invoke", key="x"), line(0, "ok", key="y")], "h:2: the answer is about the key 'y', but"),
    ("another pair", [line(0, "invoke", "cas", [1, 2]), line(0, "ok", "cas", [1, 3])], "h:2: .* a cas of 1 to 3, but"),
    ("keys of one", [line(0, "invoke", "read", key="x"), line(0, "ok", "read", {"x": 1})], "h:2: .* of several keys"),
    ("no keys at all", [line(0, "invoke", "read"), line(0, "ok", "read", {})], "h:1: a snapshot must name at least"),
    ("an object written", [line(0, "invoke", value={"x": 1})], "h:1: a value must be .*, not {'x': 1}"),
    ("a process without number", [line("a", "invoke")], "h:1: process must be a whole number, not 'a' .only lines of"),
    ("a process that is true", [line(True, "invoke")], "h:1: process must be a whole number, not True"),
    ("a time in parts", [line(0, "invoke", time=1.5)], "h:1: time must be a whole number, not 1.5"),
    ("a value in parts", [line(0, "invoke", value=1.5)], "h:1: a value must be a whole number, a text or null"),
    ("no number", [line(0, "invoke", value=math.nan)], "h:1: a value must be a whole number, a text or null, not nan"),
    ("a value that is true", [line(0, "invoke", value=True)], "h:1: a value must be .*, not True"),
    ("an answer to nothing", [CALL, DONE, DONE], "h:3: process 0 gets an answer but has no operation open"),
    ("an answer of a stranger", [CALL, line(1, "ok")], "h:2: process 1 gets an answer but has no operation open"),
    ("two at once", [CALL, line(1, "invoke", "read"), CALL], "h:3: process 0 has an operation open since line 1"),
    ("another kind of answer", [CALL, line(0, "ok", "read")], "h:2: the answer is to a read, but .* write in line 1"),
    ("another value", [CALL, line(0, "ok", value=2)], "h:2: the answer is to a write of 2, but process 0 wrote 1"),
    ("going on after info", [CALL, line(0, "info"), CALL], r"h:3: process 0 goes on after .* unknown \(line 2\)"),
    ("answering after info", [CALL, line(0, "info"), DONE], "h:3: process 0 goes on after its outcome became unknown"),
    ("a cas of mixed kinds", [CALL, line(1, "invoke", "cas", [1, "2"])], r"h:2: '2' is a text, but 1 \(line 1\)"),
    ("mixed kinds", [CALL, line(1, "invoke", value="1")], r"h:2: '1' is a text, but 1 \(line 1\) is a number"),
    ("written twice", [CALL, DONE, "", CALL], "h:4: 1 is written twice, first in line 1"),
]


@pytest.mark.parametrize(("lines", "message"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_refused_with_its_line(lines, message):
    with pytest.raises(HistoryError, match=f"^{message}"):
        check(parse(lines, "h").history, "regular")


def test_lines_of_the_nemesis_are_skipped_and_counted():
    history, warnings = parse([line("nemesis", "info", f="start"), CALL, '{"process": "nemesis", "f": "stop"}'], "h")
    assert len(history) == 1
    assert warnings == ("h:1: 2 events of the process nemesis skipped",)


def test_a_value_without_end_is_told_in_part():
    with pytest.raises(HistoryError) as error:
        parse([line(0, "invoke", value=["x" * 1_000_000, *range(1000)])], "h")
    assert len(str(error.value)) < 500


def test_line_numbers_become_the_order_and_times_are_kept():
    lines = [CALL, line(1, "invoke", "read", time=3), "", line(1, "ok", "read", 1, time=5), line(0, "info", time=9)]
    history, warnings = parse(lines, "h")
    assert warnings == ()
    assert list(history) == [
        Operation(0, Kind.WRITE, 1, 1, math.inf, Outcome.UNKNOWN, 0, 9),
        Operation(1, Kind.READ, 1, 2, 4, Outcome.OK, 3, 5),
    ]


def test_fail_means_it_did_not_happen_and_no_answer_that_nobody_knows():
    lines = [
        CALL,
        line(0, "fail", value=1),
        line(1, "invoke", "read"),
        line(1, "fail", "read"),
        line(2, "invoke", "read"),
    ]
    assert [op.outcome for op in parse(lines, "h").history] == [Outcome.FAILED, Outcome.FAILED, Outcome.UNKNOWN]


def test_a_clock_that_goes_back_is_one_warning():
    times = [5, 7, 6, 3, 9]
    lines = [line(process, "invoke", "read", time=time) for process, time in enumerate(times)]
    history, warnings = parse(lines, "h")
    assert warnings == ("h:3: the time goes back from 7 (line 2) to 6; the order of the lines decides",)
    assert [op.invoked for op in history] == [1, 2, 3, 4, 5]


def test_a_clock_that_stands_still_is_no_warning():
    assert parse([CALL, DONE], "h").warnings == ()


def test_what_a_failed_read_says_it_read_is_not_believed():
    (read,) = parse([line(0, "invoke", "read"), line(0, "fail", "read", 7)], "h").history
    assert (read.value, read.outcome) == (None, Outcome.FAILED)


def test_a_text_read_where_numbers_are_written_is_a_phantom_not_a_defect():
    lines = [CALL, DONE, line(1, "invoke", "read"), line(1, "ok", "read", "1")]
    assert check(parse(lines, "h").history).explanation.sentence == "client 1 read '1' at tick 0; nobody ever wrote '1'"


def test_a_file_written_is_read_back(tmp_path):
    lines = [
        line(0, "invoke", value="ä", time=1),
        line(1, "invoke", "read", time=2),
        line(2, "invoke", "write", "b", time=2),
        line(1, "ok", "read", "ä", time=4),
        line(0, "info", value="ä", time=4),
        line(3, "invoke", "read", time=5),
        line(2, "fail", "write", "b", time=6),
    ]
    history, _ = parse(lines, "h")
    assert list(dump(history)) == lines
    save(history, tmp_path / "h.jsonl")
    assert load(tmp_path / "h.jsonl").history == history


def test_pairs_tickets_keys_and_snapshots_are_read_and_written_back():
    lines = [
        line(0, "invoke", "cas", [None, 5], time=1),
        line(1, "invoke", "add", time=2, key="hits"),
        line(0, "fail", "cas", [None, 5], time=3),
        line(1, "ok", "add", 7, time=4, key="hits"),
        line(2, "invoke", "read", time=5),
        line(2, "ok", "read", {"x": 1, "y": None}, time=6),
        line(3, "invoke", "add", time=7, key="hits"),
    ]
    history, _ = parse(lines, "h")
    cas, add, snapshot, lost = history
    assert (cas.kind, cas.old, cas.value, cas.outcome) == (Kind.CAS, None, 5, Outcome.FAILED)
    assert (add.kind, add.value, add.key) == (Kind.ADD, 7, "hits")
    assert (snapshot.kind, snapshot.parts, snapshot.key) == (Kind.SNAPSHOT, (("x", 1), ("y", None)), None)
    assert (lost.value, lost.outcome) == (None, Outcome.UNKNOWN)
    assert list(dump(history)) == lines


def test_a_snapshot_names_registers_as_the_operations_do():
    lines = [line(0, "invoke", value=5, key=1), line(1, "invoke", "read"), line(1, "ok", "read", {"1": 5, "2": None})]
    history, _ = parse(lines, "h")
    assert history[1].parts == ((1, 5), ("2", None))
    assert list(dump(history))[2] == lines[2]
    with pytest.raises(HistoryError, match=r"^h:3: a snapshot, but the keys 1 and '1' are one name in it"):
        parse([line(0, "invoke", value=5, key=1), line(2, "invoke", value=5, key="1"), *lines[1:]], "h")


def test_an_answer_may_leave_out_what_the_question_said():
    lines = [line(0, "invoke", "cas", [1, 2], key="x"), line(0, "ok", "cas")]
    (cas,) = parse(lines, "h").history
    assert (cas.old, cas.value, cas.key, cas.outcome) == (1, 2, "x", Outcome.OK)
