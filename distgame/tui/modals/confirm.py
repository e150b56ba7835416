"""A question with two answers, asked before something that cannot be taken back."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Static

from distgame.tui.base import GameModal
from distgame.tui.commands import HELP, Command
from distgame.tui.footer import CommandFooter


class ConfirmScreen(GameModal[bool]):
    """Asks, and gives True for yes. `title` stands in the frame, `yes` and `no` on the buttons."""

    KEYS = (
        Command("y", "answer(True)", "Yes", "", "Answers yes."),
        Command("n,escape,q", "answer(False)", "No", "", "Answers no; nothing happens."),
        HELP,
    )
    HELP = "Yes does what is asked, no leaves everything as it is."

    def __init__(self, title: str, question: str, yes: str, no: str) -> None:
        super().__init__()
        self._title, self._question, self._yes, self._no = title, question, yes, no

    def compose(self) -> ComposeResult:
        with Vertical(classes="window") as window:
            window.border_title = self._title
            yield Static(self._question, markup=False)
            with Horizontal(classes="buttons"):
                yield Button(f"{self._no} (n)", id="no", compact=True)
                yield Button(f"{self._yes} (y)", id="yes", compact=True)
        yield CommandFooter()

    def on_mount(self) -> None:
        """Who presses enter without reading has said no."""
        self.query_one("#no").focus()

    @on(Button.Pressed)
    def choose(self, event: Button.Pressed) -> None:
        """The button's word is the answer."""
        event.stop()
        self.dismiss(event.button.id == "yes")

    def action_answer(self, answer: bool) -> None:
        """Closes the window with an answer."""
        self.dismiss(answer)
