"""The help window: the panel that has the focus, the keys that work now, and a card for writing a Node."""

from __future__ import annotations

from typing import Any

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from distgame.tui.base import GameModal
from distgame.tui.commands import PALETTE, Command, commands_here
from distgame.tui.footer import CommandFooter
from distgame.tui.modals.api_card import API_CARD
from distgame.tui.prose import Prose


class HelpScreen(GameModal[None]):
    """Help for the panel of `asking` that has the focus."""

    KEYS = (Command("escape,q,question_mark,f1", "dismiss_modal", "Close", "", "Closes this window."),)
    DEFAULT_CSS = """
    HelpScreen {
        .window { width: 84; height: 100%; }
        VerticalScroll { height: 1fr; scrollbar-size-vertical: 1; }
        #keys { margin: 0 0 1 0; }
    }
    """

    def __init__(self, asking: Screen[Any]) -> None:
        super().__init__()
        self._asking = asking

    def compose(self) -> ComposeResult:
        bullet = f"{self.app.marks.bullet} "
        with Vertical(classes="window") as window:
            window.border_title = "Help"
            with VerticalScroll():
                told = _panel_help(self._asking)
                if told:
                    yield Prose(told, bullet)
                yield Static("Keys", classes="heading")
                yield Static(self._keys(), id="keys")
                yield Prose(API_CARD, bullet)
        yield CommandFooter()

    def _keys(self) -> Content:
        here = [command for _, command in commands_here(self._asking)]
        if not self._asking.is_modal:
            here.append(PALETTE)
        named = [(command.shown_keys(self.app), command) for command in here]
        width = max((len(keys) for keys, _ in named), default=0)
        lines = [Content.assemble((f"{keys:<{width}}", "$text-accent"), f"  {each.help}") for keys, each in named]
        return Content("\n").join(lines)


def _panel_help(screen: Screen[Any]) -> str:
    """What the focused widget, or the nearest around it that has something to say, tells about itself."""
    for node in (screen.focused or screen).ancestors_with_self:
        if node.HELP:
            return str(node.HELP)
        if isinstance(node, Screen):
            break
    return ""
