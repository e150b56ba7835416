"""From a plan and an overlay to rows of styled spans, and to plain text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from .board import board
from .boxes import Span, box_rows
from .glyphs import UNICODE, Glyphs
from .layout import Style, arrange
from .overlay import Overlay, overlay
from .route import IDLE_PITCH, TRAIL_PITCH, Plan, idle_dots, route, wire_dots
from .scene import Scene, name

SLOW_PITCH, LOSSY_PITCH = 2.5, 1.6
"""Distance between the dots of a slow wire, and of one that loses more than others, in cell widths."""
UNFOCUSED_PITCH = 2.0
"""Distance between the dots of all other wires while one box has the focus."""
CUT_ENDS = 0.35
"""Share of a cut wire that is left at each of its ends."""
_BRAILLE = "".join(chr(0x2800 + dots) for dots in range(256))
_TRAILS = {role: [(char, role) for char in _BRAILLE] for role in ("request", "reply", "lost", "wire")}
_RANK = {"wire": 0, "slow": 1, "lossy": 1, "cut": 2, "focus": 3}


class Run(NamedTuple):
    """Text in one role from column `x` on."""

    x: int
    text: str
    role: str


Cells = dict[int, tuple[str, str]]
"""Character and role by cell."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What lies under the signals, drawn once for each plan: the runs of every row, without gaps."""

    width: int
    rows: list[list[Run]]


def plan_for(scene: Scene, width: int, height: int, style: Style = "ring", braille: bool = True) -> Plan:
    """The plan of a scene in an area; without `braille` it is always the board."""
    layout = arrange(width, height, len(scene.nodes), len(scene.clients), style if braille else "board")
    return board(layout, scene.links) if layout.style == "board" else route(layout, scene.links)


@lru_cache(maxsize=32)
def ground(plan: Plan, highlight: int | None = None, glyphs: Glyphs = UNICODE) -> Ground:
    """The idle wires or lanes and their tags; `highlight` is the box whose wires stand out."""
    width, height = plan.layout.width, plan.layout.height
    cells = _lanes(plan, highlight, glyphs) if plan.lanes else _wires(plan, highlight)
    for tag in plan.tags:
        role = "cut-tag" if tag.mark.kind == "cut" else tag.mark.kind
        if tag.start >= 0:
            cells.update({tag.start + i: (char, role) for i, char in enumerate(tag.mark.words)})
    rows = runs_by_row(cells, width)
    return Ground(width, [_gapless(rows.get(y, []), width) for y in range(height)])


def _wires(plan: Plan, highlight: int | None) -> Cells:
    dots: dict[int, int] = {}
    roles: dict[int, str] = {}
    for pair, wire in plan.wires.items():
        mark = plan.mark_of(pair)
        role: str = mark.kind if mark else "wire"
        pitch, ends = IDLE_PITCH, CUT_ENDS if mark and mark.parts else 0.5
        if highlight is not None:
            pitch = TRAIL_PITCH if highlight in pair else UNFOCUSED_PITCH
            role = "focus" if highlight in pair and not mark else role
        if role in ("slow", "lossy"):
            pitch = SLOW_PITCH if role == "slow" else LOSSY_PITCH
        usual = pitch == IDLE_PITCH and role == "wire"
        marks = idle_dots(plan.layout)[pair] if usual else wire_dots(plan.layout, wire, pitch, ends)
        for cell, bits in marks.items():
            dots[cell] = dots.get(cell, 0) | bits
            if _RANK[role] >= _RANK[roles.get(cell, "wire")]:
                roles[cell] = role
    return {cell: (_BRAILLE[bits], roles[cell]) for cell, bits in dots.items()}


def _lanes(plan: Plan, highlight: int | None, glyphs: Glyphs) -> Cells:
    cells: Cells = {}
    for (a, b), wire in plan.wires.items():
        mark = plan.mark_of((a, b))
        role = mark.kind if mark else "focus" if highlight in (a, b) else "wire"
        start = int(wire.start.y) * plan.layout.width + int(wire.start.x)
        length = int(wire.length)
        char = glyphs.slow_lane if role == "slow" else glyphs.lane
        for i in range(length):
            if not (mark and mark.parts) or min(i + 0.5, length - i - 0.5) <= CUT_ENDS * length:
                cells[start + i] = (char, "wire" if role == "cut" else role)
        if b > 0:
            for identity, at in ((a, start - 1 - len(name(a))), (b, start + length + 1)):
                cells.update({at + i: (char, "name") for i, char in enumerate(name(identity))})
    return cells


def painted(over: Overlay, glyphs: Glyphs = UNICODE) -> Cells:
    """The cells of one frame's signals."""
    cells: Cells = {cell: _TRAILS[role][dots] for cell, (dots, role) in over.trails.items()}
    for label in over.labels:
        for i, char in enumerate(label.text, label.start):
            cells[i] = (char, label.role)
    for head in over.heads:
        cells[head.cell] = (_head_char(head.arrow, head.role, len(head.flights), glyphs), head.role)
    return cells


def _head_char(arrow: int, role: str, count: int, glyphs: Glyphs) -> str:
    if count > 1:
        return str(count) if count < 10 else "*"
    if role == "lost":
        return glyphs.lost
    return (glyphs.reply if role == "reply" else glyphs.request)[arrow]


def marked(cells: Cells, over: Overlay, chosen: int | None, marks: Mapping[int, str]) -> Cells:
    """The same cells with the chosen flight standing out, and letters to choose by over everything, by their cells."""
    if chosen is not None:
        for label in over.labels:
            if label.flight == chosen:
                cells.update({i: (char, "chosen") for i, char in enumerate(label.text, label.start)})
        for head in over.heads:
            if chosen in head.flights:
                cells[head.cell] = (cells[head.cell][0], "chosen")
    for cell, letters in marks.items():
        cells.update({cell + i: (char, "jump") for i, char in enumerate(letters)})
    return cells


def runs_by_row(cells: Cells, width: int) -> dict[int, list[Run]]:
    """Joins neighbours of one role into runs, left to right, for each row that has any cell."""
    rows: defaultdict[int, list[Run]] = defaultdict(list)
    text, role, begin, following = "", "", 0, -1
    for cell in sorted(cells):
        char, colour = cells[cell]
        if cell == following and colour == role and cell % width:
            text += char
        else:
            if text:
                rows[begin // width].append(Run(begin % width, text, role))
            text, role, begin = char, colour, cell
        following = cell + 1
    if text:
        rows[begin // width].append(Run(begin % width, text, role))
    return rows


def row_spans(under: Ground, y: int, runs: list[Run]) -> list[Span]:
    """One row: the signals' runs with the ground between them."""
    spans: list[Span] = []
    x = 0
    for run in runs:
        _crop(under.rows[y], x, run.x, spans)
        spans.append(Span(run.text, run.role))
        x = run.x + len(run.text)
    _crop(under.rows[y], x, under.width, spans)
    return spans


def _gapless(runs: list[Run], width: int) -> list[Run]:
    filled: list[Run] = []
    x = 0
    for run in [*runs, Run(width, "", "wire")]:
        gap = " " * (run.x - x)
        if filled and filled[-1].role == run.role:
            last = filled.pop()
            filled.append(Run(last.x, last.text + gap + run.text, run.role))
        else:
            filled.append(Run(x, gap + run.text, run.role))
        x = run.x + len(run.text)
    return filled


def _crop(runs: list[Run], start: int, end: int, spans: list[Span]) -> None:
    for x, text, role in runs:
        if x >= end:
            break
        part = text[max(0, start - x) : end - x]
        if part:
            spans.append(Span(part, role))


def render_text(
    scene: Scene,
    width: int,
    height: int,
    style: Style = "ring",
    highlight: int | None = None,
    glyphs: Glyphs = UNICODE,
) -> list[str]:
    """The whole diagram as `height` lines of plain text, without trailing spaces."""
    plan = plan_for(scene, width, height, style)
    under = ground(plan, highlight, glyphs)
    signals = runs_by_row(painted(overlay(plan, scene.signals), glyphs), width)
    rows = [list("".join(s.text for s in row_spans(under, y, signals.get(y, [])))) for y in range(height)]
    for box in scene.boxes:
        rect = plan.layout.boxes[box.id]
        for y, spans in enumerate(box_rows(box, rect, plan.layout, glyphs), start=rect.y):
            text = "".join(span.text for span in spans)
            if y < height:
                rows[y][rect.x : rect.x + len(text)] = text
    return ["".join(row)[:width].rstrip() for row in rows]
