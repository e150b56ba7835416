"""100,000 ticks of what could leak: per 10,000 ticks the memory beside the trace, and the speed, which stay level.

One-way messages that nobody answers, a loss of 30 %, and a handler that waits each tick for what may never come. The
trace grows by design; it is kept out of the way here, and what an event of it takes is told at the end.
"""

from __future__ import annotations

import gc
import sys
import time
import tracemalloc
from typing import Any

import pytest

from distgame.engine import trace as tr
from distgame.engine.host import Host
from distgame.engine.program import Program, Source
from distgame.engine.referee import Referee
from distgame.engine.world import ClientSpec, Link, World

TICKS, STRETCH = 100_000, 10_000
HEAD = """
from dataclasses import dataclass
from distgame import *

@dataclass
class News:
    number: int
    text: str

@dataclass
class Question:
    number: int

class Register(Node):
    def on_start(self):
        self.count = 0

    def process_read_request(self, request):
        return ClientReadResponse(ResponseType.Success, self.storage.get("x"))

    def process_write_request(self, request):
        self.storage["x"] = request.value
        return ClientWriteResponse(ResponseType.Success)

    @WebServer.endpoint(News)
    def hear(self, news):
        self.count = news.number

    @WebServer.endpoint(Question)
    def answer(self, question):
        return question.number
"""
PROGRAMS = {
    "one-way messages": """
    @WebServer.timer(3)
    def tell(self):
        self.count += 1
        for node in self.other_nodes:
            self.send_message(node, News(self.count, "news"))
""",
    "waits with a limit": """
    @WebServer.timer(5)
    def ask(self):
        self.count += 1
        sent = [self.send_message(node, Question(self.count)) for node in self.other_nodes]
        yield from self.wait_any(sent, 2, timeout=20)
""",
    "waits for ever": """
    @WebServer.timer(100)
    def ask(self):
        self.count += 1
        yield from self.wait_all([self.send_message(node, Question(self.count)) for node in self.other_nodes])
""",
}
WORLD = World(
    nodes=3,
    clients=(ClientSpec(think=(20, 60)),),
    duration=TICKS,
    links=Link(loss=0.3),
    message_budget=10_000_000,
)


class Forgetful(list[Any]):
    """A trace's events that are counted and not kept."""

    def __init__(self, program: str) -> None:
        super().__init__()
        self.count = 0
        self.stretches: list[tuple[int, float]] = []
        self.size = 0

    def append(self, event: Any) -> None:
        self.count += 1
        while event[1] >= STRETCH * len(self.stretches):
            gc.collect()
            self.stretches.append((tracemalloc.get_traced_memory()[0], time.process_time()))

    def __len__(self) -> int:
        return 0


@pytest.mark.parametrize("name", PROGRAMS)
def test_long(benchmark, name):
    host = Host(Program(Source("leaks", "leaks.py", HEAD + PROGRAMS[name])))

    def run() -> Forgetful:
        tracemalloc.start()
        referee = Referee(host, WORLD, 1)
        events = Forgetful(name)
        referee._events, referee._record, referee._rounds = events, events.append, Forgetful(name)
        referee._rounds.append = lambda index: None
        trace = referee.run()
        tracemalloc.stop()
        assert trace.problem is None, trace.problem
        return events

    events = benchmark.pedantic(run, rounds=1)
    memory = [size for size, _ in events.stretches]
    seconds = [later - sooner for (_, sooner), (_, later) in zip(events.stretches, events.stretches[1:], strict=False)]
    print(f"\n  {name}: {events.count:,} events")
    print("  KiB after each 10,000 ticks:", *(f"{size / 1024:,.0f}" for size in memory[1:]))
    print("  seconds for each (measured slowly):", *(f"{each:.2f}" for each in seconds))


def test_what_an_event_takes(benchmark):
    host = Host(Program(Source("leaks", "leaks.py", HEAD + PROGRAMS["one-way messages"])))
    world = World(nodes=3, clients=(ClientSpec(),), duration=10_000, links=Link(loss=0.3))

    def run() -> tuple[int, int]:
        gc.collect()
        tracemalloc.start()
        trace = Referee(host, world, 1).run()
        host.replicas.clear()
        gc.collect()
        size = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        return size, len(trace.events)

    size, count = benchmark.pedantic(run, rounds=1)
    smallest = sys.getsizeof((tr.DELIVER, 1, 2))
    print(f"\n  an event of a trace takes {size / count:.0f} bytes with its message (the smallest is {smallest})")
