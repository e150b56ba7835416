"""Eventual consistency: once writing has stopped, all reads agree.

W. Vogels, "Eventually Consistent", CACM 52(1), 2009, as far as a finite history can show it: from a quiet point on,
every read of a register returns one and the same written value (or the initial one where no write has completed).
The quiet point comes when the last write has settled: completed, or given up by its client; and a grace time has
passed, in which the news may travel. Which of the written values all agree on does not matter, nor does it matter what
was read before, nor whether a value was written twice.

The verdict is undecided while a write never settles, while nobody reads after the quiet point, and while only one
session does although others read before.
"""

from functools import partial
from math import inf

from distgame.checker.history import History, Kind, Operation, Outcome, Value, by_invocation
from distgame.checker.registers import check_each
from distgame.checker.sentences import called, of_key, phantom, show
from distgame.checker.session_graph import SessionOf, itself
from distgame.checker.verdict import Explanation, Namer, Rule, Verdict


def check(
    history: History,
    initial: Value = None,
    session: SessionOf = itself,
    *,
    grace: float = 0,
    quiet_from: float = -inf,
) -> Verdict:
    """Judge each register of `history` in O(n log n).

    Reads count that were called more than `grace` after the last write had settled, and not before `quiet_from`. Both
    are in ticks where the history knows the ticks of all its calls and answers, else in positions in the order of
    events, where a write without outcome never settles. Raises HistoryError.
    """
    history.require_kinds((Kind.READ, Kind.WRITE), "eventual")
    ticks = all(op.invoked_at is not None for op in history)
    ticks = ticks and all(op.completed_at is not None for op in history if op.outcome is not Outcome.UNKNOWN)

    def judge(register: History) -> Verdict:
        settled = max((_settled(op, ticks) for op in register if _may_write(op)), default=-inf)
        quiet = [op for op in register if op.kind is Kind.READ and op.outcome is Outcome.OK]
        readers = {session(op.process) for op in quiet}
        quiet = [op for op in quiet if _called(op, ticks) > settled + grace and _called(op, ticks) >= quiet_from]
        quiet.sort(key=by_invocation)
        if _disagreement(register, quiet, initial):
            explanation = partial(_explain, register, quiet, initial, ticks)
            return Verdict("eventual", "violated", len(register), find_explanation=explanation)
        enough = len({session(op.process) for op in quiet}) >= min(2, max(1, len(readers)))
        return Verdict("eventual", "holds" if enough else "undecided", len(register))

    return check_each(history, "eventual", judge)


def _may_write(operation: Operation) -> bool:
    return operation.kind is Kind.WRITE and operation.outcome is not Outcome.FAILED


def _called(operation: Operation, ticks: bool) -> float:
    return operation.invoked_at if ticks and operation.invoked_at is not None else operation.invoked


def _settled(operation: Operation, ticks: bool) -> float:
    if not ticks:
        return operation.completed
    return inf if operation.completed_at is None else operation.completed_at


def _disagreement(register: History, quiet: list[Operation], initial: Value) -> list[Operation]:
    """The first read of a value that cannot stay, or else two that differ, or nothing."""
    lasting = {op.value for op in register if _may_write(op)}
    if not any(_may_write(op) and op.outcome is Outcome.OK for op in register):
        lasting.add(initial)
    for read in quiet:
        if read.value not in lasting:
            return [read]
    return next(([quiet[0], read] for read in quiet if read.value != quiet[0].value), [])


def _explain(register: History, quiet: list[Operation], initial: Value, ticks: bool, name: Namer) -> Explanation:
    """The reads that cannot be, after the last write to settle: beside them, it takes the whole to show the quiet."""
    reads = _disagreement(register, quiet, initial)
    read = reads[-1]
    if len(reads) == 1 and read.value != initial:
        return phantom(register, read, initial, name)
    writes = [op for op in register if _may_write(op) and (len(reads) == 2 or op.outcome is Outcome.OK)]
    last = max(writes, key=lambda op: (_settled(op, ticks), by_invocation(op)), default=None)
    values = ["the initial value" if op.value == initial else show(op.value) for op in reads]
    told = [f"{name(op.process)} read {text} (sent at {called(op)})" for op, text in zip(reads, values, strict=True)]
    if last is None:
        start = "nothing was written, yet "
    else:
        over = "completed" if last.outcome is Outcome.OK else "was given up"
        when = f"tick {last.completed_at}" if last.completed_at is not None else f"time {last.completed}"
        start = f"{name(last.process)}'s write of {show(last.value)} {over} at {when} and was the last, yet later "
    rule = Rule.DIVERGENCE if len(reads) == 2 else Rule.STALE_INITIAL
    operations = tuple(sorted([*reads, *([last] if last else [])], key=by_invocation))
    return Explanation(operations, rule, of_key(read.key) + start + " and ".join(told), read)
