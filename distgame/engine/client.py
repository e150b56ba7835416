"""Client: a server on the referee's side that uses the registers, one operation at a time."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

from distgame.engine.draws import Shuffle, Stream, between, number
from distgame.engine.messages import RequestTimeout, ResponseType
from distgame.engine.operations import CHANGES, Call, Operation
from distgame.engine.requests import Sleep, Wait
from distgame.engine.sealed import seal
from distgame.engine.webserver import WebServer, runtime_of, sleep_of
from distgame.engine.world import GATEWAY, ClientSpec, World


class Workload:
    """What the clients of a run do: a function of (seed, client, n) alone."""

    def __init__(self, world: World, seed: int) -> None:
        self._seed = seed
        self._has_ids = world.gateway.request_ids
        self._clients = world.clients
        self._kinds = [spec.kinds_by_share for spec in world.clients]
        self._draws = [Stream(seed, "client", index) for index in range(1, len(world.clients) + 1)]
        most = len(world.clients) * (world.duration // min(spec.think[0] for spec in world.clients) + 1)
        self._shuffle = Shuffle(seed, most)

    def operation(self, client: int, n: int) -> Operation:
        """The n-th operation (from 0) of the client (from 1). New values are unique; their order says nothing."""
        spec = self._clients[client - 1]
        for_kind, for_think, for_key, _ = self._draws[client - 1](n)
        f = _drawn(self._kinds[client - 1], for_kind)
        value = self._shuffle(n * len(self._clients) + client - 1) + 1 if f in ("write", "cas") else None
        key = spec.keys[int(for_key * len(spec.keys))] if spec.keys and f != "snapshot" else None
        return Operation(between(*spec.think, for_think), f, value, key)

    def request_id(self, client: int, n: int) -> int | None:
        """What the n-th request of the client is known by: a number that says nothing. None where there are no ids."""
        return number(self._seed, "operation", client, n) if self._has_ids else None


def _drawn(kinds: tuple[tuple[str, float], ...], draw: float) -> str:
    """The kind of operation (see `operations`) at a draw from [0, 1)."""
    for f, share in kinds:
        if draw < share:
            return f
        draw -= share
    return "read"


# (client, process, call, type, value): what a client invoked or was answered.
Report = Callable[[int, int, Call, str, Any], None]

# (client, n): how long the client is away in place of an operation it skips; None for one it asks.
Skip = Callable[[int, int], int | None]


@seal
class Client(WebServer):
    """Thinks, asks, waits for the answer or gives up, and so on until the run nears its end.

    After a timeout, or where a change failed, it goes on as a new process: what it asked for may still happen.
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
        if spec.end is not None:
            self._last_invocation = min(self._last_invocation, spec.end - 1)
        self._report = report
        self._process = index
        self._clients = len(world.clients)
        self._seen: dict[str | None, int | None] = {}

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
                yield from self._perform(operation, self._workload.request_id(self._index, n))
            elif away:
                yield sleep_of(runtime, away)
            n += 1

    def _perform(self, operation: Operation, request_id: int | None) -> Generator[Wait, None, None]:
        call = self._call(operation)
        process = self._process
        self._report(self._index, process, call, "invoke", call.value)
        answer = yield from self.send_message(GATEWAY, call.message(request_id), self._timeout).wait()
        if getattr(answer, "result", None) is ResponseType.Success:
            kind, value = call.answered(answer)
            self._report(self._index, process, call, kind, value)
            self._remember(call, kind, value)
            return
        may_happen = isinstance(answer, RequestTimeout) or call.f in CHANGES
        self._report(self._index, process, call, "info" if may_happen else "fail", call.value)
        if may_happen:
            self._process += self._clients

    def _call(self, operation: Operation) -> Call:
        if operation.f == "cas":
            return Call("cas", (self._seen.get(operation.key), operation.value), operation.key)
        value = self._spec.keys if operation.f == "snapshot" else operation.value
        return Call(operation.f, value, operation.key)

    def _remember(self, call: Call, kind: str, value: Any) -> None:
        """Keeps what the client last saw of each register: that is what it compares with."""
        if kind != "ok" or not self._spec.cas:
            return
        seen = value if call.f == "snapshot" else ((call.key, value[1] if call.f == "cas" else value),)
        self._seen.update((key, held) for key, held in seen if not isinstance(held, str))
