"""History files: one JSON object a line, an invocation or an answer, in the order of events."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from math import inf
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

from distgame.checker.history import History, HistoryError, Kind, Operation, Outcome, Value, value_problem

_FIELDS = ("process", "type", "f", "value", "time")
_TYPES = ("invoke", "ok", "fail", "info")
_KINDS = {"read": Kind.READ, "write": Kind.WRITE}
_OTHER_KINDS = ("cas", "add")


class Loaded(NamedTuple):
    """What a file holds: the history, and warnings for people (a clock that went back)."""

    history: History
    warnings: tuple[str, ...]


def load(path: str | PathLike[str]) -> Loaded:
    """Read the history in the file at `path`. Raises HistoryError with file and line."""
    try:
        with Path(path).open("rb") as lines:
            return parse(lines, str(path))
    except OSError as error:
        raise HistoryError(f"{path}: cannot be read: {error.strerror}") from None


def parse(lines: Iterable[str | bytes], source: str) -> Loaded:
    """Read a history from lines; `source` is the name that errors and warnings use.

    The order of the lines is the order of events: `invoked` and `completed` become line numbers, from 1.
    Blank lines are skipped. Raises HistoryError with source and line number.
    """
    reader = _Reader(source)
    for number, line in enumerate(lines, 1):
        reader.read(number, line)
    return Loaded(History(reader.operations(), source), tuple(reader.warnings))


def dump(history: History) -> Iterator[str]:
    """The lines of a history file, without line ends; reading them gives an equally ordered history.

    Where an operation's ticks are unknown, the number of the line stands for them.
    """
    ordered = sorted((event for operation in history for event in _events(operation)), key=lambda event: event[:3])
    timed_out: list[tuple[int, int, Operation]] = []
    count = 0

    def line(operation: Operation, kind: str, tick: int | None) -> str:
        nonlocal count
        count += 1
        hidden = operation.kind is Kind.READ and kind != "ok"
        record = {
            "process": operation.process,
            "type": kind,
            "f": operation.kind.value,
            "value": None if hidden else operation.value,
            "time": count if tick is None else tick,
        }
        return json.dumps(record)

    for _, returns, process, operation in ordered:
        tick = operation.completed_at if returns else operation.invoked_at
        while timed_out and tick is not None and timed_out[0][0] < tick:
            gone = heappop(timed_out)[2]
            yield line(gone, "info", gone.completed_at)
        yield line(operation, operation.outcome.value if returns else "invoke", tick)
        if operation.outcome is Outcome.UNKNOWN and operation.completed_at is not None:
            # A process has nothing after an operation without outcome, so its id tells equal ticks apart.
            heappush(timed_out, (operation.completed_at, process, operation))
    while timed_out:
        gone = heappop(timed_out)[2]
        yield line(gone, "info", gone.completed_at)


def save(history: History, path: str | PathLike[str]) -> None:
    """Write a history file. Raises OSError."""
    Path(path).write_text("".join(f"{line}\n" for line in dump(history)), encoding="utf-8")


def _events(operation: Operation) -> Iterator[tuple[float, int, int, Operation]]:
    yield operation.invoked, 0, operation.process, operation
    if operation.completed < inf:
        yield operation.completed, 1, operation.process, operation


@dataclass(slots=True)
class _Call:
    """An operation of which the invocation was read; the answer is filled in when it comes."""

    process: int
    kind: Kind
    value: Value
    line: int
    tick: int
    answered: int | None = None
    answer_tick: int | None = None
    outcome: Outcome = Outcome.UNKNOWN

    def operation(self) -> Operation:
        completed = inf if self.answered is None or self.outcome is Outcome.UNKNOWN else self.answered
        return Operation(
            self.process,
            self.kind,
            self.value,
            self.line,
            completed,
            self.outcome,
            self.tick,
            self.answer_tick,
        )


class _Reader:
    """Pairs invocations with answers, line by line."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.warnings: list[str] = []
        self._calls: list[_Call] = []
        self._current: dict[int, _Call] = {}  # The last operation of every process.
        self._clock: tuple[int, int] | None = None  # Time and line before.

    def operations(self) -> Iterator[Operation]:
        return (call.operation() for call in self._calls)

    def read(self, number: int, line: str | bytes) -> None:
        if not line.strip():
            return
        try:
            self._take(number, _record(line))
        except _Defect as defect:
            raise HistoryError(f"{self.source}:{number}: {defect}") from None

    def _take(self, number: int, record: dict[str, Any]) -> None:
        process, tick, value = record["process"], record["time"], record["value"]
        self._watch_clock(number, tick)
        current = self._current.get(process)
        kind = _KINDS[record["f"]]
        if current and current.answered is not None and current.outcome is Outcome.UNKNOWN:
            raise _Defect(
                f"process {process} goes on after its outcome became unknown (line {current.answered}); "
                "a client that gives up goes on under a new process number"
            )
        if record["type"] == "invoke":
            if current and current.answered is None:
                raise _Defect(
                    f"process {process} has an operation open since line {current.line}; it has one at a time"
                )
            call = _Call(process, kind, value if kind is Kind.WRITE else None, number, tick)
            self._calls.append(call)
            self._current[process] = call
            return
        if not current or current.answered is not None:
            raise _Defect(f"process {process} gets an answer but has no operation open")
        if current.kind is not kind:
            raise _Defect(
                f"the answer is to a {kind.value}, but process {process} invoked a {current.kind.value} in "
                f"line {current.line}"
            )
        current.outcome = Outcome(record["type"])
        current.answered, current.answer_tick = number, tick
        if kind is Kind.READ:
            current.value = value if current.outcome is Outcome.OK else None
        elif value is not None and value != current.value:
            raise _Defect(
                f"the answer is to a write of {value!r}, but process {process} wrote {current.value!r} "
                f"in line {current.line}"
            )

    def _watch_clock(self, number: int, tick: int) -> None:
        if self._clock and tick < self._clock[0] and not self.warnings:
            self.warnings.append(
                f"{self.source}:{number}: the time goes back from {self._clock[0]} (line {self._clock[1]}) "
                f"to {tick}; the order of the lines decides"
            )
        self._clock = tick, number


class _Defect(Exception):
    """What is wrong with a line."""


def _record(line: str | bytes) -> dict[str, Any]:
    """The checked fields of one line. Raises _Defect."""
    try:
        record = json.loads(line)
    except UnicodeDecodeError:
        raise _Defect("not UTF-8 text") from None
    except json.JSONDecodeError as error:
        raise _Defect(f"not JSON: {error.msg} (column {error.colno})") from None
    except (ValueError, RecursionError):
        raise _Defect("not usable JSON: a number is too long or the nesting is too deep") from None
    if not isinstance(record, dict):
        raise _Defect("not a JSON object with the fields " + ", ".join(_FIELDS))
    missing = [field for field in _FIELDS if field not in record]
    if missing:
        raise _Defect(f"missing field {missing[0]!r}; a line has {', '.join(_FIELDS)}")
    for field in ("process", "time"):
        if type(record[field]) is not int:
            raise _Defect(f"{field} must be a whole number, not {record[field]!r}")
    if record["type"] not in _TYPES:
        raise _Defect(f"unknown type {record['type']!r}; expected {', '.join(_TYPES)}")
    if record["f"] in _OTHER_KINDS:
        raise _Defect(f"f is {record['f']!r}, but this model judges plain reads and writes only")
    if record["f"] not in tuple(_KINDS):
        raise _Defect(f"unknown f {record['f']!r}; expected read or write")
    if record.get("key") is not None:
        raise _Defect(f"the operation names the key {record['key']!r}, but this model judges one register only")
    problem = value_problem(record["value"])
    if problem:
        raise _Defect(problem)
    return record
