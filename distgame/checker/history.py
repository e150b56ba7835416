"""A history: what the clients of a register asked, what they were told, and in which order."""

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import pairwise
from operator import attrgetter
from reprlib import Repr
from typing import overload

Value = int | str | None
Key = int | str | None
"""The name of one register of several; a history of one register has the key None throughout."""

_BRIEF = Repr()
_BRIEF.maxstring = _BRIEF.maxlong = _BRIEF.maxother = 60
_TYPE_NAMES = {int: "number", str: "text"}


class HistoryError(ValueError):
    """A history that cannot be judged; the message says where it is wrong and what was expected.

    What a terminal would take for a command is written out.
    """

    def __init__(self, message: str) -> None:
        super().__init__(printable(message))


class DuplicateValue(HistoryError):
    """A value is written twice (or is the initial value), and the model needs unique written values."""


class Kind(Enum):
    """What an operation does to a register, or (a snapshot) to all registers at once."""

    READ = "read"
    WRITE = "write"
    CAS = "cas"
    ADD = "add"
    SNAPSHOT = "snapshot"


class Outcome(Enum):
    """What the client was told."""

    OK = "ok"
    FAILED = "fail"
    UNKNOWN = "info"


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of one client process.

    `invoked` and `completed` are positions in the order of events; only their order counts, and an operation
    that ends where another begins overlaps it. `completed` is `math.inf` when no outcome is known: the
    operation may still take effect at any later time. `invoked_at` and `completed_at` are ticks, for people
    and for quiet times only (None when unknown); those of an operation without outcome are of its call and of the
    moment its client gave up. A failed operation did not happen. The value of a read is its answer.

    A compare-and-set puts `value` where it finds `old`; what its failure says depends on who recorded it (see
    `check`). An `add` counts one up (an empty register counts as 0) and its value is the ticket: the number it
    left in the register. A snapshot reads several registers at once: `parts` are keys and values, in order.
    """

    process: int
    kind: Kind
    value: Value
    invoked: float
    completed: float
    outcome: Outcome
    invoked_at: int | None = None
    completed_at: int | None = None
    key: Key = None
    old: Value = None
    parts: tuple[tuple[Key, Value], ...] = ()


def value_problem(value: object) -> str | None:
    """Say why `value` cannot be a register's value, or None when it can.

    True and 1, or 1 and 1.0, are one key of a Python dict, and NaN is never equal to itself.
    """
    if value is None or type(value) in _TYPE_NAMES:
        return None
    return f"a value must be a whole number, a text or null, not {brief(value)}"


def printable(text: str) -> str:
    """The text with all characters that cannot be seen written out, as in a Python string."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else repr(each)[1:-1] for each in text)


def brief(value: object) -> str:
    """A value as an error shows it: as Python writes it, and never very long."""
    return _BRIEF.repr(value)


class History(Sequence[Operation]):
    """An immutable, validated sequence of operations; the order of the sequence itself says nothing.

    `source` is the name of the file the operations come from, if any; `invoked` and `completed` are then
    line numbers of that file, or numbers of events from 1 on, whose lines are in `lines`. Raises HistoryError
    when an operation returns before its call, a process has two operations open at once, a value is neither
    int, str nor None, or values written under one key are of mixed kinds. `kinds` are those that occur in it.
    """

    __slots__ = ("kinds", "lines", "operations", "source")

    def __init__(
        self,
        operations: Iterable[Operation] = (),
        source: str | None = None,
        lines: Sequence[int] | None = None,
    ) -> None:
        self.operations = tuple(operations)
        self.source = source
        self.lines = lines
        for operation in self.operations:
            if not isinstance(operation, Operation):
                raise HistoryError(f"a history is made of operations, not of {operation!r}")
            problem = _problem(operation)
            if problem:
                raise HistoryError(f"{self.place(operation)}: {problem}")
        self.kinds = frozenset(map(_KIND_OF, self.operations))
        self._refuse_two_open_operations()
        self._refuse_mixed_kinds()

    def __len__(self) -> int:
        return len(self.operations)

    def __iter__(self) -> Iterator[Operation]:
        return iter(self.operations)

    @overload
    def __getitem__(self, index: int) -> Operation: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Operation, ...]: ...
    def __getitem__(self, index: int | slice) -> Operation | tuple[Operation, ...]:
        return self.operations[index]

    def __eq__(self, other: object) -> bool:
        return self.operations == other.operations if isinstance(other, History) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.operations)

    def __repr__(self) -> str:
        origin = f" of {self.source}" if self.source else ""
        return f"<History{origin}: {len(self)} operations>"

    def place(self, operation: Operation) -> str:
        """Where a reader finds the invocation of `operation`: file and line, or process and order."""
        if self.source is not None:
            return f"{self.source}:{self.line(operation.invoked)}"
        return f"process {operation.process}, operation invoked at {operation.invoked}"

    def _short_place(self, operation: Operation) -> str:
        return self.place(operation) if self.source is None else f"line {self.line(operation.invoked)}"

    def line(self, order: float) -> float:
        """The line of the file that stands at a position in the order of events."""
        return order if self.lines is None else self.lines[int(order) - 1]

    def require_unique_writes(self, initial: Value = None) -> None:
        """Raise DuplicateValue, naming both writes, when a value may have been written twice.

        Failed writes did not happen and do not count; the initial value counts as written once.
        """
        written: dict[tuple[Key, Value], Operation] = {}
        for operation in sorted(self.operations, key=by_invocation):
            if operation.kind is not Kind.WRITE or operation.outcome is Outcome.FAILED:
                continue
            value = operation.value
            place = operation.key, value
            if value == initial:
                raise DuplicateValue(
                    f"{self.place(operation)}: {brief(value)} is written, but it is also the initial value; "
                    "this model needs unique values"
                )
            if place in written:
                raise DuplicateValue(
                    f"{self.place(operation)}: {brief(value)} is written twice, first in "
                    f"{self._short_place(written[place])}; this model needs unique written values"
                )
            written[place] = operation

    def require_kinds(self, kinds: Collection[Kind], model: str) -> None:
        """Raise HistoryError, naming the first operation of another kind, which `model` cannot judge."""
        if not self.kinds.issubset(kinds):
            first = min((op for op in self.operations if op.kind not in kinds), key=by_invocation)
            known = " and ".join(f"{kind.value}s" for kind in kinds)
            raise HistoryError(f"{self.place(first)}: a {first.kind.value}, but the model {model} judges {known} only")

    def registers(self) -> "dict[Key, History]":
        """The history of each key by itself, in the order of their first calls; snapshots belong to none."""
        keys = set(map(_KEY_OF, self.operations))
        if len(keys) == 1 and not self.has_snapshots():
            return dict.fromkeys(keys, self)
        parts: dict[Key, list[Operation]] = {}
        for operation in sorted(self.operations, key=by_invocation):
            if operation.kind is not Kind.SNAPSHOT:
                parts.setdefault(operation.key, []).append(operation)
        return {key: self._part(operations) for key, operations in parts.items()}

    def apart(self) -> "History":
        """The history with every answered snapshot told as reads of its keys, each by itself."""
        if not self.has_snapshots():
            return self
        plain = [operation for operation in self.operations if operation.kind is not Kind.SNAPSHOT]
        for snapshot in self.operations:
            plain += [
                replace(snapshot, kind=Kind.READ, key=key, value=value, parts=()) for key, value in snapshot.parts
            ]
        return self._part(plain)

    def has_snapshots(self) -> bool:
        """Whether some operation reads several registers at once."""
        return Kind.SNAPSHOT in self.kinds

    def keeping(self, wanted: Callable[[Operation], bool]) -> "History":
        """The history without the operations that are not wanted."""
        return self._part(filter(wanted, self.operations))

    def _part(self, operations: Iterable[Operation]) -> "History":
        # A part of a valid history is valid.
        made = History.__new__(History)
        made.operations, made.source, made.lines = tuple(operations), self.source, self.lines
        made.kinds = frozenset(map(_KIND_OF, made.operations))
        return made

    def _refuse_two_open_operations(self) -> None:
        by_process: dict[int, list[Operation]] = {}
        for operation in self.operations:
            by_process.setdefault(operation.process, []).append(operation)
        for operations in by_process.values():
            operations.sort(key=by_invocation)
            for earlier, later in pairwise(operations):
                if later.invoked <= earlier.completed:
                    raise HistoryError(
                        f"{self.place(later)}: process {later.process} has still an operation open "
                        f"({self._short_place(earlier)}); a process has one at a time"
                    )

    def _refuse_mixed_kinds(self) -> None:
        firsts: dict[Key, tuple[Value, Operation]] = {}
        for operation in self.operations:
            if operation.kind is Kind.WRITE or operation.kind is Kind.CAS:
                for value in (operation.value, operation.old):
                    if value is None:
                        continue
                    first, where = firsts.setdefault(operation.key, (value, operation))
                    kind, expected = type(value), type(first)
                    if kind is not expected:
                        raise HistoryError(
                            f"{self.place(operation)}: {brief(value)} is a {_TYPE_NAMES[kind]}, but "
                            f"{brief(first)} ({self._short_place(where)}) is a {_TYPE_NAMES[expected]}; "
                            "written values must be of one kind"
                        )


_KIND_OF, _KEY_OF = attrgetter("kind"), attrgetter("key")


def by_invocation(operation: Operation) -> tuple[float, float, int]:
    """Sort key: the order of the calls, the same whatever order the operations are given in."""
    return operation.invoked, operation.completed, operation.process


def key_problem(key: object) -> str | None:
    """Say why `key` cannot name a register, or None when it can."""
    if key is None or type(key) in _TYPE_NAMES:
        return None
    return f"a key must be a whole number, a text or null, not {brief(key)}"


def _problem(operation: Operation) -> str | None:
    problem = value_problem(operation.value)
    if operation.kind not in _PLAIN:
        problem = problem or _problem_of_kind(operation)
    if operation.key is not None:
        problem = problem or key_problem(operation.key)
    if problem:
        return problem
    if not -math.inf < operation.invoked < math.inf:
        return f"invoked must be a finite number, not {operation.invoked}"
    if not operation.invoked <= operation.completed:
        return f"it returns at {operation.completed}, before its call at {operation.invoked}"
    if (operation.outcome is Outcome.UNKNOWN) != (operation.completed == math.inf):
        return (
            "completed must be math.inf exactly when the outcome is unknown (it may take effect at any later "
            f"time); here the outcome is {operation.outcome.name} and completed is {operation.completed}"
        )
    return None


_PLAIN = (Kind.READ, Kind.WRITE)


def _problem_of_kind(operation: Operation) -> str | None:
    if operation.kind is Kind.CAS:
        return value_problem(operation.old)
    if operation.kind is Kind.ADD:
        if operation.outcome is Outcome.OK and type(operation.value) is not int:
            return f"the answer to an add is its ticket, a whole number, not {brief(operation.value)}"
        return None
    keys = [key for key, _ in operation.parts]
    if operation.outcome is Outcome.OK and not keys:
        return "a snapshot must name at least one key"
    if len(set(keys)) < len(keys):
        return f"a snapshot names each key once, not {keys}"
    problems = (key_problem(key) or value_problem(value) for key, value in operation.parts)
    return next(filter(None, problems), None)
