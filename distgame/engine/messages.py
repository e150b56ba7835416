"""The messages that clients, gateway and nodes exchange, and what a wait gives for an answer that never came."""

from __future__ import annotations

from dataclasses import dataclass
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
    """A client asks for the register's value."""


@seal
@dataclass(frozen=True)
class ClientWriteRequest(metaclass=Sealed):
    """A client asks that the register hold `value`."""

    value: int


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
class LeaderNotification(metaclass=Sealed):
    """A node tells the gateway that node `id` leads: the gateway sends it all requests from now on."""

    id: int


@seal
@dataclass(frozen=True)
class RequestTimeout(metaclass=Sealed):
    """What a wait gives in place of an answer that did not come in time: a value, never raised."""


API_MESSAGES: tuple[type, ...] = (
    ResponseType,
    ClientReadRequest,
    ClientWriteRequest,
    ClientReadResponse,
    ClientWriteResponse,
    LeaderNotification,
    RequestTimeout,
)
