"""A walk through the real app under a beating heart: it says what it does, and waits until the screen has rested."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, chdir
from pathlib import Path

from heart import Heart

from distgame.engine.collector import smooth_screen
from distgame.game.campaign.levels import Level
from distgame.game.play.game import Game
from distgame.game.play.places import algorithms_folder
from distgame.tui.app import DistGame
from distgame.tui.play.screen import PlayScreen

ALGORITHM = algorithms_folder() / "compare_then_store.py"
PATIENCE = 120.0


class Walk:
    """What every walk does; `play` is the walk. `path` is the player's file, `text` what it says at first."""

    def __init__(self, app: DistGame, pilot, heart: Heart, path: Path) -> None:
        self.app, self.pilot, self.heart, self.path = app, pilot, heart, path
        self.text = ALGORITHM.read_text()
        path.write_text(self.text)

    async def play(self) -> None:
        """The whole walk."""
        raise NotImplementedError

    @asynccontextmanager
    async def state(self, name: str) -> AsyncIterator[None]:
        """What is done in here belongs to a state, and all that comes of it."""
        self.heart.state = name
        yield
        await self.rest()

    async def rest(self) -> None:
        """Until the screen has nothing to do but to go on."""
        busy = [each for each in self.app.workers if each.group in ("load", "inspect", "filter", "why", "compare")]
        if busy:
            await self.app.workers.wait_for_complete(busy)
        await self.pilot.pause()
        await asyncio.sleep(0.1)

    async def until(self, true: Callable[[], bool]) -> None:
        """Waits for what the background has to say."""
        end = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < end, f"{self.heart.state}: it never came"
            await asyncio.sleep(0.01)

    async def press(self, *keys: str) -> None:
        """Presses keys, one after the other."""
        for key in keys:
            await self.pilot.press(key)

    @property
    def screen(self) -> PlayScreen:
        """The play screen, wherever it stands."""
        return next(each for each in self.app.screen_stack if isinstance(each, PlayScreen))


def longest_blocks(walk: type[Walk], path: Path, levels: Iterable[Level] = ()) -> str:
    """Goes the walk in the real game, in the file's folder; the table of its states.

    These levels take the place of those of their ids.
    """
    heart = Heart()
    others = {level.id: level for level in levels}

    async def go() -> None:
        game = Game()
        game.levels = [others.get(level.id, level) for level in game.levels]
        game.warm_up()
        try:
            app = DistGame(game)
            heart.state = "the game opens"
            async with heart.beating(), app.run_test(size=(120, 36)) as pilot:
                await walk(app, pilot, heart, path).play()
        finally:
            game.close()

    with chdir(path.parent), smooth_screen():
        asyncio.run(go())
    return heart.table()
