"""History files: one JSON object a line, an invocation or an answer, in the order of events."""

import json
from collections.abc import Iterable, Iterator
from heapq import heappop, heappush
from math import inf
from os import PathLike
from pathlib import Path
from typing import Any

from distgame.checker.history import History, HistoryError, Kind, Operation, Outcome, key_problem, value_problem
from distgame.checker.pairing import TYPES, Defect, Event, Loaded, Pairing

_FIELDS = ("process", "type", "f", "value", "time")
_KINDS = {"read": Kind.READ, "write": Kind.WRITE, "cas": Kind.CAS, "add": Kind.ADD}


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
    pairing = Pairing(source)
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                pairing.take(number, _event(line))
            except Defect as defect:
                raise pairing.defect(number, defect) from None
    return pairing.loaded()


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
        record = {
            "process": operation.process,
            "type": kind,
            "f": "read" if operation.kind is Kind.SNAPSHOT else operation.kind.value,
            "value": _value(operation, kind),
            "time": count if tick is None else tick,
        }
        if operation.key is not None:
            record["key"] = operation.key
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


def _value(operation: Operation, kind: str) -> Any:
    """The value field of a line; what is only known from an answer is null elsewhere."""
    match operation.kind:
        case Kind.WRITE:
            return operation.value
        case Kind.CAS:
            return [operation.old, operation.value]
        case Kind.SNAPSHOT:
            return {str(key): value for key, value in operation.parts} if kind == "ok" else None
        case _:
            return operation.value if kind == "ok" else None


def _event(line: str | bytes) -> Event:
    """The checked fields of one line. Raises Defect."""
    record = _record(line)
    missing = [field for field in _FIELDS if field not in record]
    if missing:
        raise Defect(f"missing field {missing[0]!r}; a line has {', '.join(_FIELDS)}")
    for field in ("process", "time"):
        if type(record[field]) is not int:
            raise Defect(f"{field} must be a whole number, not {record[field]!r}")
    if record["type"] not in TYPES:
        raise Defect(f"unknown type {record['type']!r}; expected {', '.join(TYPES)}")
    if record["f"] not in tuple(_KINDS):
        raise Defect(f"unknown f {record['f']!r}; expected {', '.join(_KINDS)}")
    problem = key_problem(record.get("key"))
    if problem:
        raise Defect(problem)
    process, time, key = record["process"], record["time"], record.get("key")
    return with_value(Event(process, record["type"], _KINDS[record["f"]], None, time, key), record["value"])


def with_value(event: Event, value: Any) -> Event:
    """The event with the value as a file gives it: a pair for compare-and-set, an object for a snapshot.

    Raises Defect.
    """
    kind, answer = event.kind, event.type != "invoke"
    if kind is Kind.CAS:
        if value is None and answer:
            return event._replace(told=False)
        if not isinstance(value, list) or len(value) != 2:
            raise Defect(f"the value of a cas must be a pair [old, new], not {value!r}")
        old, new = (_checked(part) for part in value)
        return event._replace(value=new, old=old)
    if kind is Kind.READ and isinstance(value, dict):
        if event.type == "ok":
            parts = tuple(sorted((key, _checked(part)) for key, part in value.items()))
            return event._replace(kind=Kind.SNAPSHOT, parts=parts)
        return event
    if kind is Kind.ADD and not answer and value is not None:
        raise Defect(f"an add counts one up: its value must be null until it is answered, not {value!r}")
    return event._replace(value=_checked(value), told=not (answer and value is None))


def _checked(value: Any) -> Any:
    problem = value_problem(value)
    if problem:
        raise Defect(problem)
    return value


def _record(line: str | bytes) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except UnicodeDecodeError:
        raise Defect("not UTF-8 text") from None
    except json.JSONDecodeError as error:
        raise Defect(f"not JSON: {error.msg} (column {error.colno})") from None
    except (ValueError, RecursionError):
        raise Defect("not usable JSON: a number is too long or the nesting is too deep") from None
    if not isinstance(record, dict):
        raise Defect("not a JSON object with the fields " + ", ".join(_FIELDS))
    return record
