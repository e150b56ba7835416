"""How fast the engine is beside SimPy: the same register, 5 nodes and 2 clients, in the same process.

What the engine does here is what it does for a run on the screen and for a scored one, all but the judging. It compiles
the player's file, loads it for each node anew behind the guards, counts steps, gives each message a wire form and makes
it again in the receiver's own classes, draws the fate of each signal by a hash of its own, keeps the nodes' own clocks,
watches what they store and where their handlers wait, lets clients and gateway give up, and writes the whole trace.
SimPy does the same protocol with messages that are shared, one generator of random numbers, and nothing written down.
"""

from __future__ import annotations

import gc
import time
from pathlib import Path

import pytest
from simpy_register import run as run_simpy

from distgame.engine.host import Host
from distgame.engine.program import Program, Source
from distgame.engine.referee import simulate
from distgame.engine.trace import INVOKE, SEND, Trace
from distgame.engine.world import ClientSpec, World
from distgame.game.running.workers import WorkerNodes

TICKS = 10_000
REGISTER = Path(__file__).parent / "versioned_majority.py"
PROGRAM = Program(Source("versioned_majority", REGISTER.name, REGISTER.read_text()))


def world(ticks: int) -> World:
    return World(nodes=5, clients=(ClientSpec(), ClientSpec()), duration=ticks)


def run_engine(ticks: int, seed: int) -> Trace:
    """A run as a player makes it: compiled, loaded for each node, simulated; what it holds is counted afterwards."""
    return simulate(Host(PROGRAM), world(ticks), seed)


def count(done: Trace | tuple[int, int]) -> tuple[int, int]:
    """The operations done and the messages carried."""
    if not isinstance(done, Trace):
        return done
    assert done.problem is None
    return sum(event[0] == INVOKE for event in done.events), sum(event[0] == SEND for event in done.events)


@pytest.mark.parametrize("run", [run_simpy, run_engine], ids=["simpy", "engine"])
def test_operations(benchmark, run):
    operations, messages = count(benchmark.pedantic(run, (TICKS, 1), rounds=5, warmup_rounds=1))
    seconds = benchmark.stats.stats.min
    benchmark.extra_info["operations_a_second"] = round(operations / seconds)
    print(f"\n  {operations / seconds:,.0f} operations/s, {seconds / messages * 1e6:.1f} us a message")


def rate(run) -> float:
    """Operations in a second of this process's CPU."""
    gc.collect()
    start = time.process_time()
    done = run(TICKS, 1)
    seconds = time.process_time() - start
    return count(done)[0] / seconds


def best_ratio() -> float:
    """Both in turns, so that what else the machine does befalls both; the best of each counts."""
    rates = [(rate(run_engine), rate(run_simpy)) for _ in range(10)]
    return max(engine for engine, _ in rates) / max(simpy for _, simpy in rates)


def test_ratio_to_simpy(benchmark):
    ratio = benchmark.pedantic(best_ratio, rounds=1)
    benchmark.extra_info["engine_to_simpy"] = round(ratio, 2)
    print(f"\n  the engine does {ratio:.2f} of SimPy's operations a second")


def test_worker(benchmark):
    with WorkerNodes() as nodes:
        nodes.load(PROGRAM)
        trace = benchmark.pedantic(lambda: simulate(nodes, world(2_000), 1), rounds=5, warmup_rounds=1)
    sends = sum(event[0] == SEND for event in trace.events)
    print(f"\n  {benchmark.stats.stats.min / sends * 1e6:.1f} us a message over pipes")
