"""Makes what Textual draws by itself plain: for terminals that guess the width of signs outside ASCII."""

from __future__ import annotations

from typing import ClassVar

from textual.scrollbar import ScrollBar, ScrollBarRender

KEY_WORDS = {"⏎": "enter", "↑": "up", "↓": "down", "←": "left", "→": "right", "⌫": "backspace"}


class PlainScrollBar(ScrollBarRender):
    """A scrollbar whose ends are whole cells."""

    VERTICAL_BARS: ClassVar = [" "] * 8
    HORIZONTAL_BARS: ClassVar = [" "] * 8


def draw_plainly() -> None:
    """Holds for the process, as does the terminal. Borders are the style sheets' part: see `-ascii` there."""
    ScrollBar.renderer = PlainScrollBar
