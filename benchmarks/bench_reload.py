"""From a save to its run: without a screen, and on the screen of the real app with its watcher, 20 saves each.

The clock runs from before the write until the picture of the new run has been handed to the terminal.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from textual.drivers.headless_driver import HeadlessDriver
from textual.message import Message

from distgame.engine.collector import smooth_screen
from distgame.game.campaign.levels import find_level
from distgame.game.play.game import Game
from distgame.game.play.places import algorithms_folder
from distgame.game.play.session import Session
from distgame.game.running.workers import WarmWorkers
from distgame.tui.app import DistGame
from distgame.tui.play.runner import Loaded

SAVES = 20
BETWEEN = 0.5
"""Seconds until the spare worker is warm again, as it is when a person saves."""
PATIENCE = 30.0
LEVEL, ALGORITHM = "8", algorithms_folder() / "resend.py"


def save_in_place(path: Path, text: str) -> None:
    path.write_text(text)


def save_by_replacing(path: Path, text: str) -> None:
    other = path.with_suffix(".tmp")
    other.write_text(text)
    os.replace(other, path)


class Terminal(HeadlessDriver):
    """The app draws for it as for any terminal; it looks at what is written for words that are expected."""

    _expected = ""
    _seen: asyncio.Future[float]

    @property
    def is_headless(self) -> bool:
        return False

    def expect(self, words: str) -> asyncio.Future[float]:
        """When these words are written, in seconds."""
        self._expected, self._seen = words, asyncio.get_running_loop().create_future()
        return self._seen

    def write(self, data: str) -> None:
        if self._expected and self._expected in data:
            self._expected = ""
            self._seen.set_result(time.monotonic())


@dataclass(frozen=True)
class Reload:
    """The milliseconds of a save: until the watcher reports it, from there until its run is made, until it is shown."""

    watched: float
    run: float
    drawn: float

    @property
    def whole(self) -> float:
        return self.watched + self.run + self.drawn


async def measure(folder: Path) -> list[Reload]:
    """Every save, one after the other."""
    path = folder / "register.py"
    text = ALGORITHM.read_text()
    path.write_text(text)
    game = Game()
    game.warm_up()
    found, loaded = [], (0.0, 0.0)

    def hear(message: Message) -> None:
        nonlocal loaded
        if isinstance(message, Loaded):
            loaded = message.seen, time.monotonic()

    try:
        app = DistGame(game, find_level(LEVEL), path)
        app.driver_class = Terminal
        async with app.run_test(headless=False, size=(120, 36), message_hook=hear):
            terminal = app._driver
            assert isinstance(terminal, Terminal)
            await asyncio.wait_for(terminal.expect("  v1  saved"), PATIENCE)
            _, screen, *_ = app.screen_stack
            for number in range(SAVES):
                while screen.score is None:
                    await asyncio.sleep(0.01)
                await asyncio.sleep(BETWEEN)
                shown = terminal.expect(f"  v{number + 2}  saved")
                start = time.monotonic()
                (save_in_place, save_by_replacing)[number % 2](path, f"{text}\n# save {number}\n")
                end = await asyncio.wait_for(shown, PATIENCE)
                times = start, *loaded, end
                found.append(Reload(*((after - before) * 1000 for before, after in pairwise(times))))
    finally:
        game.close()
    return found


def test_save_to_run_on_screen(benchmark, tmp_path):
    with smooth_screen():
        found = benchmark.pedantic(lambda: asyncio.run(measure(tmp_path)), rounds=1)
    whole = [each.whole for each in found]
    parts = {
        "until it is seen": [each.watched for each in found],
        "until it has run": [each.run for each in found],
        "until it is drawn": [each.drawn for each in found],
    }
    median, worst = statistics.median(whole), max(whole)
    benchmark.extra_info["median_ms"] = round(median)
    print(f"\n  save to run on the screen: median {median:.0f} ms, worst {worst:.0f} ms of {SAVES} saves")
    print("  of these " + ", ".join(f"{statistics.median(each):.0f} ms {name}" for name, each in parts.items()))


def test_save_to_run_without_a_screen(benchmark, tmp_path):
    path = tmp_path / "register.py"
    text = ALGORITHM.read_text()
    workers = WarmWorkers()
    session = Session(find_level(LEVEL), path, workers, open_pool=lambda: None)
    saves = iter(range(SAVES))

    def save():
        time.sleep(BETWEEN)
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
