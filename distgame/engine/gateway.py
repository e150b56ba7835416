"""Gateway: the server between clients and nodes; it forwards each request to one node and its answer back."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

from distgame.engine.errors import ApiError
from distgame.engine.messages import LeaderNotification, RequestTimeout
from distgame.engine.requests import Request, Wait
from distgame.engine.sealed import seal
from distgame.engine.webserver import WebServer
from distgame.engine.wire import LEADS, Codec, Foreign, Wire
from distgame.engine.world import GATEWAY, World


class Courier(Codec):
    """Reads who leads; all else is passed on as it came."""

    def decode(self, wire: Wire) -> Any:
        """A LeaderNotification, or Foreign."""
        return super().decode(wire) if type(wire) is tuple and wire[1:2] == LEADS else Foreign(wire)


@seal
class Gateway(WebServer):
    """Forwards round robin, or to the node that last said it leads; a pinned client always to its own node.

    Where the world says so, nodes that are down are left out, and requests without an answer are sent again.
    """

    def __init__(self, world: World, on_leader: Callable[[int], None]) -> None:
        self._nodes = world.nodes
        self._pins = {-index: spec.node for index, spec in enumerate(world.clients, 1) if spec.node is not None}
        self._timeout = world.timeout
        self._retry = world.gateway.retry
        self._left_out: set[int] = set()
        self._turn = 0
        self._leader: int | None = None
        self._on_leader = on_leader

    @WebServer.endpoint(Foreign)
    def forward(self, request: Foreign, client: int) -> Generator[Wait, None, Any]:
        """Asks a node and passes its answer on; where none comes, the client gives up by itself."""
        if client > GATEWAY:
            raise ApiError("the gateway carries the requests of clients, not of nodes")
        node = self._choose(client)
        asked = self.send_message(node, request, self._timeout)
        answer = yield from (self._asked_again(asked, node, request) if self._retry else asked.wait())
        return None if type(answer) is RequestTimeout else answer

    def _asked_again(self, first: Request, node: int, request: Foreign) -> Generator[Wait, None, Any]:
        """Asks one node after the other until there is an answer."""
        asked = [first]
        left = self._timeout - self._retry
        while left > 0 and not any(each.settled for each in asked):
            yield from self.wait_any(asked, 1, self._retry)
            if not any(each.settled for each in asked):
                node = self._after(node)
                asked.append(self.send_message(node, request, left))
            left -= self._retry
        answers = yield from self.wait_any(asked, 1)
        return next(answer for answer in answers if answer is not None)

    @WebServer.endpoint(LeaderNotification)
    def follow(self, notification: LeaderNotification) -> None:
        """From now on that node gets all requests of clients that are not pinned."""
        if type(notification.id) is int and 1 <= notification.id <= self._nodes:
            self._leader = notification.id
            self._on_leader(notification.id)

    def skip(self, client: int) -> int:
        """The turn of an operation that its client does not ask passes; the node whose turn it was."""
        return self._choose(client)

    def set_health(self, node: int, left_out: bool) -> None:
        """From now on a node is left out, or served again."""
        (self._left_out.add if left_out else self._left_out.discard)(node)
        if self._leader == node:
            self._leader = None

    def _choose(self, client: int) -> int:
        pinned = self._pins.get(client)
        if pinned is not None:
            return pinned if pinned not in self._left_out else self._after(pinned)
        if self._leader is not None:
            return self._leader
        self._turn = self._after(self._turn)
        return self._turn

    def _after(self, node: int) -> int:
        """The next node that is not left out; the next of all where all are."""
        return self._next_served(node) if self._left_out else node % self._nodes + 1

    def _next_served(self, node: int) -> int:
        following = [(node + step) % self._nodes + 1 for step in range(self._nodes)]
        return next((each for each in following if each not in self._left_out), following[0])
