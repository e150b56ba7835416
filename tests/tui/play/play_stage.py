"""A stage for the play screen: a small level, players' files, and a game that runs them in this process.

The clock stands still until a test moves it, and saves are seen when a test says so.
"""

from __future__ import annotations

import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from screen_text import screen_lines, screen_text
from textual.pilot import Pilot

from distgame.engine.host import Host
from distgame.engine.inspecting import inspected
from distgame.engine.program import Program
from distgame.game.campaign.levels import Level, read_level
from distgame.game.pictures.failure_story import Story
from distgame.game.pictures.retelling import retold
from distgame.game.play.game import Game
from distgame.game.play.session import Session, Version
from distgame.game.running.runs import run_level
from distgame.game.running.seeds import score_here
from distgame.game.scores.scoring import Failure, Score, SeedScore, total
from distgame.tui.app import DistGame
from distgame.tui.play.screen import PlayScreen

MAJORITY = """\
from dataclasses import dataclass

from distgame import ClientReadResponse, ClientWriteResponse, Node, ResponseType, WebServer


@dataclass
class Query:
    pass


@dataclass
class Store:
    tag: tuple
    value: int


class Register(Node):
    def process_read_request(self, request):
        tag, value = yield from self.newest()
        yield from self.wait_for_responses(Store(tag, value), None, self.majority - 1)
        return ClientReadResponse(ResponseType.Success, value)

    def process_write_request(self, request):
        tag, _ = yield from self.newest()
        tag = (tag[0] + 1, self.id)
        self.keep(Store(tag, request.value))
        yield from self.wait_for_responses(Store(tag, request.value), None, self.majority - 1)
        return ClientWriteResponse(ResponseType.Success)

    def newest(self):
        found = yield from self.wait_for_responses(Query(), None, self.majority - 1)
        return max([*found, self.copy()], key=lambda pair: pair[0])

    def copy(self):
        return self.storage.get("x", ((0, 0), None))

    @WebServer.endpoint(Query)
    def tell(self, query):
        return self.copy()

    @WebServer.endpoint(Store)
    def keep(self, store):
        if store.tag > self.copy()[0]:
            self.storage["x"] = (store.tag, store.value)
        return "ok"
"""

LOCAL = """\
from distgame import ClientReadResponse, ClientWriteResponse, Node, ResponseType


class Register(Node):
    def process_read_request(self, request):
        return ClientReadResponse(ResponseType.Success, self.storage.get("x"))

    def process_write_request(self, request):
        self.storage["x"] = request.value
        return ClientWriteResponse(ResponseType.Success)
"""

UNCLOSED = LOCAL.replace("self.storage.get(", "self.storage.get((")
CRASHING = LOCAL.replace("        self.storage", '        print({}["nothing"])\n        self.storage')

LEVEL = """
number = 8
name = "Small Storm"
act = "Tests"
teaches = "Nothing."
story = "Once there were some nodes."
new = "Nothing is new."
goal = "Answer every read."
model = "linearizable"
hints = ["Look.", "Think.", "Write."]
afterword = "That was it."
reference = "majority.py"
broken = []

[world]
nodes = {nodes}
duration = 200
timeout = 60
loss = {loss}

[[clients]]
count = 2
writes = 0.4

{faults}

[goals]
reads_of_written_values = 1
availability = 0.1

[medals]
messages = 40
wait = 60
availability = 0.9

[seeds]
scored = [101, 103]
"""
FAULTS = """
[[links]]
senders = [1]
receivers = [2]
both_ways = true
start = 40
end = 120
cut = true

[[links]]
senders = [2]
receivers = [3]
start = 60
delay = [10, 20]

[[faults]]
kind = "crash"
node = 3
tick = 100

[[faults]]
kind = "restart"
node = 3
tick = 150
"""


def level(folder: Path, nodes: int = 3, loss: float = 0.0, faults: str = FAULTS) -> Level:
    """The small level, in a file of its own."""
    path = folder / "08-small-storm.toml"
    path.write_text(LEVEL.format(nodes=nodes, loss=loss, faults=faults))
    return read_level(path)


class HostNodes:
    """A worker that is no process: the nodes live here."""

    alive = True
    # The system's number for the thread that asks.
    pid = 0

    def load(self, program: Program) -> HostNodes:
        host = Host(program)
        self.begin, self.handle = host.begin, host.handle
        self.inspect = lambda: inspected(host)
        return self

    def close(self) -> None:
        pass


class Workers:
    """Gives workers that are no processes."""

    def take(self) -> HostNodes:
        return HostNodes()


class InProcess(Session):
    """A session without processes."""

    def __init__(self, level: Level, path: Path, seed: int | None, program: Program | None = None) -> None:
        super().__init__(level, path, Workers(), None, seed, program)

    def score(
        self, version: Version, on_seed: Callable[[SeedScore], None], cancelled: Callable[[], bool]
    ) -> Score | None:
        done = []
        for seed in score_here(Host(version.program), self.level, self.level.scored_seeds):
            if cancelled():
                return None
            on_seed(seed)
            done.append(seed)
        return total(self.level, done)

    def story(self, version: Version, failure: Failure) -> Story:
        return retold(failure, run_level(Host(version.program), self.level, failure.seed))


class StageGame(Game):
    """A game of one level that runs everything in this process."""

    def open_session(self, level: Level, path: Path, seed: int | None = None) -> Session:
        return InProcess(level, path, seed)

    def open_demo(self, level: Level, path: Path) -> Session:
        return InProcess(level, path, None)

    def open_kept(self, level: Level, program: Program, seed: int) -> Session:
        return InProcess(level, Path(program.main.path), seed, program)


class Watch:
    """Sees a save when the test says so."""

    def __init__(self, path: Path, on_change: Callable[[], None], on_failure: Callable[[str], None]) -> None:
        self.path, self.on_change, self.on_failure = path, on_change, on_failure

    def start(self) -> None:
        pass

    def stop(self) -> None:
        pass


class Stage:
    """A running app with the play screen on it."""

    def __init__(
        self, app: DistGame, screen: PlayScreen, pilot: Pilot[None], watch: Watch, seconds: list[float]
    ) -> None:
        self.app, self.screen, self.pilot, self.watch, self._seconds = app, screen, pilot, watch, seconds

    @property
    def text(self) -> str:
        """The whole screen, as lines of text."""
        return screen_text(self.app)

    @property
    def lines(self) -> list[str]:
        """The lines of the screen."""
        return screen_lines(self.app)

    async def settle(self) -> None:
        """Lets every thread, message and layout come to rest."""
        for _ in range(3):
            await self.app.workers.wait_for_complete()
            await self.pilot.pause()
        await self.pilot.pause()

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def save(self, text: str) -> None:
        """The player saves the file."""
        write(self.screen.path, text)
        self.watch.on_change()
        await self.pilot.pause()
        await self.settle()

    async def wait(self, seconds: float) -> None:
        """So much time passes, in frames of a tenth of a second."""
        for _ in range(round(seconds * 10)):
            self._seconds[0] += 0.1
            self.screen._frame()
        await self.pilot.pause()


def write(path: Path, text: str) -> None:
    """Writes a player's file as if at two o'clock."""
    path.write_text(text)
    at = time.mktime((2025, 1, 31, 14, 2, 0, 0, 0, -1))
    os.utime(path, (at, at))


@asynccontextmanager
async def stage(
    folder: Path,
    program: str = MAJORITY,
    size: tuple[int, int] = (120, 36),
    played: Level | None = None,
    seed: int | None = None,
    ascii: bool = False,
) -> AsyncIterator[Stage]:
    """The play screen, loaded and paused at tick 0."""
    played = played or level(folder)
    path = folder / "register.py"
    write(path, program)
    game = StageGame(folder)
    seconds = [0.0]
    watches: list[Watch] = []

    def watch(*args: Any) -> Watch:
        watches.append(Watch(*args))
        return watches[0]

    app = DistGame(game, ascii=ascii)
    async with app.run_test(size=size) as pilot:
        screen = PlayScreen(played, path, seed=seed, watch=watch, clock=lambda: seconds[0])
        await app.push_screen(screen)
        shown = Stage(app, screen, pilot, watches[0], seconds)
        await shown.settle()
        yield shown
    game.close()
