"""Linearizability of a register whose written values are unique: one pass, one sort, one sweep.

The zones of P. Gibbons and E. Korach, "Testing Shared Memories", SIAM J. Comput. 26(4), 1997. The cluster of
a value is its write and all answered reads of it. In any legal order a cluster is one block, its write first,
so only two moments of it count: the least return in it ("first") and the greatest call in it ("last").
Cluster a must come before b exactly when first(a) < last(b). The history is linearizable exactly when every
value read was written, none was read before its write was called, and no two clusters must each come first.
"""

from math import inf

from distgame.checker.history import History, Kind, Operation, Outcome, Value, by_invocation


def holds(history: History, initial: Value = None) -> bool:
    """Whether `history` is linearizable for a register that starts with `initial`. Raises DuplicateValue."""
    called, first, last = _zones(history, initial)
    low = high = -inf
    for value in sorted(first, key=first.__getitem__):
        earliest, latest = first[value], last[value]
        if value not in called or earliest < called[value]:
            return False
        # Accepted forward zones [first, last] are disjoint, so only the latest can meet this one.
        if earliest < high and low < latest:
            return False
        if earliest < latest:
            low, high = earliest, latest
    return True


def order(history: History, initial: Value = None) -> tuple[Operation, ...]:
    """An order of the operations that explains every answer of a linearizable history.

    Clusters by the start of their zone; inside a cluster the write, then the reads by call. Writes without
    outcome are in it too; unanswered reads and failed operations are not.
    """
    _, first, last = _zones(history, initial)

    def place(operation: Operation) -> tuple[float, bool, float, bool, tuple[float, float, int]]:
        value = operation.value
        earliest, latest = first.get(value, inf), last[value]
        forward = earliest < latest
        # Two backward zones may start together: the call of the cluster's last operation keeps them apart,
        # and the write of a value is told from other writes by its own place among equals.
        start = earliest if forward else latest
        return start, forward, rank[value], operation.kind is Kind.READ, by_invocation(operation)

    effective = [op for op in history.operations if _took_part(op)]
    effective.sort(key=by_invocation)
    rank: dict[Value, float] = {}
    for operation in effective:
        rank.setdefault(operation.value, len(rank))
    return tuple(sorted(effective, key=place))


def _took_part(operation: Operation) -> bool:
    if operation.kind is Kind.WRITE:
        return operation.outcome is not Outcome.FAILED
    return operation.outcome is Outcome.OK


def _zones(history: History, initial: Value) -> tuple[dict[Value, float], dict[Value, float], dict[Value, float]]:
    """For every value the call of its write, the least return and the greatest call of its cluster.

    A cluster that never returned (an unread write without outcome) has no least return.
    """
    called: dict[Value, float] = {initial: -inf}
    first: dict[Value, float] = {initial: -inf}
    last: dict[Value, float] = {initial: -inf}
    write, ok, failed = Kind.WRITE, Outcome.OK, Outcome.FAILED
    for operation in history.operations:
        outcome = operation.outcome
        value = operation.value
        invoked = operation.invoked
        if operation.kind is write:
            if outcome is failed:
                continue
            if value in called:
                history.require_unique_writes(initial)
            called[value] = invoked
        elif outcome is not ok:
            continue
        completed = operation.completed
        if completed < first.get(value, inf):
            first[value] = completed
        if invoked > last.get(value, -inf):
            last[value] = invoked
    return called, first, last
