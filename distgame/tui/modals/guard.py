"""The guard: what a terminal that is too small shows in the place of every other screen."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.events import Resize
from textual.geometry import Size
from textual.widgets import Static

from distgame.tui.base import GameModal
from distgame.tui.commands import QUIT
from distgame.tui.footer import CommandFooter

NEEDED = Size(80, 24)


def too_small(size: Size) -> bool:
    """Whether the screens do not fit."""
    return size.width < NEEDED.width or size.height < NEEDED.height


class GuardScreen(GameModal[None]):
    """Names the size there is and the size it takes. The app takes it away when the terminal has grown."""

    KEYS = (QUIT,)
    DEFAULT_CSS = """
    GuardScreen Static { width: auto; max-width: 100%; text-align: center; }
    """

    def compose(self) -> ComposeResult:
        yield Static()
        yield CommandFooter()

    def on_resize(self, event: Resize) -> None:
        """Tells the new size."""
        self.query_one(Static).update(
            f"The terminal has {event.size.width} x {event.size.height}.\n"
            f"distgame needs {NEEDED.width} x {NEEDED.height}.\n\n"
            "Make the window larger, or the font smaller."
        )
