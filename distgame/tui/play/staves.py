"""The history wrapped like a sheet of music: each stave is an axis with the faults, and one lane a client."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence

from .intervals import Interval, Lanes, drawn, ticks_a_cell
from .rows import FAULT, Row, row

MARGIN = 5


class Staves:
    """The whole history of a run; `faults` are ticks. Each stave is as many ticks as fit into the width."""

    def __init__(
        self, found: Sequence[Interval], clients: int, duration: int, width: int, faults: Sequence[float] = ()
    ) -> None:
        self.found = found
        self.clients = clients
        self.width = width
        self._lanes = Lanes(found)
        self._faults = sorted(int(tick) for tick in faults)
        self.cells = max(10, width - MARGIN)
        self.scale = ticks_a_cell(found)
        # Whole ticks on each stave, so that its figure is one.
        self.ticks = max(1, int(self.cells * self.scale))
        self.cells = int(self.ticks / self.scale)
        self.count = max(1, math.ceil((duration + 1) / self.ticks))

    def stave_of(self, tick: float) -> int:
        """The stave on which a tick is."""
        return min(self.count - 1, max(0, int(tick // self.ticks)))

    def stave(self, number: int, now: float, chosen: Interval | None, lit: frozenset[int] | None = None) -> list[Row]:
        """The rows of one stave with the playhead at `now`; of `lit` operations (by their calls) others are faint."""
        start = number * self.ticks
        here = int((now - start) // self.scale) if self.stave_of(now) == number else None
        rows = [self._axis(start, here)]
        for client in range(1, self.clients + 1):
            rows.append(self._lane(client, start, here, now, chosen, lit))
        return rows

    def _axis(self, start: int, here: int | None) -> Row:
        line, roles = ["·"] * self.cells, ["wire"] * self.cells
        apart = 10 if self.scale <= 5 else 100
        for tick in range(-(-start // apart) * apart, start + self.ticks, apart):
            line[int((tick - start) / self.scale)] = "┬"
        first = bisect_left(self._faults, start)
        for tick in self._faults[first : bisect_left(self._faults, start + self.ticks)]:
            x = int((tick - start) / self.scale)
            line[x], roles[x] = FAULT, "gateway-title"
        if here is not None:
            line[here], roles[here] = "▼", "name"
        return row((f"{start:>{MARGIN - 1}} ", "client"), *joined(line, roles))

    def _lane(
        self,
        client: int,
        start: int,
        here: int | None,
        now: float,
        chosen: Interval | None,
        lit: frozenset[int] | None,
    ) -> Row:
        chars, roles = [" "] * self.cells, ["text"] * self.cells
        for each in self._lanes.between(client, start, start + self.ticks - 1):
            first, last = int((each.start - start) // self.scale), int((each.end - start) // self.scale)
            text = drawn(each, max(1, last - first + 1), each is chosen)
            # What goes on over the end of a stave has its label again on the next one.
            if first < 0 and last >= 0:
                text = drawn(each, last + 2, each is chosen)[1:]
                first = 0
            faint = each.start > now if lit is None else each.called not in lit
            role = "name" if each is chosen else "wire" if faint else each.role
            for x, char in enumerate(text, first):
                if 0 <= x < self.cells:
                    chars[x], roles[x] = char, role
        if here is not None and 0 <= here < self.cells and chars[here] in " ─╌━":
            chars[here], roles[here] = "│", "name"
        return row((f"{f'c{client}':>{MARGIN - 1}} ", "client-title"), *joined(chars, roles))


def joined(chars: Sequence[str], roles: Sequence[str]) -> list[tuple[str, str]]:
    """Neighbours of one role as one part."""
    parts: list[tuple[str, str]] = []
    at = 0
    for x in range(1, len(chars) + 1):
        if x == len(chars) or roles[x] != roles[at]:
            parts.append(("".join(chars[at:x]), roles[at]))
            at = x
    return parts


class Sheet(Sequence[Row]):
    """All staves of one moment, each made when it is looked at; `words` stand under the stave `under`."""

    def __init__(
        self,
        staves: Staves,
        now: float,
        chosen: Interval | None,
        lit: frozenset[int] | None,
        words: Sequence[Row],
        under: int,
    ) -> None:
        self._staves, self._now, self._chosen, self._lit = staves, now, chosen, lit
        self._words, self._under = words, under
        self._made: dict[int, list[Row]] = {}
        self._height = staves.clients + 1
        self._words_at = (under + 1) * self._height if words else staves.count * self._height

    def __len__(self) -> int:
        return self._staves.count * self._height + len(self._words)

    def place(self, y: int) -> tuple[int, int]:
        """The stave of a row, and which of its lanes it is (0: the axis); a row of words is the lane above it."""
        if y >= self._words_at:
            y = max(self._words_at - 1, y - len(self._words))
        return divmod(y, self._height)

    def __getitem__(self, y: int) -> Row:  # type: ignore[override]
        if not 0 <= y < len(self):
            raise IndexError(y)
        if 0 <= y - self._words_at < len(self._words):
            return self._words[y - self._words_at]
        number, lane = self.place(y)
        if number not in self._made:
            self._made[number] = self._staves.stave(number, self._now, self._chosen, self._lit)
        return self._made[number][lane]
