"""A demo: a level played by its reference. The player's file is not touched, and nothing is scored."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from distgame.game.campaign.levels import Level
from distgame.game.play.playback import Instant
from distgame.game.play.session import Session

from .openfile import OpenFile
from .results import NoResults
from .runner import Loaded
from .screen import PlayScreen
from .source import Source

HIDDEN = "The code of the reference is shown when you have passed the level: press a for the solution."


class StillFile:
    """Watches a file that does not change while it is played."""

    def __init__(self, *_: Any) -> None:
        pass

    def start(self) -> None:
        """There is nothing to wait for."""

    def stop(self) -> None:
        """There is nothing to end."""


class HiddenFile(OpenFile):
    """A file that is played, but not shown."""

    def take(self, event: Loaded) -> None:
        super().take(event)
        self.sources = {}

    def show_source(self) -> None:
        self._screen.source_page.show(Source("", HIDDEN))

    def waits(self, instant: Instant) -> dict[int, int]:
        return {}


class DemoScreen(PlayScreen):
    """Plays a level with its reference, in `path`; its code is shown to those who may see the solution."""

    HELP = (
        "The level as its reference plays it: what an answer to it looks like from outside. Your own file is not "
        "touched, and nothing counts. Signals, nodes and links can be changed by hand here as well."
    )

    def __init__(self, level: Level, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(level, path, watch=StillFile, clock=clock)
        self.results = NoResults(
            self,
            "demo: this is the reference; your file is not touched, and nothing counts   esc Levels",
            "demo: this is the reference, nothing counts",
        )

    def on_mount(self) -> None:
        if not self.app.game.may_see_solution(self.level):
            self.file = HiddenFile(self, self.path)
        super().on_mount()

        self.lesson.display = False

    def open_session(self) -> Session:
        return self.app.game.open_demo(self.level, self.path)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What concerns the player's own file is not to be had here, nor what would write the reference's code."""
        if action in ("edit", "write", "hint", "result", "lesson", "hunt"):
            return False
        if (action, parameters) == ("what_if", ("save",)):
            return self.app.game.may_see_solution(self.level)
        return super().check_action(action, parameters)
