"""A verdict as plain data, ready for JSON."""

from math import inf
from typing import Any

from distgame.checker.history import Kind, Operation, Outcome
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


def operation_record(operation: Operation) -> dict[str, Any]:
    """One operation: `invoked` and `completed` are places in the order of events (line numbers of a file),
    `invoked_at` and `completed_at` its times; null where unknown.
    """
    hidden = operation.kind is Kind.READ and operation.outcome is not Outcome.OK
    return {
        "process": operation.process,
        "type": operation.outcome.value,
        "f": operation.kind.value,
        "value": None if hidden else operation.value,
        "invoked": operation.invoked,
        "completed": operation.completed if operation.completed < inf else None,
        "invoked_at": operation.invoked_at,
        "completed_at": operation.completed_at,
    }
