"""A verdict as text lanes and as plain data."""

import json

from distgame.checker import check
from distgame.checker.lanes import lanes
from distgame.checker.report import report

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
