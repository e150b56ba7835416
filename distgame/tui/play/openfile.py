"""The player's file while it is played: its last good version, what is wrong with it now, and how both are shown."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from distgame.engine.errors import Problem
from distgame.engine.inspecting import Inside
from distgame.game.play.playback import Instant
from distgame.game.play.session import Version
from distgame.game.running.program import shown

from . import figures
from .rows import Row, row
from .runner import Loaded
from .server import Sources
from .source import Source, waits_by_line

if TYPE_CHECKING:
    from .screen import PlayScreen


class OpenFile:
    """What is known of the file. `reload_ms` is how long it took from the last save to its run on the screen."""

    def __init__(self, screen: PlayScreen, path: Path) -> None:
        self._screen = screen
        self.path = path
        self.version: Version | None = None
        self.problem: Problem | None = None
        self.text = ""
        self.sources: Sources = {}
        self.unwatched = ""
        self.reload_ms: float | None = None
        self._saved: float | None = None
        self._tab_before = ""

    @property
    def number(self) -> int:
        """Which version runs; 0 where there is none."""
        return self.version.number if self.version else 0

    @property
    def main(self) -> str:
        """The file as messages name it."""
        return shown(Path(os.path.abspath(os.path.expanduser(self.path))))

    def take(self, event: Loaded) -> None:
        """A save was seen: it is the next version, or there is something wrong with it."""
        self.text, self._saved, self.problem = event.text, event.saved, event.problem
        if event.recording is not None and event.version is not None:
            self.version, self.sources = event.version, event.version.sources

    def turn_to_code(self) -> None:
        """Shows the mistake that keeps the file from loading, and goes back when it is gone."""
        tabs = self._screen.tabs
        if self.problem is not None and not self._tab_before:
            self._tab_before, tabs.active = tabs.active, "code"
        elif self.problem is None and self._tab_before:
            # Only who is still looking at the mistake is brought back.
            if tabs.active == "code":
                tabs.active = self._tab_before
            self._tab_before = ""

    def measure(self, milliseconds: float) -> None:
        """How long it took until the newest version was on the screen."""
        self.reload_ms = milliseconds
        self.show_source()

    def show_source(self) -> None:
        """Shows the file in the Code tab."""
        problem, recording = self.problem, self._screen.recording
        if problem is None and recording is not None:
            problem = recording.run.trace.problem
        title, note = f"{self.path.name}, version {self.number}", ""
        if self.problem is not None:
            title = f"{self.path.name}, as it is now"
            note = f"Version {self.number} goes on: it is the last one that loads." if self.version else ""
        elif self.reload_ms is not None:
            title += f", on the screen {self.reload_ms:.0f} ms after its save was seen"
        here = problem is not None and problem.file == self.main
        self._screen.source_page.show(Source(self.text, title, problem, here, note))

    def waits(self, instant: Instant) -> dict[int, int]:
        """How many handlers wait on each line of what the Code tab shows."""
        if self.problem is not None or self.version is None:
            return {}
        return waits_by_line(instant, self.version.program.main.path)

    def values(self, inside: Mapping[int, Inside] | None) -> dict[int, list[str]]:
        """For each line of the Code tab on which handlers wait: their local variables, a text for each handler."""
        found: dict[int, list[str]] = {}
        if self.problem is None and self.version is not None and inside is not None:
            file = self.version.program.main.path
            for node, state in sorted(inside.items()):
                for frame in (frame for frames in state.handlers.values() for frame in frames if frame.file == file):
                    values = "  ".join(f"{name} = {value}" for name, value in frame.values)
                    found.setdefault(frame.line, []).append(f"node {node}: {values or 'no plain values'}")
        return found

    def told(self) -> tuple[Row, ...]:
        """The words about the file in the line of the verdict."""
        words = "does not load" if self.problem is not None else "runs" if self._screen.recording else "loads"
        return figures.file_state(self.path.name, self.number, self._saved, words)

    def trouble(self, strip: Row) -> tuple[Row, ...]:
        """What is wrong beside the verdict; `strip` are the signs of the scored seeds."""
        recording = self._screen.recording
        if recording is not None and recording.run.trace.problem is not None:
            said_at_length = figures.trouble(recording.run.trace.problem, 0)
            return (row(*strip, "   ") + said_at_length[0], *said_at_length)
        if self.unwatched:
            said = (f"! {self.unwatched}: press r after a save", "cut-tag")
            return (row(*strip, "   ", said), row(said), row(("! saves are not seen: press r after a save", "cut-tag")))
        return ()
