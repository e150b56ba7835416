"""The solution of a level: what its reference promises, why that is enough, what breaks it, and its code."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.highlight import highlight
from textual.widgets import Static

from distgame.game.campaign.levels import Level
from distgame.game.play.files import FileError
from distgame.tui.base import GameModal
from distgame.tui.commands import MODAL_KEYS
from distgame.tui.footer import CommandFooter
from distgame.tui.modals.confirm import ConfirmScreen

if TYPE_CHECKING:
    from distgame.tui.app import DistGame

PRICE = """\
You have not passed {name} yet. Whoever looks at its solution now wins no stars and no medals on this level any more; \
the next level opens all the same.

There may be a hint left: n on the play screen. And watching is free: w on the levels screen plays the level with its \
reference, without showing the code."""


class SolutionScreen(GameModal[None]):
    """The reference of a level, to be read."""

    KEYS = MODAL_KEYS
    HELP = "One way to pass the level, with what it promises, why it is enough, and what breaks it. Not the only way."
    DEFAULT_CSS = """
    SolutionScreen {
        .window { width: 100; height: 100%; }
        VerticalScroll { height: 1fr; scrollbar-size-vertical: 1; }
        #prose { margin: 0 0 1 0; }
        #code { width: auto; }
    }
    """

    def __init__(self, level: Level, path: Path, text: str) -> None:
        super().__init__()
        self._level, self._path = level, path
        self._prose, self._code = parted(text)

    def compose(self) -> ComposeResult:
        with Vertical(classes="window") as window:
            window.border_title = f"{self._level.number:02} {self._level.name}: {self._path.name}"
            with VerticalScroll():
                yield Static(self._prose, id="prose", markup=False)
                yield Static(_coloured(self._code), id="code")
        yield CommandFooter()

    def on_mount(self) -> None:
        """The keys scroll."""
        self.query_one(VerticalScroll).focus()


def parted(text: str) -> tuple[str, str]:
    """The prose at the head of an algorithm, its lines joined to paragraphs, and the code below it."""
    tree = ast.parse(text)
    prose = ast.get_docstring(tree)
    if prose is None:
        return "", text
    lines = text.splitlines()[tree.body[0].end_lineno :]
    return prose, "\n".join(lines).strip("\n")


def _coloured(code: str) -> Content:
    return highlight(code, language="python")


def show_solution(app: DistGame, level: Level) -> None:
    """Shows the solution to whoever has passed the level or paid for a look; asks the others whether they will pay."""
    game = app.game
    try:
        path = game.reference_file(level)
        text = path.read_text(encoding="utf-8")
    except (FileError, OSError) as error:
        app.notify(str(error), severity="warning", markup=False)
        return

    def look(agreed: bool | None) -> None:
        if agreed:
            game.forfeit(level)
            app.push_screen(SolutionScreen(level, path, text))

    if game.may_see_solution(level):
        look(True)
    else:
        question = PRICE.format(name=f"{level.number:02} {level.name}")
        app.push_screen(ConfirmScreen("Look at the solution?", question, "Look", "Not yet"), look)
