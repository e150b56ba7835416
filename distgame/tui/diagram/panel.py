"""One box of the diagram as a widget that can be focused, hovered over and chosen."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from .boxes import Span, box_rows
from .glyphs import Glyphs
from .layout import Layout, Rect
from .palette import BY_HUE, styles
from .scene import Box

_FOCUSED = Style(reverse=True)


class Inked(Widget):
    """A widget that paints palette roles on its own CSS background."""

    _inks: dict[str, Style] | None = None

    def inks(self) -> dict[str, Style]:
        """The palette for the app's theme, on this widget's background as it is now."""
        if self._inks is None:
            background, theme = self.background_colors[1].rgb, self.app.current_theme
            own = theme.variables.get("own-hues")
            hues = tuple((name, str(getattr(theme, name))) for name in sorted(set(BY_HUE.values()))) if own else ()
            self._inks = styles(theme.dark, "#{:02x}{:02x}{:02x}".format(*background), self.app.no_color, hues)
        return self._inks

    def notify_style_update(self) -> None:
        """Forgets the colours: the theme, the focus or the pointer changed."""
        self._inks = None
        super().notify_style_update()


class BoxPanel(Inked, can_focus=True):
    """A client, the gateway or a node; its role and state are also CSS classes (`-node`, `-down`, ...)."""

    BINDINGS: ClassVar[list[BindingType]] = [("enter", "choose", "Choose")]

    class Chosen(Message):
        """The box was clicked, or entered while it had the focus."""

        def __init__(self, panel: BoxPanel) -> None:
            super().__init__()
            self.panel = panel
            self.box_id = panel.box.id

        @property
        def control(self) -> BoxPanel:
            return self.panel

    def __init__(self, box: Box, glyphs: Glyphs, keep_up: Callable[[], None]) -> None:
        """`keep_up` lets the diagram draw itself for a new size: its panels are painted before it."""
        super().__init__(id=f"box-{box.id}".replace("--", "-client-"))
        self.box = box
        self._keep_up = keep_up
        self._glyphs = glyphs
        self._layout: Layout | None = None
        self._rows: list[list[Span]] | None = None
        self._class(box)

    def show(self, box: Box, layout: Layout) -> None:
        """Shows the box as it is now; does nothing if nothing changed."""
        if box == self.box and layout is self._layout:
            return
        if box.state != self.box.state:
            self.remove_class(_css(self.box.state))
        self.box, self._layout, self._rows = box, layout, None
        self._class(box)
        self.refresh()

    def _class(self, box: Box) -> None:
        self.add_class(f"-{box.role}", _css(box.state))
        self.tooltip = "\n".join((box.title, *box.lines, *(() if box.state == "up" else (box.state,))))

    def render_lines(self, crop: Region) -> list[Strip]:
        self._keep_up()
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        inks = self.inks()
        if self._rows is None and self._layout is not None:
            self._rows = box_rows(self.box, Rect(0, 0, *self.size), self._layout, self._glyphs)
        if not self._rows or y >= len(self._rows):
            return Strip.blank(self.size.width, inks["text"])
        return Strip(Segment(text, self._ink(role, inks)) for text, role in self._rows[y] if text)

    def _ink(self, role: str, inks: dict[str, Style]) -> Style:
        titular = role == "name" or role.endswith("-title")
        return inks[role] + _FOCUSED if titular and self.has_focus else inks[role]

    def on_resize(self) -> None:
        self._rows = None

    def on_click(self, event: events.Click) -> None:
        event.stop()
        self.post_message(self.Chosen(self))

    def action_choose(self) -> None:
        self.post_message(self.Chosen(self))


def _css(state: str) -> str:
    return "-" + state.replace(" ", "-")
