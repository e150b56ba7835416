"""What a client's request may be answered with, checked at the handler that answers."""

from __future__ import annotations

from typing import Any

from distgame.engine.endpoints import Handler
from distgame.engine.errors import ApiError
from distgame.engine.messages import (
    ANSWERS,
    ClientCasResponse,
    ClientIncrementResponse,
    ClientSnapshotResponse,
    ResponseType,
)
from distgame.engine.wording import told

# What an answer must say where the node did what it was asked: the field, its type, and what that is in words.
_SAYS: dict[type, tuple[str, type, str]] = {
    ClientCasResponse: ("swapped", bool, "True or False: whether the register held `old`"),
    ClientIncrementResponse: ("value", int, "the ticket, a whole number"),
    ClientSnapshotResponse: ("values", dict, "a dict of keys and values"),
}


def check_answer(question: type, result: Any, handler: Handler) -> None:
    """Raises ApiError unless the result is what a client's request of that type is answered with."""
    needed = ANSWERS[question]
    name = needed.__name__
    if type(result) is not needed:
        given = f"{type(result).__name__} {told(result)}"
        raise ApiError(f"{handler.name} must return a {name}, not {given}", "answer", handler.place)
    outcome = result.result  # type: ignore[attr-defined]
    if type(outcome) is not ResponseType:
        message = f"a {name}'s result is ResponseType.Success or ResponseType.Fail, not {told(outcome)}"
        raise ApiError(message, "answer", handler.place)
    if needed in _SAYS and outcome is ResponseType.Success:
        field, kind, words = _SAYS[needed]
        said = getattr(result, field)
        if type(said) is not kind:
            raise ApiError(f"a {name}'s {field} is {words}, not {told(said)}", "answer", handler.place)
