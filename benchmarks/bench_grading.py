"""What safety costs: raising the walls, making scored runs again, and grading a class of files."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

from distgame.game.campaign.levels import find_level
from distgame.game.play.places import algorithms_folder
from distgame.game.running import seeds
from distgame.game.running.program import read_program
from distgame.game.scores.grading import grade_all

LEVEL, ALGORITHM = "3", algorithms_folder() / "write_all_read_local.py"
FILES = 16
WALLS = """
import time
from distgame.game.running import walls
start = time.perf_counter()
walls.limit_resources()
walls.raise_walls()
print((time.perf_counter() - start) * 1000)
"""


def milliseconds_to_raise_walls() -> float:
    output = subprocess.run([sys.executable, "-c", WALLS], capture_output=True, text=True, check=True).stdout
    return float(output)


def test_raising_the_walls(benchmark):
    times = benchmark.pedantic(lambda: [milliseconds_to_raise_walls() for _ in range(20)], rounds=1)
    median = statistics.median(times)
    benchmark.extra_info["median_ms"] = round(median, 2)
    print(f"\n  limits and walls: median {median:.2f} ms, worst {max(times):.2f} ms of {len(times)} processes")


def test_making_scored_runs_again(benchmark, monkeypatch):
    program, level = read_program(ALGORITHM), find_level(LEVEL)

    def score() -> float:
        start = time.perf_counter()
        seeds.score_seeds(program, level, None, pool)
        return time.perf_counter() - start

    with seeds.open_pool(1) as pool:
        score()
        checked = benchmark.pedantic(lambda: statistics.median(score() for _ in range(5)), rounds=1)
        monkeypatch.setattr(seeds, "checked", lambda score, *_: score)
        unchecked = statistics.median(score() for _ in range(5))
    count = len(level.scored_seeds)
    benchmark.extra_info["added_ms"] = round((checked - unchecked) * 1000)
    print(f"\n  {count} seeds: {unchecked * 1000:.0f} ms, and {(checked - unchecked) * 1000:.0f} ms to make them again")


def test_grading_a_class(benchmark, tmp_path: Path):
    files = [Path(shutil.copy(ALGORITHM, tmp_path / f"student{number}.py")) for number in range(FILES)]
    start = time.perf_counter()
    grades = benchmark.pedantic(lambda: list(grade_all(files, [find_level(LEVEL)], False)), rounds=1)
    minutes = (time.perf_counter() - start) / 60
    assert all(grade.code == 0 for _, grade in grades)
    benchmark.extra_info["files_a_minute"] = round(FILES / minutes)
    print(f"\n  {FILES / minutes:.0f} files a minute on {os.cpu_count()} cores")
