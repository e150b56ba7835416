"""Plays small programs in small worlds, so that a test of the simulator reads as a statement."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from distgame.engine import trace as tr
from distgame.engine.errors import PlayerError, Problem
from distgame.engine.host import Host
from distgame.engine.program import Program, Source
from distgame.engine.referee import simulate
from distgame.engine.trace import Trace, TraceEvent
from distgame.engine.world import ClientSpec, Clocks, Intervention, Link, World

FILE = "register.py"
TRUE_CLOCKS = Clocks(offset=0, drift=0.0)
NOBODY = (ClientSpec(start=100_000),)
REGISTER = """
from distgame import *

class Register(Node):
    def process_read_request(self, request):
        return ClientReadResponse(ResponseType.Success, self.storage.get("x"))

    def process_write_request(self, request):
        self.storage["x"] = request.value
        return ClientWriteResponse(ResponseType.Success)
"""


def register(*methods: str, top: str = "") -> str:
    """A register that each node keeps for itself, with more methods, and with more lines above the class."""
    head, _, body = REGISTER.partition("\nclass ")
    more = "\n".join(textwrap.indent(textwrap.dedent(part), "    ") for part in methods)
    return f"{head}\n{textwrap.dedent(top)}\nclass {body}\n{more}\n"


def scripted(
    *,
    nodes: int = 3,
    delay: int = 2,
    front: int = 0,
    duration: int = 200,
    timeout: int = 50,
    clients: tuple[ClientSpec, ...] = NOBODY,
    clocks: Clocks = TRUE_CLOCKS,
    **more: Any,
) -> World:
    """A world in which nothing is left to chance: fixed delays in ticks, true clocks, and clients only if given."""
    return World(
        nodes=nodes,
        clients=clients,
        duration=duration,
        timeout=timeout,
        links=more.pop("links", Link(delay=(delay, delay))),
        front=Link(delay=(front, front)),
        clocks=clocks,
        **more,
    )


def one_client(*, writes: float = 0.5, think: int = 10, **more: Any) -> tuple[ClientSpec, ...]:
    """A single client with a fixed think time in ticks."""
    return (ClientSpec(writes=writes, think=(think, think), **more),)


def program(code: str, modules: Mapping[str, str] | None = None) -> Program:
    """A program of one file and the modules beside it."""
    beside = [Source(name, f"{name.replace('.', '/')}.py", text) for name, text in (modules or {}).items()]
    return Program(Source("register", FILE, code), tuple(beside))


def play(
    code: str,
    *,
    world: World | None = None,
    seed: int = 1,
    interventions: tuple[Intervention, ...] = (),
    observe: Callable[[TraceEvent], None] | None = None,
    modules: Mapping[str, str] | None = None,
) -> Trace:
    """The trace of a run, whatever it ends with."""
    return simulate(Host(program(code, modules)), world or scripted(), seed, interventions, observe)


def mistake(code: str, **how: Any) -> Problem:
    """What the player is told about a program that does not play to the end, or does not load."""
    try:
        problem = play(code, **how).problem
    except PlayerError as error:
        problem = error.problem
    assert problem is not None, "the program played to its end"
    return problem


def said(trace: Trace, node: int | None = None) -> list[str]:
    """What a node (or every node) has printed. A run that ended by a mistake has nothing to say."""
    assert trace.problem is None, trace.problem
    return [event[3] for event in trace.events if event[0] == tr.PRINT and node in (None, event[2])]


def line_of(code: str, marker: str = "# here") -> int:
    """The number of the line that bears the marker."""
    (line,) = [number for number, text in enumerate(code.splitlines(), 1) if marker in text]
    return line


def events(trace: Trace, kind: int) -> list[TraceEvent]:
    """The events of one kind, in order."""
    return [event for event in trace.events if event[0] == kind]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a history; `tick` is for people."""

    tick: int
    client: int
    process: int
    f: str
    type: str
    value: Any


def history(trace: Trace) -> list[Line]:
    """The clients' history of a run, in order."""
    lines = []
    for event in trace.events:
        if event[0] == tr.INVOKE:
            _, tick, client, process, f, value = event
            lines.append(Line(tick, client, process, f, "invoke", value))
        elif event[0] == tr.RETURN:
            _, tick, client, process, f, kind, value = event
            lines.append(Line(tick, client, process, f, kind, value))
    return lines


def answers(trace: Trace, f: str) -> list[tuple[str, Any]]:
    """Type and value of what every read (or write) came to."""
    return [(line.type, line.value) for line in history(trace) if line.f == f and line.type != "invoke"]
