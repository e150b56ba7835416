"""The table of scores as data: which results are shown, in which order, and what each cell says."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from rich.cells import cell_len, set_cell_size

from distgame.game.scores.scoreboard import Score as Row
from distgame.game.scores.scoreboard import best_of_each_player, rank
from distgame.tui.marks import Marks
from distgame.tui.numbers import figure, share


class View(Enum):
    """Which results are shown; the value says it in words."""

    BEST = "best of each player"
    ALL = "all results"
    MINE = "your results"

    @property
    def next(self) -> View:
        """The view after this one, around and around."""
        views = list(View)
        return views[(views.index(self) + 1) % len(views)]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `order` sorts the best or newest first.

    On narrow screens the `wide` columns are left out, and titles have their first word only.
    """

    key: str
    title: str
    cell: Callable[[Row, Marks], str]
    order: Callable[[Row], Any]
    left: bool = False
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Sorting:
    """By which column the table is sorted; `backwards` puts the worst first."""

    column: str = "stars"
    backwards: bool = False

    def by(self, column: str) -> Sorting:
        """Sorted by that column; choosing the same one again turns it around."""
        return Sorting(column, not self.backwards if column == self.column else False)

    @property
    def next(self) -> Sorting:
        """Sorted by the next column."""
        keys = [column.key for column in COLUMNS]
        return Sorting(keys[(keys.index(self.column) + 1) % len(keys)])


LONGEST_NAME = 14


def short(name: str) -> str:
    """A player's name, cut where it would take the room of the figures."""
    return name if cell_len(name) <= LONGEST_NAME else f"{set_cell_size(name, LONGEST_NAME - 1).rstrip()}."


def _least(value: float | None) -> float:
    return float("inf") if value is None else value


COLUMNS = (
    Column("player", "player", lambda row, _: short(row.player), lambda row: row.player.casefold(), left=True),
    Column("stars", "stars", lambda row, marks: marks.stars(row.stars), rank, left=True),
    Column(
        "reads",
        "reads right",
        lambda row, _: f"{row.reads_correct}/{row.reads_answered}",
        lambda row: -(row.reads_correct / row.reads_answered if row.reads_answered else 0),
    ),
    Column("seeds", "seeds", lambda row, _: str(row.seeds_passed), lambda row: -row.seeds_passed),
    Column(
        "messages",
        "msg/op",
        lambda row, _: "-" if row.messages_per_operation is None else f"{row.messages_per_operation:.2f}",
        lambda row: _least(row.messages_per_operation),
    ),
    Column("wait", "p99", lambda row, _: figure(row.wait_p99), lambda row: _least(row.wait_p99)),
    Column("answered", "answered", lambda row, _: share(row.availability), lambda row: -(row.availability or 0)),
    Column("when", "when (UTC)", lambda row, _: row.when[:10], lambda row: _newest(row.when), left=True),
    Column("time", "time", lambda row, _: row.when[11:16], lambda row: _newest(row.when), left=True, wide=True),
    Column("code", "code", lambda row, _: row.code_digest[:7], lambda row: row.code_digest, left=True, wide=True),
)


def _newest(when: str) -> tuple[int, ...]:
    return tuple(-ord(char) for char in when)


def chosen(rows: Iterable[Row], view: View, player: str) -> list[Row]:
    """The results of one level that a view shows."""
    if view is View.MINE:
        return [row for row in rows if row.player == player]
    if view is View.ALL:
        return list(rows)
    return best_of_each_player(rows)


def ordered(rows: Iterable[Row], sorting: Sorting) -> list[Row]:
    """The results as the column sorts them; where it knows no difference, the better comes first."""
    column = next(column for column in COLUMNS if column.key == sorting.column)
    return sorted(sorted(rows, key=rank), key=column.order, reverse=sorting.backwards)
