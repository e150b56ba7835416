"""The scores screen: a table of a level's results."""

from __future__ import annotations

from rich.text import Text
from textual import getters, on
from textual.app import ComposeResult
from textual.content import Content
from textual.coordinate import Coordinate
from textual.events import Click, ScreenResume, ScreenSuspend
from textual.widgets import DataTable, Static

from distgame.game.campaign.figures import Figures
from distgame.game.campaign.levels import Level
from distgame.game.scores.scoreboard import Score as Row
from distgame.tui.base import GameScreen, TitleBar
from distgame.tui.commands import Command, Commanded
from distgame.tui.footer import CommandFooter
from distgame.tui.levels.look import Look
from distgame.tui.scores.columns import COLUMNS, Sorting, View, chosen, ordered, short
from distgame.tui.scores.metrics import MEASURING, UNMEASURED, Shown, blocks
from distgame.tui.scores.pictures import LAST

MOST_ROWS = 200
"""So many results are in the table at most; as CSV all are written."""


class ScoreTable(Commanded, DataTable[str | Text]):
    """The results, a row each."""

    KEYS = (
        Command(
            "left",
            "screen.level(-1)",
            "Level",
            "The level before",
            "Goes to the level before.",
            group="Level",
        ),
        Command("enter", "screen.replay", "Replay", "Make this result again", "Plays the code of the result again."),
        Command("right", "screen.level(1)", "Level", "The next level", "Goes to the next level.", group="Level"),
    )

    async def on_click(self, event: Click) -> None:
        """Two clicks on a result play it again."""
        if event.chain == 2 and event.style.meta.get("row", -1) >= 0:
            await self.run_action("screen.replay")

    HELP = """\
Every result over all scored seeds of a level. *reads right* counts answered reads; *seeds* those with no wrong read and
no error that meet their goals; *msg/op* messages between nodes for each operation; *p99* ticks within which 99 of 100
operations were answered; *answered* the share of operations with an answer; *code* the digest of the file.

Below stands, for each figure that a medal is given for, how the results of all players lie, from the lowest to the
highest. On the axis are marked the medal's limit, what the level's own *reference* achieves (measured while you look),
and *this one*, the chosen result; then come the last results of its player, the newest at the end.
"""


class ScoresScreen(GameScreen[None]):
    """The results of a level; left and right go to other levels."""

    KEYS = (
        Command("v", "view", "View", "Best, all or your results", "Shows the best of each player, all, or yours."),
        Command("o", "sort", "Order", "Sort by the next column", "By the next column; or click on a header.", "order"),
        Command("r", "turn", "Order", "Reverse the order", "Turns the order around.", "order"),
        Command("d", "diff", "Diff", "Compare the code of two results", "Marks a result, or compares the marked one."),
        Command("c", "csv", "CSV", "Write the results as CSV", "Writes the results that are shown to a CSV file."),
        Command("escape", "app.go_home", "Levels", "Back to the levels", "Goes back to the levels."),
    )

    table = getters.query_one(ScoreTable)
    title_bar = getters.query_one(TitleBar)

    def __init__(self, level: Level) -> None:
        super().__init__()
        self._level = level
        self._view = View.BEST
        self._sorting = Sorting()
        self._rows: list[Row] = []
        self._every: list[Row] = []
        self._marked: Row | None = None
        self._look = Look(self, self._show_figures)
        self._unmeasured = False

    def compose(self) -> ComposeResult:
        yield TitleBar("")
        yield ScoreTable(cursor_type="row", zebra_stripes=True)
        yield Static(
            "No result yet.\n\nA result is stored when one version of a file was run on all scored seeds.",
            id="none",
        )
        yield Static(id="detail", markup=False)
        yield CommandFooter()

    def on_mount(self) -> None:
        """Shows the level it was opened for."""
        self._read()
        self._fill()
        self.table.focus()

    def on_resize(self) -> None:
        """A narrow screen has fewer columns; the chosen result stays the chosen one."""
        self.call_after_refresh(self._fill_again)

    def _fill_again(self) -> None:
        place = self.table.cursor_row
        self._fill()
        self.table.move_cursor(row=place)

    def _read(self) -> None:
        self._every = self.app.game.scoreboard.scores(self._level.id)

    def _fill(self) -> None:
        marks = self.app.marks
        self._rows = ordered(chosen(self._every, self._view, self.app.game.player), self._sorting)
        columns = [column for column in COLUMNS if not column.wide or self.has_class("-wide")]
        self.table.clear(columns=True)
        for column in columns:
            title = column.title if self.has_class("-wide") else column.title.split()[0]
            if column.key == self._sorting.column:
                title += f" {marks.up if self._sorting.backwards else marks.down}"
            self.table.add_column(Text(title, justify="left" if column.left else "right"), key=column.key)
        for row in self._rows[:MOST_ROWS]:
            cells = (Text(c.cell(row, marks), justify="left" if c.left else "right") for c in columns)
            self.table.add_row(*cells)
        self._show_marked()
        self.set_class(not self._rows, "-empty")
        name = f"{self._level.number:02} {self._level.name}"
        first = f", the first {MOST_ROWS} of {len(self._rows):,}" if len(self._rows) > MOST_ROWS else ""
        self.title_bar.show(Content.assemble("Scores  ", (name, "$text-primary")), f"{self._view.value}{first}")
        self._show_detail()

    @on(DataTable.RowHighlighted)
    def _show_detail(self) -> None:
        place = self.table.cursor_row
        if not 0 <= place < len(self._rows):
            self.query_one("#detail", Static).update("")
            return
        row, marks = self._rows[place], self.app.marks
        names = ("messages", "wait", "answered")
        won = [name for name, has in zip(names, row.medals, strict=True) if has]
        mine = [each for each in self._every if each.player == row.player]
        told = (
            f"{row.algorithm}  {row.code_digest[:16]}  {row.when.replace('T', ' ').replace('Z', ' UTC')}",
            f"medals: {', '.join(won) or 'none'} {marks.medal * len(won)}   engine {row.engine_version}",
            _counted(len(self._every), row.player, min(LAST, len(mine))),
        )
        known = self.app.game.known_figures(self._level) or (UNMEASURED if self._unmeasured else MEASURING)
        shown = Shown(self._level, self._every, row, mine, known)
        panel = self.query_one("#detail", Static)
        pictures = blocks(shown, panel.content_size.width or self.size.width - 2, marks, self.app.ascii)
        panel.update(Content("\n").join([*map(Content, told), pictures]))

    def _show_figures(self, level: Level, known: Figures | None) -> None:
        if level is self._level:
            self._unmeasured = known is None
            self._show_detail()

    @on(ScreenResume)
    def _look_at_level(self) -> None:
        if self._every and self.app.game.known_figures(self._level) is None:
            self._look.at(self._level)

    @on(ScreenSuspend)
    def _look_away(self) -> None:
        self._look.away()

    @property
    def _chosen(self) -> Row | None:
        place = self.table.cursor_row
        return self._rows[place] if 0 <= place < len(self._rows) else None

    def action_replay(self) -> None:
        """Plays the code of the chosen result again, on this level; Escape comes back here."""
        from distgame.tui.play.remake import RemakeScreen

        row = self._chosen
        if row is None:
            return
        if row.code is None:
            self.notify("The code of this result was not kept.", severity="warning")
        else:
            self.app.push_screen(RemakeScreen(self._level, row))

    def action_diff(self) -> None:
        """Marks a result, or compares the marked one with this one."""
        from distgame.tui.scores.diff import DiffScreen

        row, marked = self._chosen, self._marked
        if row is None:
            return
        if row.code is None:
            self.notify("The code of this result was not kept.", severity="warning")
        elif marked is None or marked is row:
            self._marked = row
            self._show_marked()
            self.notify("Marked. Go to another result and press d to compare their code.", timeout=3)
        else:
            self._marked = None
            self._show_marked()
            self.app.push_screen(DiffScreen(*sorted((marked, row), key=lambda each: each.when)))

    def _show_marked(self) -> None:
        """The marked result has a pointer before its player's name."""
        for place, row in enumerate(self._rows[:MOST_ROWS]):
            name = Text(f"{self.app.marks.pointer} {short(row.player)}" if row is self._marked else short(row.player))
            self.table.update_cell_at(Coordinate(place, 0), name, update_width=row is self._marked)

    def action_csv(self) -> None:
        """Writes the results that are shown."""
        from distgame.game.play.files import FileError
        from distgame.game.play.places import home
        from distgame.game.scores.score_table import write_csv

        path = home() / f"scores-{self._level.id}.csv"
        try:
            write_csv(self._rows, path)
        except FileError as error:
            self.notify(str(error), severity="warning")
        else:
            self.notify(f"{len(self._rows)} results are in {path}", timeout=10)

    @on(DataTable.HeaderSelected)
    def sort_by_header(self, event: DataTable.HeaderSelected) -> None:
        """Sorts by the column that was clicked on; once more turns it around."""
        self._sorting = self._sorting.by(str(event.column_key.value))
        self._fill()

    def action_sort(self) -> None:
        """Sorts by the next column."""
        self._sorting = self._sorting.next
        self._fill()

    def action_turn(self) -> None:
        """Turns the order around."""
        self._sorting = self._sorting.by(self._sorting.column)
        self._fill()

    def action_view(self) -> None:
        """Shows the next choice of results."""
        self._view = self._view.next
        self._fill()

    def action_level(self, step: int) -> None:
        """Goes to a level nearby."""
        levels = self.app.game.levels
        place = levels.index(self._level) + step
        if 0 <= place < len(levels):
            self._level = levels[place]
            self._unmeasured = False
            self._look.away()
            self._read()
            self._fill()
            self._look_at_level()


def _counted(results: int, player: str, last: int) -> str:
    if results == 1:
        return "The only result of this level so far:"
    return f"All {results} results of this level, and {f'the last {last}' if last > 1 else 'the only one'} of {player}:"
