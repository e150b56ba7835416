"""The Changes tab: what was changed by hand, to be taken back, and what became otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events
from textual.message import Message

from distgame.game.play.changes import Change
from distgame.game.play.comparing import Ending
from distgame.tui.commands import Command, Commanded

from .page import Page
from .rows import RIGHT, UNANSWERED, WRONG, Row, folded, prose, row

if TYPE_CHECKING:
    from .beside import Futures
    from .whatif import WhatIf

HOW = """\
Ask what would have been. Stop the run, choose a signal (j and its letter, or a click) and press d to lose it, \
h to hold it back, t to have it come twice. x crashes the chosen node or starts it again, p makes it stand still, \
c cuts a link.

The run is made anew with the same seed: the past stays as it is, and only what follows from your change changes.
"""


MOST_ENDINGS = 200
"""So many operations that ended otherwise are told at most."""


class TakenBack(Message):
    """The player takes one change back."""

    def __init__(self, change: Change) -> None:
        super().__init__()
        self.change = change


def ending_words(ending: Ending | None) -> tuple[str, str]:
    """What became of an operation, in few letters, and its colour."""
    if ending is None:
        return "not asked", "client"
    sign = UNANSWERED if not ending.answered else RIGHT if ending.right else WRONG
    span = f"{ending.start}-{'' if ending.end is None else ending.end}"
    return f"{ending.sign}{sign} {span}", {RIGHT: "node", WRONG: "lost"}.get(sign, "reply")


def changes_rows(what_if: WhatIf, cursor: int, width: int) -> list[Row]:
    """The rows of the tab."""
    if not what_if.changes:
        return prose(HOW, width)
    rows = [row(("changed by hand", "name"))]
    for number, change in enumerate(what_if.changes):
        unmet = what_if.after is not None and all(part in what_if.after.run.trace.unmet for part in change.parts)
        lead = "▸" if number == cursor else " "
        told = row((f"{lead}{change.tick:04d} ", "client"), (change.words, "name" if number == cursor else "text"))
        rows += folded((*told, *row((" (met nothing)", "reply") if unmet else "")), width, " " * 6)
    rows += prose("u takes the last one back, Delete the chosen one; k keeps the run as a replay", width, "client")
    if what_if.futures is None:
        return [*rows, row(""), row(("the run is made anew", "client"))]
    return [*rows, row(""), *_outcome(what_if.futures, width)]


def _outcome(futures: Futures, width: int) -> list[Row]:
    first, endings = futures.comparison.first, futures.comparison.endings
    if first is None:
        return [row(("nothing became otherwise", "name"))]
    rows = [row(("what became otherwise", "name"), (f" from tick {first.tick}", "client"))]
    wrong = (each.run.judgement.wrong for each in (futures.before, futures.after))
    was, now = (row((f"{len(each)} wrong", "lost" if each else "node")) for each in wrong)
    rows.append(row(" ", *was, (" before, ", "text"), *now, (" now", "text")))
    half = (width - 4) // 2
    rows.append(row((f" {'':<3}{'as it was':<{half}}", "client"), ("as it is", "client")))
    for old, new in endings[:MOST_ENDINGS]:
        client = (old or new).client  # type: ignore[union-attr]
        left, right = ending_words(old), ending_words(new)
        rows.append(
            row((f" c{client} ", "client-title"), (f"{left[0]:<{half}}"[:half], left[1]), (right[0][:half], right[1]))
        )
    if not endings:
        rows += prose("every operation ended as before, at the same tick", width, "client", " ", " ")
    elif len(endings) > MOST_ENDINGS:
        rows.append(row((f" and {len(endings) - MOST_ENDINGS:,} more", "client")))
    return [*rows, row((" = lays both futures side by side", "client"))]


class ChangesPage(Commanded, Page):
    """What was changed by hand."""

    KEYS = (
        Command("up", "move(-1)", "", "", "The change before."),
        Command("down", "move(1)", "", "", "The next change."),
        Command("delete,backspace", "take_back", "", "Take this change back", "Takes the chosen change back."),
        Command("enter", "go", "", "", "Goes to the tick of the chosen change."),
    )
    HELP = (
        "What you changed by hand, and what became otherwise. The same seed is run anew with your changes: the past "
        "stays as it is. Choose a change with the arrows, Delete takes it back, Enter goes to its tick."
    )

    class Sought(Message):
        """The player wants to be at a change's tick."""

        def __init__(self, tick: int) -> None:
            super().__init__()
            self.tick = tick

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._what_if: WhatIf | None = None
        self._cursor = 0

    def show(self, what_if: WhatIf) -> None:
        """Shows the changes as they are."""
        self._what_if = what_if
        self._cursor = min(self._cursor, max(0, len(what_if.changes) - 1))
        self.rebuild()

    @property
    def chosen(self) -> Change | None:
        """The change that the arrows have chosen."""
        changes = self._what_if.changes if self._what_if else ()
        return changes[self._cursor] if self._cursor < len(changes) else None

    def rows(self, width: int) -> list[Row]:
        return prose(HOW, width) if self._what_if is None else changes_rows(self._what_if, self._cursor, width)

    def action_move(self, count: int) -> None:
        changes = self._what_if.changes if self._what_if else ()
        self._cursor = min(max(0, self._cursor + count), max(0, len(changes) - 1))
        self.rebuild()

    def action_take_back(self) -> None:
        if self.chosen is not None:
            self.post_message(TakenBack(self.chosen))

    def action_go(self) -> None:
        if self.chosen is not None:
            self.post_message(self.Sought(self.chosen.tick))

    def on_click(self, event: events.Click) -> None:
        """Chooses the change under the pointer, and goes to its tick."""
        if self._what_if is not None and self._what_if.changes:
            marks = [y for y, spans in enumerate(self._rows) if spans and spans[0].text[1:5].isdigit()]
            above = [number for number, y in enumerate(marks) if y <= event.y + self.scroll_offset.y]
            self._cursor = min(len(above) - 1, len(self._what_if.changes) - 1) if above else 0
            self.rebuild()
            self.action_go()
