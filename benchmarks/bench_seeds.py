"""A thousand runs of a level of 2,000 ticks in a pool of warm processes, as `distgame run` makes them.

The level has 5 nodes and 2 clients that think 20 to 60 ticks: about 1,400 messages a run. Beside it the same runs in
one process without any walls, as a measure of this machine.
"""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

from distgame.engine.host import Host
from distgame.engine.program import Program, Source
from distgame.game.campaign.levels import Level, find_level
from distgame.game.running.executors import executors
from distgame.game.running.runs import run_level
from distgame.game.running.seeds import score_seeds

REGISTER = Path(__file__).parent / "versioned_majority.py"
PROGRAM = Program(Source("versioned_majority", REGISTER.name, REGISTER.read_text()))
RUNS = 1_000
HERE = 50


def level() -> Level:
    """A level with nothing broken, of 2,000 ticks."""
    base = find_level("4")
    clients = tuple(replace(client, think=(20, 60), writes=0.5, count=1, node=None) for client in base.clients[:1]) * 2
    table = replace(base.world_table, nodes=5, duration=2_000, timeout=150)
    return replace(base, model="linearizable", world_table=table, clients=clients, links=(), faults=())


def test_a_thousand_runs(benchmark):
    chosen = level()
    with executors() as executor:
        pool = executor()
        score_seeds(PROGRAM, chosen, range(8), pool)

        def run() -> float:
            start = time.perf_counter()
            score = score_seeds(PROGRAM, chosen, range(RUNS), pool)
            assert score.seeds_passed == RUNS
            return time.perf_counter() - start

        seconds = benchmark.pedantic(run, rounds=1)
    host = Host(PROGRAM)
    start = time.perf_counter()
    for seed in range(HERE):
        run_level(host, chosen, seed).score.digest  # noqa: B018
    alone = (time.perf_counter() - start) / HERE
    benchmark.extra_info["seconds"] = round(seconds, 1)
    print(
        f"\n  {RUNS} runs in {seconds:.1f} s on {os.cpu_count()} cores; in one process without walls "
        f"{alone * RUNS:.1f} s on one core"
    )
