"""Rows of coloured text, as plain data: what every panel of the play screen is made of."""

from __future__ import annotations

from textwrap import wrap

from rich.cells import cell_len, set_cell_size

from distgame.tui.diagram.boxes import Span

Row = tuple[Span, ...]
"""One row of a panel; the roles of its spans are the keys of the diagram's palette."""

RIGHT, WRONG, UNANSWERED = "✓", "✗", "?"
FAULT, LOST = "!", "×"


def row(*parts: str | tuple[str, str]) -> Row:
    """A row of texts; a bare text has the role "text"."""
    return tuple(Span(part, "text") if isinstance(part, str) else Span(*part) for part in parts)


def keys(*words: str) -> Row:
    """Keys and what they do, such as "d drop"; on a line of the play screen a click on one is as good as the key."""
    return tuple(Span(*part) for word in words for part in ((" " * 3, "text"), (word, "key")))


def plain(spans: Row) -> str:
    """The text of a row."""
    return "".join(span.text for span in spans)


def cut(spans: Row, width: int) -> Row:
    """A row cut, where it is longer, to that many cells."""
    if cell_len(plain(spans)) > width:
        text, kept = "", []
        for span in spans:
            room = width - 1 - cell_len(text)
            part = span.text if cell_len(span.text) <= room else set_cell_size(span.text, room)
            kept.append(Span(part, span.role))
            text += part
            if part != span.text:
                return (*kept, Span("…", span.role))
        return tuple(kept)
    return spans


def fitted(spans: Row, width: int) -> Row:
    """A row cut or filled up to exactly that many cells."""
    short = cut(spans, width)
    return (*short, Span(" " * (width - cell_len(plain(short))), "text"))


def prose(text: str, width: int, role: str = "text", lead: str = "", indent: str = "") -> list[Row]:
    """Text wrapped at `width`; blank lines part paragraphs, code keeps its lines, `lead` stands before the first."""
    rows: list[Row] = []
    for paragraph in text.strip("\n").split("\n\n"):
        if rows:
            rows.append(row(""))
        if paragraph.startswith("    "):
            for line in paragraph.splitlines():
                rows += folded(row((indent + line[2:], role)), width, f"{indent}      ")
            continue
        first = indent if rows else lead
        lines = wrap(" ".join(paragraph.split()), max(8, width), initial_indent=first, subsequent_indent=indent)
        rows.extend(row((line, role)) for line in lines or [""])
    return rows


def folded(spans: Row, width: int, indent: str) -> list[Row]:
    """A row folded at `width`, after a blank or a sign where there is one; later rows begin with `indent`."""
    text = plain(spans)
    rows: list[Row] = []
    start, room = 0, width
    while len(text) - start > room:
        breaks = (text.rfind(sign, start + room // 2, start + room) for sign in " ,(.")
        end = next((place + 1 for place in breaks if place > 0), start + room)
        rows.append(_part(spans, start, end, indent if rows else ""))
        start, room = end, max(8, width - len(indent))
    return [*rows, _part(spans, start, len(text), indent if rows else "")]


def _part(spans: Row, start: int, end: int, indent: str) -> Row:
    part = [Span(indent, "client")] if indent else []
    at = 0
    for text, role in spans:
        cut = text[max(0, start - at) : max(0, end - at)]
        if cut:
            part.append(Span(cut, role))
        at += len(text)
    return tuple(part)


_SIGNS = "□? ≠# ╰` ✓v ✗x ×x →> ⇒= ◦. ▪# ◆* ∅0 …~ ━= ─- ├| ┤| ┬| │| ▼V ▸> ╌. ·. ⋯~ ┣[ ┫] ▶> ‖|"
ASCII = str.maketrans({pair[0]: pair[1] for pair in _SIGNS.split()})
"""What stands for each sign of the panels where only ASCII is sure to be one column wide."""
