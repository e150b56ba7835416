"""The board of levels: acts in columns where there is room, one list where there is not, with stars and medals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import ClassVar

from textual.content import Content
from textual.events import Click, Key, Resize
from textual.geometry import Region
from textual.message import Message
from textual.widgets import Static

from distgame.game.campaign.levels import Level
from distgame.game.campaign.progress import Progress
from distgame.tui.commands import Command, Commanded
from distgame.tui.marks import Marks

PLAY = Command("enter", "screen.play", "Play", "Play this level", "Plays the chosen level with your file.")
NAME_WIDTH = 17
# Pointer, number, name, stars, medals, with a space between them.
CELL_WIDTH = 1 + 2 + 1 + NAME_WIDTH + 1 + 3 + 1 + 3
GAP = 1
QUIET, GOLD, HERE = "$foreground-muted", "$text-accent", "bold $block-cursor-foreground on $block-cursor-background"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands on the board: the name of an act, or (`level` from 0) a level."""

    column: int
    row: int
    act: str = ""
    level: int = -1


def arrange(acts: Sequence[tuple[str, int]], columns: int) -> list[Place]:
    """The places of acts, each a name and how many levels it has, in at most so many columns.

    An act stays whole and acts keep their order; of all ways to do so, the one with the shortest column. An empty line
    parts the acts, but not where there is one column only and every line counts.
    """
    gap = 1 if columns > 1 else 0
    heights = [count + 1 for _, count in acts]
    limit = next(
        most
        for most in range(max(heights, default=0), sum(heights) + len(heights) + 1)
        if _fits(heights, gap, most, columns)
    )
    places: list[Place] = []
    column = row = level = 0
    for (act, count), height in zip(acts, heights, strict=True):
        if row and row + gap + height > limit:
            column, row = column + 1, 0
        row += gap if row else 0
        places.append(Place(column, row, act=act))
        for _ in range(count):
            row += 1
            places.append(Place(column, row, level=level))
            level += 1
        row += 1
    return places


def _fits(heights: Sequence[int], gap: int, most: int, columns: int) -> bool:
    used, row = 1, 0
    for height in heights:
        if row and row + gap + height > most:
            used, row = used + 1, 0
        row += height + (gap if row else 0)
        if row > most:
            return False
    return used <= columns


class LevelBoard(Commanded, Static, can_focus=True):
    """All levels under the names of their acts; one is the chosen one."""

    KEYS = (PLAY,)
    HELP: ClassVar[str] = """\
Levels by acts, with the stars you won: two for a pass of all seeds, three with all medals; then the medals one by
one: messages, wait, answered. The seal, on the level's card, is for a file that passes and that the hunter (`H` while
you play) could not break. A level opens when the one before it is passed; `o` opens all. Each level keeps what you
wrote for the one before, and breaks it. The arrows choose, enter plays, `w` shows the level played by its reference.
"""

    class Chosen(Message):
        """Another level is the chosen one."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self._progress: Progress | None = None
        self._marks: Marks | None = None
        self._chosen = 0
        self._places: list[Place] = []
        self._columns = 0

    @property
    def chosen(self) -> Level | None:
        """The chosen level."""
        return self._progress.levels[self._chosen] if self._progress else None

    def show(self, progress: Progress, marks: Marks, chosen: str) -> None:
        """Shows how far the player has come, with a level chosen by its id."""
        self._progress, self._marks = progress, marks
        self._columns = 0
        self._choose([level.id for level in progress.levels].index(chosen))

    def on_resize(self, event: Resize) -> None:
        """Another width has room for other columns."""
        self._draw()

    def _choose(self, level: int) -> None:
        self._chosen = level
        self._draw()
        self.post_message(self.Chosen())

    def _draw(self) -> None:
        if self._progress is None or not self.size.width:
            return
        columns = max(1, (self.size.width + GAP) // (CELL_WIDTH + GAP))
        if columns != self._columns:
            self._columns = columns
            acts = [(act, len(list(members))) for act, members in groupby(self._progress.levels, lambda each: each.act)]
            self._places = arrange(acts, columns)
        used = max(place.column for place in self._places) + 1
        lines: list[list[Content]] = []
        for place in self._places:
            while len(lines) <= place.row:
                lines.append([Content(" " * CELL_WIDTH)] * used)
            lines[place.row][place.column] = self._cell(place)
        self.styles.height = len(lines)
        self.update(Content("\n").join(Content(" " * GAP).join(line) for line in lines))
        self.call_after_refresh(self._reveal)

    def _reveal(self) -> None:
        place = self._place
        # The first level comes into sight with the name of its act.
        top = place.row - (1 if self._chosen == 0 else 0)
        if self.parent is not None:
            self.parent.scroll_to_region(Region(0, top, 1, place.row - top + 1), animate=False)

    @property
    def _place(self) -> Place:
        return next(place for place in self._places if place.level == self._chosen)

    def _cell(self, place: Place) -> Content:
        progress, marks = self._progress, self._marks
        if place.act:
            return Content.styled(f" {place.act[: CELL_WIDTH - 1]:<{CELL_WIDTH - 1}}", "bold $text-primary")
        level = progress.levels[place.level]
        here, is_open = place.level == self._chosen, progress.is_open(level)
        name = level.name if len(level.name) <= NAME_WIDTH else f"{level.name[: NAME_WIDTH - 1]}."
        title = f"{marks.pointer if here else ' '}{level.number:>2} {name:<{NAME_WIDTH}} "
        won = [(f"{won:>7}", QUIET)] if (won := _instead(progress, level)) else _won(progress, level, marks)
        if here:
            return Content.styled(title + "".join(text for text, _ in won), HERE)
        return Content.assemble((title, "" if is_open else QUIET), *won)

    def on_key(self, event: Key) -> None:
        """The arrows choose."""
        target = self._target(event.key)
        if target is not None:
            event.stop()
            self._choose(target)

    def _target(self, key: str) -> int | None:
        """The level that a key leads to; None for keys of others."""
        if self._progress is None:
            return None
        last = len(self._progress.levels) - 1
        match key:
            case "down" | "up":
                return min(max(self._chosen + (1 if key == "down" else -1), 0), last)
            case "home" | "end":
                return 0 if key == "home" else last
            case "left" | "right":
                here, step = self._place, 1 if key == "right" else -1
                beside = [each for each in self._places if each.level >= 0 and each.column == here.column + step]
                return min(beside, key=lambda each: abs(each.row - here.row)).level if beside else None
        return None

    def on_click(self, event: Click) -> None:
        """One click chooses a level, two play it."""
        column, row = event.x // (CELL_WIDTH + GAP), event.y
        found = [each.level for each in self._places if (each.column, each.row) == (column, row) and each.level >= 0]
        if found:
            self._choose(found[0])
            if event.chain == 2:
                self.call_later(self.run_action, "screen.play")


def _instead(progress: Progress, level: Level) -> str:
    """What stands where stars and medals would, if these cannot be won."""
    if progress.is_forfeited(level):
        return "looked"
    return "" if progress.is_open(level) else "locked"


def _won(progress: Progress, level: Level, marks: Marks) -> list[tuple[str, str]]:
    signs = [(marks.medal, GOLD) if won else (marks.no_medal, QUIET) for won in progress.medals(level)]
    return [(f"{marks.stars(progress.stars(level))} ", GOLD), *signs]
