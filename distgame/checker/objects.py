"""What an object does alone, one operation at a time: a register, and a map of registers.

A model of an object gives each operation its effect, a function from the state before to the state after, or to
IMPOSSIBLE where the object would not have answered so. States are small and hashable.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from enum import Enum
from typing import Protocol, cast

from distgame.checker.history import Key, Kind, Operation, Outcome, Value, by_invocation

State = Hashable
Effect = Callable[[State], State]


class _Answer(Enum):
    IMPOSSIBLE = "impossible"


IMPOSSIBLE = _Answer.IMPOSSIBLE


class Model(Protocol):
    """An object that starts in the state `initial`."""

    initial: State

    def state(self, values: Mapping[Key, Value]) -> State:
        """The state in which the registers hold `values`."""

    def held(self, state: State, key: Key) -> Value:
        """What the register of `key` holds."""

    def effect(self, operation: Operation) -> Effect:
        """What `operation` does to the state."""


class Register:
    """One register; its state is its value."""

    def __init__(self, initial: Value = None) -> None:
        self.initial: State = initial

    def state(self, values: Mapping[Key, Value]) -> State:
        (value,) = values.values()
        return value

    def held(self, state: State, key: Key) -> Value:
        return cast(Value, state)

    def effect(self, operation: Operation) -> Effect:
        return _EFFECTS[operation.kind](operation)


class RegisterMap:
    """Registers under `keys`, read one by one or several at once; the state is the tuple of their values."""

    def __init__(self, keys: Collection[Key], initial: Value = None) -> None:
        self.initial: State = (initial,) * len(keys)
        self._places = {key: place for place, key in enumerate(keys)}

    def state(self, values: Mapping[Key, Value]) -> State:
        return tuple(values[key] for key in self._places)

    def held(self, state: State, key: Key) -> Value:
        return cast(tuple[Value, ...], state)[self._places[key]]

    def effect(self, operation: Operation) -> Effect:
        if operation.kind is Kind.SNAPSHOT:
            return self._snapshot(operation)
        place, alone = self._places[operation.key], _EFFECTS[operation.kind](operation)

        def effect(state: State) -> State:
            assert isinstance(state, tuple)
            before = state[place]
            after = alone(before)
            return after if after is IMPOSSIBLE else (*state[:place], after, *state[place + 1 :])

        return effect

    def _snapshot(self, operation: Operation) -> Effect:
        parts = [(self._places[key], value) for key, value in operation.parts]

        def effect(state: State) -> State:
            assert isinstance(state, tuple)
            return state if all(state[place] == value for place, value in parts) else IMPOSSIBLE

        return effect


def model_of(operations: Iterable[Operation], initial: Value) -> Model:
    """The object that the operations are about: one register, or a map of all they name."""
    ordered = sorted(operations, key=by_invocation)
    keys = dict.fromkeys(key for operation in ordered for key in keys_of(operation))
    if len(keys) > 1 or any(operation.kind is Kind.SNAPSHOT for operation in ordered):
        return RegisterMap(keys, initial)
    return Register(initial)


def counts(operation: Operation) -> bool:
    """Whether the operation says or may have done anything.

    A failed one did not happen, but that a compare-and-set failed tells that the value differed.
    """
    if operation.outcome is Outcome.OK:
        return True
    if operation.outcome is Outcome.FAILED:
        return operation.kind is Kind.CAS
    return changes(operation)


def changes(operation: Operation) -> bool:
    """Whether the operation may change the state; others only say what it was."""
    if operation.kind is Kind.CAS:
        return operation.outcome is not Outcome.FAILED and operation.old != operation.value
    return operation.kind is Kind.WRITE or operation.kind is Kind.ADD


def likeness(operation: Operation) -> Hashable:
    """Equal for operations that do the same and were answered the same."""
    failed = operation.outcome is Outcome.FAILED
    value = None if _is_unknown_add(operation) else operation.value
    return operation.kind, operation.key, operation.old, value, operation.parts, failed


def keys_of(operation: Operation) -> tuple[Key, ...]:
    """The registers that the operation is about."""
    if operation.kind is Kind.SNAPSHOT:
        return tuple(key for key, _ in operation.parts)
    return (operation.key,)


class _Many(Enum):
    VALUES = "many values"


MANY_VALUES = _Many.VALUES
Place = tuple[Key, Value | _Many]
"""A value, or many of them, in the register of a key."""


def wanted(operation: Operation) -> tuple[Place, ...]:
    """What an operation asks of the registers: it happens only where these values stand."""
    key, value = operation.key, operation.value
    match operation.kind:
        case Kind.WRITE:
            return ()
        case Kind.READ:
            return ((key, value),)
        case Kind.SNAPSHOT:
            return operation.parts
        case Kind.CAS if operation.outcome is not Outcome.FAILED:
            return ((key, operation.old),)
        case Kind.ADD if isinstance(value, int) and operation.outcome is Outcome.OK:
            return ((key, 0), (key, None)) if value == 1 else ((key, value - 1),)
        case _:
            return ((key, MANY_VALUES),)


def made(operation: Operation) -> Place:
    """What an operation that changes something makes of its register."""
    return operation.key, MANY_VALUES if _is_unknown_add(operation) else operation.value


def _is_unknown_add(operation: Operation) -> bool:
    return operation.kind is Kind.ADD and operation.outcome is Outcome.UNKNOWN


def _read(operation: Operation) -> Effect:
    value = operation.value
    return lambda state: state if state == value else IMPOSSIBLE


def _write(operation: Operation) -> Effect:
    value = operation.value
    return lambda state: value


def _compare_and_set(operation: Operation) -> Effect:
    old, new = operation.old, operation.value
    if operation.outcome is Outcome.FAILED:
        return lambda state: IMPOSSIBLE if state == old else state
    return lambda state: new if state == old else IMPOSSIBLE


def _add(operation: Operation) -> Effect:
    ticket = None if _is_unknown_add(operation) else operation.value

    def effect(state: State) -> State:
        if state is not None and not isinstance(state, int):
            return IMPOSSIBLE
        after = (state or 0) + 1
        return after if ticket is None or after == ticket else IMPOSSIBLE

    return effect


_EFFECTS: dict[Kind, Callable[[Operation], Effect]] = {
    Kind.READ: _read,
    Kind.WRITE: _write,
    Kind.CAS: _compare_and_set,
    Kind.ADD: _add,
}
