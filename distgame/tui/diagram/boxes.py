"""How one box looks: frame, title in the border and texts, or a chip on the lane board."""

from __future__ import annotations

from typing import NamedTuple

from rich.cells import cell_len, set_cell_size

from .glyphs import UNICODE, Glyphs
from .layout import Layout, Rect
from .scene import Box, name

_STATE_ROLES = {"down": "down", "paused": "slow", "cut off": "cut"}


class Span(NamedTuple):
    """Text in one role; roles are the keys of the palette."""

    text: str
    role: str


def box_rows(box: Box, rect: Rect, layout: Layout, glyphs: Glyphs = UNICODE) -> list[list[Span]]:
    """The rows of a box, each exactly as wide as `rect`."""
    if layout.style == "board":
        return [_fitted(row, rect.width) for row in _chip(box, rect, glyphs)[: rect.height]]
    lines = texts(box, layout.short)
    edge = box.role if box.state == "up" else _STATE_ROLES.get(box.state, "slow")
    alive = glyphs.gateway if box.role == "gateway" else glyphs.box
    frame = glyphs.crashed if box.state == "down" else alive
    ink = "down" if box.state == "down" else "text"
    lead = "" if box.role == "client" else frame.across
    title = cut(box.title, rect.width - 4 - len(lead), glyphs)
    rest = rect.width - 4 - len(lead) - cell_len(title)
    top_left, top_right, bottom_right, bottom_left = tuple(frame.corners)
    rows = [
        [
            Span(f"{top_left}{lead} ", edge),
            Span(title, f"{edge}-title"),
            Span(f" {frame.across * rest}{top_right}", edge),
        ]
    ]
    inner = rect.width - 2
    if rect.height == 2:  # No row of its own is left for the text, so it sits in the border.
        text = cut(lines[0] if lines else "", inner - 1, glyphs)
        return [
            *rows,
            [Span(bottom_left, edge), Span(filled(f" {text}", inner), ink), Span(bottom_right, edge)],
        ]
    for number in range(rect.height - 2):
        text = cut(lines[number], inner - 1, glyphs) if number < len(lines) else ""
        shown = _STATE_ROLES.get(box.state, "slow") if number == 1 and box.state != "up" else ink
        rows.append([Span(frame.down, edge), Span(filled(f" {text}", inner), shown), Span(frame.down, edge)])
    rows.append([Span(bottom_left + frame.across * inner + bottom_right, edge)])
    return rows


def texts(box: Box, short: bool) -> tuple[str, ...]:
    """A box's lines, the second one giving way to its state unless it is up; a crashed box has no more."""
    lines = box.short if short else box.lines
    if box.state == "up":
        return lines
    first = lines[:1] or ("",)
    return (*first, box.state) if box.state == "down" else (*first, box.state, *lines[2:])


def cut(text: str, length: int, glyphs: Glyphs) -> str:
    """The text, cut to `length` cells with an ellipsis."""
    if cell_len(text) <= length:
        return text
    return set_cell_size(text, length - 1) + glyphs.ellipsis if length > 0 else ""


def filled(text: str, length: int) -> str:
    """The text, filled up to `length` cells."""
    return text + " " * (length - cell_len(text))


def _chip(box: Box, rect: Rect, glyphs: Glyphs) -> list[list[Span]]:
    lines = texts(box, short=True)
    ink = "down" if box.state == "down" else "text"
    if box.role == "gateway":
        return [[Span(f"{name(box.id)} ", "name"), Span(cut(box.title, rect.width - 2, glyphs), "name")]]
    label = f"{name(box.id)} "
    room = rect.width - len(label)
    first = lines[0] if lines else ""
    if box.role == "node":  # The register is the only thing a node's chip can show: "x=" goes without saying.
        first = first.rpartition("=")[2]
    rows = [[Span(label, "name"), Span(cut(first, room, glyphs), ink if ink == "down" else "name")]]
    if len(lines) > 1:
        state = ink if box.state == "up" else _STATE_ROLES.get(box.state, "slow")
        rows.append([Span(" " * len(label), ink), Span(cut(lines[1], room, glyphs), state)])
    return rows


def _fitted(spans: list[Span], width: int) -> list[Span]:
    fitted, room = [], width
    for text, role in spans:
        fitted.append(Span(text if cell_len(text) <= room else set_cell_size(text, room), role))
        room -= cell_len(fitted[-1].text)
    return [*fitted, Span(" " * room, "text")]
