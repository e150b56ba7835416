"""One line of the play screen: something at its left, something at its right, changed without any layout."""

from __future__ import annotations

from textual.strip import Strip

from distgame.tui.diagram.boxes import Span

from .painted import Painted
from .rows import Row


class Line(Painted):
    """Shows rows of alternatives: of `left`, the first that fits beside `right`, the last one cut if none does."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._shown: tuple[tuple[Row, ...], Row] = ((), ())

    def show(self, *left: Row, right: Row = ()) -> None:
        """Shows other text."""
        if (left, right) != self._shown:
            self._shown = left, right
            self.refresh()

    @property
    def text(self) -> str:
        """What the line says at its present width."""
        return "".join(span.text for span in self._spans(self.size.width)).rstrip()

    def _spans(self, width: int) -> Row:
        alternatives, right = self._shown
        room = width - 2 - _cells(right)
        left = next((row for row in alternatives if _cells(row) <= room), alternatives[-1] if alternatives else ())
        if _cells(left) > room:
            right, room = (), width - 2
        left = _cut(left, room)
        return (Span(" ", "text"), *left, Span(" " * (room - _cells(left)), "text"), *right, Span(" ", "text"))

    def render_line(self, y: int) -> Strip:
        return self.painted(self._spans(self.size.width) if y == 0 else ())


def _cells(spans: Row) -> int:
    return sum(len(span.text) for span in spans)


def _cut(spans: Row, room: int) -> Row:
    if _cells(spans) <= room:
        return spans
    kept = []
    for text, role in spans:
        if len(text) >= room:
            return (*kept, Span(text[: max(0, room - 1)] + "…", role))
        kept.append(Span(text, role))
        room -= len(text)
    return tuple(kept)
