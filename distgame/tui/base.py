"""What the game's screens have in common: typed access to the app, and the line at the top."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from distgame.tui.commands import Commanded

if TYPE_CHECKING:
    from distgame.tui.app import DistGame

Result = TypeVar("Result")


class GameScreen(Commanded, Screen[Result]):
    """A screen of the game; the services are `self.app.game`."""

    if TYPE_CHECKING:
        app: DistGame


class GameModal(Commanded, ModalScreen[Result]):
    """A window over a screen. Escape and `q` close it with None."""

    if TYPE_CHECKING:
        app: DistGame

    def action_dismiss_modal(self) -> None:
        """Closes the window without a result."""
        self.dismiss(None)


class TitleBar(Horizontal):
    """The line at the top: where one is, and at its right end a word about it."""

    DEFAULT_CSS = """
    TitleBar {
        dock: top;
        height: 1;
        background: $panel;
        #title { width: 1fr; padding: 0 1; text-style: bold; text-wrap: nowrap; text-overflow: ellipsis; }
        #aside { width: auto; padding: 0 1; color: $foreground-muted; }
    }
    """

    def __init__(self, title: str | Content, aside: str | Content = "") -> None:
        super().__init__()
        self._title, self._aside = title, aside

    def compose(self) -> ComposeResult:
        yield Static(self._title, id="title", markup=False)
        yield Static(self._aside, id="aside", markup=False)

    def show(self, title: str | Content, aside: str | Content = "") -> None:
        """Changes what it says."""
        self.query_one("#title", Static).update(title)
        self.query_one("#aside", Static).update(aside)
