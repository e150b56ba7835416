"""The scores as pictures: the last results as a line of bars, and how all results lie, with the level's limit in it."""

from __future__ import annotations

from collections.abc import Sequence

BARS, PLAIN_BARS = "▁▂▃▄▅▆▇█", "_.-:=+*#"
LIMIT, PLAIN_LIMIT = "│", "|"
LAST = 20
BINS = 24


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


def histogram(values: Sequence[float | None], limit: float, plain: bool = False) -> tuple[str, float, float]:
    """How often the values lie where, with the limit between them, and the values at its two ends."""
    known = [value for value in values if value is not None]
    lowest, highest = min([*known, limit]), max([*known, limit])
    width = (highest - lowest) / BINS or 1.0
    counts = [0] * BINS
    for value in known:
        counts[min(BINS - 1, int((value - lowest) / width))] += 1
    signs, most = PLAIN_BARS if plain else BARS, max(counts, default=0)
    line = ["·" if not plain else " "] * BINS
    for place, count in enumerate(counts):
        if count:
            line[place] = signs[round(count / most * (len(signs) - 1))]
    at = min(BINS, int((limit - lowest) / width))
    line.insert(at, PLAIN_LIMIT if plain else LIMIT)
    return "".join(line), lowest, highest
