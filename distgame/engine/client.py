"""Client: a server on the referee's side that reads and writes the register, one operation at a time."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

from distgame.engine.draws import Shuffle, Stream, between
from distgame.engine.messages import (
    ClientReadRequest,
    ClientReadResponse,
    ClientWriteRequest,
    RequestTimeout,
    ResponseType,
)
from distgame.engine.requests import Sleep, Wait
from distgame.engine.sealed import seal
from distgame.engine.webserver import WebServer, runtime_of, sleep_of
from distgame.engine.wire import Codec, wire_text
from distgame.engine.world import GATEWAY, ClientSpec, World

_CODEC = Codec()


@dataclass(frozen=True, slots=True)
class Operation:
    """The n-th operation of a client: think time before it in ticks, and the value it writes (None for a read)."""

    think: int
    value: int | None


class Workload:
    """What the clients of a run do: a function of (seed, client, n) alone."""

    def __init__(self, world: World, seed: int) -> None:
        self._clients = world.clients
        self._draws = [Stream(seed, "client", index) for index in range(1, len(world.clients) + 1)]
        most = len(world.clients) * (world.duration // min(spec.think[0] for spec in world.clients) + 1)
        self._shuffle = Shuffle(seed, most)

    def operation(self, client: int, n: int) -> Operation:
        """The n-th operation (from 0) of the client (from 1). Written values are unique; their order says nothing."""
        spec = self._clients[client - 1]
        for_kind, for_think, *_ = self._draws[client - 1](n)
        value = self._shuffle(n * len(self._clients) + client - 1) + 1 if for_kind < spec.writes else None
        return Operation(between(*spec.think, for_think), value)


# (client, process, f, type, value): what a client invoked or was answered.
Report = Callable[[int, int, str, str, Any], None]

# (client, n): how long the client is away in place of an operation it skips; None for one it asks.
Skip = Callable[[int, int], int | None]


@seal
class Client(WebServer):
    """Thinks, asks, waits for the answer or gives up, and so on until the run nears its end.

    After a timeout or a failed write it goes on as a new process: what it asked for may still happen.
    """

    def __init__(
        self, index: int, spec: ClientSpec, workload: Workload, world: World, report: Report, skip: Skip
    ) -> None:
        self._index = index
        self._skip = skip
        self._spec = spec
        self._workload = workload
        self._timeout = world.timeout
        self._last_invocation = world.duration - world.timeout
        self._report = report
        self._process = index
        self._clients = len(world.clients)

    def on_start(self) -> Generator[Wait | Sleep, None, None]:
        """The client's whole life."""
        runtime = runtime_of(self)
        yield sleep_of(runtime, self._spec.start)
        n = 0
        while True:
            operation = self._workload.operation(self._index, n)
            yield sleep_of(runtime, operation.think)
            if runtime.local_time > self._last_invocation:
                return
            away = self._skip(self._index, n)
            if away is None:
                yield from self._perform(operation)
            elif away:
                yield sleep_of(runtime, away)
            n += 1

    def _perform(self, operation: Operation) -> Generator[Wait, None, None]:
        reads = operation.value is None
        f = "read" if reads else "write"
        process = self._process
        message = ClientReadRequest() if operation.value is None else ClientWriteRequest(operation.value)
        self._report(self._index, process, f, "invoke", operation.value)
        answer = yield from self.send_message(GATEWAY, message, self._timeout).wait()
        if isinstance(answer, RequestTimeout):
            self._report(self._index, process, f, "info", operation.value)
            self._process += self._clients
        elif getattr(answer, "result", None) is not ResponseType.Success:
            self._report(self._index, process, f, "fail" if reads else "info", operation.value)
            if not reads:
                self._process += self._clients
        elif isinstance(answer, ClientReadResponse):
            self._report(self._index, process, f, "ok", read_value(answer.value))
        else:
            self._report(self._index, process, f, "ok", operation.value)


def read_value(value: Any) -> int | str | None:
    """What a read gave, for the history: an int, None (also for "N"), or the text of what nobody can have written."""
    if value is None or value == "N":
        return None
    if type(value) is int:
        return value
    return wire_text(_CODEC.encode(value))[:80]
