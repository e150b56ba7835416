"""Safeness of a register with many writers: a read that overlaps no write agrees with some order of the writes.

L. Lamport, "On interprocess communication", Distributed Computing 1, 1986; with many writers as `regular`, but only
for the reads that overlap no write. A write without outcome overlaps everything after its call, so after a timeout
the condition says nothing any more.
"""

from bisect import bisect_left, bisect_right
from dataclasses import replace
from functools import partial

from distgame.checker import explain
from distgame.checker.history import History, Kind, Operation, Outcome, Value
from distgame.checker.registers import check_each
from distgame.checker.regular import wrong_reads as wrong_by_writes
from distgame.checker.verdict import Explanation, Namer, Verdict


def check(history: History, initial: Value = None) -> Verdict:
    """Judge each register of `history` in O(n log w) for w writes. Raises HistoryError and DuplicateValue."""
    history.require_kinds((Kind.READ, Kind.WRITE), "safe")
    return check_each(history, "safe", partial(_check, initial=initial))


def _check(history: History, initial: Value) -> Verdict:
    if not wrong_reads(history, initial):
        return Verdict("safe", "holds", len(history))
    return Verdict("safe", "violated", len(history), find_explanation=partial(_explain, history, initial))


def wrong_reads(history: History, initial: Value = None) -> tuple[Operation, ...]:
    """The reads that overlap no write and that no order of the writes explains. Raises DuplicateValue."""
    writes = [op for op in history.operations if op.kind is Kind.WRITE and op.outcome is not Outcome.FAILED]
    calls = sorted(op.invoked for op in writes)
    returns = sorted(op.completed for op in writes)

    def alone(read: Operation) -> bool:
        return bisect_right(calls, read.completed) == bisect_left(returns, read.invoked)

    return tuple(read for read in wrong_by_writes(history, initial) if alone(read))


def _explain(history: History, initial: Value, name: Namer) -> Explanation:
    """The smallest set of operations that a read is wrong with; that no write overlaps it takes the whole history."""
    wrong = set(wrong_reads(history, initial))
    judged = history.keeping(lambda op: op.kind is Kind.WRITE or op in wrong)
    found = explain.smallest(judged, initial, "regular", name)
    return replace(found, sentence=f"{found.sentence}; no write was going on meanwhile")
