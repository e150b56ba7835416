"""A verdict as plain data, ready for JSON."""

from math import inf
from typing import Any

from distgame.checker.history import Operation
from distgame.checker.jsonl import file_kind, value_field
from distgame.checker.ladder import Standing
from distgame.checker.verdict import Namer, Verdict, client


def report(verdict: Verdict, file: str, with_order: bool = False, name: Namer = client) -> dict[str, Any]:
    """The object `check --json` prints for one file.

    `witness` holds the operations of the explanation, sorted by call; `order` (only when asked for) an order
    that explains every answer, or null when there is none to show.
    """
    explanation = verdict.explain(name)
    record: dict[str, Any] = {
        "file": file,
        "model": verdict.model,
        "verdict": verdict.status,
        "operations": verdict.operations,
        "reason": explanation.sentence if explanation else None,
        "witness": [operation_record(op) for op in explanation.operations] if explanation else [],
    }
    if with_order:
        record["order"] = None if verdict.order is None else [operation_record(op) for op in verdict.order]
    return record


def standing_report(standing: Standing, file: str, with_order: bool = False, name: Namer = client) -> dict[str, Any]:
    """The object `check --model strongest --json` prints for one file.

    It is the report of the strongest model that holds (of the weakest violated, if none does), with the names of the
    models that hold, are violated or undecided, the models that cannot judge the history with their reasons, and the
    report of the first violated model above, or null.
    """
    first = standing.first_violated
    return report(standing.verdict, file, with_order, name) | {
        "strongest": list(standing.strongest),
        "holds": list(standing.holds),
        "violated": list(standing.violated),
        "undecided": list(standing.undecided),
        "left_out": dict(standing.left_out),
        "first_violated": None if first is None else report(first, file, False, name),
    }


def operation_record(operation: Operation) -> dict[str, Any]:
    """One operation: `invoked` and `completed` are places in the order of events (line numbers of a file),
    `invoked_at` and `completed_at` its times; null where unknown. `key` is there where there is one.
    """
    record = {
        "process": operation.process,
        "type": operation.outcome.value,
        "f": file_kind(operation),
        "value": value_field(operation, operation.outcome.value),
        "invoked": operation.invoked,
        "completed": operation.completed if operation.completed < inf else None,
        "invoked_at": operation.invoked_at,
        "completed_at": operation.completed_at,
    }
    if operation.key is not None:
        record["key"] = operation.key
    return record
