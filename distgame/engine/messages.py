"""The messages that clients, gateway and nodes exchange, and what a wait gives for an answer that never came."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any


class ResponseType(Enum):
    """Whether a node did what a client asked. Fail is not an answer: it counts as unanswered."""

    Success = "success"
    Fail = "fail"


@dataclass(frozen=True)
class ClientReadRequest:
    """A client asks for the register's value."""


@dataclass(frozen=True)
class ClientWriteRequest:
    """A client asks that the register hold `value`."""

    value: int


@dataclass(frozen=True)
class ClientReadResponse:
    """The answer to a read: an int, or None (or "N") for a register that was never written."""

    result: ResponseType
    value: Any = None


@dataclass(frozen=True)
class ClientWriteResponse:
    """The answer to a write."""

    result: ResponseType


@dataclass(frozen=True)
class LeaderNotification:
    """A node tells the gateway that node `id` leads: the gateway sends it all requests from now on."""

    id: int


@dataclass(frozen=True)
class RequestTimeout:
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
