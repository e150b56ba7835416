"""A widget that paints rows: palette roles become styles, and signs become ASCII where the app asks for it."""

from __future__ import annotations

from rich.segment import Segment
from textual.strip import Strip

from distgame.tui.diagram.panel import Inked

from .rows import ASCII, Row


class Painted(Inked):
    """The base of everything on the play screen that is drawn by rows."""

    def painted(self, spans: Row) -> Strip:
        """A row as wide as the widget."""
        inks = self.inks()
        if getattr(self.app, "ascii", False):
            segments = [Segment(text.translate(ASCII), inks[role]) for text, role in spans if text]
        else:
            segments = [Segment(text, inks[role]) for text, role in spans if text]
        return Strip(segments).adjust_cell_length(self.size.width, inks["text"])
