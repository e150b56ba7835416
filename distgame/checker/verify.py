"""Checks the evidence of a verdict straight from the definition, without the checkers that gave it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from enum import Enum
from heapq import heappop, heappush
from math import inf

from distgame.checker.history import History, Key, Kind, Operation, Outcome, Value
from distgame.checker.verify_weaker import SessionOf, weaker_refuted


def order_explains(
    history: History,
    order: Sequence[Operation],
    initial: Value = None,
    model: str = "linearizable",
    session: SessionOf = int,
) -> bool:
    """Whether `order` proves that `history` is linearizable, strict-serializable or sequentially consistent.

    It must be legal (every answer is the one that registers give there), complete (every answered operation once,
    also compare-and-sets that failed; beside them only what may have changed something without outcome) and keep
    real time (nothing comes after what began after its return), for "sequential" that of each session alone. But for
    "strict-serializable", snapshots are to be placed as reads of their keys, one by one.
    """
    if model != "strict-serializable":
        history = history.apart()
    placed, candidates = set(order), 0
    for operation in history:
        if operation in placed:
            candidates += _may_take_effect(operation)
        elif _was_answered(operation):
            return False
    if not candidates == len(placed) == len(order):
        return False
    latest_calls: dict[int, float] = {}
    for operation in order:
        group = session(operation.process) if model == "sequential" else 0
        latest_call = latest_calls[group] = max(latest_calls.get(group, -inf), operation.invoked)
        if operation.completed < latest_call:
            return False
    registers: dict[Key, Value] = {}
    for operation in order:
        for part in _apart(operation):
            after = _after(part, registers.get(part.key, initial))
            if after is _WRONG:
                return False
            registers[part.key] = after
    return True


def explanation_refutes(
    history: History,
    operations: Sequence[Operation],
    model: str = "linearizable",
    initial: Value = None,
    session: SessionOf = int,
) -> bool:
    """Whether a few `operations` of `history` prove that it breaks `model`, by trying every order of them.

    For "linearizable" and "strict-serializable" no order of them may keep real time and give their answers, whatever
    the registers held, of all they may have held, when the first of them was called; and whatever the others that
    were not over by then did, at any time after their calls. For "sequential" none may keep the order of the sessions,
    whatever all others did. For "regular" some read must have no order together with
    the writes alone; the other models are in `verify_weaker`. For all these the operations must hold the write of
    every value they read (if the history has it), since what is left out may not be what makes a read right (not so
    for "eventual"). Meant for explanations: exponential in the number of operations.
    """
    if len(set(operations)) < len(operations) or not set(operations) <= set(history):
        return False
    if model == "linearizable":
        return _object_refuted(history.apart(), [part for op in operations for part in _apart(op)], initial)
    if model == "strict-serializable":
        return _object_refuted(history, operations, initial)
    if model == "sequential":
        return _sessions_refuted(history.apart(), operations, initial, session)
    if model == "eventual":
        return weaker_refuted(history, operations, model, initial, session)
    reads = [op for op in operations if op.kind is Kind.READ and op.outcome is Outcome.OK]
    writes = [op for op in operations if op.kind is Kind.WRITE and op.outcome is not Outcome.FAILED]
    read_places = {(read.key, read.value) for read in reads if read.value != initial}
    written = {op for op in history if op.kind is Kind.WRITE and _may_take_effect(op)}
    if any((write.key, write.value) in read_places and write not in writes for write in written):
        return False
    if model == "regular":
        return any(_object_refuted([*writes, read], [*writes, read], initial) for read in reads)
    return weaker_refuted(history, operations, model, initial, session)


def _object_refuted(history: Sequence[Operation], operations: Sequence[Operation], initial: Value) -> bool:
    needed = [op for op in operations if _was_answered(op)]
    keys = dict.fromkeys(part.key for op in needed for part in _apart(op))
    start, end = min((op.invoked for op in operations), default=inf), max((op.completed for op in needed), default=inf)
    changing = [op for op in history if op.key in keys and _may_change(op)]
    # Where nothing is over by then, all of it is still to come.
    forgotten = {op.key for op in changing if op.completed < start}
    held = _may_hold(keys, [op for op in changing if op.key in forgotten and op.invoked < start], initial)
    perhaps = [op for op in changing if op.completed >= start and op.invoked <= end and op not in needed]
    return not _some_order(needed, _of_use([replace(op, completed=inf) for op in perhaps], needed), held)


def _sessions_refuted(
    history: Sequence[Operation], operations: Sequence[Operation], initial: Value, session: SessionOf
) -> bool:
    needed = [part for op in operations if _was_answered(op) for part in _apart(op)]
    held = dict.fromkeys((op.key for op in needed), frozenset({initial}))
    perhaps = [replace(op, completed=inf) for op in history if op.key in held and _may_change(op) and op not in needed]
    return not _some_order(needed, _of_use(perhaps, needed), held, session)


def _one_session(process: int) -> int:
    return 0


class _Answer(Enum):
    WRONG = "wrong"


_WRONG = _Answer.WRONG
_Registers = dict[Key, frozenset[Value]]
"""What registers may hold."""


def _after(operation: Operation, held: Value) -> Value | _Answer:
    """What a register that holds a value holds after an operation, unless it would have answered otherwise."""
    value = operation.value
    match operation.kind:
        case Kind.WRITE:
            return value
        case Kind.READ:
            return held if held == value else _WRONG
        case Kind.CAS if operation.outcome is Outcome.FAILED:
            return held if held != operation.old else _WRONG
        case Kind.CAS:
            return value if held == operation.old else _WRONG
        case _:
            if isinstance(held, str):
                return _WRONG
            ticket = 1 if held is None else held + 1
            return ticket if operation.outcome is Outcome.UNKNOWN or ticket == value else _WRONG


def _was_answered(operation: Operation) -> bool:
    """Whether its answer is one that an order must explain: a failed compare-and-set tells that values differed."""
    return operation.outcome is Outcome.OK or (operation.kind is Kind.CAS and operation.outcome is Outcome.FAILED)


def _may_change(operation: Operation) -> bool:
    if operation.kind is Kind.CAS and operation.old == operation.value:
        return False
    return operation.kind in (Kind.WRITE, Kind.CAS, Kind.ADD) and operation.outcome is not Outcome.FAILED


def _may_take_effect(operation: Operation) -> bool:
    return _was_answered(operation) or _may_change(operation)


def _apart(operation: Operation) -> list[Operation]:
    """A snapshot as reads of its keys, any other operation as it is."""
    if operation.kind is not Kind.SNAPSHOT:
        return [operation]
    return [replace(operation, kind=Kind.READ, key=key, value=value, parts=()) for key, value in operation.parts]


def _may_hold(keys: Iterable[Key], before: Iterable[Operation], initial: Value) -> _Registers:
    """All that registers may hold once the operations `before` are called."""
    values: dict[Key, set[Value]] = {key: {initial} for key in keys}
    adds = []
    for operation in before:
        if operation.kind is Kind.ADD and operation.outcome is Outcome.UNKNOWN:
            adds.append(operation)
        else:
            values[operation.key].add(operation.value)
    for add in adds:
        values[add.key] |= _all_after(add, values[add.key])
    return {key: frozenset(held) for key, held in values.items()}


def _all_after(operation: Operation, held: Iterable[Value]) -> frozenset[Value]:
    return frozenset(after for after in (_after(operation, value) for value in held) if after is not _WRONG)


def _of_use(perhaps: Sequence[Operation], needed: Sequence[Operation]) -> list[Operation]:
    """Those of the operations `perhaps` that make a value for which one needed, or another of use, looks."""
    kept = list(needed)
    while True:
        parts = [part for operation in kept for part in _apart(operation)]
        told = {(op.key, op.old if op.kind is Kind.CAS else op.value) for op in parts if op.kind is not Kind.WRITE}
        all_told = {op.key for op in parts if op.kind is Kind.ADD or op.outcome is Outcome.FAILED}
        of_use = (op for op in perhaps if op.kind is Kind.ADD or op.key in all_told or (op.key, op.value) in told)
        more = [op for op in of_use if op not in kept]
        if not more:
            return kept[len(needed) :]
        kept += more


def _some_order(
    needed: Sequence[Operation], perhaps: Sequence[Operation], held: _Registers, session: SessionOf = _one_session
) -> bool:
    """Whether all `needed` operations, and some of `perhaps`, can be placed one after the other.

    Nothing may come after what its session (all are one in real time) called only after its return.

    J. Wing and C. Gong, "Testing and Verifying Concurrent Objects", J. Parallel Distrib. Comput. 17, 1993, and no
    configuration twice: what is placed and what the registers may hold, with no more of `perhaps` used than before.
    """
    keys, everything = list(held), (1 << len(needed)) - 1
    queue = [(0, 0, 0, 0, tuple(held.values()))]  # The first two numbers are the order to go by.
    entered: dict[tuple[int, tuple[frozenset[Value], ...]], list[int]] = {}
    count = 0
    while queue:
        number, _, placed, used, values = heappop(queue)
        if placed == everything:
            return True
        before = entered.setdefault((placed, values), [])
        if any(spent & used == spent for spent in before):
            continue
        before.append(used)
        first_return: dict[int, float] = {}
        for place, operation in enumerate(needed):
            if not placed >> place & 1:
                group = session(operation.process)
                first_return[group] = min(first_return.get(group, inf), operation.completed)
        for taken, operations in ((placed, needed), (used, perhaps)):
            for place, operation in enumerate(operations):
                if taken >> place & 1 or operation.invoked > first_return.get(session(operation.process), inf):
                    continue
                registers = dict(zip(keys, values, strict=True))
                for part in _apart(operation):
                    registers[part.key] = _all_after(part, registers[part.key])
                if all(registers.values()):
                    count += 1
                    bit = 1 << place
                    after = (placed | bit, used) if operations is needed else (placed, used | bit)
                    heappush(queue, (number + (operations is perhaps), count, *after, tuple(registers.values())))
    return False
