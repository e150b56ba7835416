"""Histories of Jepsen and Knossos: what is read, what is skipped, and what is refused at which line."""

import math

import pytest

from distgame.checker import HistoryError, Kind, Outcome, check
from distgame.checker.jepsen import parse

HISTORY = """\
{:index 0, :time 100, :type :invoke, :process 0, :f :write, :value 3}
{:index 1, :time 150, :type :info, :process :nemesis, :f :start-partition, :value {"n1" #{"n2" "n3"}}}
{:index 2, :time 200, :type :ok, :process 0, :f :write, :value 3}
{:index 3, :time 210, :type :invoke, :process 1, :f :read, :value nil}
{:index 4, :time 215, :type :invoke, :process 0, :f :cas, :value [3 4]}
{:index 5, :time 220, :type :ok, :process 1, :f :read, :value 3}
{:index 6, :time 300, :type :info, :process 0, :f :cas, :value [3 4], :error [:timeout "late"]}
{:index 7, :time 350, :type :info, :process :nemesis, :f :stop-partition}
{:index 8, :time 400, :type :invoke, :process 10, :f :read, :value nil}
{:index 9, :time 410, :type :fail, :process 10, :f :read, :value nil, :error :no-leader}
"""


def load(text):
    return parse(text.encode().splitlines(keepends=True), "h")


def op(process, kind, f="write", value="1", more=""):
    return f"{{:process {process}, :type :{kind}, :f :{f}, :value {value}{more}}}"


CALL, DONE = op(0, "invoke"), op(0, "ok")


def test_a_history_of_a_register():
    history, warnings = load(HISTORY)
    assert warnings == ("h:2: 2 events of the process :nemesis skipped",)
    write, read, cas, failed = history
    assert (write.kind, write.value, write.invoked, write.completed, write.outcome) == (Kind.WRITE, 3, 1, 3, Outcome.OK)
    assert (read.kind, read.value, read.invoked_at, read.completed_at) == (Kind.READ, 3, 210, 220)
    assert (cas.kind, cas.old, cas.value, cas.completed) == (Kind.CAS, 3, 4, math.inf)
    assert (failed.process, failed.outcome, failed.value) == (10, Outcome.FAILED, None)


@pytest.mark.parametrize(
    "text",
    [
        "[{}]".format("\n ".join(HISTORY.splitlines())),
        "({})".format(" ".join(HISTORY.splitlines())),
        HISTORY.replace("{:index", "#jepsen.history.Op{:index"),
        HISTORY.replace("\n", " ; a note\n\n"),
    ],
)
def test_the_same_history_in_another_shape(text):
    assert load(text).history == load(HISTORY).history


def test_keys_of_independent_registers():
    lines = [
        op(0, "invoke", value="[:x 5]"),
        op(1, "invoke", "read", '["y" nil]'),
        op(2, "invoke", "cas", "[7 [1 2]]"),
        op(0, "ok", value="[:x 5]"),
        op(1, "ok", "read", '["y" 6]'),
        op(2, "fail", "cas", "[7 [1 2]]"),
    ]
    write, read, cas = load("\n".join(lines)).history
    assert (write.key, write.value) == (":x", 5)
    assert (read.key, read.value) == ("y", 6)
    assert (cas.key, cas.old, cas.value, cas.outcome) == (7, 1, 2, Outcome.FAILED)


def test_a_value_may_be_written_to_two_registers():
    history, _ = load("\n".join([op(0, "invoke", value="[:x 5]"), op(1, "invoke", value="[:y 5]")]))
    history.require_unique_writes()


def test_snapshots_tickets_and_keywords():
    lines = [op(0, "invoke", "read", "nil"), op(0, "ok", "read", '{"x" 1 "y" :b}')]
    lines += [op(0, "invoke", "add", "nil"), op(0, "ok", "add", "7")]
    snapshot, add = load("\n".join(lines)).history
    assert (snapshot.kind, snapshot.parts) == (Kind.SNAPSHOT, (("x", 1), ("y", ":b")))
    assert (add.kind, add.value) == (Kind.ADD, 7)


def test_without_times_the_lines_stand_for_them():
    lines = [CALL, "", op(1, "invoke", "read", "nil"), DONE, op(1, "ok", "read", "nil")]
    history, warnings = load("\n".join(lines))
    assert [(each.invoked, each.invoked_at, each.completed_at) for each in history] == [(1, 1, 4), (2, 3, 5)]
    assert warnings == ()
    sentence = "client 1 read the initial value (sent at tick 5) although client 0's write of 1 had completed at tick 4"
    assert check(
        load("\n".join([*lines[:1], *lines[3:4], "", "", lines[2], lines[4]])).history
    ).explanation.sentence == (sentence.replace("tick 4", "tick 2"))


def test_what_a_terminal_would_obey_is_written_out():
    (warning,) = load("{:process :a\x1bc :type :info :f :x}").warnings
    assert warning == "h:1: 1 event of the process :a\\x1bc skipped"
    with pytest.raises(HistoryError, match=r"unknown :f :r\\x1b;"):
        load(op(0, "invoke", "r\x1b"))


def test_a_clock_that_goes_back_is_one_warning():
    text = "[{}\n{}]".format(op(0, "invoke", more=" :time 9"), op(0, "ok", more=" :time 8"))
    assert load(text).warnings == ("h:2: the time goes back from 9 (line 1) to 8; the order of the lines decides",)


REFUSED = [
    ("a vector", "[1 2]", "h:1: expected an operation as in {:process 0, .*, not 1"),
    ("a nested vector", f"[[{CALL}]]", "h:1: expected an operation"),
    ("a missing type", "{:process 0 :f :read}", "h:1: missing field :type"),
    ("a text for a process", op('"a"', "invoke"), "h:1: :process must be a whole number, or a keyword .*, not 'a'"),
    ("a process in parts", op("1.0", "invoke"), "h:1: :process must be .*, not 1.0"),
    ("an unknown type", op(0, "maybe"), "h:1: unknown :type :maybe; expected :invoke, :ok, :fail, :info"),
    ("a type in quotes", '{:process 0 :f :read :type "ok"}', "h:1: unknown :type 'ok'"),
    ("transactions", CALL + "\n" + op(1, "invoke", "txn", "[[:r 1 nil]]"), "h:2: unknown :f :txn; expected :read, "),
    ("a queue", op(0, "invoke", "enqueue"), "h:1: unknown :f :enqueue"),
    ("a time in parts", op(0, "invoke", more=" :time 1.5"), "h:1: :time must be a whole number, not 1.5"),
    ("a ratio", op(0, "invoke", value="1/2"), "h:1: a value must be .*, not 1/2"),
    ("a symbol", op(0, "invoke", value="x"), "h:1: a value must be .*, not x"),
    ("a set", op(0, "invoke", value="#{1}"), "h:1: a value must be .*, not #{1}"),
    ("true", op(0, "invoke", value="true"), "h:1: a value must be .*, not True"),
    ("a number in parts", op(0, "invoke", value="1.0"), "h:1: a value must be .*, not 1.0"),
    ("a key in parts", op(0, "invoke", value="[1.5 1]"), "h:1: a key must be .*, not 1.5"),
    (
        "three values",
        op(0, "invoke", value="[1 2 3]"),
        r"h:1: the value of a write must be .* \[key value\], not \[1, 2",
    ),
    ("half a pair", op(0, "invoke", "cas", "[1]"), r"h:1: the value of a cas must be a pair \[old, new\], not \[1\]"),
    ("a set's add", op(0, "invoke", "add", "5"), "h:1: an add counts one up"),
    ("an answer to nothing", f"[{CALL}\n{DONE}\n{DONE}]", "h:3: process 0 gets an answer but has no operation open"),
    ("two at once", f"[\n{CALL}\n\n{CALL}]", "h:4: process 0 has an operation open since line 2"),
    ("going on", "\n".join(["", CALL, op(0, "info"), CALL]), r"h:4: process 0 goes on .* unknown \(line 3\)"),
    (
        "another value",
        f"{CALL} {op(0, 'ok', value='2')}",
        "h:1: the answer is to a write of 2, but process 0 wrote 1 in",
    ),
    ("mixed kinds", "\n\n".join([CALL, DONE, op(1, "invoke", value='"1"')]), r"h:5: '1' is a text, but 1 \(line 1\)"),
    ("written twice", f"[\n{CALL} {DONE}\n\n{CALL}]", "h:4: 1 is written twice, first in line 2"),
    ("an open map", f"{CALL}\n{{:process 1", "h:2: not EDN: what is opened here is never closed with }"),
    ("an open vector", f"[{CALL}\n{DONE}", "h:1: not EDN: what is opened here is never closed with ]"),
    ("an open text", f'[{CALL}\n{{:error "x', "h:2: not EDN: a text without end"),
    ("something after", f"[{CALL}]\n{DONE}", "h:2: not EDN: something follows the vector"),
    ("nesting without end", f"{CALL}\n{'[' * 100_000}", "h:1: not usable EDN: the nesting is too deep"),
]


@pytest.mark.parametrize(("text", "message"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_refused_with_its_line(text, message):
    with pytest.raises(HistoryError, match=f"^{message}"):
        check(load(text).history, "regular")
