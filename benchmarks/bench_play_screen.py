"""CPU time of the play screen while a run plays: whole frames, from the clock to the terminal's bytes."""

from __future__ import annotations

import asyncio
import itertools
import statistics
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from distgame.engine.collector import smooth_screen
from distgame.engine.host import Host
from distgame.engine.inspecting import inspected
from distgame.engine.program import Program
from distgame.game.campaign.level_tables import ClientTable
from distgame.game.campaign.levels import Level, find_level
from distgame.game.play.game import Game
from distgame.game.play.places import algorithms_folder
from distgame.game.play.playback import Playback
from distgame.game.play.session import Session
from distgame.game.running.runs import simulate
from distgame.tui.app import DistGame
from distgame.tui.play.recording import Recording
from distgame.tui.play.scene import scene_of
from distgame.tui.play.screen import PlayScreen

pytestmark = pytest.mark.benchmark(timer=time.process_time)
FRAME = 1 / 30
FLIGHTS = 100
HELD_SECONDS = 10.0
ALGORITHM = algorithms_folder() / "compare_then_store.py"
GOSSIP = """

@dataclass
class Rumour:
    pass


class Gossip(CompareThenStore):
    @WebServer.timer(interval=16)
    def talk(self):
        for node in self.other_nodes:
            self.send_message(node, Rumour())

    @WebServer.endpoint(Rumour)
    def listen(self, rumour):
        pass
"""


def busy_level() -> Level:
    """Five nodes far apart and nine clients: more than a hundred signals are on their way at any time."""
    level = find_level("7")
    world = replace(level.world_table, delay=(70, 90), timeout=400, duration=2000)
    return replace(level, world_table=world, clients=(ClientTable(count=9, think=(1, 2)),), links=())


class Nodes:
    """A worker that is no process."""

    alive = True
    # The system's number for the thread that asks.
    pid = 0

    def load(self, program: Program) -> Nodes:
        host = Host(program)
        self.begin, self.handle = host.begin, host.handle
        self.inspect = lambda: inspected(host)
        return self

    def take(self) -> Nodes:
        return self

    def close(self) -> None:
        pass


class HereSession(Session):
    """Runs in this process, and scores nothing."""

    def score(self, *_: Any) -> None:
        return None


class HereGame(Game):
    """A game without processes."""

    def open_session(self, level: Level, path: Path, seed: int | None = None) -> Session:
        return HereSession(level, path, Nodes(), None, seed)


class NoWatcher:
    """Watches nothing."""

    def __init__(self, *_: Any) -> None:
        pass

    def start(self) -> None:
        pass

    stop = start


@pytest.fixture
def chatty(tmp_path: Path) -> Path:
    """The algorithm, and beside it its nodes chatter."""
    path = tmp_path / "chatty.py"
    path.write_text(ALGORITHM.read_text() + GOSSIP)
    return path


def test_playback_and_scene(benchmark) -> None:
    """What a frame needs to know before anything is drawn."""
    run = simulate(ALGORITHM, busy_level())
    playback = Playback(run.trace, run.judgement)
    playback.after(0)
    times = iter(range(10_000_000))
    benchmark(lambda: scene_of(playback.at(200 + next(times) * 0.27 % 1600), run.trace.world))


def test_recording(benchmark) -> None:
    """What is prepared once for each run, in its thread."""
    run = simulate(ALGORITHM, find_level("7"))
    benchmark.pedantic(lambda: Recording.of(run), rounds=10)


@pytest.mark.parametrize("size", [(120, 36), (80, 24), (160, 50)])
@pytest.mark.parametrize("tab", PlayScreen.TABS[:4])
def test_frame(benchmark, size, tab, chatty: Path) -> None:
    """A frame at 30 a second and normal speed; clock, log and tabs come in their turns. CPU of the whole process."""
    seconds = [0.0]
    with asyncio.Runner() as runner:
        game = HereGame()
        app = DistGame(game)
        session = app.run_test(size=size)
        pilot = runner.run(session.__aenter__())
        screen = PlayScreen(busy_level(), chatty, watch=NoWatcher, clock=lambda: seconds[0])

        async def begin() -> None:
            await app.push_screen(screen)
            for _ in range(3):
                await app.workers.wait_for_complete()
                await pilot.pause()
            screen.tabs.active = tab
            await pilot.pause()
            screen.travel.tenth(3)
            await pilot.pause()
            assert screen.head.instant.counts.in_flight >= FLIGHTS, screen.head.instant.counts

        async def frame() -> None:
            done = asyncio.Event()
            seconds[0] += FRAME
            screen._frame()
            screen.diagram.call_after_refresh(done.set)
            await done.wait()

        runner.run(begin())
        benchmark.pedantic(lambda: runner.run(frame()), rounds=240)
        runner.run(session.__aexit__(None, None, None))
        game.close()


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (160, 50)])
def test_frames_are_held(benchmark, size, chatty: Path, monkeypatch) -> None:
    """Frames drawn a second while it plays for ten seconds of the wall's clock, and milliseconds of CPU for each."""

    async def play() -> None:
        game = HereGame()
        app = DistGame(game)
        async with app.run_test(size=size) as pilot:
            screen = PlayScreen(busy_level(), chatty, watch=NoWatcher)
            worked: list[float] = []
            draw = screen._draw

            def counted(*with_what: bool) -> None:
                worked.append(time.thread_time())
                draw(*with_what)

            monkeypatch.setattr(screen, "_draw", counted)
            await app.push_screen(screen)
            for _ in range(3):
                await app.workers.wait_for_complete()
                await pilot.pause()
            screen.travel.tenth(3)
            await pilot.pause()
            signals = screen.head.instant.counts.in_flight
            assert signals >= FLIGHTS, signals
            worked.clear()
            await asyncio.sleep(HELD_SECONDS)
            times = [(later - sooner) * 1000 for sooner, later in itertools.pairwise(worked)]
            rate = len(worked) / HELD_SECONDS
            median, worst = statistics.median(times), statistics.quantiles(times, n=100)[98]
            print(
                f"\n  {size[0]}x{size[1]}, {signals} signals: {rate:.1f} frames a second (30 asked for), "
                f"CPU of a frame: median {median:.1f} ms, 99th percentile {worst:.1f} ms"
            )
        game.close()

    with smooth_screen():
        benchmark.pedantic(lambda: asyncio.run(play()), rounds=1)
