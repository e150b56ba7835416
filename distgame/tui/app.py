"""The app: its screens, themes and what is the same on all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar, Literal

from textual.app import App, SystemCommand
from textual.binding import Binding
from textual.events import Resize
from textual.screen import Screen

from distgame.engine.collector import look_early
from distgame.game.campaign.levels import Level
from distgame.game.campaign.sandbox import Sandbox
from distgame.game.play.changes import Changes
from distgame.game.play.files import FileError
from distgame.game.play.game import Game
from distgame.tui import marks
from distgame.tui.ahead import read_ahead
from distgame.tui.ascii import KEY_WORDS, draw_plainly
from distgame.tui.base import seen_screens
from distgame.tui.commands import APP_KEYS, Commanded, CommandsProvider, Palette
from distgame.tui.levels.screen import LevelsScreen
from distgame.tui.modals.guard import GuardScreen, too_small
from distgame.tui.modals.help import HelpScreen
from distgame.tui.theme import DARK, THEMES

LOOK_SECONDS = 0.5
"""So often it is asked whether garbage is to be looked for."""
PIECE = 16
"""So many widgets get their colours without a pause when the theme changes."""


class DistGame(Commanded, App[None]):
    """The game in a terminal. It opens on the levels, or on the play screen where a level is given.

    Without a `path` the level is played with the player's last file. `first` may ask for a demo of the level, or for
    the sandbox. `seed` is the one to show first, the level's own by default. `ascii` asks for signs that every terminal
    draws one column wide. The caller opens and closes `game`.
    """

    TITLE = "distgame"
    # All of them at the start: one that comes later has every rule read and every widget looked at again.
    CSS_PATH: ClassVar = [
        "app.tcss",
        "levels/levels.tcss",
        "play/screen.tcss",
        "scores/scores.tcss",
        "modals/result.tcss",
        "modals/story.tcss",
    ]
    KEYS = APP_KEYS
    COMMANDS = App.COMMANDS | {CommandsProvider}
    MODES: ClassVar = {"levels": LevelsScreen}
    DEFAULT_MODE = "levels"

    def __init__(
        self,
        game: Game,
        level: Level | None = None,
        path: Path | None = None,
        ascii: bool = False,
        seed: int | None = None,
        first: Literal["levels", "demo", "sandbox"] = "levels",
    ) -> None:
        super().__init__()
        self.game = game
        ascii = ascii or game.settings.plain_signs
        self.ascii = ascii
        self.marks = marks.ASCII if ascii else marks.UNICODE
        self._first = (level, path, seed)
        self._first_screen = first
        self.set_class(ascii, "-ascii")
        if ascii:
            draw_plainly()
        for theme in THEMES:
            self.register_theme(theme)
        chosen = game.settings.theme
        self.theme = chosen if chosen in self.available_themes else DARK.name

    def on_mount(self) -> None:
        """Tells what went wrong with the player's data, and opens the first screen."""
        self.call_after_refresh(self.run_worker, read_ahead, thread=True, group="ahead")
        self.set_interval(LOOK_SECONDS, look_early)
        for notice in self.game.notices:
            self.notify(notice, severity="warning", timeout=10, markup=False)
        level, path, seed = self._first
        if self._first_screen == "sandbox":
            self.sandbox(path)
        elif level is None:
            return
        elif self._first_screen == "demo":
            self.demo(level)
        elif path is not None:
            self.play(level, path, seed)
        else:
            self.call_after_refresh(self._play_with_last_file, level, seed)

    def _play_with_last_file(self, level: Level, seed: int | None) -> None:
        home = self.screen
        if isinstance(home, LevelsScreen):
            home.play(level, seed)

    def play(self, level: Level, path: Path, seed: int | None = None) -> None:
        """Opens the play screen over the levels, in the place of whatever is there; `seed` is practice."""
        from distgame.tui.play.screen import PlayScreen

        self.go_home()
        self.push_screen(PlayScreen(level, path, seed=seed))

    def show_level(self, level: Level) -> None:
        """Back to the levels, with this one chosen: what it is about stands there."""
        self.game.change_settings(last_level=level.id)
        self.go_home()

    def demo(self, level: Level) -> None:
        """Opens the level as its reference plays it."""
        from distgame.tui.play.demo import DemoScreen

        self.go_home()
        try:
            self.push_screen(DemoScreen(level, self.game.reference_file(level)))
        except FileError as error:
            self.notify(str(error), severity="warning", markup=False)

    def sandbox(self, path: Path | None = None, sandbox: Sandbox | None = None, changes: Changes = ()) -> None:
        """Opens the sandbox, with the player's file (or else an algorithm of the game) in the place of `path`."""
        from distgame.tui.sandbox.screen import SandboxScreen

        self.go_home()
        self.push_screen(SandboxScreen(sandbox or Sandbox(), path or self.game.codes()[0], changes=changes))

    def action_sandbox(self) -> None:
        """The sandbox, as a command."""
        self.sandbox()

    def action_go_home(self) -> None:
        """Back to the levels, as a command."""
        self.go_home()

    def go_home(self) -> None:
        """Back to the levels."""
        while len(self.screen_stack) > 1:
            self.pop_screen()

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Textual's own, without those that ours stand for."""
        ours = {"Keys", "Quit"}
        return (command for command in super().get_system_commands(screen) if command.title not in ours)

    def watch_theme(self, theme: str) -> None:
        """Remembers a theme that the player chose."""
        if self.is_running and theme != self.game.settings.theme:
            self.game.change_settings(theme=theme)

    def refresh_css(self, animate: bool = True) -> None:
        """Gives every widget its new colours, in pieces: the loop goes on between them, and shows all at once."""
        if self.is_running and self.screen_stack:
            self.call_next(self._restyle, animate)
        else:
            super().refresh_css(animate)

    async def _restyle(self, animate: bool) -> None:
        seen = seen_screens(self)
        covered = [screen for screen in self.screen_stack if screen not in seen]
        with self.batch_update():
            self.stylesheet.set_variables(self.get_css_variables())
            self.stylesheet.reparse()
            await asyncio.sleep(0)
            self.stylesheet.apply(self, animate=animate)
            for screen in seen:
                await self._restyle_screen(screen, animate)
        for screen in covered:
            await self._restyle_screen(screen, animate)

    async def _restyle_screen(self, screen: Screen[Any], animate: bool) -> None:
        nodes = list(screen.walk_children(with_self=True))
        for first in range(0, len(nodes), PIECE):
            piece = [node for node in nodes[first : first + PIECE] if node.is_attached]
            self.stylesheet.update_nodes(piece, animate=animate)
            await asyncio.sleep(0)

    def on_resize(self, event: Resize) -> None:
        """Puts the guard before a terminal that is too small, and takes it away when the terminal has grown."""
        guarded = isinstance(self.screen, GuardScreen)
        if too_small(event.size) and not guarded:
            self.push_screen(GuardScreen())
        elif guarded and not too_small(event.size):
            self.pop_screen()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing opens over the guard, which could not go away below it."""
        if action in ("command_palette", "help", "settings") and isinstance(self.screen, GuardScreen):
            return False
        return super().check_action(action, parameters)

    def action_command_palette(self) -> None:
        """Opens the palette, once."""
        if not Palette.is_open(self):
            self.push_screen(Palette(id="--command-palette"))

    def action_settings(self) -> None:
        """Opens the settings, once."""
        from distgame.tui.modals.settings import SettingsScreen

        if not any(isinstance(screen, SettingsScreen) for screen in self.screen_stack):
            self.push_screen(SettingsScreen())

    def get_key_display(self, binding: Binding) -> str:
        """Keys in words where the sign is not for everybody."""
        shown = super().get_key_display(binding)
        return KEY_WORDS.get(shown, shown) if self.ascii or shown == "⏎" else shown

    async def action_help(self) -> None:
        """Shows help for the panel that has the focus."""
        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen))
