"""Hand-made histories with what is known of them, in a short notation."""

import math
from typing import NamedTuple

from distgame.checker import History, Kind, Operation, Outcome, Rule


def history(text):
    """Operations such as `w5:0-3` (5 written from 0 to 3), `r-:4-6` (the initial value read), `w7:1-?` (no
    outcome known) and `w7:1-2!` (failed); the n-th of them is client n's.
    """
    return History(_operation(number, word) for number, word in enumerate(text.split()))


def _operation(process, word):
    what, times = word.split(":")
    call, answer = times.rstrip("!").split("-")
    value = None if what[1:] == "-" else int(what[1:])
    outcome = Outcome.UNKNOWN if answer == "?" else Outcome.FAILED if "!" in times else Outcome.OK
    completed = math.inf if answer == "?" else int(answer)
    return Operation(process, Kind.WRITE if what[0] == "w" else Kind.READ, value, int(call), completed, outcome)


class Case(NamedTuple):
    name: str
    text: str
    linearizable: bool
    regular: bool
    rule: Rule | None = None
    size: int | None = None


CASES = (
    Case("nothing happened", "", True, True),
    Case("a fresh register", "r-:0-1", True, True),
    Case("a value nobody wrote", "w1:0-1 r7:2-3", False, False, Rule.PHANTOM, 1),
    Case("a value whose write failed", "w7:0-1! r7:2-3", False, False, Rule.PHANTOM, 1),
    Case("a failed write leaves no trace", "w7:0-1! r-:2-3", True, True),
    Case("a failed read says nothing", "w7:0-1 r-:2-3!", True, True),
    Case("an unanswered read says nothing", "w7:0-1 r-:2-?", True, True),
    Case("a read of the future", "r7:0-1 w7:2-3", False, False, Rule.FUTURE, 2),
    Case("a read that ends where its write begins", "r7:0-2 w7:2-3", True, True),
    Case("the initial value after a write", "w5:0-1 r-:2-3", False, False, Rule.STALE_INITIAL, 2),
    Case("the initial value where a write ends", "w5:0-2 r-:2-3", True, True),
    Case("an old value", "w3:0-1 w5:2-3 r3:4-5", False, False, Rule.STALE, 3),
    Case("writes that touch may change places", "w3:0-2 w5:2-3 r3:4-5", True, True),
    Case("a read that begins where the overwriting ends", "w3:0-1 w5:2-4 r3:4-5", True, True),
    Case("the initial value after a read", "w5:0-9 r5:1-2 r-:3-4", False, True, Rule.INITIAL_AGAIN, 3),
    Case("new, then old", "w3:0-1 w5:2-9 r5:3-4 r3:5-6", False, True, Rule.INVERSION, 4),
    Case("new and old at once", "w3:0-1 w5:2-9 r5:3-5 r3:5-6", True, True),
    Case("new inside old", "w5:0-2 w3:1-9 r3:3-4 r5:5-6", False, True, Rule.SANDWICH, 4),
    Case("each after the other's write", "w1:0-2 w2:0-2 r1:3-5 r2:3-5", False, True, Rule.CONTRADICTION, 4),
    Case("read before and after a write", "w1:0-9 r1:1-2 w2:3-4 r1:5-6", False, True, Rule.REREAD, 4),
    Case("there and back", "w1:0-9 w2:0-9 r1:1-2 r2:3-4 r1:5-6", False, True, Rule.FLIP_FLOP, 5),
    Case(
        "one read after a write, one before",
        "w1:0-2 w2:0-9 r2:1-4 r1:5-8 r2:3-10",
        False,
        True,
        Rule.CONTRADICTION,
        5,
    ),
    Case(
        "one read before a write, one after a read",
        "w1:0-99 r1:1-2 w2:3-99 r2:1-5 r1:6-7",
        False,
        True,
        Rule.CONTRADICTION,
        5,
    ),
    Case("two pairs", "w1:0-99 w2:0-99 r1:1-4 r2:5-9 r2:1-4 r1:5-9", False, True, Rule.CONTRADICTION, 6),
    Case("a timed-out write that comes late", "w1:0-? r-:5-6 r1:50-51", True, True),
    Case("a timed-out write after a later one", "w1:0-? w2:1-2 r2:3-4 r1:5-6", True, True),
    Case("a timed-out write never comes twice", "w1:0-? w2:1-2 r1:3-4 r2:5-6 r1:7-8", False, True, Rule.SANDWICH, 4),
    Case("a timed-out write is not undone", "w1:0-? r1:5-6 r-:7-8", False, True, Rule.INITIAL_AGAIN, 3),
    Case("all in one moment", "w1:5-5 r1:5-5 r-:5-5", True, True),
    Case("one moment later", "w1:4-4 r-:5-5", False, False, Rule.STALE_INITIAL, 2),
    Case("a short read inside a longer one", "w1:0-1 w2:3-9 r2:4-5 r1:6-7 r2:8-9", False, True, Rule.INVERSION, 4),
    Case("many old values", "w1:0-1 w2:2-3 w3:4-5 w4:6-7 r1:8-9", False, False, Rule.STALE, 3),
    Case("an instant where a zone begins", "w1:0-4 w2:4-4 w3:5-6 r1:10-11", False, False, Rule.STALE, 3),
    Case("new inside old, then old twice", "w5:0-2 w3:1-9 r3:3-5 r5:4-6 r5:7-8", False, True, Rule.SANDWICH, 4),
    Case(
        "there and back among other reads",
        "w1:0-99 w2:0-99 r2:1-4 r1:1-3 r2:5-6 r1:8-9 r2:7-12",
        False,
        True,
        Rule.FLIP_FLOP,
        5,
    ),
)
