"""The Events tab: what has happened up to the playhead, to be filtered and to jump from."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import partial

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input
from textual.worker import get_current_worker

from distgame.engine.collector import rare_collections
from distgame.tui.commands import Command, Commanded

from .page import EventChosen, Page
from .rows import Row, Span, cut, folded, row
from .told import Told

FILTERED_AT_ONCE = 4_000
# More rows than these would leave the others no room; the node's tab shows what it holds whole.
MOST_ROWS = 10


class _Rows(Sequence[Row]):
    """One row an event, cut where it is too long; the one that is `open` is folded into several."""

    def __init__(self, told: Told, events: Sequence[int], count: int, opened: int, chosen: bool, width: int) -> None:
        self._told, self._events, self._width = told, events, width
        self._opened, self._chosen = opened, chosen
        self._parts = folded(told.of(events[opened]), width, " " * 7)
        if len(self._parts) > MOST_ROWS:
            self._parts[MOST_ROWS - 1 :] = [(Span(" " * 7 + "⋯", "client"),)]
        self._length = count + len(self._parts) - 1

    def __len__(self) -> int:
        return self._length

    def place(self, y: int) -> int:
        """Which of the events a row belongs to."""
        return y if y <= self._opened else max(self._opened, y - len(self._parts) + 1)

    def __getitem__(self, y: int) -> Row:  # type: ignore[override]
        if not 0 <= y < self._length:
            raise IndexError(y)
        place = self.place(y)
        if place != self._opened:
            return cut(self._told.of(self._events[place]), self._width)
        spans = self._parts[y - place]
        if not self._chosen:
            return spans
        spans = tuple(span._replace(role="name") for span in spans)
        if y > place:
            return spans
        return (spans[0]._replace(text=spans[0].text[:4] + "▸"), *spans[1:])


class EventLog(Commanded, Page):
    """The rows of the events so far. It follows the playhead until a row is chosen; End follows again."""

    KEYS = (
        Command("up", "move(-1)", "", "", "The row above; the log stays there."),
        Command("down", "move(1)", "", "", "The row below."),
        Command("pageup", "move(-10)", "", "", "Ten rows up."),
        Command("pagedown", "move(10)", "", "", "Ten rows down."),
        Command("end", "follow", "", "Follow the playhead", "Follows the playhead again."),
        Command("enter", "choose", "", "", "Goes to the tick of the row."),
    )
    HELP = (
        "Everything that has happened so far: `→` a request, `⇒` a reply, `×` a lost signal, `▪` something stored, "
        '`!` a fault, `✓` and `✗` answers to clients, `"` what your program printed. `/` filters by words '
        "(`print` finds what was printed), Enter goes to that tick."
    )

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._told: Told | None = None
        self._words: tuple[str, ...] = ()
        self._events: Sequence[int] = ()
        self._upto = 0
        self._cursor: int | None = None

    def show_run(self, told: Told) -> None:
        """Another run, of which nothing has happened yet."""
        self._told, self._cursor, self._upto = told, None, 0
        self._find()

    def show_until(self, event: int) -> None:
        """The events before this one have happened."""
        if event != self._upto:
            self._upto = event
            self.rebuild()

    def filter(self, text: str) -> None:
        """Only rows in which every word of the text is."""
        self._words, self._cursor = tuple(text.lower().split()), None
        self._find()

    def _find(self) -> None:
        """Looks which events are shown; in a thread where that takes long."""
        told, words = self._told, self._words
        if told is None or not words:
            self._take(told, words, told.events if told else ())
        elif len(told.events) <= FILTERED_AT_ONCE:
            self._take(told, words, told.with_words(words) or ())
        else:
            search = partial(self._search, told, words)
            self.run_worker(search, thread=True, exclusive=True, group="filter")

    def _search(self, told: Told, words: tuple[str, ...]) -> None:
        worker = get_current_worker()
        with rare_collections():
            found = told.with_words(words, lambda: worker.is_cancelled)
        if found is not None:
            self.app.call_from_thread(self._take, told, words, found)

    def _take(self, told: Told | None, words: tuple[str, ...], events: Sequence[int]) -> None:
        if told is self._told and words == self._words:
            self._events = events
            self.rebuild()

    @property
    def _count(self) -> int:
        return bisect_left(self._events, self._upto)

    def rows(self, width: int) -> Sequence[Row]:
        count = self._count
        if not count or self._told is None:
            return [row(("nothing yet" if not self._words else "no event so far has these words", "client"))]
        chosen = self._cursor is not None
        opened = min(self._cursor, count - 1) if self._cursor is not None else count - 1
        return _Rows(self._told, self._events, count, opened, chosen, width)

    def rebuild(self) -> None:
        super().rebuild()
        if self._cursor is None:
            self.reveal(len(self._rows) - 1, len(self._rows) - 1)

    def action_move(self, count: int) -> None:
        last = self._count - 1
        start = last + 1 if self._cursor is None else self._cursor
        if last >= 0:
            self._cursor = min(max(0, start + count), last)
            self.rebuild()
            self.reveal(self._cursor, self._cursor)

    def action_follow(self) -> None:
        self._cursor = None
        self.rebuild()

    def action_choose(self) -> None:
        if self._cursor is not None and self._cursor < len(self._events):
            self.post_message(EventChosen(self._events[self._cursor]))

    def on_click(self, event: events.Click) -> None:
        y, shown = event.y + self.scroll_offset.y, self._rows
        if isinstance(shown, _Rows) and y < len(shown):
            self._cursor = shown.place(y)
            self.rebuild()
            self.action_choose()


class Filter(Commanded, Input):
    """The line for the words of the filter."""

    KEYS = (Command("escape", "give_up", "", "Show every event", "Shows every event again."),)

    def action_give_up(self) -> None:
        self.value = ""
        self.post_message(self.Submitted(self, ""))


class EventsTab(Vertical):
    """The log, and above it the line for the filter while it is wanted."""

    def compose(self) -> ComposeResult:
        yield Filter(placeholder="words, such as: node 3 lost", id="filter", compact=True)
        yield EventLog(id="log")

    def on_mount(self) -> None:
        self.query_one("#filter").display = False

    def ask(self) -> None:
        """Opens the filter's line."""
        line = self.query_one("#filter", Input)
        line.display = True
        line.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.query_one(EventLog).filter(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.query_one("#filter").display = bool(event.value)
        self.query_one(EventLog).focus()
