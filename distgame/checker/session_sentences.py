"""What sessions did, step by step, in words."""

from collections.abc import Sequence

from distgame.checker.history import Kind, Operation, Value
from distgame.checker.sentences import called, returned, show
from distgame.checker.verdict import Namer


def did(operation: Operation, name: Namer) -> str:
    """The first step that is told of a session: who, what, and when it was answered."""
    return f"{name(operation.process)} {_verb(operation)} {value_of(operation)} (answered at {returned(operation)})"


def then(operation: Operation, initial: Value) -> str:
    """A later step of the same session, and when it was sent."""
    return f"{_verb(operation)} {value_or_initial(operation, initial)} (sent at {called(operation)})"


def steps(operations: Sequence[Operation], initial: Value, name: Namer) -> str:
    """Steps of one session in a row, without their times."""
    first, *others = (f"{_verb(op)} {value_or_initial(op, initial)}" for op in operations)
    return ", then ".join([f"{name(operations[0].process)} {first}", *others])


def value_or_initial(operation: Operation, initial: Value) -> str:
    """The value of an operation, as a sentence shows it."""
    if operation.value != initial:
        return value_of(operation)
    return "the initial value" if operation.key is None else f"the initial value of key {show(operation.key)}"


def value_of(operation: Operation) -> str:
    """The value of an operation, with its key where there are several."""
    return show(operation.value) if operation.key is None else f"{show(operation.value)} of key {show(operation.key)}"


def _verb(operation: Operation) -> str:
    return "read" if operation.kind is Kind.READ else "wrote"
