"""Which signal or wire is at a place of the diagram, and where the letters stand by which one is chosen."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from itertools import product
from string import ascii_lowercase
from typing import TypeVar

from .layout import Pair
from .overlay import Overlay
from .route import Plan

NEAR = 2.5
"""How far from a signal or a wire a click may be, in cell widths; a row counts two."""
_BOX = 1

Target = TypeVar("Target", bound=Hashable)


def flight_near(plan: Plan, over: Overlay, x: int, y: int) -> int | None:
    """The id of the flight whose head or label is nearest to a cell; None if none is near. The oldest of a stack."""
    width = plan.layout.width
    found: list[tuple[float, int]] = []
    for head in over.heads:
        found.append((_distance(head.cell, width, x, y), head.flights[0]))
    for label in over.labels:
        found += ((_distance(label.start + i, width, x, y), label.flight) for i in range(len(label.text)))
    return min(((far, flight) for far, flight in found if far <= NEAR), default=(0.0, None))[1]


def wire_near(plan: Plan, x: int, y: int) -> Pair | None:
    """The pair whose wire passes a cell; None if none does."""
    found = []
    for pair, wire in plan.wires.items():
        steps = max(2, int(wire.length))
        points = wire.points((i + 0.5) / steps for i in range(steps))
        far = min(((px - x - 0.5) ** 2 + 4 * (py - y - 0.5) ** 2) ** 0.5 for px, py in points)
        if far <= NEAR:
            found.append((far, pair))
    return min(found, default=(0.0, None))[1]


def _distance(cell: int, width: int, x: int, y: int) -> float:
    row, column = divmod(cell, width)
    return float(((column - x) ** 2 + 4 * (row - y) ** 2) ** 0.5)


def letters_for(targets: Sequence[Target]) -> dict[str, Target]:
    """A letter for each target, or two where there are more than letters: no one is the beginning of another."""
    length = 1 if len(targets) <= len(ascii_lowercase) else 2
    names = map("".join, product(ascii_lowercase, repeat=length))
    return dict(zip(names, targets, strict=False))


def flight_cells(over: Overlay) -> dict[int, int]:
    """The cell of each flight's head, from the top to the bottom."""
    return {flight: head.cell for head in sorted(over.heads, key=lambda head: head.cell) for flight in head.flights}


def wire_cells(plan: Plan) -> dict[Pair, int]:
    """A cell in the middle of each wire."""
    cells = {}
    for pair, wire in plan.wires.items():
        x, y = wire.points((0.5,))[0]
        cells[pair] = int(y) * plan.layout.width + int(x)
    return cells


def placed(letters: Mapping[str, Target], cells: Mapping[Target, int], plan: Plan) -> dict[int, str]:
    """Where the letters stand: at their targets, or as near as there is room outside the boxes; none covers another."""
    width, height = plan.layout.width, plan.layout.height
    taken = {cell for cell, what in enumerate(plan.taken) if what == _BOX}
    found = {}
    for text, target in letters.items():
        for cell in _around(cells[target], width, height):
            wanted = range(cell, cell + len(text))
            if cell % width + len(text) <= width and not taken.intersection(wanted):
                found[cell] = text
                taken.update(wanted)
                break
    return found


def _around(cell: int, width: int, height: int) -> Iterator[int]:
    yield cell
    row, column = divmod(cell, width)
    columns = range(max(0, column - 20), min(width, column + 21))
    places = ((y, x) for y in range(max(0, row - 6), min(height, row + 7)) for x in columns)
    near = sorted(places, key=lambda place: (4 * (place[0] - row) ** 2 + (place[1] - column) ** 2, place))
    yield from (y * width + x for y, x in near)
