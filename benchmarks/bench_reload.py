"""From a save to its run: without a screen, and on the screen of the real app with its watcher, 20 saves each."""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from pathlib import Path

from distgame.game.campaign.levels import find_level
from distgame.game.play.game import Game
from distgame.game.play.places import algorithms_folder
from distgame.game.play.session import Session
from distgame.game.running.workers import WarmWorkers
from distgame.tui.app import DistGame
from distgame.tui.play.screen import PlayScreen

SAVES = 20
LEVEL, ALGORITHM = "8", algorithms_folder() / "resend.py"


def save_in_place(path: Path, text: str) -> None:
    path.write_text(text)


def save_by_replacing(path: Path, text: str) -> None:
    other = path.with_suffix(".tmp")
    other.write_text(text)
    os.replace(other, path)


async def measure(folder: Path) -> list[float]:
    """The milliseconds of each save, until its run is on the screen."""
    path = folder / "register.py"
    text = ALGORITHM.read_text()
    path.write_text(text)
    game = Game()
    game.warm_up()
    times = []
    try:
        app = DistGame(game, find_level(LEVEL), path)
        async with app.run_test(size=(120, 36)) as pilot:
            await until(pilot, lambda: isinstance(app.screen, PlayScreen) and app.screen.score is not None)
            screen = app.screen
            for number in range(SAVES):
                run, start = screen.recording, time.perf_counter()
                (save_in_place, save_by_replacing)[number % 2](path, f"{text}\n# save {number}\n")
                await until(pilot, lambda run=run: screen.recording is not run)
                await pilot.pause()
                times.append((time.perf_counter() - start) * 1000)
                await asyncio.sleep(0.5)
    finally:
        game.close()
    return times


async def until(pilot, true) -> None:
    while not true():
        await asyncio.sleep(0.001)


def test_save_to_run_on_screen(benchmark, tmp_path, monkeypatch):
    monkeypatch.setenv("DISTGAME_HOME", str(tmp_path / "home"))
    times = benchmark.pedantic(lambda: asyncio.run(measure(tmp_path)), rounds=1)
    median = statistics.median(times)
    benchmark.extra_info["median_ms"] = round(median)
    print(f"\n  save to run on the screen: median {median:.0f} ms, worst {max(times):.0f} ms of {len(times)} saves")


def test_save_to_run_without_a_screen(benchmark, tmp_path):
    path = tmp_path / "register.py"
    text = ALGORITHM.read_text()
    workers = WarmWorkers()
    session = Session(find_level(LEVEL), path, workers, open_pool=lambda: None)
    saves = iter(range(SAVES))

    def save():
        # The spare worker is warm by the next save, as it is when a person saves.
        time.sleep(0.5)
        path.write_text(f"{text}\n# save {next(saves)}\n")

    def load():
        attempt = session.load()
        assert attempt.run is not None
        assert attempt.run.score.passed

    try:
        benchmark.pedantic(load, setup=save, rounds=SAVES)
    finally:
        session.close()
        workers.close()
    print(f"\n  save to verdict without a screen: median {benchmark.stats.stats.median * 1000:.0f} ms")
