"""Operations: what a client can ask of the registers, the message it asks with, and what its history keeps of both.

`f` is one of read, write, cas, add and snapshot. The value of a call is what a write writes, the pair (old, new) of a
cas and the keys of a snapshot, else None; that of an answer is what was read, the ticket of an add and the (key, value)
pairs of a snapshot.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from distgame.engine.messages import (
    ClientCasRequest,
    ClientIncrementRequest,
    ClientReadRequest,
    ClientSnapshotRequest,
    ClientWriteRequest,
)
from distgame.engine.wire import Codec, wire_text

CHANGES = ("write", "cas", "add")
"""The operations that may have happened although nobody answered."""

_CODEC = Codec()


class Operation(NamedTuple):
    """The n-th operation of a client: think time before it in ticks, what it does, the new value, and its key."""

    think: int
    f: str
    value: int | None = None
    key: str | None = None


class Call(NamedTuple):
    """What a client asks; `key` is None where there is one register, and for a snapshot."""

    f: str
    value: Any = None
    key: str | None = None

    def message(self, request_id: int | None = None) -> Any:
        """The request that asks it."""
        match self.f:
            case "read":
                return ClientReadRequest(self.key, id=request_id)
            case "write":
                return ClientWriteRequest(self.value, self.key, id=request_id)
            case "cas":
                old, new = self.value
                return ClientCasRequest(old, new, self.key, id=request_id)
            case "add":
                return ClientIncrementRequest(self.key, id=request_id)
            case _:
                return ClientSnapshotRequest(self.value, id=request_id)

    def answered(self, response: Any) -> tuple[str, Any]:
        """How the call ended by a response of success: the type of its line in the history, and the value.

        A compare-and-set that met another value is known not to have happened, so it failed. Raises ValueError,
        TypeError or AttributeError for what no node that plays by the rules sends.
        """
        match self.f:
            case "read":
                return "ok", read_value(response.value)
            case "add":
                if type(response.value) is not int:
                    raise ValueError("a ticket is a whole number")
                return "ok", response.value
            case "cas":
                return "ok" if response.swapped else "fail", self.value
            case "snapshot":
                return "ok", _read_values(self.value, response.values)
            case _:
                return "ok", self.value


def _read_values(keys: tuple[str, ...], values: dict[str, Any]) -> tuple[tuple[str, Any], ...]:
    return tuple((key, read_value(values.get(key))) for key in keys)


def read_value(value: Any) -> int | str | None:
    """What a read gave, for the history: an int, None (also for "N"), or the text of what nobody can have written."""
    if value is None or value == "N":
        return None
    if type(value) is int:
        return value
    return wire_text(_CODEC.encode(value))[:80]
