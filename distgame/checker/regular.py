"""Regularity of a register with many writers: every read by itself agrees with some order of the writes.

The weakest multi-writer condition of C. Shao, J. L. Welch, E. Pierce and H. Lee, "Multiwriter Consistency
Conditions for Shared Memory Registers", SIAM J. Comput. 40(1), 2011: for each read there is an order of the
writes and that one read. So a read is wrong when its value was never written, when it returns before its
write is called, or when a write that began after its write was over had completed before the read began.
"""

from bisect import bisect_left
from functools import partial
from itertools import accumulate
from math import inf

from distgame.checker import explain
from distgame.checker.history import History, Kind, Operation, Outcome, Value
from distgame.checker.registers import check_each
from distgame.checker.verdict import Verdict


def check(history: History, initial: Value = None) -> Verdict:
    """Judge each register of `history` in O(n log w) for w writes. Raises HistoryError and DuplicateValue."""
    history.require_kinds((Kind.READ, Kind.WRITE), "regular")
    return check_each(history, "regular", partial(_check, initial=initial))


def _check(history: History, initial: Value) -> Verdict:
    if not wrong_reads(history, initial):
        return Verdict("regular", "holds", len(history))
    explanation = partial(explain.smallest, history, initial, "regular")
    return Verdict("regular", "violated", len(history), find_explanation=explanation)


def wrong_reads(history: History, initial: Value = None) -> tuple[Operation, ...]:
    """The reads that no order of the writes explains, each judged by itself. Raises DuplicateValue."""
    interval: dict[Value, tuple[float, float]] = {initial: (-inf, -inf)}
    writes: list[tuple[float, float]] = []
    reads = []
    for operation in history.operations:
        if operation.kind is Kind.WRITE and operation.outcome is not Outcome.FAILED:
            if operation.value in interval:
                history.require_unique_writes(initial)
            interval[operation.value] = (operation.invoked, operation.completed)
            writes.append((operation.completed, operation.invoked))
        elif operation.kind is Kind.READ and operation.outcome is Outcome.OK:
            reads.append(operation)
    writes.sort()
    returns = [returned for returned, _ in writes]
    latest_call = [-inf, *accumulate((called for _, called in writes), max)]

    def wrong(read: Operation) -> bool:
        if read.value not in interval:
            return True
        called, returned = interval[read.value]
        return read.completed < called or returned < latest_call[bisect_left(returns, read.invoked)]

    return tuple(read for read in reads if wrong(read))
