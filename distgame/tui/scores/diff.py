"""What differs between the code of two results."""

from __future__ import annotations

from difflib import unified_diff

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from distgame.game.scores.scoreboard import Score as Row
from distgame.tui.base import GameModal
from distgame.tui.commands import MODAL_KEYS
from distgame.tui.footer import CommandFooter

_STYLES = {"+": "$text-success", "-": "$text-error", "@": "$text-accent"}


def diff(before: str, after: str) -> list[str]:
    """The lines that differ, with some around them; nothing where none does."""
    return list(unified_diff(before.splitlines(), after.splitlines(), n=3, lineterm=""))[2:]


class DiffScreen(GameModal[None]):
    """Shows the code of two results as a diff; both must have been stored."""

    KEYS = MODAL_KEYS
    HELP = "What the second file has (`+`) and the first one had (`-`)."
    DEFAULT_CSS = """
    DiffScreen {
        VerticalScroll { height: 1fr; scrollbar-size-vertical: 1; }
    }
    """

    def __init__(self, before: Row, after: Row) -> None:
        super().__init__()
        self._before, self._after = before, after

    def compose(self) -> ComposeResult:
        lines = diff(self._before.code or "", self._after.code or "")
        told = [Content.styled(line, _STYLES.get(line[:1], "")) for line in lines]
        with Vertical(classes="window -whole") as window:
            window.border_title = f"{_name(self._before)}  to  {_name(self._after)}"
            with VerticalScroll():
                yield Static(Content("\n").join(told) if told else "The code is the same.")
        yield CommandFooter()

    def on_mount(self) -> None:
        """The keys scroll."""
        self.query_one(VerticalScroll).focus()


def _name(row: Row) -> str:
    return f"{row.player} {row.when[:10]} {row.code_digest[:7]}"
