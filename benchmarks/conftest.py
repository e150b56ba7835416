"""Each benchmark has a home of its own, and stands beside a fixed piece of plain Python in the same process.

Seconds alone say more of the machine.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from heapq import heappop, heappush
from pathlib import Path

import pytest

REPEATS = 5


def _work() -> None:
    due: list[tuple[int, int]] = []
    done: dict[int, tuple[int, int]] = {}
    for number in range(20_000):
        heappush(due, (number * 7_919 % 10_007, number))
        if len(due) > 50:
            tick, which = heappop(due)
            done[which] = tick, number


def yardstick() -> float:
    """Seconds that a queue of 20,000 events takes: the best of REPEATS."""
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        _work()
        times.append(time.perf_counter() - start)
    return min(times)


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISTGAME_HOME", str(tmp_path / "home"))


@pytest.fixture(autouse=True)
def _ratio(request: pytest.FixtureRequest) -> Iterator[None]:
    """Prints a benchmark's time in yardsticks, and keeps it beside the others."""
    if "benchmark" not in request.fixturenames or "ratio" in request.node.name:
        yield
        return
    benchmark = request.getfixturevalue("benchmark")
    before = yardstick()
    yield
    if benchmark.stats is not None:
        yardsticks = benchmark.stats.stats.median / min(before, yardstick())
        benchmark.extra_info["yardsticks"] = round(yardsticks, 2)
        print(f"  {yardsticks:,.2f} times a queue of 20,000 events in plain Python")
