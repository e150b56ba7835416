"""What the game's screens have in common: typed access to the app, one layout for each size, the line at the top."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from textual.app import App, ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.events import Resize, ScreenResume
from textual.geometry import Size
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from distgame.tui.commands import Commanded

if TYPE_CHECKING:
    from distgame.tui.app import DistGame

Result = TypeVar("Result")
WIDE = 110
"""Columns from which on a screen has the class `-wide`; below them it has `-narrow`."""


def seen_screens(app: App[Any]) -> list[Screen[Any]]:
    """The screens that nothing covers, the top one first."""
    seen = []
    for screen in reversed(app.screen_stack):
        seen.append(screen)
        if not screen.is_modal or screen.styles.background.a == 1:
            break
    return seen


async def _give_way() -> None:
    """Lets everything go before that waits for the loop: what is ready, what is due, and whom that wakes."""
    for _ in range(3):
        await asyncio.sleep(0)


class Fitted(Screen[Result]):
    """A screen that has its width's class before it is laid out, and is laid out once for a size.

    Textual 8.2 lays a screen out, changes the classes of its breakpoints, and lays it out again for the event that
    tells it of its own size; it does the same with the screen below, though nobody sees it.
    """

    def on_compose(self) -> None:
        """The first styles are those of the right width."""
        self._fit(self.app.size)

    async def on_screen_resume(self, event: ScreenResume) -> None:
        """The size may have changed while it was covered."""
        if self.stack_updates == 0:
            # Everything on it has just been mounted, with its styles. What waited meanwhile goes before the layout.
            event.refresh_styles = False
            await _give_way()
        self._fit(self.app.size)

    async def on_resize(self, event: Resize) -> None:
        """Another width's class comes before the layout, with a pause between them, and is not seen without it."""
        with self.app.batch_update():
            if self in seen_screens(self.app):
                self._fit(event.size)
            await _give_way()

    def call_after_refresh(self, callback: Callable[..., Any], *args: Any, **kwargs: Any) -> bool:
        """As everywhere, but not while the screen is taken away: some of its parts may be gone by then."""
        return super().call_after_refresh(lambda: callback(*args, **kwargs) if self.display else None)

    def _screen_resized(self, size: Size) -> None:
        """Lays the screen out: Textual calls it for every event of a resize, and for each screen near the top."""
        if size != self.outer_size and self in seen_screens(self.app):
            self._fit(size)
            super()._screen_resized(size)

    def _fit(self, size: Size) -> None:
        wide = size.width >= WIDE
        self.update_classes({"-wide": wide, "-narrow": not wide}, animate=False)


class GameScreen(Commanded, Fitted[Result]):
    """A screen of the game; the services are `self.app.game`."""

    if TYPE_CHECKING:
        app: DistGame


class GameModal(Commanded, Fitted[Result], ModalScreen[Result]):
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
