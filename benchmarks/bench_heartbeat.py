"""Everything a player can do on the play screen with a run of 100,000 events, and how long it blocks the screen.

`pytest benchmarks/bench_heartbeat.py -o python_files='bench_*.py' -s` prints the table; `make bench` has it as well.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from dataclasses import replace
from pathlib import Path

import pytest
from bench_play_screen import HereGame, HereSession, Nodes, NoWatcher, busy_level
from textual.events import Key
from walk import ALGORITHM, Walk, longest_blocks

from distgame.engine.collector import smooth_screen
from distgame.game.campaign.level_tables import Seeds
from distgame.game.campaign.levels import Level
from distgame.game.play.session import Attempt, Version
from distgame.game.running.program import read_program
from distgame.game.running.runs import Run, simulate
from distgame.tui.app import DistGame
from distgame.tui.modals.futures import FuturesScreen
from distgame.tui.modals.result import ResultScreen
from distgame.tui.play.playhead import SPEEDS
from distgame.tui.play.screen import PlayScreen
from distgame.tui.play.timeline import Timeline
from distgame.tui.theme import DARK, THEMES

EVENTS = 100_000
OPENED = 5
SECONDS = 1.0
"""For so long a thing goes on that goes on by itself."""
RIGHT = "ResponseType.Success, newest.value)"
WRONG = "ResponseType.Success, newest.value if newest.version % 40 else None)"


def long_level() -> Level:
    """The busy level for so long that the run has 100,000 events; one seed counts."""
    level = busy_level()
    table = replace(level.world_table, duration=4_600, delay=(2, 6))
    return replace(level, world_table=table, seeds=Seeds(scored=(101, 101)))


@pytest.fixture(scope="module")
def long_run() -> Run:
    """The long run."""
    run = simulate(ALGORITHM, long_level())
    assert EVENTS < len(run.trace.events) < 1.5 * EVENTS, len(run.trace.events)
    return run


class Finished(HereSession):
    """Its run is made already; each load gives it anew, with nothing of it looked up yet."""

    made: Run

    def load(self) -> Attempt:
        self.version = Version(1, read_program(self.path))
        fresh = Run(self.made.level, replace(self.made.trace), self.made.judgement)
        return Attempt(self.version, fresh, None)


class FinishedGame(HereGame):
    """A game of one run that is made already."""

    def open_session(self, level: Level, path: Path, seed: int | None = None) -> Finished:
        return Finished(level, path, Nodes(), None, seed)


def test_a_long_trace_opens(benchmark, long_run: Run, monkeypatch) -> None:
    """From the key to the first picture of a run that is made: milliseconds of this process's CPU, and of the wall."""
    monkeypatch.setattr(Finished, "made", long_run, raising=False)
    found: list[tuple[float, float]] = []

    async def open_it() -> None:
        app = DistGame(FinishedGame())
        async with app.run_test(size=(120, 36)) as pilot:
            screen = PlayScreen(long_run.level, ALGORITHM, watch=NoWatcher)
            await app.push_screen(screen)
            while screen.recording is None:
                await asyncio.sleep(0.01)
            for _ in range(OPENED):
                screen.travel.pause()
                await pilot.pause()
                before, shown = screen.recording, asyncio.Event()
                wall, cpu = time.perf_counter(), time.process_time()
                app.post_message(Key("r", "r"))
                while screen.recording is before:
                    await asyncio.sleep(0.001)
                screen.diagram.call_after_refresh(shown.set)
                await shown.wait()
                found.append((time.process_time() - cpu, time.perf_counter() - wall))

    with smooth_screen():
        benchmark.pedantic(lambda: asyncio.run(open_it()), rounds=1)
    cpu, wall = (statistics.median(each) * 1000 for each in zip(*found, strict=True))
    print(f"\n  {len(long_run.trace.events):,} events, key to picture: {cpu:.0f} ms of CPU, {wall:.0f} ms of the wall")


def test_nothing_blocks_the_screen(benchmark, tmp_path: Path) -> None:
    """The longest time between two beats of the screen's loop in each state, in milliseconds."""
    table = benchmark.pedantic(lambda: longest_blocks(Player, tmp_path / "register.py", [long_level()]), rounds=1)
    print("\n" + table)


class Player(Walk):
    """Plays the long level through everything the screen can do."""

    async def play(self) -> None:
        """The whole walk."""
        await self.begin()
        await self.play_at_every_speed()
        await self.see_every_tab()
        await self.go_places()
        await self.look_around()
        await self.change_the_past()
        await self.hunt()
        await self.save_a_wrong_one()
        await self.save_until_all_is_old()
        await self.leave()

    async def begin(self) -> None:
        async with self.state("levels"):
            await self.press("down", "up", "right", "left")
        async with self.state("the play screen opens"):
            self.app.play(long_level(), self.path)
            await self.until(lambda: len(self.app.screen_stack) > 1)
        async with self.state("a run is made and opened"):
            await self.until(lambda: self.screen.recording is not None)
        assert len(self.screen.recording.run.trace.events) > EVENTS
        async with self.state("it plays while the seeds are scored"):
            await self.until(lambda: self.screen.score is not None)
        async with self.state("it plays, the result is there"):
            await asyncio.sleep(SECONDS)

    async def play_at_every_speed(self) -> None:
        screen = self.screen
        screen.head.speed = SPEEDS[0]
        for speed in SPEEDS[1:]:
            screen.travel.seek(0.0)
            self.heart.state = "the speed is changed"
            await self.press("right_square_bracket")
            assert screen.head.speed == speed
            async with self.state(f"it plays at {screen.head.speed_text}"):
                await asyncio.sleep(SECONDS)
        async with self.state("it comes to the end, the result opens"):
            await self.until(lambda: isinstance(self.app.screen, ResultScreen))
        async with self.state("the result is closed"):
            await self.press("escape")
        screen.travel.pause()
        screen.head.speed = 1.0

    async def see_every_tab(self) -> None:
        screen = self.screen
        for tab in PlayScreen.TABS:
            async with self.state(f"tab {tab}: it is opened"):
                screen.tabs.active = tab
            async with self.state(f"tab {tab}: seek, step, marks"):
                for key in ("9", "0", "1", "greater_than_sign", "less_than_sign", "full_stop", "comma", "5"):
                    await self.press(key)
                    await self.rest()
            async with self.state(f"tab {tab}: it plays at x8"):
                screen.head.speed = 8.0
                await self.press("space")
                await asyncio.sleep(SECONDS)
                await self.press("space")
                screen.head.speed = 1.0

    async def go_places(self) -> None:
        screen = self.screen
        async with self.state("the timeline is dragged"):
            timeline, width = screen.query_one(Timeline), screen.query_one(Timeline).size.width
            await self.pilot.mouse_down(timeline, offset=(5, 0))
            for x in (*range(5, width - 8, 6), *range(width - 8, 5, -6)):
                await self.pilot.hover(timeline, offset=(x, 0))
            await self.pilot.mouse_up(timeline, offset=(5, 0))
        async with self.state("events are walked and chosen"):
            screen.tabs.active = "events"
            await self.press("8")
            screen.log_page.focus()
            await self.press(*["up"] * 5, *["pageup"] * 5, "enter", "end")
        async with self.state("operations are walked and chosen"):
            screen.tabs.active = "operations"
            screen.operations_page.focus()
            await self.press("left", "left", "right", "down", "up", "enter")

    async def look_around(self) -> None:
        screen = self.screen
        async with self.state("events are filtered"):
            await self.press("9", "slash", *"lost node 3", "enter")
        async with self.state("the filter is ended"):
            await self.press("slash", "escape")
        async with self.state("space and time: opened, travelled, zoomed"):
            await self.press("m", "7", "full_stop", "2")
            screen.space_time.focus()
            await self.press("down", "down", "up", "right")
        async with self.state("space and time: it plays at x8"):
            screen.head.speed = 8.0
            await self.press("space")
            await asyncio.sleep(SECONDS)
            await self.press("space", "m")
            screen.head.speed = 1.0
        async with self.state("it grows and shrinks"):
            for size in ((80, 24), (160, 50), (100, 30), (120, 36)):
                await self.pilot.resize_terminal(*size)
                await self.pilot.pause()
        async with self.state("themes change"):
            for theme in (*THEMES, DARK):
                self.app.theme = theme.name
                await self.pilot.pause()
        async with self.state("wires, board, one panel"):
            await self.press("f", "f", "b", "b", "plus", "plus")
        async with self.state("the tab is copied"):
            screen.tabs.active = "events"
            await self.press("9", "y")
        for key, name in (("question_mark", "help"), ("n", "a hint"), ("f2", "settings"), ("E", "the editor inside")):
            async with self.state(f"{name}: opened and closed"):
                await self.press(key)
                await self.pilot.pause()
                await self.press("escape")
        async with self.state("the palette: opened, searched, closed"):
            await self.press("ctrl+p", *"fault", "escape")
        async with self.state("the result: opened and closed"):
            await self.press("s")
            await self.until(lambda: isinstance(self.app.screen, ResultScreen))
            await self.press("escape")

    async def change_the_past(self) -> None:
        screen = self.screen
        async with self.state("letters are asked for, one is typed"):
            screen.travel.seek(1500.0, pause=True)
            await self.press("j")
            await self.press(*next(iter(screen.what_if._letters)))
        async with self.state("a chosen signal, it plays"):
            await self.press("space")
            await asyncio.sleep(SECONDS)
            await self.press("space")
        async with self.state("a signal is dropped, the run made anew"):
            await self.press("d")
            if screen.what_if.choosing:
                await self.press(*next(iter(screen.what_if._letters)))
            await self.until(lambda: screen.what_if.after is not None)
        async with self.state("the Changes tab tells what became of it"):
            screen.tabs.active = "changes"
            await self.rest()
        async with self.state("both futures: opened and walked"):
            await self.press("equals_sign")
            await self.until(lambda: isinstance(self.app.screen, FuturesScreen))
            await self.press("greater_than_sign", "pagedown", "pagedown", "less_than_sign")
        async with self.state("both futures: closed"):
            await self.press("escape")
        async with self.state("the other future, and back"):
            await self.press("o", "o")
        async with self.state("a crash, and all is taken back"):
            await self.press("x")
            await self.rest()
            await self.press("u")
            await self.rest()
            await self.press("u")
        async with self.state("the run is kept as a replay"):
            await self.press("k")

    async def hunt(self) -> None:
        self.screen.travel.seek(0.0, pause=True)
        async with self.state("the hunter hunts, it plays"):
            await self.press("H", "space")
            await asyncio.sleep(3 * SECONDS)
        async with self.state("the hunt is ended"):
            await self.press("H", "space")

    async def save(self, text: str) -> None:
        recording = self.screen.recording
        self.path.write_text(text)
        await self.until(lambda: self.screen.recording is not recording)

    async def save_a_wrong_one(self) -> None:
        screen = self.screen
        async with self.state("a save is run and opened"):
            await self.save(self.text.replace(RIGHT, WRONG))
        assert screen.recording.run.judgement.wrong
        screen.travel.seek(100.0)
        async with self.state("it plays while wrong seeds are scored"):
            await self.until(lambda: screen.score is not None)
        async with self.state("wrong reads: next and previous"):
            await self.press("right_curly_bracket", "right_curly_bracket", "left_curly_bracket")
        async with self.state("a wrong read is explained"):
            await self.press("w")
            await self.until(lambda: screen.why.light is not None)
            await self.press("m", "m", "5")
        async with self.state("the explanation is cleared"):
            await self.press("escape")

    async def save_until_all_is_old(self) -> None:
        async with self.state("saves in quick succession"):
            for number in range(3):
                await self.save(f"{self.text}\n# {number}\n")
        async with self.state("a save that does not load"):
            self.path.write_text(self.text + "\ndef broken(:\n")
            await self.until(lambda: self.screen.file.problem is not None)
        async with self.state("it is mended"):
            await self.save(self.text)

    async def leave(self) -> None:
        async with self.state("back to the levels"):
            await self.press("l")
            await self.until(lambda: len(self.app.screen_stack) == 1)
            await asyncio.sleep(SECONDS)
        async with self.state("scores: opened and closed"):
            await self.press("s")
            await self.pilot.pause()
            await self.press("escape")
