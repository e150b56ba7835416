"""The hint window: one more hint each time it is asked for, from the symptom over the concept to almost code."""

from __future__ import annotations

from textual import getters, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static

from distgame.game.campaign.levels import Level
from distgame.tui.base import GameModal
from distgame.tui.commands import HELP, Command
from distgame.tui.footer import CommandFooter
from distgame.tui.levels.card import paragraphs

KINDS = ("What you see", "The idea behind it", "Almost code")


class HintScreen(GameModal[int]):
    """Shows the first `shown` hints of a level, at least one; gives how many were shown when it closed."""

    KEYS = (
        Command("n", "next_hint", "Next hint", "One more hint", "Shows one more hint."),
        Command("escape,q,enter", "dismiss_modal", "Close", "", "Closes this window."),
        HELP,
    )
    HELP = "Three hints for each level: what to look at, the idea behind it, and almost the code. One at a time."
    DEFAULT_CSS = """
    HintScreen {
        VerticalScroll { height: auto; max-height: 18; scrollbar-size-vertical: 1; }
        Static.heading { margin: 1 0 0 0; }
        Static.heading:first-child { margin: 0; }
    }
    """

    window = getters.query_one(".window", Vertical)

    def __init__(self, level: Level, shown: int) -> None:
        super().__init__()
        self._level = level
        self._shown = min(max(shown, 1), len(level.hints))

    def compose(self) -> ComposeResult:
        with Vertical(classes="window"):
            with VerticalScroll():
                for kind in KINDS:
                    yield Static(kind, classes="heading")
                    yield Static(classes="hint", markup=False)
            with Horizontal(classes="buttons"):
                yield Button("Next hint (n)", id="next", compact=True)
                yield Button("Close (esc)", id="close", compact=True)
        yield CommandFooter()

    def on_mount(self) -> None:
        """Shows what was asked for."""
        self._show()
        self.query_one("#close").focus()

    def _show(self) -> None:
        count = len(self._level.hints)
        self.window.border_title = f"Hint {self._shown} of {count}: {self._level.name}"
        headings, texts = self.query(".heading"), self.query(".hint").results(Static)
        for number, (heading, said) in enumerate(zip(headings, texts, strict=True), 1):
            heading.display = said.display = number <= self._shown
            if said.display:
                said.update(Content(paragraphs(self._level.hints[number - 1])))
        self.query_one("#next").display = self._shown < count
        self.query_one(VerticalScroll).scroll_end(animate=False)
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is a next hint as long as there is one."""
        return action != "next_hint" or self._shown < len(self._level.hints)

    @on(Button.Pressed, "#next")
    def action_next_hint(self) -> None:
        """One more, as long as there is one."""
        if self._shown < len(self._level.hints):
            self._shown += 1
            self._show()

    @on(Button.Pressed, "#close")
    def action_dismiss_modal(self) -> None:
        """Closes the window with how many hints were shown."""
        self.dismiss(self._shown)
