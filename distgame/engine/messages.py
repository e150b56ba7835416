"""The messages that clients, gateway and nodes exchange, and what a wait gives for an answer that never came."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, EnumMeta
from typing import Any

from distgame.engine.sealed import Sealed, seal


class _SealedEnum(Sealed, EnumMeta):
    """The class of an enum of the API."""


@seal
class ResponseType(Enum, metaclass=_SealedEnum):
    """Whether a node did what a client asked. Fail is not an answer: it counts as unanswered."""

    Success = "success"
    Fail = "fail"


@seal
@dataclass(frozen=True)
class ClientReadRequest(metaclass=Sealed):
    """A client asks for the register's value.

    `key` names the register where a level has several. `id` is there where a level's gateway asks again: the same each
    time, and its order says nothing. Both are as in all requests.
    """

    key: str | None = None
    id: int | None = field(default=None, kw_only=True)


@seal
@dataclass(frozen=True)
class ClientWriteRequest(metaclass=Sealed):
    """A client asks that the register hold `value`."""

    value: int
    key: str | None = None
    id: int | None = field(default=None, kw_only=True)


@seal
@dataclass(frozen=True)
class ClientCasRequest(metaclass=Sealed):
    """Compare and set: a client asks that the register hold `new`, but only where it holds `old` (None: nothing)."""

    old: int | None
    new: int
    key: str | None = None
    id: int | None = field(default=None, kw_only=True)


@seal
@dataclass(frozen=True)
class ClientIncrementRequest(metaclass=Sealed):
    """A client asks that the register count one up (an empty one counts as 0), and for the number it then holds."""

    key: str | None = None
    id: int | None = field(default=None, kw_only=True)


@seal
@dataclass(frozen=True)
class ClientSnapshotRequest(metaclass=Sealed):
    """A client asks for the values of several registers at one moment; `keys` are their names."""

    keys: tuple[str, ...]
    id: int | None = field(default=None, kw_only=True)


@seal
@dataclass(frozen=True)
class ClientReadResponse(metaclass=Sealed):
    """The answer to a read: an int, or None (or "N") for a register that was never written."""

    result: ResponseType
    value: Any = None


@seal
@dataclass(frozen=True)
class ClientWriteResponse(metaclass=Sealed):
    """The answer to a write."""

    result: ResponseType


@seal
@dataclass(frozen=True)
class ClientCasResponse(metaclass=Sealed):
    """The answer to a compare-and-set: `swapped` is True where the register held `old` and holds `new` now.

    False means that it held something else and has not changed. That is an answer too, with ResponseType.Success.
    """

    result: ResponseType
    swapped: bool = False


@seal
@dataclass(frozen=True)
class ClientIncrementResponse(metaclass=Sealed):
    """The answer to an increment: `value` is the ticket, the number that the register holds after it."""

    result: ResponseType
    value: int | None = None


@seal
@dataclass(frozen=True)
class ClientSnapshotResponse(metaclass=Sealed):
    """The answer to a snapshot: a dict with the value of every key that was asked, as a read would give it."""

    result: ResponseType
    values: Any = None


@seal
@dataclass(frozen=True)
class LeaderNotification(metaclass=Sealed):
    """A node tells the gateway that node `id` leads: the gateway sends it all requests from now on."""

    id: int


@seal
@dataclass(frozen=True)
class RequestTimeout(metaclass=Sealed):
    """What a wait gives in place of an answer that did not come in time: a value, never raised."""


ANSWERS: dict[type, type] = {
    ClientReadRequest: ClientReadResponse,
    ClientWriteRequest: ClientWriteResponse,
    ClientCasRequest: ClientCasResponse,
    ClientIncrementRequest: ClientIncrementResponse,
    ClientSnapshotRequest: ClientSnapshotResponse,
}
"""What clients ask, and what each request is answered with."""

REQUESTS: tuple[type, ...] = tuple(ANSWERS)
"""The requests of clients. Fields at the end that are None do not travel."""

API_MESSAGES: tuple[type, ...] = (ResponseType, *ANSWERS, *ANSWERS.values(), LeaderNotification, RequestTimeout)
