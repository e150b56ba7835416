"""An editor for the player's file, for places where there is none: a browser, or a machine without vi."""

from __future__ import annotations

from pathlib import Path

from textual import getters
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import Key
from textual.widgets import TextArea

from distgame.game.play.files import reason, write_atomically
from distgame.tui.base import GameModal
from distgame.tui.commands import HELP, Command
from distgame.tui.footer import CommandFooter


class Area(TextArea):
    """Textual's, but Escape is for the screen: it would only leave the text."""

    def on_key(self, event: Key) -> None:
        if event.key == "escape":
            event.prevent_default()


class WriterScreen(GameModal[bool]):
    """Edits a file. Its result says whether the file was saved."""

    KEYS = (
        Command("f3", "save", "Save", "Save the file", "Saves the file; the new run begins at once."),
        Command("escape", "close", "Close", "", "Closes the editor; what is not saved is lost after a second Escape."),
        Command("f1", HELP.action, "Help", "", HELP.help),
    )
    HELP = "Your file. F3 saves it, Escape closes the editor. Tab indents, Shift+Tab takes the indent back."
    DEFAULT_CSS = """
    WriterScreen {
        Area, Area:focus { height: 1fr; border: none; padding: 0; }
    }
    """

    area = getters.query_one(Area)

    def __init__(self, path: Path, line: int | None = None) -> None:
        super().__init__()
        self._path, self._line = path, line
        self._saved = False
        self._asked = False
        self._kept = ""

    def compose(self) -> ComposeResult:
        with Vertical(classes="window -whole") as window:
            window.border_title = self._path.name
            yield Area("", tab_behavior="indent", show_line_numbers=True, soft_wrap=False)
        yield CommandFooter()

    def on_mount(self) -> None:
        """Shows the file at the line of its problem."""
        try:
            self._kept = self._path.read_text(encoding="utf-8")
        except (OSError, ValueError) as error:
            self.app.notify(f"{self._path} cannot be read: {error}", severity="warning")
            self.dismiss(False)
            return
        self.area.text = self._kept
        if self._line is not None:
            self.area.move_cursor((self._line - 1, 0))
        self.area.focus()

    def action_save(self) -> None:
        """Writes the file, whole or not at all."""
        try:
            write_atomically(self._path, self.area.text.encode())
        except OSError as error:
            self.app.notify(f"{self._path} cannot be written: {reason(error)}", severity="warning")
        else:
            self._kept, self._saved = self.area.text, True
            self.app.notify(f"{self._path.name} is saved.", timeout=2)

    def action_close(self) -> None:
        """Closes the editor; asks once where something is not saved."""
        if self.area.text != self._kept and not self._asked:
            self._asked = True
            self.app.notify("Not saved: F3 saves, Escape once more drops what you changed.", severity="warning")
        else:
            self.dismiss(self._saved)
