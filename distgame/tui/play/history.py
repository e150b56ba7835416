"""The Operations tab: the history as staves of lanes, one lane a client, and a word on the chosen operation."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.message import Message

from distgame.tui.commands import Command, Commanded

from .intervals import Interval, Lanes
from .page import EventChosen, Page
from .rows import Row, prose
from .staves import MARGIN, Sheet, Staves


class OperationsPage(Commanded, Page):
    """The history of the run; choosing an operation moves the playhead to its end."""

    KEYS = (
        Command("left", "choose(-1)", "", "", "The operation before, of the same client."),
        Command("right", "choose(1)", "", "", "The next operation of the same client."),
        Command("up", "lane(-1)", "", "", "The client above."),
        Command("down", "lane(1)", "", "", "The client below."),
        Command("enter", "began", "", "", "Goes to the call of the chosen operation."),
    )
    HELP = (
        "The history as the clients saw it: a lane a client, an interval an operation. `R7✓` a right read of 7, `R7✗` "
        "a wrong one, `W7` a write, `?` unanswered; `!` on the axis is a fault. Arrows choose an operation, and the "
        "playhead goes to its answer, as with a click; Enter or two clicks go to its call. `w` explains a wrong read."
    )

    class Sought(Message):
        """The player wants to be at `time`, in ticks."""

        def __init__(self, time: float) -> None:
            super().__init__()
            self.time = time

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._found: Sequence[Interval] = ()
        self._lanes = Lanes(())
        self._faults: Sequence[float] = ()
        self._clients, self._duration, self._now = 1, 1, 0.0
        self._chosen: Interval | None = None
        self._lit: frozenset[int] | None = None
        self._why = ""
        self._staves: Staves | None = None
        self._at = -1

    def show_run(self, found: Sequence[Interval], clients: int, duration: int, faults: Sequence[float] = ()) -> None:
        """Another run; `faults` are ticks."""
        self._found, self._clients, self._duration, self._faults = found, clients, duration, faults
        self._lanes = Lanes(found)
        self._chosen, self._lit, self._staves, self._at = None, None, None, -1
        self.rebuild()

    def light(self, lit: frozenset[int] | None, chosen: Interval | None = None, why: str = "") -> None:
        """Lets some operations (by the events of their calls) stand out, and all others be faint; None ends that."""
        self._lit, self._chosen, self._why = lit, chosen, why
        self.rebuild()
        self._reveal_lit()

    def on_resize(self) -> None:
        super().on_resize()
        self._reveal_lit()

    def _reveal_lit(self) -> None:
        lit, chosen = self._lit, self._chosen
        if self._staves and lit:
            first = min((each for each in self._found if each.called in lit), key=lambda each: each.called)
            last = chosen.end if chosen else first.end
            top, bottom = (
                self._extent(self._staves.stave_of(first.start))[0],
                self._extent(self._staves.stave_of(last))[1],
            )
            if chosen:
                bottom += len(self._words(chosen, self.scrollable_content_region.width))
            # Where not all of it fits, the end with the reason is what matters.
            self.reveal(max(top, bottom - self.size.height + 1), bottom)

    def show_time(self, now: float) -> None:
        """Moves the mark of the playhead."""
        self._now = now
        self.rebuild()

    def rebuild(self) -> None:
        """Also keeps the stave of the playhead in sight, unless the player looks at another one."""
        super().rebuild()
        if self._staves and self._chosen is None:
            place = self._staves.stave_of(self._now)
            if place != self._at:
                self._at = place
                self.reveal(*self._extent(place))

    def rows(self, width: int) -> Sequence[Row]:
        if self._staves is None or self._staves.width != width:
            self._staves = Staves(self._found, self._clients, self._duration, width, self._faults)
        words = self._words(self._chosen, width) if self._chosen else []
        under = self._staves.stave_of(self._chosen.end) if self._chosen else -1
        return Sheet(self._staves, self._now, self._chosen, self._lit, words, under)

    def _words(self, chosen: Interval, width: int) -> list[Row]:
        rows = prose(f"client {chosen.client} {chosen.words}", width, "name", " ▸ ", "   ")
        reason = (self._why if self._lit else "") or chosen.reason
        return [*rows, *prose(reason, width, "lost", "   ", "   ")] if reason else rows

    def _extent(self, stave: int) -> tuple[int, int]:
        height = self._clients + 1
        return stave * height, stave * height + height - 1

    def _select(self, chosen: Interval | None, event: int | None = None) -> None:
        if chosen is None:
            return
        self._chosen = chosen
        self.rebuild()
        if self._staves:
            first, last = self._extent(self._staves.stave_of(chosen.end))
            self.reveal(first, last + len(self._words(chosen, self.size.width)))
        self.post_message(EventChosen(chosen.ended if event is None else event))

    def _nearest(self, client: int) -> Interval | None:
        now = self._chosen.start if self._chosen else self._now
        return min(self._lanes.of(client), key=lambda each: abs(each.start - now), default=None)

    def action_choose(self, count: int) -> None:
        if self._chosen is None:
            self._select(self._nearest(1))
            return
        lane = self._lanes.of(self._chosen.client)
        place = lane.index(self._chosen) + count
        if 0 <= place < len(lane):
            self._select(lane[place])

    def action_lane(self, count: int) -> None:
        client = self._chosen.client + count if self._chosen else 1
        if 1 <= client <= self._clients:
            self._select(self._nearest(client))

    def action_began(self) -> None:
        if self._chosen:
            self._select(self._chosen, self._chosen.called)

    def on_click(self, event: events.Click) -> None:
        if self._staves is None or not isinstance(self._rows, Sheet):
            return
        number, client = self._rows.place(event.y + self.scroll_offset.y)
        tick = number * self._staves.ticks + (event.x - MARGIN) * self._staves.scale
        if client == 0:
            self.post_message(self.Sought(max(0.0, tick)))
        else:
            lane = self._lanes.of(client)
            self._select(min(lane, key=lambda each: max(each.start - tick, tick - each.end, 0), default=None))
            if event.chain == 2:
                self.action_began()
