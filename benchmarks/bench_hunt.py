"""A round of the hunt: whole runs in the walled worker, beside the same runs made tick by tick, and a shrunk one.

The level has 5 nodes that ask majorities, and 3 clients; each strategy of the portfolio makes some of the runs.
"""

from __future__ import annotations

import time

from distgame.game.adversary.hunting import WorkerRunner
from distgame.game.campaign.levels import find_level
from distgame.game.play.places import algorithms_folder
from distgame.game.running.kept import drop_workers
from distgame.game.running.program import read_program
from distgame.hunt.bounds import bounds_of
from distgame.hunt.hunter import Attempt, attempt
from distgame.hunt.shrink import Shrinker
from distgame.hunt.strategies import Ground, portfolio, schedule_of

LEVEL = find_level("10")
EACH = 6


def ground(algorithm: str) -> Ground:
    """The level and an algorithm, with every undisturbed run made."""
    run = WorkerRunner(read_program(algorithms_folder() / algorithm), LEVEL)
    made = Ground(LEVEL.world, bounds_of(LEVEL.world), run)
    for seed in range(1, 17):
        made.undisturbed(seed)
    return made


def test_a_round_of_the_hunt(benchmark):
    hunted = ground("mwmr_abd.py")
    schedules = [schedule_of(hunted, name, n) for name in portfolio(hunted.bounds) for n in range(EACH)]

    def scouted() -> float:
        start = time.perf_counter()
        for schedule in schedules:
            hunted.run(schedule)
        return (time.perf_counter() - start) / len(schedules)

    each = benchmark.pedantic(scouted, rounds=3)
    start = time.perf_counter()
    for schedule in schedules:
        hunted.run.watched(schedule)
    watched = (time.perf_counter() - start) / len(schedules)
    drop_workers()
    benchmark.extra_info["ratio"] = round(watched / each, 2)
    print(
        f"\n  a run of the hunt {each * 1000:.1f} ms, tick by tick {watched * 1000:.1f} ms: {watched / each:.1f} times"
    )


def test_a_wrong_run_is_shrunk(benchmark):
    hunted = ground("swmr_abd.py")
    tries = (attempt(hunted, Attempt("slow links", n)) for n in range(200))
    found = next(sighting for sighting in tries if sighting.wrong)
    shrinkers = []

    def shrink() -> None:
        shrinkers.append(Shrinker(hunted.run, LEVEL.world, hunted.bounds))
        shrinkers[-1].shrink(found.schedule)

    benchmark.pedantic(shrink, rounds=1)
    drop_workers()
    print(f"\n  shrunk in {shrinkers[-1].runs} runs")
