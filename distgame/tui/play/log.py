"""The Events tab: what has happened up to the playhead, to be filtered and to jump from."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from distgame.tui.commands import Command, Commanded

from .page import EventChosen, Page
from .rows import Row, folded, plain, row


class EventLog(Commanded, Page):
    """The rows of the events so far. It follows the playhead until a row is chosen; End follows again."""

    KEYS = (
        Command("up", "move(-1)", "", "", "The row above; the log stays there."),
        Command("down", "move(1)", "", "", "The row below."),
        Command("pageup", "move(-10)", "", "", "Ten rows up."),
        Command("pagedown", "move(10)", "", "", "Ten rows down."),
        Command("end", "follow", "", "", "Follows the playhead again."),
        Command("enter", "choose", "", "", "Goes to the tick of the row."),
    )
    HELP = (
        "Everything that has happened so far: `→` a request, `⇒` a reply, `×` a lost signal, `▪` something stored, "
        "`!` a fault, `✓` and `✗` answers to clients. `/` filters by words, Enter goes to that tick."
    )

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._all: Sequence[tuple[int, Row]] = ()
        self._words: tuple[str, ...] = ()
        self._folded: list[Row] = []
        self._events: list[int] = []
        self._folded_for = -1
        self._upto = 0
        self._cursor: int | None = None

    def show_run(self, told: Sequence[tuple[int, Row]]) -> None:
        """Another run: each event that has something to say, by its index."""
        self._all, self._cursor, self._folded_for = told, None, -1
        self.rebuild()

    def show_until(self, event: int) -> None:
        """The events before this one have happened."""
        if event != self._upto:
            self._upto = event
            self.rebuild()

    def filter(self, text: str) -> None:
        """Only rows in which every word of the text is."""
        self._words, self._cursor, self._folded_for = tuple(text.lower().split()), None, -1
        self.rebuild()

    def rows(self, width: int) -> Sequence[Row]:
        if self._folded_for != width:
            self._folded_for, self._folded, self._events = width, [], []
            for event, spans in self._all:
                if self._words and not all(word in plain(spans).lower() for word in self._words):
                    continue
                for part in folded(spans, width, " " * 7):
                    self._folded.append(part)
                    self._events.append(event)
        shown = self._folded[: bisect_left(self._events, self._upto)]
        if not shown:
            return [row(("nothing yet" if not self._words else "no event so far has these words", "client"))]
        if self._cursor is not None and self._cursor < len(shown):
            shown[self._cursor] = tuple(span._replace(role="name") for span in shown[self._cursor])
            first = shown[self._cursor][0]
            shown[self._cursor] = (first._replace(text=first.text[:4] + "▸"), *shown[self._cursor][1:])
        return shown

    def rebuild(self) -> None:
        super().rebuild()
        if self._cursor is None:
            self.reveal(len(self._rows) - 1, len(self._rows) - 1)

    def action_move(self, count: int) -> None:
        last = bisect_left(self._events, self._upto) - 1
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
        y = event.y + self.scroll_offset.y
        if y < bisect_left(self._events, self._upto):
            self._cursor = y
            self.rebuild()
            self.action_choose()


class Filter(Commanded, Input):
    """The line for the words of the filter."""

    KEYS = (Command("escape", "give_up", "", "", "Shows every event again."),)

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
