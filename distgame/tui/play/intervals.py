"""The operations of a run as intervals: what was asked, from when to when, and what became of it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from distgame.checker import Explanation
from distgame.engine import trace as tr
from distgame.game.pictures.telling import answered, asked, is_answer
from distgame.game.running.runs import Run

from .rows import RIGHT, UNANSWERED, WRONG
from .wording import narrow

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
    for index, event in run.trace.calls:
        if event[0] == tr.INVOKE:
            calls[event[3]] = (index, event)
            continue
        called, call = calls.pop(event[3])
        told = answered(event) if is_answer(event) else asked(call)
        span = f"tick {call[1]} to {event[1]}"
        read, reason = judged.get(index), ""
        if not is_answer(event):
            mark, words = UNANSWERED, f"{told.words}: not answered, {span}"
        elif read is None:
            mark, words = "", f"{told.words}, {span}"
        else:
            mark = RIGHT if read.verdict.ok else WRONG
            words = f"{told.words}, {span}: {'right' if mark == RIGHT else 'wrong'}"
            if explanation and read is first_wrong:
                reason = explanation.sentence
        found.append(Interval(event[2], call[1], event[1], called, index, short(told.sign), mark, words, reason))
    end = run.trace.end
    for called, call in calls.values():
        words = f"{call[4]}: still open when the run ended"
        sign = short(asked(call).sign)
        found.append(Interval(call[2], call[1], end, called, len(run.trace.events), sign, UNANSWERED, words))
    return sorted(found, key=lambda each: each.called)


def short(sign: str) -> str:
    """A sign that is never long."""
    sign = narrow(sign)
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


class Lanes:
    """The intervals of each client, to be looked up by time: a client has one operation at a time."""

    def __init__(self, found: Sequence[Interval]) -> None:
        self._lanes: dict[int, list[Interval]] = {}
        for each in found:
            self._lanes.setdefault(each.client, []).append(each)

    def of(self, client: int) -> Sequence[Interval]:
        """All of one client."""
        return self._lanes.get(client, ())

    def between(self, client: int, start: float, end: float) -> Sequence[Interval]:
        """Those of a client that have a part in [start, end], ticks."""
        lane = self.of(client)
        first = bisect_left(lane, start, key=lambda each: each.end)
        return lane[first : bisect_right(lane, end, key=lambda each: each.start)]
