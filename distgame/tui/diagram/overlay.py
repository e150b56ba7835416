"""Signals over the wires: a head that is never dropped, a trail behind it, and a label where there is room.

What gives way, in this order: the idle wire, the trail, the label (to its first letter, then altogether),
the head's exact cell (by at most two), and at last heads share a cell, which then shows how many they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from .route import Plan
from .scene import Flight

SignalRole = Literal["request", "reply", "lost", "wire"]
Slot = Literal["left", "right", "above", "below"]
Memory = Mapping[int, Slot]
"""The slot each labelled flight had in the last frame, by flight id."""

_SLIDES = (0, -1, 1, -2, 2)
# Behind the tail first: left of a head that flies right or steeply down, right of the others.
_SLOTS_RIGHTWARDS: tuple[Slot, ...] = ("left", "right", "above", "below")
_SLOTS_LEFTWARDS: tuple[Slot, ...] = ("right", "left", "above", "below")
_SLOTS = tuple(_SLOTS_RIGHTWARDS if arrow in (0, 1, 2, 7) else _SLOTS_LEFTWARDS for arrow in range(8))
_TAG, _HEAD, _LABEL = 2, 3, 4


@dataclass(slots=True)
class Head:
    """An arrow or a cross in a cell; `flights` are all that share it, the first gave it its looks."""

    cell: int
    arrow: int
    role: SignalRole
    flights: list[int]


@dataclass(frozen=True, slots=True)
class Label:
    """A flight's label from cell `start` on."""

    start: int
    text: str
    role: SignalRole
    flight: int


@dataclass(frozen=True, slots=True)
class Overlay:
    """One frame's signals; `trails` maps cells to Braille bits and colour role."""

    heads: tuple[Head, ...] = ()
    labels: tuple[Label, ...] = ()
    trails: dict[int, tuple[int, SignalRole]] = field(default_factory=dict)
    memory: Memory = field(default_factory=dict)


def overlay(plan: Plan, flights: Iterable[Flight], memory: Memory | None = None) -> Overlay:
    """Places the flights on the plan; pass the last frame's `memory` so that labels stay where they were.

    Flights between boxes the plan does not link are left out.
    """
    memory = memory or {}
    taken = bytearray(plan.taken)
    order = [f for f in flights if (f.sender, f.receiver) in plan.paths]
    order.sort(key=_lost_then_age)
    heads: dict[int, Head] = {}
    placed: list[tuple[Flight, Head]] = []
    trails: dict[int, tuple[int, SignalRole]] = {}
    for flight in order:
        path = plan.paths[flight.sender, flight.receiver]
        cells = path.cells
        role = role_of(flight)
        index = _head_index(cells, flight.progress, taken, plan.layout.width)
        head = heads.get(cells[index])
        if head is None:
            head = heads[cells[index]] = Head(cells[index], path.arrow, role, [flight.id])
            if taken[cells[index]] == 0:
                taken[cells[index]] = _HEAD
        else:
            head.flights.append(flight.id)
        placed.append((flight, head))
        if plan.lanes:
            continue
        for cell, dots in zip(cells[:index], path.dots, strict=False):
            before = trails.get(cell)
            trails[cell] = (dots, role) if before is None else (before[0] | dots, before[1])
    labels, slots = _labels(plan, placed, taken, memory)
    return Overlay(tuple(heads.values()), labels, trails, slots)


def role_of(flight: Flight) -> SignalRole:
    """The colour of a flight."""
    return "wire" if flight.faint else "lost" if flight.lost else flight.kind


def _lost_then_age(flight: Flight) -> tuple[bool, bool, int]:
    return flight.faint, not flight.lost, flight.id


def _head_index(cells: tuple[int, ...], progress: float, taken: bytearray, width: int) -> int:
    last = len(cells) - 1
    wanted = round(max(0.0, min(1.0, progress)) * last)
    free = None
    for slide in _SLIDES:
        index = wanted + slide
        if not 0 <= index <= last or taken[cells[index]]:
            continue
        cell = cells[index]
        column = cell % width
        crowded = (column > 0 and taken[cell - 1] >= _TAG) or (column < width - 1 and taken[cell + 1] >= _TAG)
        if not crowded:
            return index
        if free is None:
            free = index
    return wanted if free is None else free


def _labels(
    plan: Plan, placed: list[tuple[Flight, Head]], taken: bytearray, memory: Memory
) -> tuple[tuple[Label, ...], dict[int, Slot]]:
    labels: list[Label] = []
    slots: dict[int, Slot] = {}
    width = plan.layout.width
    for flight, head in placed:
        text = flight.label
        if len(text) > 2 and plan.layout.size == "narrow":
            text = text[0]
        order = _SLOTS[head.arrow]
        last = memory.get(flight.id)
        if last is not None and last != order[0]:
            order = (last, *(slot for slot in order if slot != last))
        for short in (text, text[:1]):
            found = _slot(head.cell, short, order, taken, width, plan.lanes) if short else None
            if found is not None:
                slot, start = found
                taken[start : start + len(short)] = bytes((_LABEL,)) * len(short)
                labels.append(Label(start, short, role_of(flight), flight.id))
                slots[flight.id] = slot
                break
    return tuple(labels), slots


def _slot(
    cell: int, text: str, order: Iterable[Slot], taken: bytearray, width: int, lanes: bool
) -> tuple[Slot, int] | None:
    length = len(text)
    row, column = divmod(cell, width)
    for slot in order:
        if slot == "left":
            x, y = column - length, row
        elif slot == "right":
            x, y = column + 1, row
        elif lanes:  # Above and below are other signals' lanes.
            continue
        else:
            x, y = column - length // 2, row + (1 if slot == "below" else -1)
        start, end = y * width + x, y * width + x + length
        if x < 0 or x + length > width or start < 0 or end > len(taken) or any(taken[start:end]):
            continue
        if x > 0 and taken[start - 1] >= _TAG and start - 1 != cell:
            continue
        if x + length < width and taken[end] >= _TAG and end != cell:
            continue
        return slot, start
    return None
