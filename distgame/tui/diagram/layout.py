"""Where the boxes stand: a ring of the gateway and the nodes with the clients left of it, or the lane board.

The places depend on the size of the area and on the counts alone, never on a text, so nothing moves while a
run plays.  Every length is in terminal cells; a cell is taken to be twice as high as it is wide.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Literal, NamedTuple

from .scene import GATEWAY

Style = Literal["ring", "board"]
SizeClass = Literal["narrow", "wide", "big"]
Pair = tuple[int, int]


class Point(NamedTuple):
    """A place in the area; cell (x, y) covers x to x + 1 and y to y + 1."""

    x: float
    y: float


class Rect(NamedTuple):
    """A box's cells."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height

    @property
    def centre(self) -> Point:
        return Point(self.x + self.width / 2, self.y + self.height / 2)

    def near(self, other: Rect, columns: int, rows: int) -> bool:
        """Whether the two boxes are closer than `columns` and `rows` to each other (0, 0: they overlap)."""
        return (
            self.x < other.right + columns
            and other.x < self.right + columns
            and self.y < other.bottom + rows
            and other.y < self.bottom + rows
        )


@dataclass(frozen=True)
class Layout:
    """The boxes of one diagram; `short`: they show their short texts; `port_gap` is in cell widths."""

    width: int
    height: int
    size: SizeClass
    style: Style
    boxes: dict[int, Rect]
    short: bool = False
    port_gap: float = 1.0

    # One layout is made for each size and pair of counts, so identity is equality and a cache key.
    __hash__ = object.__hash__
    __eq__ = object.__eq__

    @property
    def ring(self) -> list[int]:
        """Ids of the gateway and the nodes, in order."""
        return sorted(identity for identity in self.boxes if identity >= GATEWAY)

    @property
    def clients(self) -> list[int]:
        """Ids of the clients, first client first."""
        return sorted((identity for identity in self.boxes if identity < GATEWAY), reverse=True)

    @property
    def pairs(self) -> list[Pair]:
        """The linked pairs among gateway and nodes: g-1 .. g-n, 1-2, 1-3, ..."""
        return list(combinations(self.ring, 2))


@dataclass(frozen=True, slots=True)
class _Canon:
    """A ring as drawn for its canonical size: top left corners of the nodes' boxes."""

    nodes: tuple[tuple[int, int], ...]
    box: tuple[int, int]
    port_gap: float


@dataclass(frozen=True, slots=True)
class _Class:
    """What all rings of one size class share: the canonical area, client and gateway boxes, gaps."""

    width: int
    height: int
    gateway_box: tuple[int, int]
    gateway_gap: int
    client_gap: int
    shapes: tuple[tuple[int, int], ...]


_CLASSES: dict[SizeClass, _Class] = {
    "wide": _Class(78, 28, (15, 5), 7, 3, ((17, 5), (17, 4), (13, 4))),
    "big": _Class(110, 45, (15, 5), 10, 5, ((19, 6), (19, 5), (17, 5), (17, 4), (13, 4))),
    "narrow": _Class(80, 13, (13, 4), 6, 3, ((13, 4),)),
}

_CANON: dict[tuple[SizeClass, int], _Canon] = {
    ("wide", 1): _Canon(((55, 11),), (17, 5), 2.0),
    ("wide", 2): _Canon(((55, 2), (55, 21)), (17, 5), 2.0),
    ("wide", 3): _Canon(((39, 0), (61, 11), (39, 23)), (17, 5), 2.0),
    ("wide", 4): _Canon(((30, 0), (61, 4), (61, 19), (30, 23)), (17, 5), 2.0),
    ("wide", 5): _Canon(((26, 0), (53, 0), (61, 11), (53, 23), (26, 23)), (17, 5), 2.0),
    ("wide", 6): _Canon(((26, 2), (45, 0), (65, 6), (65, 18), (45, 24), (26, 22)), (13, 4), 1.5),
    ("wide", 7): _Canon(((26, 3), (43, 0), (61, 4), (65, 12), (61, 20), (43, 24), (26, 21)), (13, 4), 1.5),
    ("big", 1): _Canon(((78, 19),), (19, 6), 2.5),
    ("big", 2): _Canon(((78, 4), (78, 35)), (19, 6), 2.5),
    ("big", 3): _Canon(((55, 0), (91, 19), (55, 39)), (19, 6), 2.5),
    ("big", 4): _Canon(((38, 0), (91, 7), (91, 32), (38, 39)), (19, 6), 2.5),
    ("big", 5): _Canon(((28, 0), (75, 0), (91, 19), (75, 39), (28, 39)), (19, 6), 2.5),
    ("big", 6): _Canon(((33, 3), (62, 0), (91, 10), (91, 29), (62, 39), (33, 36)), (19, 6), 1.5),
    ("big", 7): _Canon(((33, 4), (59, 0), (85, 5), (91, 19), (85, 34), (59, 39), (33, 35)), (19, 6), 1.5),
    ("narrow", 1): _Canon(((58, 4),), (13, 4), 2.0),
    ("narrow", 2): _Canon(((58, 0), (58, 9)), (13, 4), 2.0),
    ("narrow", 3): _Canon(((44, 0), (67, 4), (44, 9)), (13, 4), 2.0),
    ("narrow", 4): _Canon(((36, 0), (64, 0), (64, 9), (36, 9)), (13, 4), 1.5),
    ("narrow", 5): _Canon(((31, 0), (54, 0), (67, 4), (54, 9), (31, 9)), (13, 4), 1.0),
}

_LEAST_ROWS = {6: 20, 7: 25}
"""Below so many rows some of that many nodes' wires would lie on others."""


def size_class(width: int, height: int) -> SizeClass:
    """How much room there is: big from 100 x 40, narrow below 20 rows, else wide."""
    if height < 20:
        return "narrow"
    return "big" if width >= 100 and height >= 40 else "wide"


@lru_cache(maxsize=64)
def arrange(width: int, height: int, nodes: int, clients: int, style: Style = "ring") -> Layout:
    """Places every box in an area of `width` x `height` cells.

    A ring whose boxes do not fit is tried again with smaller boxes (first the rows give way, then the width);
    when none fits, the board is what remains.  The same arguments give the same object.
    """
    size = size_class(width, height)
    canon = _CANON.get((size, nodes))
    if style == "ring" and canon is not None and height >= _LEAST_ROWS.get(nodes, 0):
        for shape in _CLASSES[size].shapes:
            layout = _ring(width, height, size, canon, shape, clients)
            if _fits(layout):
                return layout
    return _board(width, height, size, nodes, clients)


def _ring(width: int, height: int, size: SizeClass, canon: _Canon, shape: tuple[int, int], clients: int) -> Layout:
    shared = _CLASSES[size]
    boxes: dict[int, Rect] = {}
    client_width = 13 if width > 80 else 12
    client_height = 4 if height >= 4 * clients and not (size == "narrow" and clients > 3) else 2
    gap = max(0, min(shared.client_gap, (height - clients * client_height) // (clients + 1)))
    top = (height - clients * client_height - gap * (clients - 1)) // 2
    for number in range(clients):
        y = top + number * (client_height + gap)
        boxes[-1 - number] = Rect(0, y, client_width, client_height)
    gateway_x = client_width + shared.gateway_gap
    gateway_width, gateway_height = shared.gateway_box
    boxes[GATEWAY] = Rect(gateway_x, (height - gateway_height) // 2, gateway_width, gateway_height)

    # Nodes keep their share of the way from the gateway's left to the right edge, and from top to bottom.
    canon_left = (13 if shared.width > 80 else 12) + shared.gateway_gap
    room, canon_room = width - shape[0] - gateway_x, shared.width - canon.box[0] - canon_left
    rows, canon_rows = height - shape[1], shared.height - canon.box[1]
    for number, (x, y) in enumerate(canon.nodes, start=1):
        left = gateway_x + (x - canon_left) * room / canon_room
        boxes[number] = Rect(int(left + 0.5), int(y * rows / canon_rows + 0.5), *shape)
    return Layout(width, height, size, "ring", boxes, short=shape[0] < 17, port_gap=canon.port_gap)


def _fits(layout: Layout) -> bool:
    boxes = layout.boxes
    for box in boxes.values():
        if box.x < 0 or box.y < 0 or box.right > layout.width or box.bottom > layout.height:
            return False
    if any(boxes[a].near(boxes[b], 0, 0) for a, b in combinations(boxes, 2)):
        return False
    # A wire needs two columns or a row between its boxes.
    if any(boxes[a].near(boxes[b], 2, 0) or boxes[a].near(boxes[b], 0, 1) for a, b in layout.pairs):
        return False
    return not any(blocked(layout))


def blocked(layout: Layout) -> Iterator[tuple[Pair, int]]:
    """Pairs whose straight wire would run under a third box, with that box."""
    aims = {pair: aim(layout, *pair) for pair in layout.pairs}
    for pair, (start, end) in aims.items():
        for other in layout.boxes:
            if other not in pair and crosses(layout.boxes[other], start, end):
                yield pair, other


def aim(layout: Layout, a: int, b: int) -> tuple[Point, Point]:
    """The two points a wire between ring boxes aims at, each inside its box and drawn towards the middle."""
    ring = layout.ring
    middle = Point(
        sum(layout.boxes[i].centre.x for i in ring) / len(ring),
        sum(layout.boxes[i].centre.y for i in ring) / len(ring),
    )
    start, end = (_drawn(layout.boxes[i], middle) for i in (a, b))
    first, second = layout.boxes[a], layout.boxes[b]
    if abs(first.centre.y - second.centre.y) < 1:
        level = min(first.centre.y, second.centre.y)
        start, end = Point(start.x, level), Point(end.x, level)
    return start, end


def _drawn(box: Rect, middle: Point) -> Point:
    centre = box.centre
    far_x, far_y = 0.3 * box.width, 0.3 * box.height
    x = max(-far_x, min(far_x, 0.35 * (middle.x - centre.x)))
    y = max(-far_y, min(far_y, 0.35 * (middle.y - centre.y)))
    return Point(centre.x + x, centre.y + y)


def crosses(box: Rect, start: Point, end: Point) -> bool:
    """Whether the straight line from `start` to `end` passes through the box (Liang and Barsky, 1984)."""
    enter, leave = 0.0, 1.0
    for low, high, at, way in (
        (box.x, box.right, start.x, end.x - start.x),
        (box.y, box.bottom, start.y, end.y - start.y),
    ):
        if way == 0:
            if not low < at < high:
                return False
            continue
        first, second = sorted(((low - at) / way, (high - at) / way))
        enter, leave = max(enter, first), min(leave, second)
    return enter < leave


def _board(width: int, height: int, size: SizeClass, nodes: int, clients: int) -> Layout:
    """Chips instead of boxes: one row with the gateway and the clients, two rows with the nodes."""
    boxes = {GATEWAY: Rect(0, 0, min(14, width), 1)}
    slot = max(1, (width - 14) // max(1, clients))
    for number in range(clients):
        boxes[-1 - number] = Rect(14 + number * slot, 0, min(8, slot), 1)
    chip = max(1, width // max(1, nodes))
    for number in range(nodes):
        boxes[1 + number] = Rect(number * chip, 1, chip - (1 if chip > 3 else 0), 2)
    return Layout(width, height, size, "board", boxes, short=True)
