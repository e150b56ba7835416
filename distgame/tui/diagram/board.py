"""The lane board: one row for each pair, for areas too small for a ring and fonts without Braille."""

from __future__ import annotations

from functools import lru_cache
from math import ceil

from .layout import Layout, Pair, Point
from .route import Path, Plan, Wire, place_tags, without_taken
from .scene import GATEWAY, LinkMark, name

_HEADER = 3
_COLUMN_GAP = 2
_LONE_LANE = 32
"""Cells for an only client and its lane: no longer than it needs to be."""


@lru_cache(maxsize=64)
def board(layout: Layout, links: tuple[LinkMark, ...] = ()) -> Plan:
    """Lanes instead of wires: rows of cells between two names, in columns below the chips.

    Pairs that find no room (an area far below the supported sizes) have no lane.
    """
    lanes = _client_lanes(layout) | _pair_lanes(layout)
    taken = bytearray(b"\1" * (layout.width * layout.height))
    wires, paths = {}, {}
    for (a, b), cells in lanes.items():
        taken[cells.start : cells.stop] = bytes(len(cells))
        y, x = divmod(cells.start, layout.width)
        wires[a, b] = Wire(Point(x, y + 0.5), Point(x + len(cells), y + 0.5))
        paths[a, b] = Path(tuple(cells), (0,) * len(cells), 0)
        paths[b, a] = Path(tuple(reversed(cells)), (0,) * len(cells), 4)
    tags = place_tags(layout, wires, links, taken, {})
    if tags:
        paths = {direction: without_taken(path, taken) for direction, path in paths.items()}
    return Plan(layout, wires, paths, tags, bytes(taken), lanes=True)


def _client_lanes(layout: Layout) -> dict[Pair, range]:
    """In row 0, right of each client's chip, up to a cell before the next; the gateway is at its right."""
    chips = [layout.boxes[client] for client in layout.clients]
    lanes = {}
    for client, chip in zip(layout.clients, chips, strict=True):
        end = chip.x + (chips[1].x - chips[0].x if len(chips) > 1 else _LONE_LANE)
        if chip.right < min(end, layout.width) - 1:
            lanes[client, GATEWAY] = range(chip.right, min(end, layout.width) - 1)
    return lanes


def _pair_lanes(layout: Layout) -> dict[Pair, range]:
    pairs, free = layout.pairs, layout.height - _HEADER
    if not pairs or free < 1:
        return {}
    columns = ceil(len(pairs) / free)
    rows = ceil(len(pairs) / columns)
    pitch = (layout.width + _COLUMN_GAP) // columns
    lanes = {}
    for number, (a, b) in enumerate(pairs):
        column, row = divmod(number, rows)
        left = (_HEADER + row) * layout.width + column * pitch
        start, end = left + len(name(a)) + 1, left + pitch - _COLUMN_GAP - len(name(b)) - 1
        if start < end:
            lanes[a, b] = range(start, end)
    return lanes
