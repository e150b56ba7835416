"""Checks the evidence about the weaker models straight from their definitions, without the checkers that gave it."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import permutations

from distgame.checker.history import History, Key, Kind, Operation, Outcome, Value

SessionOf = Callable[[int], int]

_READ, _WRITE = (Kind.READ,), (Kind.WRITE,)
_GUARANTEES = {
    "read-your-writes": (_WRITE, _READ),
    "monotonic-reads": (_READ, _READ),
    "monotonic-writes": (_WRITE, _WRITE),
    "writes-follow-reads": (_READ, _WRITE),
}


def session_order_explains(
    history: History, order: Sequence[Operation], initial: Value = None, session: SessionOf = int
) -> bool:
    """Whether `order` proves that `history` is sequentially consistent.

    It must be legal, complete (see `verify.order_explains`), and keep the order of every session: nothing comes after
    what its session called only after its return.
    """
    if not _complete(history.operations, order):
        return False
    state: dict[Key, Value] = {}
    latest_call: dict[int, float] = {}
    for operation in order:
        number = session(operation.process)
        latest = latest_call[number] = max(latest_call.get(number, operation.invoked), operation.invoked)
        if operation.completed < latest:
            return False
        if operation.kind is Kind.WRITE:
            state[operation.key] = operation.value
        elif operation.value != state.get(operation.key, initial):
            return False
    return True


def sessions_agree(
    history: History, order: Sequence[Operation], model: str, initial: Value = None, session: SessionOf = int
) -> bool:
    """Whether `order`, of writes, proves that `history` keeps the session guarantee `model`.

    It must be complete, and no session may go from a value to an older one between operations that the guarantee
    relates; what a session writes must be newer than all that it read before.
    """
    if not _complete([op for op in history if op.kind is Kind.WRITE], order):
        return False
    rank = {(op.key, op.value): number for number, op in enumerate(order, 1)}
    before, after = _GUARANTEES[model]
    newest: dict[object, int] = {}
    effective = [op for op in history if _took_part(op)]
    for operation in sorted(effective, key=lambda op: op.invoked):
        # Of different registers only writes are related to each other, and to the reads before them.
        key = operation.key if after == _READ else None
        number = session(operation.process), key
        own = rank.get((operation.key, operation.value), 0 if operation.value == initial else -1)
        if operation.kind is Kind.WRITE and operation not in order[own - 1 : own]:
            continue
        least = newest.get(number, 0)
        # What a session writes is newer than what it read; what it reads may be what it read or wrote before.
        if own < 0 or (operation.kind in after and own < least + (before == _READ and after == _WRITE)):
            return False
        if operation.kind in before and operation.outcome is Outcome.OK:
            newest[number] = max(least, own)
    return True


def weaker_refuted(
    history: History, operations: Sequence[Operation], model: str, initial: Value = None, session: SessionOf = int
) -> bool:
    """Whether the few `operations` of `history` break `model` by themselves, by trying all orders of them.

    Two models look at the whole history as well: for "safe" no write may overlap the wrong read, and for "eventual"
    the reads must come after every write (by the order of events, or by ticks where a write has no outcome).
    """
    reads = [op for op in operations if op.kind is Kind.READ and op.outcome is Outcome.OK]
    writes = [op for op in operations if op.kind is Kind.WRITE and op.outcome is not Outcome.FAILED]
    match model:
        case "sequential":
            return not _interleaved(frozenset([*reads, *writes]), {}, initial, session)
        case "causal":
            return not _causal([*reads, *writes], initial, session)
        case "safe":
            return any(_alone(history, read) and _unexplained(read, writes, initial) for read in reads)
        case "eventual":
            return _diverges(history, reads, initial)
        case _:
            return not any(
                sessions_agree(History([*reads, *writes]), order, model, initial, session)
                for order in permutations(writes)
            )


def _took_part(operation: Operation) -> bool:
    if operation.kind is Kind.READ:
        return operation.outcome is Outcome.OK
    return operation.outcome is not Outcome.FAILED


def _complete(operations: Iterable[Operation], order: Sequence[Operation]) -> bool:
    """Whether the order holds every answered operation once, beside them only writes without outcome."""
    known = Counter(op for op in operations if _took_part(op))
    missing = known - Counter(order)
    return not Counter(order) - known and not any(op.outcome is Outcome.OK for op in missing)


def _follows(earlier: Operation, later: Operation, session: SessionOf) -> bool:
    return session(earlier.process) == session(later.process) and earlier.completed < later.invoked


def _interleaved(left: frozenset[Operation], state: dict[Key, Value], initial: Value, session: SessionOf) -> bool:
    """Whether the operations left can be placed one after the other; those without outcome need not be."""
    if all(op.outcome is Outcome.UNKNOWN for op in left):
        return True
    for operation in left:
        others = left - {operation}
        if any(_follows(other, operation, session) for other in others):
            continue
        if operation.kind is Kind.READ and operation.value != state.get(operation.key, initial):
            continue
        if _interleaved(others, {**state, operation.key: operation.value}, initial, session):
            return True
    return False


def _causal(operations: list[Operation], initial: Value, session: SessionOf) -> bool:
    """Whether for every read some order of the writes before it, in causal order, ends with what it read."""
    before = {op: {other for other in operations if _follows(other, op, session)} for op in operations}
    for read in operations:
        if read.kind is Kind.READ:
            before[read] |= {op for op in operations if op.kind is Kind.WRITE and _same_value(op, read)}
    for _ in operations:
        for past in before.values():
            past.update(*(before[op] for op in past))
    return all(_read_causally(read, before, initial) for read in operations)


def _read_causally(read: Operation, before: dict[Operation, set[Operation]], initial: Value) -> bool:
    if read in before[read]:
        return False
    if read.kind is Kind.WRITE:
        return True
    writes = [op for op in before[read] if op.kind is Kind.WRITE and op.key == read.key]
    if not writes:
        return read.value == initial
    return any(
        order[-1].value == read.value
        and not any(order[j] in before[order[i]] for j in range(len(order)) for i in range(j))
        for order in permutations(writes)
    )


def _same_value(one: Operation, other: Operation) -> bool:
    return (one.key, one.value) == (other.key, other.value)


def _alone(history: History, read: Operation) -> bool:
    writes = [op for op in history if op.kind is Kind.WRITE and op.key == read.key and _took_part(op)]
    return not any(op.invoked <= read.completed and read.invoked <= op.completed for op in writes)


def _unexplained(read: Operation, writes: list[Operation], initial: Value) -> bool:
    written = next((op for op in writes if _same_value(op, read)), None)
    if written is None and read.value != initial:
        return True
    if written is None:
        return any(op.completed < read.invoked for op in writes)
    over = [op for op in writes if written.completed < op.invoked and op.completed < read.invoked]
    return read.completed < written.invoked or bool(over)


def _diverges(history: History, reads: list[Operation], initial: Value) -> bool:
    def settled(write: Operation, read: Operation) -> bool:
        if write.outcome is Outcome.OK:
            return write.completed < read.invoked
        ticks = write.completed_at, read.invoked_at
        return ticks[0] is not None and ticks[1] is not None and ticks[0] < ticks[1]

    for key in {read.key for read in reads}:
        writes = [op for op in history if op.kind is Kind.WRITE and op.key == key and _took_part(op)]
        values = {read.value for read in reads if read.key == key}
        if not all(settled(write, read) for read in reads if read.key == key for write in writes):
            continue
        kept = {op.value for op in writes}
        if not any(op.outcome is Outcome.OK for op in writes):
            kept.add(initial)
        if len(values) > 1 or not values <= kept:
            return True
    return False
