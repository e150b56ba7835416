"""The outline of a run: what judging and scoring need of a trace, small enough to be told by another process.

Only a run that went to its end without an error has one. Who tells it may hold a player's code, so whoever hears it
checks that these calls are such as clients make: nothing that follows from them can fail then, but they may be lies.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from distgame.engine import trace as tr
from distgame.engine.checked import MAX_NUMBER, Nonsense
from distgame.engine.errors import Problem
from distgame.engine.swarm import drawn
from distgame.engine.trace import Trace, TraceEvent
from distgame.engine.wire import LARGEST_INT, frozen
from distgame.engine.world import World

MAX_TEXT = 80
# The types of what each call begins with: index, kind, tick, client, process, f.
_HEAD = [int, int, int, int, int, str]
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Outline:
    """A run of `world` as far as the clients saw it: its calls, as `Trace.calls` has them, and what was counted.

    `digest` is the trace's, or, of a scouted run, that of its order of deliveries (`Trace.order`).
    """

    world: World
    seed: int
    digest: str
    sends_between_nodes: int
    calls: tuple[tuple[int, TraceEvent], ...]

    @property
    def end(self) -> int:
        """The tick at which the run ended."""
        return self.world.duration

    @property
    def problem(self) -> Problem | None:
        """There is none."""
        return None


def told(trace: Trace, scouting: bool = False) -> list[Any] | None:
    """The outline of a run as JSON can carry it; None where an error ended the run."""
    if trace.problem is not None:
        return None
    return [
        trace.order if scouting else trace.digest,
        trace.sends_between_nodes,
        [[index, *event] for index, event in trace.calls],
    ]


def heard(content: Any, world: World, seed: int) -> Outline:
    """The outline from what JSON made of what was told. Raises Nonsense where no run of the world goes like that."""
    match content:
        case [str(digest), int(sends), [*calls]] if _DIGEST.fullmatch(digest) and type(sends) is int and sends >= 0:
            if sends <= world.message_budget:
                return Outline(drawn(world, seed), seed, digest, sends, _Calls(world).checked(calls))
    raise Nonsense


class _Calls:
    """Follows the clients of a run through what they are said to have called."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._kinds = [spec.kinds for spec in world.clients]
        self._processes = {client: client for client in range(1, len(world.clients) + 1)}
        self._open: dict[int, tuple[Any, ...]] = {}
        self._new: set[int] = set()

    def checked(self, calls: list[Any]) -> tuple[tuple[int, TraceEvent], ...]:
        """The calls as they are in a trace."""
        index, tick = -1, 0
        found: list[tuple[int, TraceEvent]] = []
        for call in calls:
            if type(call) is not list or [type(part) for part in call[:6]] != _HEAD:
                raise Nonsense
            later, kind, then, client, process, f = call[:6]
            if not (index < later < MAX_NUMBER and tick <= then <= self._world.duration):
                raise Nonsense
            if process != self._processes.get(client):
                raise Nonsense
            index, tick = later, then
            event = frozen(call[1:])
            self._check(kind, client, f, event[5:])
            found.append((index, event))
        return tuple(found)

    def _check(self, kind: int, client: int, f: str, rest: tuple[Any, ...]) -> None:
        match kind, rest:
            case tr.INVOKE, (value, *key) if client not in self._open and self._asks(client, f, value, key):
                self._open[client] = f, value, *key
            case tr.RETURN, (outcome, value, *key) if client in self._open:
                asked, called, *of = self._open.pop(client)
                if asked != f or key != of or not _may_end(f, outcome, value, called):
                    raise Nonsense
                if outcome == "info":
                    self._processes[client] += len(self._processes)
            case _:
                raise Nonsense

    def _asks(self, client: int, f: str, value: Any, key: list[Any]) -> bool:
        spec = self._world.clients[client - 1]
        if f not in self._kinds[client - 1] or key not in ([[name] for name in spec.keys if f != "snapshot"] or [[]]):
            return False
        match f:
            case "write":
                return self._is_new(value)
            case "cas":
                return type(value) is tuple and len(value) == 2 and _is_held(value[0]) and self._is_new(value[1])
            case "snapshot":
                return bool(value == spec.keys)
            case _:
                return value is None

    def _is_new(self, value: Any) -> bool:
        if type(value) is not int or not 0 < value < MAX_NUMBER or value in self._new:
            return False
        self._new.add(value)
        return True


def _may_end(f: str, outcome: Any, value: Any, called: Any) -> bool:
    """Whether an operation that was called with a value may end so."""
    if outcome != "ok" or f in ("write", "cas"):
        may = outcome in ("ok", "info") or (outcome == "fail" and f in ("read", "cas", "snapshot"))
        return may and type(value) is type(called) and bool(value == called)
    if f == "snapshot":
        match value:
            case tuple() if len(value) == len(called):
                return all(
                    type(part) is tuple and len(part) == 2 and part[0] == key and _is_read(part[1])
                    for key, part in zip(called, value, strict=True)
                )
        return False
    return _is_held(value) and value is not None if f == "add" else _is_read(value)


def _is_held(value: Any) -> bool:
    return value is None or (type(value) is int and -LARGEST_INT < value < LARGEST_INT)


def _is_read(value: Any) -> bool:
    """What the history may hold of an answer: see `operations.read_value`."""
    if type(value) is str:
        return len(value) <= MAX_TEXT and value.isprintable()
    return _is_held(value)
