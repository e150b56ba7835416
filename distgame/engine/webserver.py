"""WebServer: what every server of the game can do, written for the player to read."""

from __future__ import annotations

import abc
from collections.abc import Callable, Generator, Iterable
from types import coroutine
from typing import Any

from distgame.engine.endpoints import Method, mark_endpoint, mark_timer, place_of
from distgame.engine.errors import ApiError
from distgame.engine.requests import FOREVER, MAX_TICKS, Request, Sleep, Wait
from distgame.engine.runtime import Runtime
from distgame.engine.sealed import Sealed, seal
from distgame.engine.wording import class_name, told


class SealedServer(Sealed, abc.ABCMeta):
    """The class of servers' classes, which may be abstract."""


def _ticks(timeout: int, what: str) -> int:
    if type(timeout) is not int or not FOREVER <= timeout <= MAX_TICKS:
        raise ApiError(f"{what} takes a number of ticks, 0 or more, or -1 for ever; not {told(timeout)}")
    return timeout


def _asked(requests: Iterable[Request], what: str) -> list[Request]:
    if not isinstance(requests, Iterable):
        raise ApiError(f"{what} takes a list of requests, not a {type(requests).__name__}")
    asked = list(requests)
    for request in asked:
        if type(request) is not Request:
            raise ApiError(f"{what} takes requests, as send_message returns them; not {told(request)}")
    return asked


def check_count(count: int, condition: Callable[[Any], Any] | None, word: str, question: str) -> None:
    """Raises ApiError unless a count and a condition (called so by the API) are what a wait can use."""
    if type(count) is not int:
        raise ApiError(f"{word} is a whole number, not {told(count)}")
    if condition is not None and not callable(condition):
        raise ApiError(f"{question} is a function of an answer, not {told(condition)}")


@seal
class WebServer(metaclass=SealedServer):
    """A server: it sends messages, waits for answers, and handles messages by their type.

    A handler is a plain method, a generator (`yield from self.wait_all(...)`) or a coroutine (`await ...`). What it
    returns, unless None, is sent back to the sender. A handler with a second parameter is given the sender's id.
    """

    __runtime: Runtime

    @property
    def id(self) -> int:
        """This server's id."""
        return self.__runtime.id

    @staticmethod
    def endpoint(message_type: type) -> Callable[[Method], Method]:
        """`@WebServer.endpoint(Query)`: the method handles messages of exactly this type."""
        return mark_endpoint(message_type)

    @staticmethod
    def timer(interval: int) -> Callable[[Method], Method]:
        """`@WebServer.timer(interval=25)`: the method is called every 25 ticks of this server's own clock."""
        return mark_timer(interval)

    def send_message(self, receiver_id: int, message: Any, timeout: int = FOREVER) -> Request:
        """Sends a message and returns a request.

        `request.wait()` ends with the answer, or after `timeout` ticks with a RequestTimeout; -1 waits for ever. All
        that a node sends and stores at once may hold 262,144 letters and items (256 for each message beside them), and
        8,192 for each tick in the long run; lists may be nested 40 deep, and numbers have up to 1,024 bits.
        """
        runtime = self.__runtime
        if timeout != FOREVER:
            _ticks(timeout, "send_message")
        return runtime.send(receiver_id, runtime.encode(message), timeout)

    @coroutine
    def wait_any(
        self,
        requests: Iterable[Request],
        min_count: int,
        timeout: int = FOREVER,
        condition: Callable[[Any], Any] | None = None,
    ) -> Generator[Wait, None, list[Any]]:
        """Waits until `min_count` requests have an answer (for which `condition` holds), all are settled, or
        `timeout` ticks are over.

        Gives a list aligned with `requests`: the answer, a RequestTimeout where that request's own timeout has
        passed, None where it is still open. Without a condition a timeout counts too.
        """
        asked = _asked(requests, "wait_any")
        check_count(min_count, condition, "min_count", "condition")
        wait = Wait(self.__runtime, asked, min_count, _ticks(timeout, "wait_any"), condition)
        if not wait.over:
            yield wait
        return [request.outcome for request in asked]

    @coroutine
    def wait_all(self, requests: Iterable[Request]) -> Generator[Wait, None, list[Any]]:
        """Waits until every request is settled; the list is aligned with `requests`."""
        asked = _asked(requests, "wait_all")
        return (yield from self.wait_any(asked, len(asked)))

    def add_message(self, message: tuple[int, int, bool, Any]) -> None:
        """The network hands over a message (sender, request, is it an answer, wire form); `process` handles it."""
        self.__runtime.add(message)

    def process(self) -> None:
        """Handles every message that has arrived."""
        self.__runtime.work()


def runtime_of(server: WebServer) -> Runtime:
    """The machinery of a server, for the simulator."""
    return server.__dict__["_WebServer__runtime"]  # type: ignore[no-any-return]


def make_server(cls: type[WebServer], runtime: Runtime, *arguments: Any, **named: Any) -> Any:
    """An instance of a server's class that runs on this machinery."""
    server: Any = cls.__new__(cls)
    if type(server) is not cls:
        name = class_name(cls)
        raise ApiError(f"the __new__ of {name} gives {told(server)}, not a new {name}", "load", place_of(cls))
    object.__getattribute__(server, "__dict__")["_WebServer__runtime"] = runtime
    cls.__init__(server, *arguments, **named)
    return server


def sleep_of(runtime: Runtime, ticks: int) -> Sleep:
    """A wait of `ticks` on the runtime's own clock."""
    sleep = Sleep(runtime)
    runtime.at_local(ticks, sleep)
    return sleep
