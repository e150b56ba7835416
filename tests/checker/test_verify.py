"""The verifier accepts true evidence and no other."""

import pytest

from distgame.checker.verify import explanation_refutes, order_explains

from .cases import history

ORDERS = [
    ("w1:0-1 r1:2-3", (0, 1), True),
    ("w1:0-1 r1:2-3", (1, 0), False),
    ("w1:0-1 r1:2-3", (0,), False),
    ("w1:0-1 r1:2-3", (0, 1, 1), False),
    ("w1:0-1 r2:2-3", (0, 1), False),
    ("w1:0-1 w2:2-3", (0, 1), True),
    ("w1:0-1 w2:2-3", (1, 0), False),
    ("w1:0-2 w2:2-3", (1, 0), True),
    ("w1:0-? w2:2-3 r1:4-5", (1, 0, 2), True),
    ("w1:0-? w2:2-3 r2:4-5", (1, 2), True),
    ("w1:0-? w2:2-3 r2:4-5", (0, 2), False),
    ("w1:0-1! w2:2-3 r2:4-5", (1, 2), True),
    ("w1:0-1! w2:2-3 r2:4-5", (0, 1, 2), False),
    ("w2:2-3 r2:4-?", (0,), True),
    ("w2:2-3 r2:4-?", (0, 1), False),
]


def wrongly_judged(explains):
    judged = [(text, order, explains(history(text), [history(text)[n] for n in order])) for text, order, _ in ORDERS]
    return [found for found, expected in zip(judged, ORDERS, strict=True) if found != expected]


def test_orders():
    assert wrongly_judged(order_explains) == []


@pytest.mark.parametrize(
    ("text", "shown", "model", "expected"),
    [
        ("w3:0-1 w5:2-3 r3:4-5", (0, 1, 2), "linearizable", True),
        ("w3:0-1 w5:2-3 r3:4-5", (0, 1, 2), "regular", True),
        ("w3:0-1 w5:2-3 r3:4-5", (1, 2), "linearizable", True),
        ("w3:0-2 w5:2-3 r3:4-5", (1, 2), "linearizable", False),
        ("w3:0-1 w5:2-3 r3:4-5", (0, 2), "linearizable", False),
        ("w3:0-1 w5:2-3 r3:4-5", (0, 1, 2, 2), "linearizable", False),
        ("w5:0-9 r5:1-2 r-:3-4", (0, 1, 2), "linearizable", True),
        ("w5:0-9 r5:1-2 r-:3-4", (0, 1, 2), "regular", False),
        ("w7:0-1! r7:2-3", (1,), "linearizable", True),
        ("w7:0-1! r7:2-3", (0, 1), "linearizable", True),
        ("w7:0-? r7:2-3", (1,), "linearizable", False),
        ("w7:0-? r7:2-3", (0, 1), "linearizable", False),
        ("w7:0-1 r-:2-?", (0, 1), "linearizable", False),
    ],
)
def test_explanations(text, shown, model, expected):
    made = history(text)
    assert explanation_refutes(made, [made[n] for n in shown], model) is expected


def test_operations_that_are_not_of_the_history_prove_nothing():
    assert not explanation_refutes(history("w1:0-1"), list(history("r7:2-3")))
