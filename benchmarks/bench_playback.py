"""Opening a trace of 100,000 events, and going to any tick of it: a frame has 16 ms."""

from __future__ import annotations

import statistics
import time
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random

from distgame.engine.host import Host
from distgame.engine.program import Program, Source
from distgame.engine.referee import simulate
from distgame.engine.trace import Trace
from distgame.engine.world import ClientSpec, Link, World
from distgame.game.play.playback import Playback
from distgame.game.scores.judging import Judgement, judge

REGISTER = Path(__file__).parent / "versioned_majority.py"
EVENTS = 100_000


@cache
def long_run() -> tuple[Trace, Judgement]:
    program = Program(Source("versioned_majority", REGISTER.name, REGISTER.read_text()))
    clients = (ClientSpec(think=(1, 4)),) * 4
    trace = simulate(Host(program), World(nodes=5, clients=clients, duration=10_200, links=Link(loss=0.05)), 1)
    assert trace.problem is None
    assert EVENTS < len(trace.events) < 1.1 * EVENTS
    return trace, judge(trace, "linearizable")


def test_open(benchmark):
    trace, judgement = long_run()

    def fresh():
        return (Playback(replace(trace), judgement),), {}

    times = []

    def open_it(playback: Playback) -> None:
        start = time.process_time()
        playback.at(0)
        times.append((time.process_time() - start) * 1000)

    benchmark.pedantic(open_it, setup=fresh, rounds=5)
    print(f"\n  {len(trace.events):,} events are opened in {statistics.median(times):.0f} ms of the processor")


def test_go_to_any_tick(benchmark):
    trace, judgement = long_run()
    playback = Playback(trace, judgement)
    playback.at(0)
    draw = Random(1)
    times = []
    for _ in range(1_000):
        tick = draw.random() * playback.duration
        # This process's own time: what else the machine does is no matter of ours.
        start = time.process_time()
        playback.at(tick)
        times.append((time.process_time() - start) * 1000)
    benchmark(lambda: playback.at(draw.random() * playback.duration))
    print(f"\n  any tick of it: median {statistics.median(times):.2f} ms, the slowest of 1,000 {max(times):.2f} ms")
