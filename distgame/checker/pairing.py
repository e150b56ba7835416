"""Pairs invocations with answers: events in order become the operations of a history."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf
from typing import NamedTuple

from distgame.checker.history import History, HistoryError, Key, Kind, Operation, Outcome, Value

TYPES = ("invoke", "ok", "fail", "info")

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


class Loaded(NamedTuple):
    """What a file holds: the history, and warnings for people (a clock that went back)."""

    history: History
    warnings: tuple[str, ...]


class Defect(Exception):
    """What is wrong with an event."""


class Pairing:
    """Takes events in order; `invoked` and `completed` of the operations are their line numbers.

    `source` is the name that errors and warnings use.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self._warnings: list[str] = []
        self._calls: list[_Call] = []
        self._current: dict[int, _Call] = {}  # The last operation of every process.
        self._clock: tuple[int, int] | None = None  # Time and line before.

    def loaded(self) -> Loaded:
        """The history so far. Raises HistoryError."""
        return Loaded(History(self._operations(), self.source), tuple(self._warnings))

    def defect(self, number: int, problem: object) -> HistoryError:
        """The error that says what is wrong with line `number`."""
        return HistoryError(f"{self.source}:{number}: {problem}")

    def take(self, number: int, event: Event) -> None:
        """Takes the event of line `number`. Raises Defect."""
        self._watch_clock(number, event.time)
        current = self._current.get(event.process)
        if current and current.answered is not None and current.outcome is Outcome.UNKNOWN:
            raise Defect(
                f"process {event.process} goes on after its outcome became unknown (line {current.answered}); "
                "a client that gives up goes on under a new process number"
            )
        if event.type == "invoke":
            if current and current.answered is None:
                raise Defect(
                    f"process {event.process} has an operation open since line {current.line}; it has one at a time"
                )
            call = _Call(event, number)
            self._calls.append(call)
            self._current[event.process] = call
        elif not current or current.answered is not None:
            raise Defect(f"process {event.process} gets an answer but has no operation open")
        else:
            current.answer(number, event)

    def _operations(self) -> Iterator[Operation]:
        return (call.operation() for call in self._calls)

    def _watch_clock(self, number: int, time: int) -> None:
        if self._clock and time < self._clock[0] and not self._warnings:
            self._warnings.append(
                f"{self.source}:{number}: the time goes back from {self._clock[0]} (line {self._clock[1]}) "
                f"to {time}; the order of the lines decides"
            )
        self._clock = time, number


@dataclass(slots=True)
class _Call:
    """An invocation that was read; the answer is filled in when it comes."""

    event: Event
    line: int
    answered: int | None = None
    answer_time: int | None = None
    outcome: Outcome = Outcome.UNKNOWN
    result: Event | None = None

    def answer(self, number: int, event: Event) -> None:
        """Takes the answer. Raises Defect when it is to something else."""
        self._refuse_another(event)
        self.outcome = Outcome(event.type)
        self.answered, self.answer_time = number, event.time
        if self.outcome is Outcome.OK:
            self.result = event

    def operation(self) -> Operation:
        call, result = self.event, self.result
        completed = inf if self.answered is None or self.outcome is Outcome.UNKNOWN else self.answered
        kind, value, parts = call.kind, call.value, call.parts
        if kind in _ANSWERED:
            kind, value, parts = (kind, None, ()) if result is None else (result.kind, result.value, result.parts)
        return Operation(
            call.process,
            kind,
            value,
            self.line,
            completed,
            self.outcome,
            call.time,
            self.answer_time,
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
            raise Defect(f"the answer is about the key {event.key!r}, but process {call.process} named {call.key!r}")
        if snapshot and call.key is not None:
            raise Defect(f"the answer is of several keys, but process {call.process} read the key {call.key!r} alone")
        if call.kind in _ANSWERED or not event.told:
            return
        if (event.value, event.old) != (call.value, call.old):
            told, asked = (
                (f"{event.old!r} to {event.value!r}", f"set {call.old!r} to {call.value!r}")
                if call.kind is Kind.CAS
                else (f"{event.value!r}", f"wrote {call.value!r}")
            )
            raise Defect(
                f"the answer is to a {call.kind.value} of {told}, but process {call.process} {asked} "
                f"in line {self.line}"
            )


_ANSWERED = (Kind.READ, Kind.SNAPSHOT, Kind.ADD)
"""The kinds whose value is the answer, not the question."""
