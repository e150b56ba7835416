"""A verdict as text lanes and as plain data."""

import json
import re

from distgame.checker import Kind, Operation, Outcome, check, strongest
from distgame.checker.lanes import lanes
from distgame.checker.report import operation_record, report, standing_report

from .cases import history


def test_lanes_of_an_explanation():
    shown = lanes(
        check(history("w3:0-1 w5:2-70 r5:3-4 r3:50-60")).explanation.operations, lambda process: f"c{process}"
    )
    assert shown == [
        "c0  write  3  |-ok-|",
        "c1  write  5            |-----------ok-----------|",
        "c2  read                     |-5--|",
        "c3  read                               |-3--|",
    ]


def test_lanes_that_touch_overlap_and_those_without_outcome_stay_open():
    shown = lanes(history("w3:0-2 r3:2-2 w4:1-? r-:1-2!"), lambda process: f"c{process}")
    assert shown == [
        "c0  write  3  |------------ok------------|",
        "c3  read               |------failed-----|",
        "c2  write  4           |------------?-------------",
        "c1  read                        |---3----|",
    ]


def test_lanes_of_every_kind():
    def op(number, kind, value=None, outcome=Outcome.OK, **more):
        return Operation(number, kind, value, number, number + 0.5, outcome, **more)

    shown = lanes(
        [
            op(0, Kind.CAS, 2, old=None, key="x"),
            op(1, Kind.CAS, 3, Outcome.FAILED, old=2, key=7),
            op(2, Kind.ADD, 7, key="two words"),
            op(3, Kind.SNAPSHOT, parts=(("x", 2), ("y", None))),
        ]
    )
    assert [re.sub(" *[|]-*(.*?)-*[|]$", r"  |\1|", line) for line in shown] == [
        "client 0  cas x            null->2  |ok|",
        "client 1  cas 7            2->3  |failed|",
        "client 2  add 'two words'  |7|",
        "client 3  read  |{x: 2, y: null}|",
    ]


def test_no_operations_have_no_lanes():
    assert lanes([]) == []


def test_the_report_of_a_violation():
    verdict = check(history("w1:0-? r-:1-2! r7:2-3"))
    assert json.loads(json.dumps(report(verdict, "h.jsonl", with_order=True))) == {
        "file": "h.jsonl",
        "model": "linearizable",
        "verdict": "violated",
        "operations": 3,
        "reason": "client 2 read 7 at time 3; nobody ever wrote 7",
        "witness": [
            {
                "process": 2,
                "type": "ok",
                "f": "read",
                "value": 7,
                "invoked": 2,
                "completed": 3,
                "invoked_at": None,
                "completed_at": None,
            }
        ],
        "order": None,
    }


def test_the_report_of_what_holds_shows_an_order_when_asked():
    verdict = check(history("w1:0-? r1:2-3"))
    record = report(verdict, "h.jsonl")
    assert (record["verdict"], record["reason"], record["witness"]) == ("holds", None, [])
    assert "order" not in record
    order = report(verdict, "h.jsonl", with_order=True)["order"]
    assert [(op["f"], op["value"], op["type"], op["completed"]) for op in order] == [
        ("write", 1, "info", None),
        ("read", 1, "ok", 3),
    ]


def test_pairs_keys_and_snapshots_are_told_as_in_a_file():
    cas = Operation(0, Kind.CAS, 2, 0, 1, Outcome.OK, old=1, key="x")
    snapshot = Operation(0, Kind.SNAPSHOT, None, 2, 3, Outcome.OK, parts=(("x", 2), ("y", None)))
    add = Operation(0, Kind.ADD, 7, 4, 5, Outcome.OK)
    records = [operation_record(op) for op in (cas, snapshot, add)]
    assert [(record["f"], record["value"], record.get("key")) for record in records] == [
        ("cas", [1, 2], "x"),
        ("read", {"x": 2, "y": None}, None),
        ("add", 7, None),
    ]
    assert "key" not in records[1]


def test_the_report_of_a_standing():
    record = json.loads(json.dumps(standing_report(strongest(history("w5:0-9 r5:1-2 r-:3-4")), "h.jsonl")))
    assert record["verdict"] == "holds"
    assert record["model"] == record["strongest"][0] == record["holds"][0]
    assert "linearizable" in record["violated"]
    assert record["first_violated"]["reason"].startswith("client 1 read 5")
