"""The Code tab: the player's file in colours, with the lines on which handlers wait and the line of a problem."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String, Token

from distgame.engine.errors import Problem
from distgame.game.play.playback import Instant
from distgame.tui.diagram.boxes import Span

from .page import Page
from .rows import WRONG, Row, folded, prose, row

_ROLES = (
    (Comment, "client"),
    (Keyword, "request"),
    (Operator.Word, "request"),
    (Name.Builtin.Pseudo, "slow"),
    (Name.Decorator, "slow"),
    (Name.Function, "name"),
    (Name.Class, "name"),
    (String, "node"),
    (Number, "reply"),
)


@lru_cache(maxsize=8)
def highlighted(text: str) -> tuple[Row, ...]:
    """The lines of a Python text, in roles of the palette; it takes some milliseconds for a long file."""
    lines: list[list[Span]] = [[]]
    for kind, value in PythonLexer(stripnl=False, ensurenl=False).get_tokens(text.expandtabs(4)):
        role = next((role for of, role in _ROLES if kind in of), "text") if kind is not Token.Text else "text"
        first, *others = value.split("\n")
        lines[-1].append(Span(first, role))
        lines.extend([Span(other, role)] for other in others)
    return tuple(tuple(span for span in line if span.text) for line in lines)


@dataclass(frozen=True, slots=True)
class Source:
    """What the Code tab shows: the text, the state of the file in words, and a problem if there is one.

    `here` says whether the problem is in this text, and not in another module.
    """

    text: str
    title: str
    problem: Problem | None = None
    here: bool = False
    note: str = ""


def waits_by_line(instant: Instant, file: str) -> dict[int, int]:
    """How many handlers wait on each line of a file, of all nodes."""
    waits = (wait for node in instant.nodes.values() for wait in node.waits)
    return dict(Counter(wait.line for wait in waits if wait.file == file))


def source_rows(
    source: Source, waits: Mapping[int, int], width: int, values: Mapping[int, Sequence[str]] | None = None
) -> list[Row]:
    """The rows of the tab: what is wrong, if anything is; then the file, long lines folded.

    Under a line on which handlers wait stand the `values` of their variables.
    """
    rows = prose(source.title, width, "client")
    if source.problem is not None:
        problem = source.problem
        where = ", ".join(part for part in (problem.place, problem.when) if part)
        rows += prose(f"{WRONG} {where}", width, "lost") if where else []
        rows += prose(problem.message, width, "name")
        lines = source.text.splitlines()
        if source.here and problem.line and problem.line <= len(lines):
            rows += folded(row((f" {problem.line} ", "lost"), lines[problem.line - 1].strip()), width, "   ")
    if source.note:
        rows += prose(source.note, width, "reply")
    if len(rows) > 1:
        rows.append(row(("─" * width, "wire")))
    bad = source.problem.line if source.problem and source.here else None
    lines = highlighted(source.text)
    digits = len(str(len(lines)))
    for number, line in enumerate(lines, 1):
        count = waits.get(number, 0)
        mark = (f"{WRONG} ", "lost") if number == bad else (f"▸{min(count, 9)}", "reply") if count else ("  ", "text")
        strong = "name" if count or number == bad else "client"
        gutter = row((f"{number:>{digits}}", strong), mark, " ")
        rows += folded((*gutter, *line), width, " " * (digits + 2) + "⋯ ")
        for text in (values or {}).get(number, ()):
            rows += folded(row((f"{' ' * digits} ╰ ", "reply"), (text, "reply")), width, " " * (digits + 3))
    return rows


class SourcePage(Page):
    """The player's file, to be read."""

    HELP = (
        "Your file as the game runs it. `▸2` marks a line on which two handlers wait, `✗` the line of a problem. "
        "While the run stands still, the local variables of what waits stand below its line. `e` opens your editor; "
        "a save is seen at once."
    )

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._source = Source("", "")
        self._waits: Mapping[int, int] = {}
        self._values: Mapping[int, Sequence[str]] = {}
        self._late = False

    def show(self, source: Source) -> None:
        """Shows another state of the file; the line of a problem comes into sight."""
        changed = source.problem is not None and source.problem != self._source.problem
        self._source = source
        self.rebuild()
        if changed:
            self.scroll_to(y=0, animate=False, force=True)

    def show_waits(self, waits: Mapping[int, int], values: Mapping[int, Sequence[str]]) -> None:
        """Marks the lines on which handlers wait, with the values of their variables as far as those are known."""
        if self._late or (waits, values) != (self._waits, self._values):
            self._waits, self._values = waits, values
            self.rebuild()

    def rebuild(self) -> None:
        """Also keeps a line with a waiting handler in sight, unless the player is reading.

        While another tab is open, this one waits until it is opened: a save has more urgent things to show.
        """
        self._late = not all(each.display for each in self.ancestors_with_self)
        if self._late:
            return
        super().rebuild()
        if not self._waits or self._source.problem or self.has_focus or self.mouse_hover:
            return
        marked = [y for y, spans in enumerate(self._rows) if len(spans) > 1 and spans[1].text.startswith("▸")]
        top = self.scroll_offset.y
        if marked and not any(top <= y < top + self.size.height for y in marked):
            self.reveal(max(0, marked[0] - 2), marked[0] + 2)

    def rows(self, width: int) -> Sequence[Row]:
        return source_rows(self._source, self._waits, width, self._values)
