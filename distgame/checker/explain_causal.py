"""The smallest set of operations that proves that a history is not causally consistent.

A few operations that hold the write of every value they read break causal consistency only if the whole does. What
proves it is a way back through the causal order (see `causal`), by steps of sessions and from reads to their writes:
from a read to another write of its register and on to the write of its own value, or from a write to itself.
"""

from collections.abc import Sequence
from heapq import heappop, heappush
from itertools import count, groupby
from typing import Any

from distgame.checker.history import History, Kind, Operation, Outcome, Value, by_invocation
from distgame.checker.sentences import called, phantom, returned
from distgame.checker.session_graph import SessionOf, itself, sessions_of, writes_of
from distgame.checker.session_sentences import steps, value_of, value_or_initial
from distgame.checker.verdict import Explanation, Namer, Rule, client

STEPS = 400_000
"""How many operations the search for the smallest way looks at before it is content with the smallest so far."""


def smallest(
    history: History,
    wrong: Sequence[Operation],
    circular: Sequence[Operation],
    initial: Value = None,
    session: SessionOf = itself,
    name: Namer = client,
) -> Explanation:
    """The smallest explanation of the reads that `causal.wrong_reads` found.

    Exact where the search looks at no more than STEPS operations; else the smallest found by then. Raises ValueError
    when there is nothing to explain.
    """
    search = _Search(history, initial, session)
    reads = sorted([*wrong, *circular], key=lambda op: (op.completed, op.process))
    for read in reads:
        if (read.key, read.value) not in search.writes and read.value != initial:
            return phantom(history, read, initial, name)
    best: list[Operation] = []
    blamed: Operation | None = None
    for read in reads:
        if best and search.seen > STEPS:
            break
        write = search.writes.get((read.key, read.value))
        for start in (read, write) if write else (read,):
            found = search.way(start, write, len(best))
            if found:
                best, blamed = found, read if start is read else None
    if not best:
        raise ValueError("there is nothing to explain: the history holds")
    return _tell(best, blamed, initial, session, name)


class _Search:
    """The sessions of a history, and where its operations stand in them."""

    def __init__(self, history: History, initial: Value, session: SessionOf) -> None:
        self.sessions = sessions_of(history, session)
        self.writes = writes_of(history, initial)
        self.where = {op: (number, at) for number, ops in self.sessions.items() for at, op in enumerate(ops)}
        self.seen = 0

    def way(self, start: Operation, end: Operation | None, limit: int) -> list[Operation]:
        """The shortest way back from `start` to `end`, in causal order; empty if it has `limit` operations or more.

        From a read the way goes over another write of its register, and it ends there if `end` is None.
        E. Dijkstra, "A note on two problems in connexion with graphs", 1959.
        """
        order = count()
        heap: list[tuple[int, int, bool, Operation | None, _Trail]] = []
        looked: dict[tuple[bool, int], int] = {}  # How much of a session was looked at: near the start comes first.

        def push(weight: int, over: bool, operation: Operation | None, trail: _Trail) -> None:
            if not limit or weight < limit:
                heappush(heap, (weight, next(order), over, operation, trail))

        if start is end:
            push(0, True, start, None)
        else:
            push(1, False, start, (start, None))
        while heap:
            weight, _, over, operation, trail = heappop(heap)
            if operation is None:
                return _unrolled(trail)
            number, at = self.where[operation]
            begin = looked.get((over, number), 0)
            looked[over, number] = max(begin, at)
            for step in self.sessions[number][begin:at]:
                self.seen += 1
                if step.outcome is not Outcome.OK:
                    continue
                write, more, longer = step, 1, (step, trail)
                if step.kind is Kind.READ:
                    found = self.writes.get((step.key, step.value))
                    if found is None:
                        continue
                    write, more, longer = found, 2, (found, (step, trail))
                elif write is not end and (over or write.key != start.key):
                    continue
                if write is end:
                    if over:
                        push(weight + more, over, None, longer)
                    continue
                now_over = over or write.key == start.key
                push(weight + more, now_over, None if now_over and end is None else write, longer)
        return []


_Trail = tuple[Operation, Any] | None
"""The operations of a way, the latest found first."""


def _unrolled(trail: _Trail) -> list[Operation]:
    found = []
    while trail:
        operation, trail = trail
        found.append(operation)
    return found


def _tell(way: list[Operation], read: Operation | None, initial: Value, session: SessionOf, name: Namer) -> Explanation:
    operations = tuple(sorted(way, key=by_invocation))
    if read is None:
        way = [*way[1:], way[0]]
        wrong = max((op for op in way if op.kind is Kind.READ), key=lambda op: (op.completed, op.process))
        if len(way) == 2:
            told = f"{name(wrong.process)} read {value_of(wrong)} at {returned(wrong)}, before it wrote it itself"
            return Explanation(operations, Rule.FUTURE, f"{told} ({called(way[1])})", wrong)
        told = f"{_told(way, initial, session, name)}: each of these comes before all the others"
        return Explanation(operations, Rule.CYCLE, told, wrong)
    value = value_or_initial(read, initial)
    over = next(op for op in way if op.kind is Kind.WRITE and op.key == read.key and op.value != read.value)
    known = f"although by then it knew of {value_of(over)}"
    newer = "" if read.value == initial else f", which is newer than {value}"
    rule = Rule.STALE_INITIAL if read.value == initial else Rule.STALE
    told = f"{name(read.process)} read {value} (sent at {called(read)}) {known}{newer}"
    return Explanation(operations, rule, f"{told}: {_told(way, initial, session, name)}", read)


def _told(way: Sequence[Operation], initial: Value, session: SessionOf, name: Namer) -> str:
    groups = groupby(way, key=lambda op: session(op.process))
    return "; ".join(steps(list(group), initial, name) for _, group in groups)
