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
from distgame.tui.prose import Prose, WrappedText, hanging


class HelpScreen(GameModal[None]):
    """Help for the panel of `asking` that has the focus."""

    KEYS = (Command("escape,q,question_mark,f1", "dismiss_modal", "Close", "", "Closes this window."),)
    DEFAULT_CSS = """
    HelpScreen {
        .window { width: 84; height: 100%; }
        VerticalScroll { height: 1fr; scrollbar-size-vertical: 1; }
        WrappedText { padding: 0 1 0 0; }
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
                yield KeyTable(self._keys())
                yield Prose(API_CARD, bullet)
        yield CommandFooter()

    def _keys(self) -> list[tuple[str, str]]:
        here = [command for _, command in commands_here(self._asking)]
        if not self._asking.is_modal:
            here.append(PALETTE)
        return [(command.shown_keys(self.app), command.help) for command in here]


class KeyTable(WrappedText):
    """Keys, and what each of them does."""

    def __init__(self, keys: list[tuple[str, str]]) -> None:
        super().__init__()
        self._keys = keys

    def wrapped(self, width: int) -> Content:
        """What they do stands in a column of its own."""
        room = max((len(keys) for keys, _ in self._keys), default=0) + 2
        heads = [(Content.assemble((f"{keys:<{room}}", "$text-accent")), Content(does)) for keys, does in self._keys]
        return Content("\n").join(line for head, does in heads for line in hanging(head, does, width))


def _panel_help(screen: Screen[Any]) -> str:
    """What the focused widget, or the nearest around it that has something to say, tells about itself."""
    for node in (screen.focused or screen).ancestors_with_self:
        if node.HELP:
            return str(node.HELP)
        if isinstance(node, Screen):
            break
    return ""
