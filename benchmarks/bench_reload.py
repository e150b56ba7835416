"""From a save to its run on the screen: the real app, watcher and workers, 20 saves in the ways of editors."""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from pathlib import Path

from distgame.game.game import Game
from distgame.game.levels import find_level
from distgame.game.places import algorithms_folder
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
