"""Hand-made histories of sessions with what is known of them."""

from dataclasses import replace
from math import inf

from distgame.checker import History, Rule

from . import cases

SESSIONS = (
    "sequential",
    "causal",
    "read-your-writes",
    "monotonic-reads",
    "monotonic-writes",
    "writes-follow-reads",
)


def history(text):
    """As `cases.history`, each operation with its process and perhaps its key before it: `0.w5:0-1`, `1x.r5:2-3`.

    Ticks are the times; a write without outcome was given up 10 ticks after its call.
    """
    return History(map(_operation, text.split()))


def _operation(word):
    who, what = word.split(".")
    (op,) = cases.history(what)
    given_up = op.invoked + 10 if op.completed == inf else op.completed
    return replace(op, process=int(who[0]), key=who[1:] or None, invoked_at=op.invoked, completed_at=given_up)


BROKEN = [
    ("0.r7:0-1", set(SESSIONS), Rule.PHANTOM, 1),
    ("0.r5:0-1 0.w5:2-3", {"sequential", "causal", "writes-follow-reads"}, Rule.FUTURE, 2),
    ("0.w5:0-1 0.r-:2-3", {"sequential", "causal", "read-your-writes"}, Rule.STALE_INITIAL, 2),
    ("0.w3:0-1 0.w5:2-3 0.r3:4-5", {"sequential", "causal"}, Rule.STALE, 3),
    ("0.w3:0-1 1.r3:2-3 1.r-:4-5", {"sequential", "causal", "monotonic-reads"}, None, 3),
    ("0.w5:0-1 0.r3:2-3 1.w3:0-1 1.r5:2-3", {"sequential", "read-your-writes"}, Rule.CONTRADICTION, 4),
    ("0.r2:0-1 0.w1:2-3 1.r1:0-1 1.w2:2-3", {"sequential", "causal", "writes-follow-reads"}, None, 4),
    ("0.w1:0-1 0.w2:2-3 1.r2:4-5 1.r1:6-7", {"sequential", "causal"}, None, 4),
    ("0.w1:0-1 1.w2:0-1 2.r1:0-1 2.r2:2-3 2.r1:4-5", {"sequential", "monotonic-reads"}, Rule.FLIP_FLOP, 5),
    (
        "0.w1:0-1 1.w2:0-1 2.r1:0-1 2.r2:2-3 3.r2:0-1 3.r1:2-3",
        {"sequential", "monotonic-reads"},
        Rule.CONTRADICTION,
        6,
    ),
    (
        "0.w1:0-1 0.r2:2-3 1.w2:0-1 1.r3:2-3 2.w3:0-1 2.r1:2-3",
        {"sequential", "read-your-writes"},
        Rule.CONTRADICTION,
        6,
    ),
    ("0.w1:0-1 0.r1:2-3 0.r1:4-5 0.w2:6-7 0.r2:8-9", set(), None, None),
    ("0.w1:0-? 1.r-:2-3 1.r1:50-51 2.r-:60-61", set(), None, None),
    ("0.w1:0-? 1.r1:50-51 1.r-:60-61", {"sequential", "causal", "monotonic-reads"}, Rule.INITIAL_AGAIN, 3),
    ("0.w7:0-1! 0.r-:2-3", set(), None, None),
    ("0.w5:0-1 0.r-:2-3! 0.r-:4-?", set(), None, None),
]

TELLING = (
    "0y.r2:0-1 0x.w1:2-3 1x.r1:0-1 1y.w2:2-3",
    "0x.w1:0-1 1x.r1:2-3 1y.w2:4-5 2y.r2:6-7 2x.r-:8-9",
    "0x.w1:0-1 0y.w2:2-3 1y.r2:4-5 1x.w3:6-7 2y.r2:4-5 2x.r3:8-9 2x.r1:10-11",
    "0.w1:0-1 1.w5:0-1 1.r1:2-3 1.w2:4-5 2.r5:2-3 2.r1:4-5",
    "0.w1:0-1 0.r2:2-3 1.w2:0-1 1.r3:2-3 2.w3:0-1 2.r1:2-3 3.w4:0-1 4.w5:0-1 5.r4:2-3 5.r5:4-5 5.r4:6-7",
)
"""Histories that small mistakes are found by: order across registers, steps that only seem to lead on, long cycles."""
