"""One line of the play screen: something at its left, something at its right, changed without any layout."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size
from textual import events
from textual.strip import Strip

from distgame.tui.diagram.boxes import Span

from .painted import Painted
from .rows import Row


class Line(Painted):
    """Shows one of several wordings at the left and at the right, the longest that fit beside each other."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._shown: tuple[tuple[Row, ...], tuple[Row, ...]] = ((), ())

    def show(self, *left: Row, right: tuple[Row, ...] = ()) -> None:
        """Shows other text, the longest wording first."""
        if (left, right) != self._shown:
            self._shown = left, right
            self.refresh()

    @property
    def text(self) -> str:
        """What the line says at its present width."""
        return "".join(span.text for span in self._spans(self.size.width)).rstrip()

    def _spans(self, width: int) -> Row:
        lefts, rights = self._shown
        pairs = [(i, j) for i in range(len(lefts)) for j in range(len(rights) + 1)]
        for i, j in sorted(pairs, key=lambda pair: (sum(pair), pair[1])):
            left, right = lefts[i], rights[j] if j < len(rights) else ()
            gap = width - 2 - _cells(left) - _cells(right)
            if gap >= (2 if right else 0):
                return (Span(" ", "text"), *left, Span(" " * gap, "text"), *right, Span(" ", "text"))
        return (Span(" ", "text"), *_cut(lefts[-1], width - 2)) if lefts else ()

    def render_line(self, y: int) -> Strip:
        return self.painted(self._spans(self.size.width) if y == 0 else ())

    async def on_click(self, event: events.Click) -> None:
        """A click on the word of a key does what the key does."""
        end = 0
        for text, role in self._spans(self.size.width):
            end += cell_len(text)
            if event.x < end:
                if role == "key":
                    await self._press(text.split()[0])
                return

    async def _press(self, key: str) -> None:
        for each in self.screen.active_bindings.values():
            if self.app.get_key_display(each.binding) == key:
                await self.app.run_action(each.binding.action, default_namespace=each.node)
                return


def _cells(spans: Row) -> int:
    return sum(cell_len(span.text) for span in spans)


def _cut(spans: Row, room: int) -> Row:
    if _cells(spans) <= room:
        return spans
    kept = []
    for text, role in spans:
        if cell_len(text) >= room:
            return (*kept, Span(set_cell_size(text, max(0, room - 1)) + "…", role))
        kept.append(Span(text, role))
        room -= cell_len(text)
    return tuple(kept)
