"""Both futures beside each other: what happened without the changes by hand, and with them; what differs is marked."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events, getters
from textual.app import ComposeResult
from textual.containers import Vertical

from distgame.tui.base import GameModal
from distgame.tui.commands import MODAL_KEYS, Command, Commanded
from distgame.tui.footer import CommandFooter
from distgame.tui.play.beside import Futures
from distgame.tui.play.page import Page
from distgame.tui.play.recording import Recording
from distgame.tui.play.rows import Row, fitted, plain, row

LEAD = 5
"""Events before the first difference that are shown above it."""


class FuturesPage(Commanded, Page):
    """The events of two runs, a tick beside the same tick."""

    KEYS = (
        Command("up", "move(-1)", "", "", "The row above."),
        Command("down", "move(1)", "", "", "The row below."),
        Command("pageup", "move(-10)", "", "", "Ten rows up."),
        Command("pagedown", "move(10)", "", "", "Ten rows down."),
        Command(
            "less_than_sign,comma", "differing(-1)", "Difference", "The difference before", "To the one before.", "d"
        ),
        Command(
            "greater_than_sign,full_stop", "differing(1)", "Difference", "The next difference", "To the next.", "d"
        ),
        Command("enter", "choose", "Go there", "Go to that tick", "Goes to the tick of the row."),
    )

    def __init__(self, futures: Futures) -> None:
        super().__init__()
        self._told = futures.before.told, futures.after.told
        self._pairs = futures.pairs
        first = next((place for place, pair in enumerate(self._pairs) if not pair.same), 0)
        self._cursor = first

    def on_mount(self) -> None:
        self.call_after_refresh(lambda: self._go(self._cursor))

    def rows(self, width: int) -> Sequence[Row]:
        return _Rows(self, width)

    def line(self, place: int, width: int) -> Row:
        """One row: left as it was, right as it is."""
        pair, half = self._pairs[place], (width - 3) // 2
        chosen = place == self._cursor
        sides = []
        for told, index in zip(self._told, (pair.before, pair.after), strict=True):
            spans = fitted(told.of(index), half) if index is not None else row((" " * half, "wire"))
            sides.append(row((plain(spans), "client")) if pair.same and not chosen else spans)
        sign = (" │ ", "wire") if pair.same else (" ≠ ", "lost")
        return (*sides[0], *row(("▸│ " if pair.same else "▸≠ ", "name") if chosen else sign), *sides[1])

    def __len__(self) -> int:
        return len(self._pairs)

    def _go(self, place: int) -> None:
        if self._pairs:
            self._cursor = min(max(0, place), len(self._pairs) - 1)
            self.rebuild()
            self.reveal(max(0, self._cursor - LEAD), min(self._cursor + LEAD, len(self._pairs) - 1))

    def action_move(self, count: int) -> None:
        self._go(self._cursor + count)

    def action_differing(self, count: int) -> None:
        place = self._cursor + count
        while 0 <= place < len(self._pairs) and self._pairs[place].same:
            place += count
        if 0 <= place < len(self._pairs):
            self._go(place)

    def action_choose(self) -> None:
        self.screen.dismiss(self._pairs[self._cursor].tick if self._pairs else None)

    def on_click(self, event: events.Click) -> None:
        self._go(event.y + self.scroll_offset.y)
        if event.chain == 2:
            self.action_choose()


class _Rows(Sequence[Row]):
    """The rows of the page, each made when it is seen."""

    def __init__(self, page: FuturesPage, width: int) -> None:
        self._page, self._width, self._made = page, width, dict[int, Row]()

    def __len__(self) -> int:
        return len(self._page)

    def __getitem__(self, place: int) -> Row:  # type: ignore[override]
        if not 0 <= place < len(self._page):
            raise IndexError(place)
        if place not in self._made:
            self._made[place] = self._page.line(place, self._width)
        return self._made[place]


class FuturesScreen(GameModal[int]):
    """Two futures of one seed. Its result is a tick to go to."""

    KEYS = MODAL_KEYS
    HELP = """\
Left is the run *as it was*, right *as it is* with your changes, tick beside tick. `≠` marks what is not the same;
`<` and `>` go from one difference to the next, Enter goes to that tick in the play screen.
"""
    DEFAULT_CSS = """
    FuturesScreen {
        FuturesPage { height: 1fr; scrollbar-size-vertical: 1; overflow-x: hidden; }
    }
    """

    page = getters.query_one(FuturesPage)

    def __init__(self, futures: Futures) -> None:
        super().__init__()
        self._futures = futures

    def compose(self) -> ComposeResult:
        first = self._futures.comparison.first
        where = f"from tick {first.tick} on" if first else "nowhere"
        was, now = (_verdict(each) for each in (self._futures.before, self._futures.after))
        with Vertical(classes="window -whole") as window:
            window.border_title = f"as it was: {was}   |   as it is: {now}"
            window.border_subtitle = f"they differ {where}"
            yield FuturesPage(self._futures)
        yield CommandFooter()

    def on_mount(self) -> None:
        """The keys go to the rows."""
        self.page.focus()


def _verdict(recording: Recording) -> str:
    wrong = len(recording.run.judgement.wrong)
    return f"{wrong} wrong" if wrong else "all right"
