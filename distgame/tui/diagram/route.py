"""From boxes to wires: ports, straight wires, each direction's cell path, and the places of fault tags."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import atan2, floor, hypot, pi

from .layout import Layout, Pair, Point, Rect, aim
from .scene import GATEWAY, LinkMark

IDLE_PITCH = 1.0
"""Distance between the dots of an idle wire, in cell widths."""
TRAIL_PITCH = 0.5
"""Distance between the dots of a trail: solid."""
KEEP_RIGHT = 0.5
"""How far each direction keeps to the right of its wire."""
_DOT_BITS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
_TAG_SHARES = (0.50, 0.45, 0.55, 0.40, 0.60, 0.35, 0.65, 0.30, 0.70)


@dataclass(frozen=True, slots=True)
class Wire:
    """The straight line between the ports of a linked pair."""

    start: Point
    end: Point

    @property
    def length(self) -> float:
        """In cell widths; a row counts two."""
        return hypot(self.end.x - self.start.x, 2 * (self.end.y - self.start.y))

    def points(self, shares: Iterable[float]) -> list[tuple[float, float]]:
        """The points at these shares of the way."""
        (x, y), dx, dy = self.start, self.end.x - self.start.x, self.end.y - self.start.y
        return [(x + share * dx, y + share * dy) for share in shares]


@dataclass(frozen=True, slots=True)
class Path:
    """The cells a signal travels through, sender first, boxes and tags left out.

    A cell is y * width + x.  `dots` are the Braille bits its trail leaves in them, `arrow` is the octant it
    flies to: 0 right, then clockwise.
    """

    cells: tuple[int, ...]
    dots: tuple[int, ...]
    arrow: int


@dataclass(frozen=True, slots=True)
class Tag:
    """The word of a fault, from cell `start` on."""

    start: int
    mark: LinkMark


@dataclass(frozen=True, eq=False)
class Plan:
    """A routed diagram: what stays the same from frame to frame.

    `wires` are keyed by pair (for the board: from end to end of the lane), `paths` by (sender, receiver);
    `taken` has a byte for each cell: 0 free, 1 box, 2 tag.  With `lanes` (the board) every wire is a row
    of its own and labels stay in it.
    """

    layout: Layout
    wires: dict[Pair, Wire]
    paths: dict[Pair, Path]
    tags: tuple[Tag, ...]
    taken: bytes
    lanes: bool = False

    def mark_of(self, pair: Pair) -> LinkMark | None:
        """The fault on this pair's link, if any."""
        return next((tag.mark for tag in self.tags if {tag.mark.a, tag.mark.b} == set(pair)), None)


@lru_cache(maxsize=64)
def route(layout: Layout, links: tuple[LinkMark, ...] = ()) -> Plan:
    """Routes every link of a ring and tags the marked ones; marks on pairs that are not there are ignored."""
    wires, paths = _paths(layout)
    taken = bytearray(_covered(layout))
    crossings = {pair: frozenset(dots) for pair, dots in idle_dots(layout).items()}
    tags = place_tags(layout, wires, links, taken, crossings)
    if tags:
        paths = {direction: without_taken(path, taken) for direction, path in paths.items()}
    return Plan(layout, wires, paths, tags, bytes(taken))


@lru_cache(maxsize=64)
def _covered(layout: Layout) -> bytes:
    """A byte for each cell of the area: 1 under a box, else 0."""
    covered = bytearray(layout.width * layout.height)
    for box in layout.boxes.values():
        for y in range(box.y, box.bottom):
            covered[y * layout.width + box.x : y * layout.width + box.right] = b"\1" * box.width
    return bytes(covered)


@lru_cache(maxsize=64)
def idle_dots(layout: Layout) -> dict[Pair, dict[int, int]]:
    """Cells and Braille bits of every wire of a ring at the usual pitch."""
    return {pair: wire_dots(layout, wire, IDLE_PITCH) for pair, wire in _paths(layout)[0].items()}


def place_tags(
    layout: Layout,
    wires: dict[Pair, Wire],
    links: tuple[LinkMark, ...],
    taken: bytearray,
    crossings: dict[Pair, frozenset[int]],
) -> tuple[Tag, ...]:
    """Puts a tag on each marked wire, where fewest others pass under it, and marks its cells as taken.

    `crossings` holds the cells of every wire that may pass under another one's tag.  A tag that finds no room
    starts at cell -1: only the wire's own look tells of the fault then.
    """
    tags = []
    for mark in links:
        pair = (mark.a, mark.b) if (mark.a, mark.b) in wires else (mark.b, mark.a)
        if pair in wires:
            others = [cells for other, cells in crossings.items() if other != pair]
            start = _tag_place(layout, wires[pair], others, taken, len(mark.words))
            if start >= 0:
                taken[start : start + len(mark.words)] = b"\2" * len(mark.words)
            tags.append(Tag(start, mark))
    return tuple(tags)


def _tag_place(layout: Layout, wire: Wire, others: list[frozenset[int]], taken: bytearray, length: int) -> int:
    """First cell of the best place for a word on the wire; -1 if every place is under a box or a tag."""
    fewest, best = len(others) + 1, -1
    for point_x, point_y in wire.points(_TAG_SHARES):
        x, y = int(point_x) - length // 2, int(point_y)
        if x < 0 or x + length > layout.width or not 0 <= y < layout.height:
            continue
        start = y * layout.width + x
        if any(taken[start : start + length]):
            continue
        word = range(start, start + length)
        crowd = sum(not cells.isdisjoint(word) for cells in others)
        if crowd < fewest:
            fewest, best = crowd, start
    return best


def without_taken(path: Path, taken: bytearray) -> Path:
    """The path without its taken cells, unless none would be left."""
    kept = [(cell, dots) for cell, dots in zip(path.cells, path.dots, strict=True) if not any(taken[cell : cell + 1])]
    if len(kept) == len(path.cells) or not kept:
        return path
    cells, dots = zip(*kept, strict=True)
    return Path(cells, dots, path.arrow)


@lru_cache(maxsize=64)
def _paths(layout: Layout) -> tuple[dict[Pair, Wire], dict[Pair, Path]]:
    wires = _wires(layout)
    paths = {}
    for (a, b), wire in wires.items():
        paths[a, b] = _path(layout, wire)
        paths[b, a] = _path(layout, Wire(wire.end, wire.start))
    return wires, paths


def _wires(layout: Layout) -> dict[Pair, Wire]:
    boxes = layout.boxes
    # Ports as lengths along a box's border, clockwise from its top left corner.
    ports: dict[int, dict[int, float]] = {identity: {} for identity in layout.ring}
    for a, b in layout.pairs:
        start, end = aim(layout, a, b)
        ports[a][b] = _along(boxes[a], _leaves(boxes[a], start, end))
        ports[b][a] = _along(boxes[b], _leaves(boxes[b], end, start))
    placed = {identity: _apart(boxes[identity], ports[identity], layout.port_gap) for identity in ports}
    wires = {(a, b): Wire(placed[a][b], placed[b][a]) for a, b in layout.pairs}
    gateway = boxes[GATEWAY]
    for number, client in enumerate(layout.clients, start=1):
        box = boxes[client]
        port = gateway.y + gateway.height * number / (len(layout.clients) + 1)
        wires[GATEWAY, client] = Wire(Point(gateway.x, port), Point(box.right, box.centre.y))
    return wires


def _leaves(box: Rect, start: Point, end: Point) -> Point:
    """Where the line from `start` inside the box to `end` outside it leaves the border."""
    dx, dy = end.x - start.x, end.y - start.y
    shares = []
    if dx:
        shares.append(((box.right if dx > 0 else box.x) - start.x) / dx)
    if dy:
        shares.append(((box.bottom if dy > 0 else box.y) - start.y) / dy)
    share = min(shares, default=0.0)
    return Point(start.x + share * dx, start.y + share * dy)


def _along(box: Rect, point: Point) -> float:
    """Length along the border, clockwise from the top left corner; a row counts two."""
    width, height = box.width, 2 * box.height
    sides = (
        (abs(point.y - box.y), point.x - box.x),
        (abs(point.x - box.right), width + 2 * (point.y - box.y)),
        (abs(point.y - box.bottom), width + height + box.right - point.x),
        (abs(point.x - box.x), 2 * width + height + 2 * (box.bottom - point.y)),
    )
    return min(sides)[1]


def _on_border(box: Rect, length: float) -> Point:
    width, height = box.width, 2 * box.height
    length %= 2 * (width + height)
    if length < width:
        return Point(box.x + length, box.y)
    if length < width + height:
        return Point(box.right, box.y + (length - width) / 2)
    if length < 2 * width + height:
        return Point(box.right - (length - width - height), box.bottom)
    return Point(box.x, box.bottom - (length - 2 * width - height) / 2)


def _apart(box: Rect, ports: dict[int, float], gap: float) -> dict[int, Point]:
    """Pushes the ports on one border apart to at least the gap, each moving as little as its neighbours."""
    order = sorted(ports, key=lambda other: (ports[other], other))
    # Counted from the widest free stretch of the border, no port needs to be pushed across the beginning.
    around = 2 * (box.width + 2 * box.height)
    if not order:
        return {}
    stretches = [(ports[order[i]] - ports[order[i - 1]]) % around for i in range(len(order))]
    first = stretches.index(max(stretches))
    order = order[first:] + order[:first]
    base = ports[order[0]]
    places = [(ports[other] - base) % around for other in order]
    for _ in range(60):
        moved = False
        for i in range(1, len(places)):
            lack = gap - (places[i] - places[i - 1])
            if lack > 1e-3:
                places[i - 1] -= lack / 2
                places[i] += lack / 2
                moved = True
        if not moved:
            break
    return {other: _on_border(box, base + place) for other, place in zip(order, places, strict=True)}


def _path(layout: Layout, wire: Wire) -> Path:
    """The cells and trail dots of one direction, which keeps to the right of the wire."""
    dx, dy, length = wire.end.x - wire.start.x, wire.end.y - wire.start.y, wire.length or 1.0
    right = Point(-2 * dy / length * KEEP_RIGHT, dx / length * KEEP_RIGHT / 2)
    steps = max(1, round(length / TRAIL_PITCH))
    shifted = Wire(
        Point(wire.start.x + right.x, wire.start.y + right.y), Point(wire.end.x + right.x, wire.end.y + right.y)
    )
    dots = _raster(layout, shifted.points([step / steps for step in range(steps + 1)]))
    arrow = round(atan2(2 * dy, dx) / (pi / 4)) % 8
    if not dots:  # Ports that touch: the signal shows on the nearest cell there is.
        x = max(0, min(layout.width - 1, int(wire.start.x)))
        y = max(0, min(layout.height - 1, int(wire.start.y)))
        dots = {y * layout.width + x: 0}
    return Path(tuple(dots), tuple(dots.values()), arrow)


def _raster(layout: Layout, points: Iterable[tuple[float, float]]) -> dict[int, int]:
    """Cells and Braille bits of the points, in order, without those outside the area or under a box."""
    cells: dict[int, int] = {}
    width, height, covered = layout.width, layout.height, _covered(layout)
    for x, y in points:
        # A middle computed a hair too low must not fall into the dot before.
        column, row = floor(2 * x + 1e-9), floor(4 * y + 1e-9)
        if not (0 <= column < 2 * width and 0 <= row < 4 * height):
            continue
        cell = (row >> 2) * width + (column >> 1)
        if not covered[cell]:
            cells[cell] = cells.get(cell, 0) | _DOT_BITS[row & 3][column & 1]
    return cells


def wire_dots(layout: Layout, wire: Wire, pitch: float, ends: float = 0.5) -> dict[int, int]:
    """Cells and Braille bits of an idle wire: a dot every `pitch` cell widths, from its middle outwards.

    Only the shares of the wire up to `ends` from each of its two ends get dots (0.5: the whole wire).
    """
    length = wire.length
    shares = []
    if length:
        count = int(length / 2 / pitch)
        shares = [0.5 + step * pitch / length for step in range(-count, count + 1)]
    return _raster(layout, wire.points([share for share in shares if min(share, 1 - share) <= ends]))
