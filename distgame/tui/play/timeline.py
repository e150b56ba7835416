"""The timeline: the whole run in one row, with its faults, wrong reads and the playhead; a click seeks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import events
from textual.message import Message
from textual.strip import Strip

from distgame.tui.commands import Command, Commanded
from distgame.tui.diagram.boxes import Span

from .painted import Painted
from .rows import FAULT, WRONG, Row

PLAYHEAD = "◆"


def scale(duration: int, width: int) -> tuple[int, int]:
    """The column where time 0 is, and how many columns the run has, between its two figures."""
    left = 3
    return left, max(2, width - left - len(str(duration)) - 4)


def column(time: float, duration: int, cells: int) -> int:
    """Which of the run's columns shows a time."""
    return min(cells - 1, max(0, round(time / max(1, duration) * (cells - 1))))


def timeline_row(duration: int, now: float, faults: Iterable[float], violations: Iterable[float], width: int) -> Row:
    """The row: wrong reads stand over faults, the playhead over both."""
    left, cells = scale(duration, width)
    here = column(now, duration, cells)
    line = [Span("━", "focus") if x < here else Span("─", "wire") for x in range(cells)]
    for time in faults:
        line[column(time, duration, cells)] = Span(FAULT, "gateway-title")
    for time in violations:
        line[column(time, duration, cells)] = Span(WRONG, "lost")
    line[here] = Span(PLAYHEAD, "name")
    ends = Span(" 0 ├", "client"), Span(f"┤ {duration}".ljust(width - left - 1 - cells), "client")
    return _joined([ends[0], *line, ends[1]])


def _joined(spans: list[Span]) -> Row:
    joined: list[Span] = []
    for span in spans:
        if joined and joined[-1].role == span.role:
            joined[-1] = Span(joined[-1].text + span.text, span.role)
        else:
            joined.append(span)
    return tuple(joined)


class Timeline(Commanded, Painted, can_focus=True):
    """Shows where in the run the screen is."""

    KEYS = (
        Command("left", "go(-10)", "", "", "Ten ticks back, while the timeline has the focus."),
        Command("right", "go(10)", "", "", "Ten ticks on, while the timeline has the focus."),
    )
    HELP: ClassVar[str] = (
        "The whole run from its first tick to its last: `!` a fault, `✗` a wrong read, `◆` where you are. "
        "A click goes there, and it can be dragged; `←` and `→` go ten ticks."
    )

    class Sought(Message):
        """The player wants to be at `time`, in ticks."""

        def __init__(self, time: float) -> None:
            super().__init__()
            self.time = time

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._duration, self._now = 1, 0.0
        self._faults: tuple[float, ...] = ()
        self._violations: tuple[float, ...] = ()
        self._row: Row = ()

    def show_run(self, duration: int, faults: Iterable[float], violations: Iterable[float]) -> None:
        """Shows another run."""
        self._duration, self._faults, self._violations = duration, tuple(faults), tuple(violations)
        self._redraw()

    def show_time(self, now: float) -> None:
        """Moves the playhead."""
        self._now = now
        self._redraw()

    def _redraw(self) -> None:
        row = timeline_row(self._duration, self._now, self._faults, self._violations, self.size.width)
        if row != self._row:
            self._row = row
            self.refresh()

    def on_resize(self) -> None:
        self._redraw()

    def render_line(self, y: int) -> Strip:
        if y or not self._row:
            return self.painted(())
        if not self.has_focus:
            return self.painted(self._row)
        first = self._row[0]
        return self.painted((Span("▸", "name"), first._replace(text=first.text[1:]), *self._row[1:]))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        self.capture_mouse()
        self._drag(event)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self.app.mouse_captured is self:
            self._drag(event)

    def on_mouse_up(self) -> None:
        self.release_mouse()

    def _drag(self, event: events.MouseEvent) -> None:
        left, cells = scale(self._duration, self.size.width)
        share = (event.x - left - 1) / max(1, cells - 1)
        self.post_message(self.Sought(min(1.0, max(0.0, share)) * self._duration))

    def action_go(self, ticks: int) -> None:
        self.post_message(self.Sought(self._now + ticks))
