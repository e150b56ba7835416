"""A run of 100,000 events on the play screen: how long it takes to open, and whether anything blocks the screen."""

from __future__ import annotations

import asyncio
import statistics
import time
from dataclasses import replace
from pathlib import Path

import pytest
from bench_play_screen import HereGame, NoWatcher, busy_level

from distgame.engine.collector import smooth_screen
from distgame.game.campaign.levels import Level
from distgame.game.play.places import algorithms_folder
from distgame.game.running.runs import Run, simulate
from distgame.tui.app import DistGame
from distgame.tui.play.recording import Recording
from distgame.tui.play.screen import PlayScreen

ALGORITHM = algorithms_folder() / "compare_then_store.py"
EVENTS = 100_000
BEAT = 0.005


def long_level() -> Level:
    """The busy level for so long that the run has 100,000 events."""
    level = busy_level()
    return replace(level, world_table=replace(level.world_table, duration=4_300, delay=(2, 6)))


@pytest.fixture(scope="module")
def long_run() -> Run:
    """The long run."""
    run = simulate(ALGORITHM, long_level())
    assert EVENTS < len(run.trace.events) < 1.5 * EVENTS, len(run.trace.events)
    return run


def test_a_long_trace_opens(benchmark, long_run: Run) -> None:
    """What is prepared of a finished run before the screen shows it. CPU of this process."""
    times = []

    def open_it() -> None:
        fresh = Run(long_run.level, replace(long_run.trace), long_run.judgement)
        start = time.process_time()
        Recording.of(fresh)
        times.append((time.process_time() - start) * 1000)

    benchmark.pedantic(open_it, rounds=5)
    print(f"\n  {len(long_run.trace.events):,} events: {statistics.median(times):.0f} ms of the processor")


def test_nothing_blocks_the_screen(benchmark, tmp_path: Path, monkeypatch) -> None:
    """The longest time between two beats of the screen's loop, while the long run is made, opened and travelled."""
    monkeypatch.setenv("DISTGAME_HOME", str(tmp_path))
    gaps: dict[str, tuple[float, float]] = {}

    async def beats(name: list[str], stop: asyncio.Event) -> None:
        before, busy = time.monotonic(), time.thread_time()
        while not stop.is_set():
            await asyncio.sleep(BEAT)
            late, worked = time.monotonic() - before - BEAT, time.thread_time() - busy
            longest = gaps.get(name[0], (0.0, 0.0))
            gaps[name[0]] = max(longest[0], late), max(longest[1], worked)
            before, busy = time.monotonic(), time.thread_time()

    async def play() -> None:
        app = DistGame(HereGame())
        async with app.run_test(size=(120, 36)) as pilot:
            name, stop = ["the screen opens"], asyncio.Event()
            heart = asyncio.create_task(beats(name, stop))
            screen = PlayScreen(long_level(), ALGORITHM, watch=NoWatcher)
            await app.push_screen(screen)
            await pilot.pause()
            name[0] = "the run is made and opened"
            while screen.recording is None:
                await asyncio.sleep(0.05)
            await app.workers.wait_for_complete()
            name[0] = "it plays"
            await asyncio.sleep(2)
            await pilot.press("space")
            for tab in PlayScreen.TABS:
                name[0] = f"travel, {tab}"
                screen.tabs.active = tab
                await pilot.pause()
                for key in ("9", "1", "greater_than_sign", "full_stop", "comma", "5"):
                    await pilot.press(key)
                    await app.workers.wait_for_complete()
            name[0] = "space and time"
            await pilot.press("m", "7", "full_stop", "2", "m")
            name[0] = "the log is filtered"
            await pilot.press("slash", *"lost", "enter")
            await app.workers.wait_for_complete()
            stop.set()
            await heart

    with smooth_screen():
        benchmark.pedantic(lambda: asyncio.run(play()), rounds=1)
    # The first figure has in it what else the machine does, and other threads of this process.
    for name, (late, worked) in gaps.items():
        print(f"\n  {name}: {late * 1000:.0f} ms, of which {worked * 1000:.0f} ms the screen's own work", end="")
    print()
