"""A story as a space-time diagram (Lamport 1978): a lane for each client and node, an arrow for each telling signal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from math import isfinite
from pathlib import Path

from distgame.checker import Kind, Operation, Outcome
from distgame.checker.lanes import answer
from distgame.engine import trace as tr
from distgame.engine.trace import label_of
from distgame.engine.world import name_of
from distgame.game.campaign.levels import Level
from distgame.game.play.files import FileError, reason, write_atomically
from distgame.hunt.story import Step, asks, befallen, first_nodes
from distgame.hunt.trial import Trial

_COLUMN, _LANE, _LEFT, _TOP, _LINE = 92, 54, 110, 78, 19
_INK, _FAINT, _WRITE, _READ, _WRONG, _HELD = "#24292f", "#b8bec6", "#0072B2", "#009E73", "#D55E00", "#B87A00"


def write_picture(picture: str | None, path: Path) -> None:
    """Writes an SVG whole or not at all. Raises FileError, also where there is no picture."""
    if picture is None:
        raise FileError(f"{path}: there is nothing to draw, since no answer of this run is wrong")
    try:
        write_atomically(path, picture.encode())
    except OSError as error:
        raise FileError(f"{path}: cannot be written: {reason(error)}") from None


def story_svg(trial: Trial, steps: Sequence[Step], level: Level) -> str | None:
    """The picture as SVG text, with the steps in words below; None for a run without a wrong answer.

    Columns are the order of events, not time.
    """
    if trial.wrong is None or not trial.wrong.operations:
        return None
    drawing = _Drawing(trial)
    top = drawing.height
    width, height = max(drawing.width, 860), top + _LINE * (len(steps) + 2)
    words = [_text(16, 24, f"{level.number} {level.name}: why an answer is wrong", size=16, weight="bold")]
    words.append(_text(16, 46, trial.wrong.reason))
    for place, step in enumerate(steps, 1):
        told = f"{step.tick:>5} {'!' if step.decision else ' '} {step.text}"
        words.append(_text(16, top + _LINE * place, told, color=_HELD if step.decision else _INK, family="monospace"))
    body = "\n".join([*words, *drawing.shapes()])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">\n'
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path d="M0 0L8 4L0 8z" fill="{_HELD}"/></marker></defs>\n'
        f'<rect width="100%" height="100%" fill="#ffffff"/>\n{body}\n</svg>\n'
    )


class _Drawing:
    """Where everything goes: events in the order of the trace are columns, clients and nodes are lanes."""

    def __init__(self, trial: Trial) -> None:
        assert trial.wrong is not None
        events = trial.trace.events
        self._trace = trial.trace
        self._clients = len(trial.trace.world.clients)
        self._operations = trial.wrong.operations
        self._wrong_tick = trial.wrong.tick
        self._asked = first_nodes(trial.trace)
        self._befallen = befallen(trial)
        arrived = {event[2]: index for index, event in enumerate(events) if event[0] == tr.DELIVER}
        self._arrivals = {index: arrived.get(events[index][2], len(events)) for index, _ in self._befallen}
        last = max((op.completed for op in self._operations if op.outcome is Outcome.OK), default=len(events))
        moments = {*self._arrivals, *self._arrivals.values()}
        moments |= {int(at) for op in self._operations for at in (op.invoked, op.completed) if at < len(events)}
        self._columns = {at: place for place, at in enumerate(sorted(at for at in moments if at <= last))}
        servers = {events[index][end] for index in self._arrivals for end in (3, 4)}
        servers |= {self._asked[int(op.invoked)] for op in self._operations if int(op.invoked) in self._asked}
        clients = {self._client(op) for op in self._operations}
        self._lanes = {each: place for place, each in enumerate([*sorted(clients, reverse=True), *sorted(servers)])}
        self.width = _LEFT + _COLUMN * (len(self._columns) + 1)
        self.height = _TOP + _LANE * len(self._lanes) + 8

    def shapes(self) -> Iterator[str]:
        """Lanes, operations and signals."""
        for server in self._lanes:
            y = self._y(server)
            yield _text(16, y + 4, name_of(server))
            yield _line(_LEFT - 10, y, self.width - 10, y, _FAINT)
        for op in self._operations:
            yield from self._operation(op)
        for index, fate in self._befallen:
            yield from self._signal(index, fate)

    def _operation(self, op: Operation) -> Iterator[str]:
        x, end, y = self._x(op.invoked), self._x(op.completed), self._y(self._client(op))
        reads = op.kind in (Kind.READ, Kind.SNAPSHOT)
        wrong = op.kind is not Kind.WRITE and op.completed_at == self._wrong_tick
        color = _WRONG if wrong else _READ if reads else _WRITE
        told = "None" if op.kind is Kind.READ and op.value is None else answer(op)
        words = asks(op) if op.kind is Kind.WRITE else f"{asks(op)} {told}"
        yield f'<rect x="{x}" y="{y - 7}" width="{max(14, end - x)}" height="14" rx="4" fill="{color}"/>'
        yield _text(x, y - 12, words, size=11, color=color)
        node = self._asked.get(int(op.invoked))
        if node is not None:
            yield _line(x + 5, y + 7, x + 5, self._y(node), color)
            yield f'<circle cx="{x + 5}" cy="{self._y(node)}" r="4" fill="{color}"/>'

    def _signal(self, index: int, fate: str) -> Iterator[str]:
        event = self._trace.events[index]
        x, y, to = self._x(index), self._y(event[3]), self._y(event[4])
        label = label_of(event[8])
        if fate == "drop":
            stop = y + (to - y) * 0.55
            yield _line(x, y, x + 26, stop, _HELD)
            yield _text(x + 21, stop + 6, "✕", size=15, color=_WRONG)
            yield _text(x + 38, stop + 4, f"{label} lost", size=10, color=_HELD)
            return
        end = self._x(self._arrivals[index])
        dashes = ' stroke-dasharray="6 4"' if fate == "hold" else ""
        yield _line(x, y, end, to, _HELD, f'{dashes} marker-end="url(#tip)"')
        words = f"{label}, again" if fate == "double" else label
        yield _text(x + (end - x) * 0.3 + 4, y + (to - y) * 0.3 - 3, words, size=10, color=_HELD)

    def _client(self, op: Operation) -> int:
        return -((op.process - 1) % self._clients + 1)

    def _x(self, moment: float) -> int:
        place = self._columns.get(int(moment)) if isfinite(moment) else None
        return _LEFT + _COLUMN * (len(self._columns) if place is None else place)

    def _y(self, server: int) -> int:
        return _TOP + _LANE * self._lanes[server] + 20


def _line(x: float, y: float, to_x: float, to_y: float, color: str, more: str = "") -> str:
    ends = f'x1="{x:g}" y1="{y:g}" x2="{to_x:g}" y2="{to_y:g}"'
    return f'<line {ends} stroke="{color}" stroke-width="1.5"{more}/>'


def _text(
    x: float,
    y: float,
    words: str,
    size: int = 12,
    color: str = _INK,
    weight: str = "normal",
    family: str = "sans-serif",
) -> str:
    style = f'font-family="{family}" font-size="{size}" font-weight="{weight}" fill="{color}" xml:space="preserve"'
    return f'<text x="{x:g}" y="{y:g}" {style}>{escape(words)}</text>'
