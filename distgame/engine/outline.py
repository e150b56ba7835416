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
from distgame.engine.trace import Trace, TraceEvent
from distgame.engine.wire import LARGEST_INT
from distgame.engine.world import World

MAX_TEXT = 80
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
                return Outline(world, seed, digest, sends, _Calls(world).checked(calls))
    raise Nonsense


class _Calls:
    """Follows the clients of a run through what they are said to have called."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._processes = {client: client for client in range(1, len(world.clients) + 1)}
        self._open: dict[int, tuple[str, Any]] = {}
        self._written: set[int] = set()

    def checked(self, calls: list[Any]) -> tuple[tuple[int, TraceEvent], ...]:
        """The calls as they are in a trace."""
        index, tick = -1, 0
        found: list[tuple[int, TraceEvent]] = []
        for call in calls:
            match call:
                case [int(later), int(kind), int(then), int(client), int(process), str(f), *rest] if (
                    index < later < MAX_NUMBER
                    and tick <= then <= self._world.duration
                    and process == self._processes.get(client)
                    and all(type(number) is int for number in call[:5])
                ):
                    index, tick = later, then
                    self._check(kind, client, f, rest)
                    found.append((index, tuple(call[1:])))
                case _:
                    raise Nonsense
        return tuple(found)

    def _check(self, kind: int, client: int, f: str, rest: list[Any]) -> None:
        match kind, f, rest:
            case tr.INVOKE, "read", [None] if client not in self._open:
                self._open[client] = f, None
            case tr.INVOKE, "write", [int(value)] if client not in self._open and self._is_new(value):
                self._written.add(value)
                self._open[client] = f, value
            case tr.RETURN, _, [outcome, value] if client in self._open:
                asked, written = self._open.pop(client)
                if asked != f or not (_is_read(value) if (f, outcome) == ("read", "ok") else _same(value, written)):
                    raise Nonsense
                if outcome == "info":
                    self._processes[client] += len(self._processes)
                elif outcome != "ok" and (f, outcome) != ("read", "fail"):
                    raise Nonsense
            case _:
                raise Nonsense

    def _is_new(self, value: int) -> bool:
        return type(value) is int and 0 < value < MAX_NUMBER and value not in self._written


def _same(value: Any, written: int | None) -> bool:
    return type(value) is type(written) and bool(value == written)


def _is_read(value: Any) -> bool:
    """What the history may hold of an answer: see `client.read_value`."""
    if type(value) is str:
        return len(value) <= MAX_TEXT and value.isprintable()
    return value is None or (type(value) is int and -LARGEST_INT < value < LARGEST_INT)
