"""The Operations tab: the history as staves of lanes, one lane a client, and a word on the chosen operation."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from textual import events

from distgame.checker import Explanation
from distgame.engine import trace as tr
from distgame.game.runs import Run
from distgame.game.telling import answered, asked, is_answer
from distgame.tui.commands import Command, Commanded

from .page import EventChosen, Page
from .rows import RIGHT, UNANSWERED, WRONG, Row, prose, row

MARGIN = 5
# Ticks a cell; a half is exact.
SCALES = (0.5, 1.0, 2.0, 3.0, 4.0, 5.0, 10.0, 20.0, 50.0, 100.0)


@dataclass(frozen=True, slots=True)
class Interval:
    """One operation as it is drawn: ticks, events of its call and its end, and what became of it."""

    client: int
    start: int
    end: int
    called: int
    ended: int
    label: str
    mark: str
    words: str
    reason: str = ""

    @property
    def role(self) -> str:
        """The colour that goes with the mark."""
        return {WRONG: "lost", UNANSWERED: "reply", RIGHT: "node"}.get(self.mark, "request")


def intervals(run: Run, explanation: Explanation | None = None) -> list[Interval]:
    """The operations of a run, by call; `explanation` is that of the first wrong read."""
    calls: dict[int, tuple[int, tr.TraceEvent]] = {}
    judged = {read.event: read for read in run.judgement.reads}
    first_wrong = run.judgement.wrong[0] if run.judgement.wrong else None
    found = []
    for index, event in enumerate(run.trace.events):
        if event[0] == tr.INVOKE:
            calls[event[3]] = (index, event)
        elif event[0] == tr.RETURN:
            called, call = calls.pop(event[3])
            told = answered(event) if is_answer(event) else asked(call)
            span = f"tick {call[1]} to {event[1]}"
            reason = ""
            read = judged.get(index)
            if not is_answer(event):
                mark, words = UNANSWERED, f"{told.words}: not answered, {span}"
            elif read is None:
                mark, words = "", f"{told.words}, {span}"
            else:
                mark = RIGHT if read.verdict.ok else WRONG
                words = f"{told.words}, {span}: {'right' if mark == RIGHT else 'wrong'}"
                if explanation and read is first_wrong:
                    reason = explanation.sentence
            found.append(Interval(event[2], call[1], event[1], called, index, _short(told.sign), mark, words, reason))
    end = run.trace.end
    for called, call in calls.values():
        words = f"{call[4]}: still open when the run ended"
        sign = _short(asked(call).sign)
        found.append(Interval(call[2], call[1], end, called, len(run.trace.events), sign, UNANSWERED, words))
    return sorted(found, key=lambda each: each.called)


def _short(sign: str) -> str:
    return sign if len(sign) <= 7 else sign[:6] + "…"


def ticks_a_cell(found: Sequence[Interval]) -> float:
    """A scale on which the usual operation has room for its label."""
    usual = median(max(1, each.end - each.start) for each in found) if found else 1
    return next((scale for scale in SCALES if usual / scale <= 8), SCALES[-1])


def drawn(interval: Interval, cells: int, chosen: bool) -> str:
    """An interval in that many cells, as much of its label and mark in it as fits: "├R7✓──┤"."""
    left, line, right = ("┣", "━", "┫") if chosen else ("├", "─", "┤")
    if interval.mark == UNANSWERED and not chosen:
        line, right = "╌", "╌"
    if cells == 1:
        return interval.mark or interval.label[0]
    texts = (interval.label + interval.mark, interval.label, interval.mark or interval.label[0], "")
    text = next(text for text in texts if len(text) <= cells - 2)
    if interval.mark == WRONG and WRONG not in text and cells > 2:
        text = WRONG
    return left + text.ljust(cells - 2, line) + right


class Staves:
    """The whole history wrapped like a sheet of music: each stave is an axis and one lane a client."""

    def __init__(self, found: Sequence[Interval], clients: int, duration: int, width: int) -> None:
        self.found = found
        self.clients = clients
        self.width = width
        self.cells = max(10, width - MARGIN)
        self.scale = ticks_a_cell(found)
        # Whole ticks on each stave, so that its figure is one.
        self.ticks = max(1, int(self.cells * self.scale))
        self.cells = int(self.ticks / self.scale)
        self.count = max(1, math.ceil((duration + 1) / self.ticks))

    def stave_of(self, tick: float) -> int:
        """The stave on which a tick is."""
        return min(self.count - 1, max(0, int(tick // self.ticks)))

    def stave(self, number: int, now: float, chosen: Interval | None) -> list[Row]:
        """The rows of one stave with the playhead at `now`."""
        start = number * self.ticks
        here = int((now - start) // self.scale) if self.stave_of(now) == number else None
        rows = [self._axis(start, here)]
        for client in range(1, self.clients + 1):
            rows.append(self._lane(client, start, here, now, chosen))
        return rows

    def _axis(self, start: int, here: int | None) -> Row:
        line = ["·"] * self.cells
        apart = 10 if self.scale <= 5 else 100
        for tick in range(-(-start // apart) * apart, start + self.ticks, apart):
            line[int((tick - start) / self.scale)] = "┬"
        parts: list[str | tuple[str, str]] = [(f"{start:>{MARGIN - 1}} ", "client")]
        if here is None:
            return row(*parts, ("".join(line), "wire"))
        return row(*parts, ("".join(line[:here]), "wire"), ("▼", "name"), ("".join(line[here + 1 :]), "wire"))

    def _lane(self, client: int, start: int, here: int | None, now: float, chosen: Interval | None) -> Row:
        chars, roles = [" "] * self.cells, ["text"] * self.cells
        for each in self.found:
            if each.client != client or each.end < start or each.start >= start + self.ticks:
                continue
            first, last = int((each.start - start) // self.scale), int((each.end - start) // self.scale)
            text = drawn(each, max(1, last - first + 1), each is chosen)
            # What goes on over the end of a stave has its label again on the next one.
            if first < 0 and last >= 0:
                text = drawn(each, last + 2, each is chosen)[1:]
                first = 0
            role = "name" if each is chosen else each.role if each.start <= now else "wire"
            for x, char in enumerate(text, first):
                if 0 <= x < self.cells:
                    chars[x], roles[x] = char, role
        if here is not None and 0 <= here < self.cells and chars[here] in " ─╌━":
            chars[here], roles[here] = "│", "name"
        parts: list[str | tuple[str, str]] = [(f"{f'c{client}':>{MARGIN - 1}} ", "client-title")]
        at = 0
        for x in range(1, self.cells + 1):
            if x == self.cells or roles[x] != roles[at]:
                parts.append(("".join(chars[at:x]), roles[at]))
                at = x
        return row(*parts)


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
        "a wrong one, `W7` a write, `?` unanswered. Arrows choose an operation, and the playhead goes to its answer; "
        "Enter goes to its call."
    )

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._found: Sequence[Interval] = ()
        self._clients, self._duration, self._now = 1, 1, 0.0
        self._chosen: Interval | None = None
        self._staves: Staves | None = None
        self._at = -1

    def show_run(self, found: Sequence[Interval], clients: int, duration: int) -> None:
        """Another run."""
        self._found, self._clients, self._duration = found, clients, duration
        self._chosen, self._staves, self._at = None, None, -1
        self.rebuild()

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
            self._staves = Staves(self._found, self._clients, self._duration, width)
        staves = self._staves
        with_words = staves.stave_of(self._chosen.end) if self._chosen else -1
        rows: list[Row] = []
        for number in range(staves.count):
            rows.extend(staves.stave(number, self._now, self._chosen))
            if number == with_words and self._chosen:
                rows.extend(self._words(self._chosen, width))
        return rows

    def _words(self, chosen: Interval, width: int) -> list[Row]:
        rows = prose(f"client {chosen.client} {chosen.words}", width, "name", " ▸ ", "   ")
        return [*rows, *prose(chosen.reason, width, "lost", "   ", "   ")] if chosen.reason else rows

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
        lane = [each for each in self._found if each.client == client]
        return min(lane, key=lambda each: abs(each.start - now), default=None)

    def action_choose(self, count: int) -> None:
        if self._chosen is None:
            self._select(self._nearest(1))
            return
        lane = [each for each in self._found if each.client == self._chosen.client]
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
        if self._staves is None:
            return
        y, height = event.y + self.scroll_offset.y, self._clients + 1
        if self._chosen:
            # The words stand between two staves.
            after = self._extent(self._staves.stave_of(self._chosen.end))[1]
            if y > after:
                y = max(after, y - len(self._words(self._chosen, self.scrollable_content_region.width)))
        number, client = divmod(y, height)
        tick = number * self._staves.ticks + (event.x - MARGIN) * self._staves.scale
        lane = [each for each in self._found if each.client == client]
        near = min(lane, key=lambda each: max(each.start - tick, tick - each.end, 0), default=None)
        self._select(near)
