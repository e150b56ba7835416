"""The front of the system: the clients and the gateway, which run on the referee's side."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from distgame.engine.actions import Action
from distgame.engine.client import Client, Report, Workload
from distgame.engine.draws import Ids
from distgame.engine.endpoints import read_table
from distgame.engine.gateway import Courier, Gateway
from distgame.engine.runtime import Runtime
from distgame.engine.webserver import WebServer, make_server
from distgame.engine.wire import Codec, Wire
from distgame.engine.world import GATEWAY, SkippedOperation, World


class Front:
    """Clients and gateway of a run. Each method gives the actions of the server that it concerns."""

    def __init__(
        self,
        world: World,
        seed: int,
        skips: tuple[SkippedOperation, ...],
        on_leader: Callable[[int], None],
        on_report: Report,
        on_skip: Callable[[int, int], None],
    ) -> None:
        self._ids = Ids(seed, "request")
        self._requests = 0
        self._on_skip = on_skip
        self._skips = {(skip.client, skip.n): skip for skip in skips}
        self.met: set[SkippedOperation] = set()
        self._servers: dict[int, Runtime] = {}
        workload = Workload(world, seed)
        everyone = (*range(1, world.nodes + 1), *range(-1, -len(world.clients) - 1, -1))
        gateway = self._add(GATEWAY, Gateway, everyone, Courier(), world, on_leader)
        assert isinstance(gateway, Gateway)
        self.gateway = gateway
        for index, spec in enumerate(world.clients, 1):
            self._add(-index, Client, (GATEWAY,), Codec(), index, spec, workload, world, on_report, self._skip)

    def _add(
        self, server_id: int, cls: type[WebServer], known: tuple[int, ...], codec: Codec, *arguments: Any
    ) -> WebServer:
        runtime = Runtime(server_id, known, codec, self._opaque_id, Random(0))
        server: WebServer = make_server(cls, runtime, *arguments)
        runtime.attach(read_table(server))
        self._servers[server_id] = runtime
        return server

    def _skip(self, client: int, n: int) -> int | None:
        skip = self._skips.get((client, n))
        if skip is None:
            return None
        self.met.add(skip)
        self._on_skip(-client, self.gateway.skip(-client))
        return skip.ticks

    def _opaque_id(self) -> int:
        # A gateway that numbers its requests would be a sequencer for the players.
        self._requests += 1
        return self._ids(self._requests)

    def __contains__(self, server_id: int) -> bool:
        return server_id in self._servers

    def start(self) -> Iterator[tuple[int, list[Action]]]:
        """Starts every server; its id and what it does."""
        for server_id, runtime in self._servers.items():
            runtime.start()
            yield server_id, _take_actions(runtime)

    def receive(
        self, server_id: int, tick: int, sender: int, request: int, is_answer: bool, wire: Wire
    ) -> list[Action]:
        """A server gets a message. Raises ApiError for one that it has no endpoint for."""
        runtime = self._servers[server_id]
        runtime.local_time = tick
        runtime.receive(sender, request, is_answer, wire)
        return _take_actions(runtime)

    def wake(self, server_id: int, tick: int) -> list[Action]:
        """A server's clock has reached what it waited for."""
        runtime = self._servers[server_id]
        runtime.local_time = tick
        runtime.wake()
        return _take_actions(runtime)

    def waits_for_answer(self, server_id: int) -> bool:
        """Whether a server has asked something: then its deadlines are those of its patience."""
        return bool(self._servers[server_id].open_requests)


def _take_actions(runtime: Runtime) -> list[Action]:
    if runtime.deadlines:
        runtime.ask_for_wake()
    actions, runtime.outbox = runtime.outbox, []
    return actions
