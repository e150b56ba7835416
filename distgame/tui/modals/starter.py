"""The starter dialog: which file to play with; a new one is written, one that is there is played as it is."""

from __future__ import annotations

import os
from pathlib import Path

from textual import getters, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Input, Static

from distgame.game.campaign.levels import Level
from distgame.game.play.files import FileError
from distgame.game.play.player_file import starter, write_new
from distgame.game.running.program import shown
from distgame.tui.base import GameModal
from distgame.tui.commands import Command
from distgame.tui.footer import CommandFooter


class StarterScreen(GameModal[Path | None]):
    """Asks for the path of the player's file; gives a file that exists, or None.

    It writes a starter where there is no file, and never over one.
    """

    KEYS = (
        Command("escape", "dismiss_modal", "Cancel", "", "Goes back, and writes nothing."),
        Command("f1", "app.help", "Help", "", "Shows the keys of this window."),
    )
    HELP = """\
Your code is one Python file, on your disk, that you edit with your own editor. The same file goes with you from level
to level. A name that is not there yet gets a starter to begin with; a file that is there is played as it is.
"""

    entry = getters.query_one("#path", Input)
    outlook = getters.query_one("#outlook", Static)

    def __init__(self, level: Level, current: Path | None = None) -> None:
        super().__init__()
        self._level = level
        self._suggested = str(current) if current is not None else "register.py"

    def compose(self) -> ComposeResult:
        with Vertical(classes="window") as window:
            window.border_title = "Your file"
            yield Static(
                "Your code lives in a Python file of your own, and goes with you from level to level.",
                markup=False,
            )
            yield Input(self._suggested, id="path", select_on_focus=False)
            yield Static(id="outlook", markup=False)
            with Horizontal(classes="buttons"):
                yield Button("Go on", id="go", compact=True)
                yield Button("Cancel (esc)", id="cancel", compact=True)
        yield CommandFooter()

    @property
    def path(self) -> Path:
        """The file that is named now."""
        return Path(os.path.abspath(os.path.expanduser(self.entry.value.strip())))

    def on_mount(self) -> None:
        """Says what would happen with the suggested file."""
        self.show_outlook()

    @on(Input.Changed)
    def show_outlook(self) -> None:
        """Says what going on would do."""
        button = self.query_one("#go", Button)
        if not self.entry.value.strip():
            self.outlook.update(Content.styled("Name a Python file, such as register.py.", "$foreground-muted"))
        elif self.path.is_file():
            self.outlook.update(f"{shown(self.path)} is there: it is played as it is.")
            button.label = "Play with it (enter)"
        else:
            self.outlook.update(f"{self.path} is new: a starter is written.")
            button.label = "Write it (enter)"

    @on(Button.Pressed, "#go")
    @on(Input.Submitted)
    def go_on(self) -> None:
        """Takes the file that is there, or writes a new one; says why where it cannot."""
        if not self.entry.value.strip():
            return
        path = self.path
        if not path.is_file():
            try:
                write_new(path, starter(f"{self._level.number:02} {self._level.name}"))
            except FileError as error:
                failed = self.app.marks.failed
                self.outlook.update(Content.styled(f"{failed} {error}", "$text-error"))
                return
        self.dismiss(path)

    @on(Button.Pressed, "#cancel")
    def cancel(self) -> None:
        """Goes back without a file."""
        self.dismiss(None)
