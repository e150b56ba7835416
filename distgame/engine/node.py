"""Node: one replica of the register, the class that players write."""

from __future__ import annotations

import abc
from collections.abc import Callable, Generator
from random import Random
from types import coroutine
from typing import Any

from distgame.engine.endpoints import left_open, place_of
from distgame.engine.errors import ApiError
from distgame.engine.messages import (
    ClientCasRequest,
    ClientIncrementRequest,
    ClientReadRequest,
    ClientSnapshotRequest,
    ClientWriteRequest,
    LeaderNotification,
)
from distgame.engine.requests import FOREVER, MAX_TICKS, Sleep, Survey
from distgame.engine.sealed import seal
from distgame.engine.webserver import WebServer, _ticks, check_count, runtime_of, sleep_of
from distgame.engine.wording import class_name, told
from distgame.engine.world import GATEWAY


@seal
class Node(WebServer):
    """A node answers reads and writes of clients, and talks to the other nodes as it likes.

    Attributes are memory: a crash forgets them. `storage` is the disk: it is there again after a restart.
    """

    def __init__(self, *_: Any, **__: Any) -> None:
        """Nothing to give: the game has prepared the node before."""

    @property
    def storage(self) -> dict[Any, Any]:
        """The node's disk, a dict of plain values."""
        return self.__dict__["_WebServer__runtime"].storage  # type: ignore[no-any-return]

    @storage.setter
    def storage(self, content: dict[Any, Any]) -> None:
        content = dict(content)
        self.storage.clear()
        self.storage.update(content)

    @property
    def other_nodes(self) -> list[int]:
        """The ids of the other nodes, in order; the list is the caller's own."""
        return list(runtime_of(self).others)

    @property
    def majority(self) -> int:
        """How many nodes, this one included, are more than half of all."""
        return (len(runtime_of(self).others) + 1) // 2 + 1

    @property
    def is_leader(self) -> bool:
        """Whether this node leads: node 1 when the run begins, and a node that has called notify_leadership."""
        return runtime_of(self).is_leader

    @property
    def local_time(self) -> int:
        """What this node's clock shows, in ticks. No two nodes' clocks agree."""
        return runtime_of(self).local_time

    @property
    def random(self) -> Random:
        """Randomness that is the same in every run of the same seed."""
        return runtime_of(self).random

    @property
    def suspects(self) -> tuple[int, ...]:
        """The ids of the nodes that the level's failure detector takes for dead, in order; none where it has none."""
        return runtime_of(self).suspects

    @property
    def incarnation(self) -> int:
        """How often this node has crashed and started again: 0 in its first life. It outlives the disk."""
        return runtime_of(self).incarnation

    def notify_leadership(self) -> None:
        """Tells the gateway to send all requests to this node."""
        runtime = runtime_of(self)
        runtime.is_leader = True
        runtime.send(GATEWAY, runtime.encode(LeaderNotification(self.id)))

    @coroutine
    def wait_for_responses(
        self, request: Any, check_response: Callable[[Any], Any] | None, count: int, timeout: int = FOREVER
    ) -> Generator[Survey, None, list[Any]]:
        """Sends `request` to every other node and waits until `count` answers satisfy `check_response`, all are
        settled, or `timeout` ticks are over. Gives all answers that came. This node itself is not counted.
        """
        runtime = runtime_of(self)
        check_count(count, check_response, "count", "check_response")
        survey = runtime.ask_others(request, count, _ticks(timeout, "wait_for_responses"), check_response)
        if not survey.over:
            yield survey
        return survey.answers

    @coroutine
    def sleep(self, ticks: int) -> Generator[Sleep, None, None]:
        """`yield from self.sleep(10)`: goes on after 10 ticks of this node's clock."""
        if type(ticks) is not int or not 0 <= ticks <= MAX_TICKS:
            raise ApiError(f"sleep takes a number of ticks, 0 or more, not {told(ticks)}")
        yield sleep_of(runtime_of(self), ticks)

    @coroutine
    def sync(self) -> Generator[Sleep, None, None]:
        """`yield from self.sync()`: goes on when all that `storage` holds now would survive a crash."""
        yield runtime_of(self).sync()

    def on_start(self) -> Any:
        """Called when the node starts, and when it starts again after a crash. A generator may wait."""

    @WebServer.endpoint(ClientReadRequest)
    @abc.abstractmethod
    def process_read_request(self, request: ClientReadRequest) -> Any:
        """Answers a read with a ClientReadResponse."""

    @WebServer.endpoint(ClientWriteRequest)
    @abc.abstractmethod
    def process_write_request(self, request: ClientWriteRequest) -> Any:
        """Answers a write with a ClientWriteResponse."""

    @WebServer.endpoint(ClientCasRequest)
    @left_open
    def process_cas_request(self, request: ClientCasRequest) -> Any:
        """Answers a compare-and-set with a ClientCasResponse. Needed only where a level's clients ask for it."""
        raise _unanswered(self, "process_cas_request")

    @WebServer.endpoint(ClientIncrementRequest)
    @left_open
    def process_increment_request(self, request: ClientIncrementRequest) -> Any:
        """Answers an increment with a ClientIncrementResponse. Needed only where a level's clients ask for it."""
        raise _unanswered(self, "process_increment_request")

    @WebServer.endpoint(ClientSnapshotRequest)
    @left_open
    def process_snapshot_request(self, request: ClientSnapshotRequest) -> Any:
        """Answers a snapshot with a ClientSnapshotResponse. Needed only where a level's clients ask for it."""
        raise _unanswered(self, "process_snapshot_request")


def _unanswered(node: Node, name: str) -> ApiError:
    cls = type(node)
    return ApiError(f"{class_name(cls)} has no {name}; the clients of this level ask for it", place=place_of(cls))
