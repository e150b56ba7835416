"""Rows of coloured text, as plain data: what every panel of the play screen is made of."""

from __future__ import annotations

from textwrap import wrap

from distgame.tui.diagram.boxes import Span

Row = tuple[Span, ...]
"""One row of a panel; the roles of its spans are the keys of the diagram's palette."""

RIGHT, WRONG, UNANSWERED = "✓", "✗", "?"
FAULT, LOST = "!", "×"


def row(*parts: str | tuple[str, str]) -> Row:
    """A row of texts; a bare text has the role "text"."""
    return tuple(Span(part, "text") if isinstance(part, str) else Span(*part) for part in parts)


def plain(spans: Row) -> str:
    """The text of a row."""
    return "".join(span.text for span in spans)


def prose(text: str, width: int, role: str = "text", lead: str = "", indent: str = "") -> list[Row]:
    """Text wrapped at `width`; blank lines part paragraphs, and `lead` stands before the first row."""
    rows: list[Row] = []
    for paragraph in text.strip().split("\n\n"):
        if rows:
            rows.append(row(""))
        first = indent if rows else lead
        lines = wrap(" ".join(paragraph.split()), max(8, width), initial_indent=first, subsequent_indent=indent)
        rows.extend(row((line, role)) for line in lines or [""])
    return rows


def folded(spans: Row, width: int, indent: str) -> list[Row]:
    """A row folded at `width`, in the middle of words if need be; later rows begin with `indent`."""
    rows: list[Row] = []
    current: list[Span] = []
    room = width
    for text, role in spans:
        while len(text) > room:
            current.append(Span(text[:room], role))
            rows.append(tuple(current))
            text, current, room = text[room:], [Span(indent, "client")], max(1, width - len(indent))
        if text:
            current.append(Span(text, role))
            room -= len(text)
    return [*rows, tuple(current)]


_SIGNS = "✓v ✗x ×x →> ⇒= ◦. ▪# ◆* ∅0 …~ ━= ─- ├| ┤| ┬| │| ▼V ▸> ╌. ·. ⋯~ ┣[ ┫] ▶> ‖|"
ASCII = str.maketrans({pair[0]: pair[1] for pair in _SIGNS.split()})
"""What stands for each sign of the panels where only ASCII is sure to be one column wide."""
