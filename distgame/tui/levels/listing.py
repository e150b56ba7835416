"""The list of levels, by acts, with the stars won."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from distgame.game.levels import Level
from distgame.game.scoreboard import Score as Row
from distgame.tui.commands import Command, Commanded
from distgame.tui.marks import Marks

PLAY = Command("enter", "screen.play", "Play", "Play this level", "Plays the chosen level with your file.")
NAME_WIDTH = 19


class LevelList(Commanded, OptionList):
    """All levels under the names of their acts; the highlighted level is the chosen one."""

    KEYS = (PLAY,)
    HELP = """\
Levels by acts, with the stars you won: none, two (all seeds passed), three (and all medals).
Each level keeps what you wrote for the one before, and breaks it. Up and down choose, enter plays.
"""

    def show(self, levels: Sequence[Level], best: Mapping[str, Row], marks: Marks, chosen: str) -> None:
        """Fills the list anew and highlights the chosen level."""
        self.clear_options()
        for act, members in groupby(levels, key=lambda level: level.act):
            self.add_option(Option(Content.styled(act, "bold $text-primary"), disabled=True))
            for level in members:
                row = best.get(level.id)
                self.add_option(Option(_line(level, row.stars if row else 0, marks), id=level.id))
        self.highlighted = self.get_option_index(chosen)

    @property
    def chosen(self) -> str | None:
        """The id of the highlighted level."""
        return self.highlighted_option.id if self.highlighted_option else None


def _line(level: Level, stars: int, marks: Marks) -> Content:
    name = level.name if len(level.name) <= NAME_WIDTH else f"{level.name[: NAME_WIDTH - 1]}."
    return Content.assemble(f"{level.number:>2} {name:<{NAME_WIDTH}} ", (marks.stars(stars), "$text-accent"))
