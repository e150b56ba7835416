"""A panel of rows that scrolls: only the rows that are seen are painted, and only those that changed anew."""

from __future__ import annotations

from collections.abc import Sequence

from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from .painted import Painted
from .rows import Row, plain


class EventChosen(Message):
    """The player wants to be where `event` (an index) has just happened."""

    def __init__(self, event: int) -> None:
        super().__init__()
        self.event = event


class Page(ScrollView, Painted, can_focus=True):
    """The base of the panels in the tabs: `rows` says what is on it, `rebuild` looks whether that has changed."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._rows: Sequence[Row] = ()
        self._strips: dict[int, Strip] = {}

    def rows(self, width: int) -> Sequence[Row]:
        """Every row of the page, none wider than `width`."""
        raise NotImplementedError

    @property
    def lines(self) -> list[str]:
        """The text of the page."""
        return [plain(spans).rstrip() for spans in self._rows]

    def last_lines(self, most: int) -> list[str]:
        """The text of the last rows, so many at most."""
        rows = self._rows
        return [plain(rows[y]).rstrip() for y in range(max(0, len(rows) - most), len(rows))]

    def rebuild(self) -> None:
        """Shows what `rows` says now."""
        width = self.scrollable_content_region.width
        if width <= 0:
            return
        before, self._rows = self._rows, self.rows(width)
        top = self.scroll_offset.y
        if len(before) != len(self._rows):
            self._resize(Size(width, len(self._rows)), top)
        for y in range(top, top + self.size.height):
            old = before[y] if y < len(before) else None
            new = self._rows[y] if y < len(self._rows) else None
            if old != new:
                self._strips.pop(y, None)
                self.refresh(Region(0, y - top, self.size.width, 1))
        # What is out of sight is painted when it comes into sight.
        self._strips = {y: strip for y, strip in self._strips.items() if top <= y < top + self.size.height}

    def _resize(self, size: Size, top: int) -> None:
        """Says how many rows there are; the whole screen is laid out anew only where the scrollbar comes or goes.

        A bar that goes does so after the picture that needs none, which would wait for the layout.
        """
        fits = size.height <= self.size.height
        if self.show_vertical_scrollbar != fits and (fits or size.height >= top + self.size.height):
            self.set_reactive(Page.virtual_size, size)
            if not fits:
                self.vertical_scrollbar.window_virtual_size = size.height
        elif fits:
            self.call_after_refresh(self._lay_out)
        else:
            self.virtual_size = size

    def _lay_out(self) -> None:
        self.virtual_size = Size(self.scrollable_content_region.width, len(self._rows))

    def reveal(self, first: int, last: int) -> None:
        """Scrolls so that these rows are seen, the first at any rate."""
        top, height = self.scroll_offset.y, self.size.height
        if last >= top + height:
            top = last - height + 1
        top = min(top, first)
        if top != self.scroll_offset.y:
            self.scroll_to(y=top, animate=False, force=True)

    def watch_show_vertical_scrollbar(self, shown: bool) -> None:
        """A bar that has just come stands where the page is; Textual 8.2 moves it only once it is there."""
        if shown:
            self.vertical_scrollbar.position = self.scroll_y

    def on_resize(self) -> None:
        self._strips.clear()
        self.rebuild()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._strips.clear()

    def render_line(self, y: int) -> Strip:
        y += self.scroll_offset.y
        strip = self._strips.get(y)
        if strip is None:
            strip = self._strips[y] = self.painted(self._rows[y] if y < len(self._rows) else ())
        return strip
