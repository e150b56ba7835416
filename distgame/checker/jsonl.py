"""History files: one JSON object a line, an invocation or an answer, in the order of events."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from heapq import heappop, heappush
from json import JSONDecodeError, JSONDecoder
from math import inf
from os import PathLike
from pathlib import Path
from typing import Any

from distgame.checker.history import History, HistoryError, Key, Kind, Operation, Outcome, brief, key_problem
from distgame.checker.pairing import KINDS, TYPES, Defect, Event, Loaded, Pairing, event_of

_FIELDS = ("process", "type", "f", "value", "time")
_NO_CLIENT = "nemesis"
_decode = JSONDecoder().raw_decode


def parse(lines: Iterable[str | bytes], source: str) -> Loaded:
    """Read a history from lines; `source` is the name that errors and warnings use.

    The order of the lines is the order of events: `invoked` and `completed` become line numbers, from 1.
    Blank lines are skipped, and those of the process "nemesis", which is no client. Raises HistoryError with
    source and line number.
    """
    pairing = Pairing(source)
    for number, line in enumerate(lines, 1):
        try:
            text = (line if isinstance(line, str) else str(line, "utf-8")).strip()
            if text:
                event = _event(text)
                if event is None:
                    pairing.skip(number, _NO_CLIENT)
                else:
                    pairing.take(number, event)
        except UnicodeDecodeError:
            raise pairing.defect(number, "not UTF-8 text") from None
        except Defect as defect:
            cut = line[-1:] not in ("\n", b"\n") and str(defect).startswith("not JSON")
            end = "; the file ends in this line: was it cut off?" if cut else ""
            raise pairing.defect(number, f"{defect}{end}") from None
    history, warnings = pairing.loaded()
    return Loaded(_with_numbers_for_keys(history), warnings)


def _with_numbers_for_keys(history: History) -> History:
    """The history with snapshots that name registers by number where operations do: names in JSON are texts."""
    keys = {op.key for op in history if op.key is not None}
    numbers: dict[Key, Key] = {str(key): key for key in keys if type(key) is int}
    snapshots = [op for op in history if op.kind is Kind.SNAPSHOT] if numbers else []
    if not snapshots:
        return history
    for name in numbers.keys() & keys:
        problem = f"a snapshot, but the keys {numbers[name]} and {name!r} are one name in it"
        raise HistoryError(f"{history.place(snapshots[0])}: {problem}")
    named = {op: replace(op, parts=tuple((numbers.get(key, key), part) for key, part in op.parts)) for op in snapshots}
    return History((named.get(op, op) for op in history), history.source)


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
            "f": file_kind(operation),
            "value": value_field(operation, kind),
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


def file_kind(operation: Operation) -> str:
    """The `f` of an operation: a snapshot is a read that was answered with several keys."""
    return "read" if operation.kind is Kind.SNAPSHOT else operation.kind.value


def value_field(operation: Operation, kind: str) -> Any:
    """The value field of a line of type `kind`; what is only known from an answer is null elsewhere."""
    match operation.kind:
        case Kind.WRITE:
            return operation.value
        case Kind.CAS:
            return [operation.old, operation.value]
        case Kind.SNAPSHOT:
            return {str(key): value for key, value in operation.parts} if kind == "ok" else None
        case _:
            return operation.value if kind == "ok" else None


def _event(text: str) -> Event | None:
    """The checked fields of one line, or None for the line of a process that is no client. Raises Defect."""
    record = _record(text)
    if record.get("process") == _NO_CLIENT:
        return None
    try:
        process, type_, f = record["process"], record["type"], record["f"]
        value, time = record["value"], record["time"]
    except KeyError as missing:
        raise Defect(f"missing field {missing}; a line has {', '.join(_FIELDS)}") from None
    if type(process) is not int:
        raise Defect(f'process must be a whole number, not {brief(process)} (only lines of "nemesis" are skipped)')
    if type(time) is not int:
        raise Defect(f"time must be a whole number, not {brief(time)}")
    if type_ not in TYPES:
        raise Defect(f"unknown type {brief(type_)}; expected {', '.join(TYPES)}")
    kind = KINDS.get(f) if isinstance(f, str) else None
    if kind is None:
        raise Defect(f"unknown f {brief(f)}; expected {', '.join(KINDS)}")
    key = record.get("key")
    if key is not None:
        problem = key_problem(key)
        if problem:
            raise Defect(problem)
    return event_of(process, type_, kind, value, time, key)


def _record(text: str) -> dict[str, Any]:
    try:
        record, end = _decode(text)
    except JSONDecodeError as error:
        raise Defect(f"not JSON: {error.msg} (column {error.colno})") from None
    except (ValueError, RecursionError):
        raise Defect("not usable JSON: a number is too long or the nesting is too deep") from None
    if type(record) is not dict:
        hint = "; `jq -c '.[]'` makes lines of an array" if type(record) is list else ""
        raise Defect(f"not a JSON object with the fields {', '.join(_FIELDS)}{hint}")
    if end != len(text):
        raise Defect(f"not JSON: a line holds one object, but {brief(text[end:].strip())} follows (column {end + 1})")
    return record
