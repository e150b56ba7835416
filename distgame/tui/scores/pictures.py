"""The scores as pictures: the last results as a line of bars, and how all results lie around the marks of the level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

BARS, PLAIN_BARS = "▁▂▃▄▅▆▇█", "_.-:=+*#"
LINE, PLAIN_LINE = "─", "-"
LAST = 20


def bars(values: Sequence[float | None], plain: bool = False) -> str:
    """A bar for each of the last values, from the lowest to the highest of them; a blank for None."""
    shown = list(values)[-LAST:]
    known = [value for value in shown if value is not None]
    if not known:
        return ""
    signs, lowest, span = PLAIN_BARS if plain else BARS, min(known), max(known) - min(known)
    return "".join(
        " " if value is None else signs[round((value - lowest) / span * (len(signs) - 1)) if span else 0]
        for value in shown
    )


@dataclass(frozen=True, slots=True)
class Histogram:
    """How often values lie where: a line of bars, below it an axis with marks, and the values at its two ends.

    `places` are the cells of the marks, None for those without a value.
    """

    bars: str
    axis: str
    places: tuple[int | None, ...]
    low: float
    high: float


def histogram(
    values: Sequence[float | None], marks: Sequence[tuple[str, float | None]], width: int, plain: bool = False
) -> Histogram:
    """The histogram of what is known of `values`, in `width` cells. Marks that would stand in one cell stand side by
    side, the first of them in its place."""
    known = [value for value in values if value is not None]
    ends = [*known, *(value for _, value in marks if value is not None)] or [0.0]
    low, high = min(ends), max(ends)
    scale = width / (high - low) if high > low else 0.0
    counts = [0] * width
    for value in known:
        counts[_cell(value, low, scale, width)] += 1
    signs, most = PLAIN_BARS if plain else BARS, max(counts)
    line = "".join(signs[round(count / most * (len(signs) - 1))] if count else " " for count in counts)
    axis = [PLAIN_LINE if plain else LINE] * width
    places: list[int | None] = []
    for sign, value in marks:
        if value is None:
            places.append(None)
            continue
        wanted = _cell(value, low, scale, width)
        free = (cell for cell in range(width) if cell not in places)
        places.append(min(free, key=lambda cell: (abs(cell - wanted), -cell)))
        axis[places[-1] or 0] = sign
    return Histogram(line, "".join(axis), tuple(places), low, high)


def _cell(value: float, low: float, scale: float, width: int) -> int:
    return min(width - 1, int((value - low) * scale))
