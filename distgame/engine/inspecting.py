"""Looks into running nodes: their attributes, and the handlers that wait with the local variables of their frames.

Nothing of this is kept while a run goes on. To look at a tick, the run is made anew up to there: `look` does both. What
it finds is text; values that could not travel in a message are left out, and so nothing of the player's is called.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import GeneratorType
from typing import Any, Protocol

from distgame.engine.actions import Nodes
from distgame.engine.collector import rare_collections
from distgame.engine.host import Host, Replica
from distgame.engine.referee import Referee
from distgame.engine.runtime import Runtime, Task, frame_of
from distgame.engine.trace import TraceEvent, text_of
from distgame.engine.wording import printable
from distgame.engine.world import Intervention, World

LONGEST = 200
"""Letters of a value that are told."""
MOST = 40
"""How many variables are told of a frame, and attributes of a node."""
MOST_LETTERS = 2_000
_ROOM = 1 << 20

Values = tuple[tuple[str, str], ...]
"""Names, and values in words."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A function of the player's that waits: where it stands, and its local variables that are plain data."""

    file: str
    line: int
    values: Values


@dataclass(frozen=True, slots=True)
class Inside:
    """A node from inside: its attributes, its clock (ticks) and, by their numbers, the frames of handlers that wait.

    The outermost frame of a handler comes first.
    """

    attributes: Values
    clock: int
    handlers: Mapping[int, tuple[Frame, ...]]


class Inspectable(Nodes, Protocol):
    """Nodes that can be looked into."""

    def inspect(self) -> list[Any]:
        """As `inspected` tells it."""


def look(
    nodes: Inspectable, world: World, seed: int, interventions: tuple[Intervention, ...], event: int
) -> dict[int, Inside]:
    """Each node that is up, as the round of a tick left it in which the event before `event` happened.

    Raises PlayerError where the nodes' process ends.
    """
    seen = 0

    def count(_: TraceEvent) -> None:
        nonlocal seen
        seen += 1
        if seen >= event:
            raise _Here

    referee = Referee(nodes, world, seed, interventions, count)
    tick = world.duration
    try:
        with rare_collections():
            referee.run()
    except _Here:
        tick = referee.tick
    found = {
        node: Inside(_values(attributes), referee.clock(node, tick), {number: _frames(of) for number, of in handlers})
        for node, attributes, handlers in nodes.inspect()
    }
    referee.let_go()
    return found


class _Here(Exception):
    """The run has come as far as was asked."""


def _values(told: Any) -> Values:
    return tuple((name, value) for name, value in told)


def _frames(told: Any) -> tuple[Frame, ...]:
    return tuple(Frame(file, line, _values(values)) for file, line, values in told)


def checked_inspection(told: Any, nodes: int) -> list[Any]:
    """What a process has told of its nodes, if that is what `inspected` says. Raises ValueError."""
    _need(type(told) is list and len(told) <= nodes)
    for part in told:
        _need(type(part) is list and len(part) == 3 and type(part[0]) is int and 1 <= part[0] <= nodes)
        _check_values(part[1])
        _need(type(part[2]) is list)
        for handler in part[2]:
            _need(type(handler) is list and len(handler) == 2 and type(handler[0]) is int)
            _need(type(handler[1]) is list)
            for frame in handler[1]:
                _need(type(frame) is list and len(frame) == 3 and type(frame[0]) is str and type(frame[1]) is int)
                _check_values(frame[2])
    return told  # type: ignore[no-any-return]


def _check_values(told: Any) -> None:
    _need(type(told) is list and len(told) <= MOST)
    for pair in told:
        _need(type(pair) is list and len(pair) == 2 and all(type(text) is str for text in pair))
        _need(all(text.isprintable() and len(text) <= MOST_LETTERS for text in pair))


def _need(holds: bool) -> None:
    if not holds:
        raise ValueError("what came is no inspection of nodes")


def inspected(host: Host) -> list[Any]:
    """What `look` asks of the nodes: (node, attributes, handlers) of each that is up, as JSON can carry it."""
    return [[node, *_replica(replica)] for node, replica in host.replicas.items() if replica._runtime is not None]


def _replica(replica: Replica) -> tuple[list[Any], list[Any]]:
    runtime = replica._runtime
    tell = _Teller(replica)
    own = object.__getattribute__(replica._node, "__dict__")
    attributes = {name: value for name, value in own.items() if not name.startswith("_WebServer__")}
    handlers = [[task.number, [list(each) for each in _stack(task, runtime, tell)]] for task in waiting(runtime)]
    return tell.all(attributes), handlers


def waiting(runtime: Runtime) -> list[Task]:
    """The handlers that wait, by their numbers: whatever wakes them knows them."""
    sources: list[Any] = [what for _, _, what in runtime.deadlines]
    sources += runtime._syncs.values()
    sources += runtime.open_requests.values()
    found = {}
    for each in sources:
        waits = getattr(each, "_waits", (each,))
        for wait in waits:
            task = getattr(wait, "task", None)
            if type(task) is Task:
                found[task.number] = task
    return [found[number] for number in sorted(found)]


def _stack(task: Task, runtime: Runtime, tell: _Teller) -> Iterator[tuple[str, int, list[Any]]]:
    files = runtime._files or frozenset()
    body = task.body
    frame = frame_of(body)
    while frame is not None and frame.f_code.co_filename in files:
        local = {name: value for name, value in frame.f_locals.items() if name != "self"}
        yield frame.f_code.co_filename, frame.f_lineno, tell.all(local)
        body = body.gi_yieldfrom if type(body) is GeneratorType else getattr(body, "cr_await", None)
        frame = frame_of(body)


class _Teller:
    """Tells values as messages would carry them."""

    def __init__(self, replica: Replica) -> None:
        self._codec = replica._codec

    def all(self, values: Mapping[str, Any]) -> list[Any]:
        """Those that are plain data."""
        told = []
        for name, value in list(values.items())[:MOST]:
            # Each has room of its own; the node itself does not go on after this.
            self._codec.encoders.room = _ROOM
            try:
                text = printable(text_of(self._codec.encode(value)))
            except Exception:
                continue
            told.append([name, text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"])
        return told
