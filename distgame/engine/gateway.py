"""Gateway: the server between clients and nodes; it forwards each request to one node and its answer back."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

from distgame.engine.errors import ApiError
from distgame.engine.messages import (
    ClientCasRequest,
    ClientIncrementRequest,
    ClientReadRequest,
    ClientSnapshotRequest,
    ClientWriteRequest,
    LeaderNotification,
    RequestTimeout,
)
from distgame.engine.requests import Wait
from distgame.engine.sealed import seal
from distgame.engine.webserver import WebServer
from distgame.engine.world import GATEWAY, World


@seal
class Gateway(WebServer):
    """Forwards round robin, or to the node that last said it leads; a pinned client always to its own node."""

    def __init__(self, world: World, on_leader: Callable[[int], None]) -> None:
        self._nodes = world.nodes
        self._pins = {-index: spec.node for index, spec in enumerate(world.clients, 1) if spec.node is not None}
        self._timeout = world.timeout
        self._turn = 0
        self._leader: int | None = None
        self._on_leader = on_leader

    @WebServer.endpoint(ClientReadRequest)
    @WebServer.endpoint(ClientWriteRequest)
    @WebServer.endpoint(ClientCasRequest)
    @WebServer.endpoint(ClientIncrementRequest)
    @WebServer.endpoint(ClientSnapshotRequest)
    def forward(self, request: Any, client: int) -> Generator[Wait, None, Any]:
        """Asks a node and passes its answer on; where none comes, the client gives up by itself."""
        if client > GATEWAY:
            raise ApiError("the gateway carries the requests of clients, not of nodes")
        answer = yield from self.send_message(self._choose(client), request, self._timeout).wait()
        return None if isinstance(answer, RequestTimeout) else answer

    @WebServer.endpoint(LeaderNotification)
    def follow(self, notification: LeaderNotification) -> None:
        """From now on that node gets all requests of clients that are not pinned."""
        if type(notification.id) is int and 1 <= notification.id <= self._nodes:
            self._leader = notification.id
            self._on_leader(notification.id)

    def skip(self, client: int) -> None:
        """The turn of an operation that its client does not ask passes."""
        self._choose(client)

    def _choose(self, client: int) -> int:
        pinned = self._pins.get(client)
        if pinned is not None:
            return pinned
        if self._leader is not None:
            return self._leader
        self._turn = self._turn % self._nodes + 1
        return self._turn
