"""Space and time: a lane for each server, time to the right, each signal a line from its sender to its receiver."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import floor

from textual import events
from textual.message import Message
from textual.strip import Strip

from distgame.engine import trace as tr
from distgame.engine.world import GATEWAY
from distgame.game.play.playback import Playback
from distgame.tui.commands import Command, Commanded

from .intervals import Interval, Lanes, drawn
from .painted import Painted
from .recording import Recording
from .rows import FAULT, LOST, WRONG, Row, row
from .staves import joined
from .wording import short_label

MARGIN = 4
PLAYHEAD_AT = 0.6
"""The share of the width that is past."""
SCALES = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Ticks a cell."""
MOST_LABELS = 500
"""Where there are more signals in the picture, a label could not be told to be of one of them."""
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
_RANK = {"": 0, "wire": 0, "reply": 1, "request": 1, "lost": 2}


@dataclass(frozen=True, slots=True)
class Line:
    """A signal's way: times in ticks, the servers at its ends, and whether it dies half way."""

    signal: int
    start: float
    end: float
    sender: int
    receiver: int
    role: str
    lost: bool


class Past:
    """What the picture needs of a run, looked up by time."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self.playback: Playback = recording.playback
        self.lanes = Lanes(recording.operations)
        world = recording.run.trace.world
        self.servers = [*range(-1, -len(world.clients) - 1, -1), GATEWAY, *range(1, world.nodes + 1)]

    @cached_property
    def _longest(self) -> float:
        starts, ends = self.playback.spans
        return max((end - start for start, end in zip(starts, ends, strict=True)), default=0.0)

    def lines(self, start: float, end: float) -> list[Line]:
        """The signals that are on their way at some time in [start, end]."""
        starts, ends = self.playback.spans
        found = []
        first, last = bisect_left(starts, start - self._longest), bisect_right(starts, end)
        for number in range(first, last):
            if ends[number] >= start:
                signal = self.playback.trace.signals[number + 1]
                lost = signal.due is None or (number + 1) in self._dead
                role = "lost" if lost else "reply" if signal.is_answer else "request"
                found.append(Line(number + 1, starts[number], ends[number], signal.sender, signal.receiver, role, lost))
        return found

    @cached_property
    def _dead(self) -> frozenset[int]:
        return frozenset(event[2] for event in self.playback.trace.events if event[0] == tr.LOSE)

    @cached_property
    def absences(self) -> dict[int, list[tuple[float, float, str]]]:
        """When each node was down or paused: from, to, and which."""
        found: dict[int, list[tuple[float, float, str]]] = {}
        since: dict[tuple[int, str], float] = {}
        ends = {"crash": "pause", "restart": "crash", "resume": "pause"}
        for time, index in self.playback.faults:
            kind, node = self.playback.trace.events[index][2:4]
            if self.playback.trace.events[index][0] != tr.FAULT:
                continue
            began = since.pop((node, ends.get(kind, "")), None)
            if began is not None:
                found.setdefault(node, []).append((began, time, ends[kind]))
            if kind in ("crash", "pause"):
                since[node, kind] = time
        for (node, kind), began in since.items():
            found.setdefault(node, []).append((began, self.playback.duration + 1.0, kind))
        return found


@lru_cache(maxsize=8192)
def _dots(left: int, run: int, rise: float) -> tuple[tuple[int, int, int], ...]:
    """A line from the middle of a cell's height, `run` half cells to the right and `rise` cells down.

    It starts in the `left` (0 or 1) half of the cell. Each of its cells is told as lines down, columns to the right,
    and the dots in it.
    """
    steps = max(1, int(max(run, abs(rise) * 4)))
    found: dict[tuple[int, int], int] = {}
    for step in range(steps + 1):
        x, y = (left + run * step / steps) / 2, 0.5 + rise * step / steps
        column, line = int(x), floor(y)
        found[line, column] = found.get((line, column), 0) | _DOTS[int((y - line) * 4)][int((x - column) * 2)]
    return tuple((line, column, bits) for (line, column), bits in found.items())


class Canvas:
    """Cells with a character and a role; lines are made of Braille dots, or of points where those are not wanted."""

    def __init__(self, width: int, height: int, braille: bool) -> None:
        self.width, self.height = width, height
        self._braille = braille
        self._dots = [0] * (width * height)
        self._chars = [""] * (width * height)
        self._roles = [""] * (width * height)

    def line(self, x0: float, y0: int, x1: float, rise: float, role: str) -> None:
        """A line from the middle of one line to the middle of another, to the right, in cells."""
        first = round(x0 * 2)
        start, width, cells = first >> 1, self.width, self.width * self.height
        dots, roles, rank = self._dots, self._roles, _RANK[role]
        for down, right, bits in _dots(first & 1, max(0, round(x1 * 2) - first), rise):
            column, cell = start + right, (y0 + down) * width + start + right
            if 0 <= column < width and 0 <= cell < cells:
                dots[cell] |= bits
                if rank >= _RANK.get(roles[cell], 9):
                    roles[cell] = role

    def text(self, x: int, y: int, text: str, role: str, over: bool = True) -> bool:
        """Writes a text where it fits; unless `over`, only where there is no other one, nor one beside it."""
        first, last = max(0, x), min(self.width, x + len(text))
        fits = 0 <= y < self.height and last - first == len(text)
        at = y * self.width
        beside = slice(at + max(0, x - 1), at + min(self.width, x + len(text) + 1))
        if not over and (not fits or any(self._chars[beside])):
            return False
        if 0 <= y < self.height:
            for place in range(first, last):
                self._chars[at + place], self._roles[at + place] = text[place - x], role
        return True

    def blank(self, x: int, y: int) -> bool:
        """Whether there is no text at a place."""
        return not self._chars[y * self.width + x]

    def rows(self) -> list[Row]:
        """The picture."""
        made = []
        for at in range(0, self.width * self.height, self.width):
            cells = range(at, at + self.width)
            chars = [self._chars[cell] or self._dot(self._dots[cell]) for cell in cells]
            made.append(row(*joined(chars, [self._roles[cell] or "text" for cell in cells])))
        return made

    def _dot(self, bits: int) -> str:
        return " " if not bits else chr(0x2800 + bits) if self._braille else "·"


def spacetime_rows(
    past: Past,
    now: float,
    width: int,
    height: int,
    scale: float,
    lit: Collection[int] | None = None,
    lit_operations: Collection[int] | None = None,
    braille: bool = True,
) -> list[Row]:
    """The picture around the playhead; of `lit` signals and operations (by their calls) all others are faint."""
    canvas = Canvas(width, height, braille)
    start = now - (width - MARGIN) * PLAYHEAD_AT * scale
    end = start + (width - MARGIN) * scale
    apart = max(1.0, (height - 2) / max(1, len(past.servers) - 1))
    ys = {server: min(height - 1, 1 + round(place * apart)) for place, server in enumerate(past.servers)}

    def at(time: float) -> float:
        return MARGIN + (time - start) / scale

    lines = past.lines(start, end)
    for each in lines:
        faint = each.signal not in lit if lit is not None else each.start > now
        rise = (ys[each.receiver] - ys[each.sender]) * _reach(past, each)
        canvas.line(at(each.start), ys[each.sender], at(each.end), rise, "wire" if faint else each.role)
    _lanes(canvas, past, ys, start, end, scale, now, lit_operations)
    bright = [each for each in lines if (each.signal in lit if lit is not None else each.start <= now)]
    for each in bright:
        if each.lost:
            y0, y1 = ys[each.sender], ys[each.receiver]
            canvas.text(int(at(each.end)), round(y0 + (y1 - y0) * _reach(past, each)), LOST, "lost", over=True)
    for each in sorted(bright, key=lambda line: not line.lost):
        if len(lines) <= MOST_LABELS or each.lost:
            _label(canvas, each, at, ys, past)
    here = int(at(now))
    for y in range(1, height):
        if canvas.blank(here, y):
            canvas.text(here, y, "│", "name")
    _axis(canvas, past, start, end, at, here)
    return canvas.rows()


def _reach(past: Past, each: Line) -> float:
    """What share of its way a signal comes: one that the network loses dies half-way."""
    return 0.5 if each.lost and past.playback.trace.signals[each.signal].due is None else 1.0


def _label(canvas: Canvas, each: Line, at, ys: dict[int, int], past: Past) -> None:  # type: ignore[no-untyped-def]
    y0, y1 = ys[each.sender], ys[each.receiver]
    label, reach = short_label(past.playback.trace.signals[each.signal]), _reach(past, each)
    for share in (0.5, 0.35, 0.65, 0.2, 0.8):
        x, y = at(each.start) + (at(each.end) - at(each.start)) * share, y0 + (y1 - y0) * reach * share
        if round(y) not in (y0, y1) and canvas.text(int(x) + 1, round(y), label, each.role, over=False):
            return


def _lanes(
    canvas: Canvas,
    past: Past,
    ys: dict[int, int],
    start: float,
    end: float,
    scale: float,
    now: float,
    lit: Collection[int] | None,
) -> None:
    for server, y in ys.items():
        name = "g" if server == GATEWAY else f"c{-server}" if server < GATEWAY else f"{server}"
        title = "client-title" if server < GATEWAY else "gateway-title" if server == GATEWAY else "node-title"
        canvas.text(0, y, f"{name:>3} ", title)
        if server < GATEWAY:
            for each in past.lanes.between(-server, start, end):
                _interval(canvas, each, y, start, scale, now, lit)
        absences = past.absences.get(server, ())
        for x in range(MARGIN, canvas.width):
            time = start + (x - MARGIN) * scale
            if not 0 <= time <= past.playback.duration or not canvas.blank(x, y):
                continue
            away = next((kind for began, ended, kind in absences if began <= time < ended), "")
            char, role = {"crash": (" ", "down"), "pause": ("╌", "slow")}.get(away, ("─", "wire"))
            canvas.text(x, y, char, role)
        for began, _, kind in absences:
            x = int(MARGIN + (began - start) / scale)
            if MARGIN <= x < canvas.width:
                canvas.text(x, y, LOST if kind == "crash" else "‖", "cut-tag" if kind == "crash" else "slow")


def _interval(
    canvas: Canvas, each: Interval, y: int, start: float, scale: float, now: float, lit: Collection[int] | None
) -> None:
    first, last = int(MARGIN + (each.start - start) // scale), int(MARGIN + (each.end - start) // scale)
    faint = each.called not in lit if lit is not None else each.start > now
    text = drawn(each, max(1, last - first + 1), False)
    cut = max(0, MARGIN - first)
    canvas.text(max(first, MARGIN), y, text[cut : cut + canvas.width], "wire" if faint else each.role)


def _axis(canvas: Canvas, past: Past, start: float, end: float, at, here: int) -> None:  # type: ignore[no-untyped-def]
    apart = next((each for each in (5, 10, 20, 50, 100, 200) if each * canvas.width / (end - start) >= 9), 500)
    first = max(0, int(-(-start // apart) * apart))
    for tick in range(first, min(int(end), past.playback.duration) + 1, apart):
        canvas.text(int(at(tick)), 0, f"┬{tick}", "client", over=False)
    for times, sign, role in (
        (past.playback.faults, FAULT, "gateway-title"),
        (past.playback.violations, WRONG, "lost"),
    ):
        for time, _ in times[bisect_left(times, (start, -1)) : bisect_right(times, (end, -1))]:
            if MARGIN <= int(at(time)) < canvas.width:
                canvas.text(int(at(time)), 0, sign, role)
    canvas.text(here, 0, "▼", "name")


class SpaceTime(Commanded, Painted, can_focus=True):
    """The picture on the screen, in the place of the diagram."""

    KEYS = (
        Command("left", "go(-1)", "", "", "A tick back."),
        Command("right", "go(1)", "", "", "A tick on."),
        Command("up", "zoom(-1)", "", "", "Fewer ticks in the picture."),
        Command("down", "zoom(1)", "", "", "More ticks in the picture."),
    )
    HELP = (
        "Space and time: a lane for each client, the gateway and each node; time goes to the right, `▼` is where you "
        "are, and what lies right of it is still to come. Each signal is a line from its sender to its receiver. On "
        "the clients' lanes stand their operations. A click goes there; up and down, or the wheel, zoom."
    )

    class Sought(Message):
        """The player wants to be at `time`, in ticks."""

        def __init__(self, time: float) -> None:
            super().__init__()
            self.time = time

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._past: Past | None = None
        self._drawn: object = None
        self._now = 0.0
        self._scale = SCALES.index(0.5)
        self._lit: Collection[int] | None = None
        self._lit_operations: Collection[int] | None = None
        self._rows: Sequence[Row] = ()

    def show_run(self, recording: Recording) -> None:
        """Another run."""
        self._past = Past(recording)
        self._rows = ()

    def show(
        self,
        now: float,
        lit: Collection[int] | None = None,
        lit_operations: Collection[int] | None = None,
        running: bool = False,
    ) -> None:
        """Moves the playhead; of `lit` signals and operations all others are faint.

        While it is `running`, the picture moves on by whole dots.
        """
        self._now, self._lit, self._lit_operations = now, lit, lit_operations
        if self._past is None or not self.size.area:
            return
        drawn = int(now * 2 / SCALES[self._scale]), self._scale, self.size, lit, self._past
        if running and drawn == self._drawn:
            return
        self._drawn = drawn
        rows = spacetime_rows(
            self._past,
            now,
            self.size.width,
            self.size.height,
            SCALES[self._scale],
            lit,
            lit_operations,
            not getattr(self.app, "ascii", False),
        )
        if rows != self._rows:
            self._rows = rows
            self.refresh()

    def on_resize(self) -> None:
        self.show(self._now, self._lit, self._lit_operations)

    def render_line(self, y: int) -> Strip:
        return self.painted(self._rows[y] if y < len(self._rows) else ())

    def on_click(self, event: events.Click) -> None:
        cells = self.size.width - MARGIN
        time = self._now + (event.x - MARGIN - cells * PLAYHEAD_AT) * SCALES[self._scale]
        self.post_message(self.Sought(max(0.0, time)))

    def on_mouse_scroll_up(self) -> None:
        self.action_zoom(-1)

    def on_mouse_scroll_down(self) -> None:
        self.action_zoom(1)

    def action_go(self, ticks: int) -> None:
        self.post_message(self.Sought(self._now + ticks))

    def action_zoom(self, count: int) -> None:
        self._scale = min(max(0, self._scale + count), len(SCALES) - 1)
        self.show(self._now, self._lit, self._lit_operations)
