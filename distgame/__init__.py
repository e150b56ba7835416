"""distgame: write a replicated register, break the world around it, and see whether every read was right."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from distgame.checker import Verdict as Verdict
    from distgame.checker import check as check
    from distgame.checker import strongest as strongest
    from distgame.engine.client import Client as Client
    from distgame.engine.gateway import Gateway as Gateway
    from distgame.engine.messages import ClientCasRequest as ClientCasRequest
    from distgame.engine.messages import ClientCasResponse as ClientCasResponse
    from distgame.engine.messages import ClientIncrementRequest as ClientIncrementRequest
    from distgame.engine.messages import ClientIncrementResponse as ClientIncrementResponse
    from distgame.engine.messages import ClientReadRequest as ClientReadRequest
    from distgame.engine.messages import ClientReadResponse as ClientReadResponse
    from distgame.engine.messages import ClientSnapshotRequest as ClientSnapshotRequest
    from distgame.engine.messages import ClientSnapshotResponse as ClientSnapshotResponse
    from distgame.engine.messages import ClientWriteRequest as ClientWriteRequest
    from distgame.engine.messages import ClientWriteResponse as ClientWriteResponse
    from distgame.engine.messages import LeaderNotification as LeaderNotification
    from distgame.engine.messages import RequestTimeout as RequestTimeout
    from distgame.engine.messages import ResponseType as ResponseType
    from distgame.engine.node import Node as Node
    from distgame.engine.trace import Signal as Signal
    from distgame.engine.webserver import WebServer as WebServer
    from distgame.game.pictures.history_picture import picture_of as picture_of
    from distgame.game.running.runs import Run as Run
    from distgame.game.running.runs import simulate as simulate

# Names are found when they are first used, so that a worker that needs the engine loads nothing else.
_HOMES = {
    "distgame.checker": ("Verdict", "check", "strongest"),
    "distgame.engine.client": ("Client",),
    "distgame.engine.gateway": ("Gateway",),
    "distgame.engine.messages": (
        "ClientCasRequest",
        "ClientCasResponse",
        "ClientIncrementRequest",
        "ClientIncrementResponse",
        "ClientReadRequest",
        "ClientReadResponse",
        "ClientSnapshotRequest",
        "ClientSnapshotResponse",
        "ClientWriteRequest",
        "ClientWriteResponse",
        "LeaderNotification",
        "RequestTimeout",
        "ResponseType",
    ),
    "distgame.engine.node": ("Node",),
    "distgame.engine.trace": ("Signal",),
    "distgame.engine.webserver": ("WebServer",),
    "distgame.game.pictures.history_picture": ("picture_of",),
    "distgame.game.running.runs": ("Run", "simulate"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [*sorted(_HOME_OF), "__version__"]


def __getattr__(name: str) -> Any:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"distgame has no {name!r}")
    return getattr(importlib.import_module(home), name)


def __dir__() -> list[str]:
    return sorted(__all__)
