"""Checks the evidence of a verdict straight from the definition, without the checkers that gave it."""

from collections.abc import Sequence
from math import inf

from distgame.checker.history import History, Kind, Operation, Outcome, Value
from distgame.checker.verify_weaker import SessionOf, weaker_refuted


def order_explains(history: History, order: Sequence[Operation], initial: Value = None) -> bool:
    """Whether `order` proves that `history` is linearizable.

    It must be legal (every read returns the value before it), complete (every answered operation once, beside
    them only writes without outcome) and keep real time (nothing comes after what began after its return).
    """
    placed, candidates = set(order), 0
    for operation in history:
        if operation in placed:
            candidates += _may_take_effect(operation)
        elif operation.outcome is Outcome.OK:
            return False
    if not candidates == len(placed) == len(order):
        return False
    state, latest_call = initial, -inf
    for operation in order:
        latest_call = max(latest_call, operation.invoked)
        if operation.completed < latest_call:
            return False
        if operation.kind is Kind.WRITE:
            state = operation.value
        elif operation.value != state:
            return False
    return True


def explanation_refutes(
    history: History,
    operations: Sequence[Operation],
    model: str = "linearizable",
    initial: Value = None,
    session: SessionOf = int,
) -> bool:
    """Whether a few `operations` of `history` prove that it breaks `model`, by trying every order of them.

    They must hold the write of every value they read (if the history has it), since what is left out may not
    be what makes a read right (not so for "eventual"). For "regular" some read must have no order together with the
    writes alone; the other models but "linearizable" are in `verify_weaker`.
    Meant for explanations: the time grows as the factorial of the number of operations.
    """
    if len(set(operations)) < len(operations) or not set(operations) <= set(history):
        return False
    reads = [op for op in operations if op.kind is Kind.READ and op.outcome is Outcome.OK]
    writes = [op for op in operations if op.kind is Kind.WRITE and op.outcome is not Outcome.FAILED]
    if model == "eventual":
        return weaker_refuted(history, operations, model, initial, session)
    read_places = {(read.key, read.value) for read in reads if read.value != initial}
    written = {op for op in history if op.kind is Kind.WRITE and _may_take_effect(op)}
    if any((write.key, write.value) in read_places and write not in writes for write in written):
        return False
    if model not in ("linearizable", "regular"):
        return weaker_refuted(history, operations, model, initial, session)
    if model == "regular":
        return any(not _some_order(frozenset([*writes, read]), initial) for read in reads)
    return not _some_order(frozenset([*writes, *reads]), initial)


def _may_take_effect(operation: Operation) -> bool:
    if operation.kind is Kind.READ:
        return operation.outcome is Outcome.OK
    return operation.outcome is not Outcome.FAILED


def _some_order(left: frozenset[Operation], state: Value) -> bool:
    """Whether the operations left can be placed one after the other; those without outcome need not be."""
    if all(operation.outcome is Outcome.UNKNOWN for operation in left):
        return True
    for operation in left:
        others = left - {operation}
        if any(other.completed < operation.invoked for other in others):
            continue
        if operation.kind is Kind.WRITE:
            if _some_order(others, operation.value):
                return True
        elif operation.value == state and _some_order(others, state):
            return True
    return False
