"""Pairs invocations with answers: events in order become the operations of a history."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any, NamedTuple

from distgame.checker.history import (
    History,
    HistoryError,
    Key,
    Kind,
    Operation,
    Outcome,
    Value,
    brief,
    printable,
    value_problem,
)

TYPES = ("invoke", "ok", "fail", "info")
KINDS = {"read": Kind.READ, "write": Kind.WRITE, "cas": Kind.CAS, "add": Kind.ADD}
"""What each `f` of a file does; a read that is answered with several keys is a snapshot."""

Snapshot = tuple[tuple[Key, Value], ...]


class Event(NamedTuple):
    """An invocation or an answer, its fields checked one by one but not yet against each other.

    `value` is what a read returned, a write wrote, a compare-and-set puts (where it finds `old`), or an add's
    ticket; `told` says whether the event named a value at all. `parts` are what a snapshot returned.
    """

    process: int
    type: str
    kind: Kind
    value: Value
    time: int
    key: Key = None
    old: Value = None
    parts: Snapshot = ()
    told: bool = True


class Defect(Exception):
    """What is wrong with an event."""


def event_of(process: int, type_: str, kind: Kind, value: Any, time: int, key: Key) -> Event:
    """The event with the value as a file gives it: a pair for compare-and-set, an object for a snapshot.

    Raises Defect.
    """
    answer = type_ != "invoke"
    if type(value) is int and kind is not Kind.CAS and kind is not Kind.ADD:
        return Event(process, type_, kind, value, time, key)
    if kind is Kind.CAS:
        if value is None and answer:
            return Event(process, type_, kind, None, time, key, told=False)
        if not isinstance(value, list) or len(value) != 2:
            raise Defect(f"the value of a cas must be a pair [old, new], not {brief(value)}")
        old, new = (_checked(part) for part in value)
        return Event(process, type_, kind, new, time, key, old)
    if kind is Kind.READ and isinstance(value, dict):
        if type_ != "ok":
            return Event(process, type_, kind, None, time, key)
        parts = tuple(sorted(((name, _checked(part)) for name, part in value.items()), key=lambda part: repr(part[0])))
        return Event(process, type_, Kind.SNAPSHOT, None, time, key, parts=parts)
    if kind is Kind.ADD and not answer and value is not None:
        raise Defect(f"an add counts one up: its value must be null until it is answered, not {brief(value)}")
    return Event(process, type_, kind, _checked(value), time, key, None, (), not answer or value is not None)


def _checked(value: Any) -> Value:
    problem = value_problem(value)
    if problem:
        raise Defect(problem)
    return value  # type: ignore[no-any-return]


class Loaded(NamedTuple):
    """What a file holds: the history, and warnings for people (a clock that went back, lines that were skipped)."""

    history: History
    warnings: tuple[str, ...]


class Pairing:
    """Takes events in order; `invoked` and `completed` of the operations are the numbers of their events.

    `source` is the name that errors and warnings use. `lines` holds the line of every event so far, from
    number 1 on; without it the numbers are line numbers.
    """

    def __init__(self, source: str, lines: Sequence[int] | None = None) -> None:
        self.source = source
        self._lines = lines
        self._backwards: str | None = None
        self._skipped: dict[str, tuple[int, int]] = {}  # How often, and the first line.
        self._found: list[Operation | _Call] = []
        self._current: dict[int, _Call] = {}  # The last operation of every process.
        self._clock = -inf  # Time and number of the event before.
        self._clock_number = 0

    def loaded(self) -> Loaded:
        """The history so far. Raises HistoryError."""
        warnings = [
            f"{self.source}:{line}: {count} event{'s' if count > 1 else ''} of the process {printable(process)} skipped"
            for process, (count, line) in self._skipped.items()
        ]
        if self._backwards:
            warnings.append(self._backwards)
        lines = None if self._lines is None else tuple(self._lines)
        return Loaded(History(self._operations(), self.source, lines), tuple(warnings))

    def line(self, number: int) -> int:
        """The line of an event."""
        return number if self._lines is None else self._lines[number - 1]

    def defect(self, number: int, problem: object) -> HistoryError:
        """The error that says what is wrong with event `number`."""
        return HistoryError(f"{self.source}:{self.line(number)}: {problem}")

    def skip(self, number: int, process: str) -> None:
        """Leaves out the event of a process that is no client, but counts it."""
        count, line = self._skipped.get(process, (0, self.line(number)))
        self._skipped[process] = count + 1, line

    def take(self, number: int, event: Event) -> None:
        """Takes the event of that number. Raises Defect."""
        if event.time < self._clock:
            self._warn_of_clock(number, event.time)
        self._clock, self._clock_number = event.time, number
        current = self._current.get(event.process)
        if current is not None and current.answered is not None and current.outcome is Outcome.UNKNOWN:
            raise Defect(
                f"process {event.process} goes on after its outcome became unknown "
                f"(line {self.line(current.answered)}); a client that gives up goes on under a new process number"
            )
        if event.type == "invoke":
            if current is not None and current.answered is None:
                raise Defect(
                    f"process {event.process} has an operation open since line {current.line}; it has one at a time"
                )
            call = _Call(event, number, self.line(number), len(self._found))
            self._found.append(call)
            self._current[event.process] = call
        elif current is None or current.answered is not None:
            raise Defect(f"process {event.process} gets an answer but has no operation open")
        else:
            self._found[current.place] = current.answer(number, event)

    def _operations(self) -> Iterator[Operation]:
        return (each.operation() if isinstance(each, _Call) else each for each in self._found)

    def _warn_of_clock(self, number: int, time: int) -> None:
        self._backwards = self._backwards or (
            f"{self.source}:{self.line(number)}: the time goes back from {self._clock} "
            f"(line {self.line(self._clock_number)}) to {time}; the order of the lines decides"
        )


@dataclass(slots=True)
class _Call:
    """An invocation that was read, in its place among all; what is known of the answer is filled in when it comes."""

    event: Event
    number: int
    line: int
    place: int
    answered: int | None = None
    outcome: Outcome = Outcome.UNKNOWN

    def answer(self, number: int, event: Event) -> Operation:
        """The operation, answered. Raises Defect when the answer is to something else."""
        self._refuse_another(event)
        self.outcome, self.answered = _OUTCOMES[event.type], number
        return self.operation(event)

    def operation(self, answer: Event | None = None) -> Operation:
        """The operation as far as it is known."""
        call, outcome = self.event, self.outcome
        completed = inf if self.answered is None or outcome is Outcome.UNKNOWN else self.answered
        kind, value, parts = call.kind, call.value, call.parts
        if kind in _ANSWERED:
            value, parts = None, ()
            if answer is not None and outcome is Outcome.OK:
                kind, value, parts = answer.kind, answer.value, answer.parts
        answered_at = None if answer is None else answer.time
        return Operation(
            call.process,
            kind,
            value,
            self.number,
            completed,
            outcome,
            call.time,
            answered_at,
            call.key,
            call.old,
            parts,
        )

    def _refuse_another(self, event: Event) -> None:
        call = self.event
        where = f"process {call.process} invoked a {call.kind.value} in line {self.line}"
        snapshot = event.kind is Kind.SNAPSHOT and call.kind is Kind.READ
        if event.kind is not call.kind and not snapshot:
            raise Defect(f"the answer is to a {event.kind.value}, but {where}")
        if event.key is not None and event.key != call.key:
            raise Defect(
                f"the answer is about the key {brief(event.key)}, but process {call.process} named {brief(call.key)}"
            )
        if snapshot and call.key is not None:
            raise Defect(
                f"the answer is of several keys, but process {call.process} read the key {brief(call.key)} alone"
            )
        if call.kind in _ANSWERED or not event.told:
            return
        if (event.value, event.old) != (call.value, call.old):
            told, asked = (
                (f"{brief(event.old)} to {brief(event.value)}", f"set {brief(call.old)} to {brief(call.value)}")
                if call.kind is Kind.CAS
                else (f"{brief(event.value)}", f"wrote {brief(call.value)}")
            )
            raise Defect(
                f"the answer is to a {call.kind.value} of {told}, but process {call.process} {asked} "
                f"in line {self.line}"
            )


_OUTCOMES = {outcome.value: outcome for outcome in Outcome}
_ANSWERED = (Kind.READ, Kind.SNAPSHOT, Kind.ADD)
"""The kinds whose value is the answer, not the question."""
