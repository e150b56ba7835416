"""The lesson of a level: strips of text beside the run, each there until the player has done what it asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

Deed = Literal[
    "read",
    "paused",
    "stepped",
    "ended",
    "marked",
    "events",
    "operations",
    "node",
    "code",
    "goal",
    "hint",
    "saved",
    "answered",
    "right",
    "passed",
]
"""What a strip waits for: that it was read (the player says so); that the time was stopped, moved by an event, has
reached the end, or jumped to a fault or a wrong read; that a tab was opened; that a hint was asked for; that the file
was saved and loads; that the run on the screen answers a read with a number that was written, has no mistake, and that
all scored seeds pass."""

DEEDS: tuple[Deed, ...] = get_args(Deed)


@dataclass(frozen=True, kw_only=True)
class LessonStep:
    """`[[lesson]]`: a strip of the lesson. `done` is what takes it away; the player can wave it away at any time."""

    text: str
    done: Deed = "read"


def next_step(steps: Sequence[LessonStep], place: int, done: frozenset[str]) -> int:
    """The place of the strip to show after the one at `place`, once the player has done all that is in `done`.

    A strip whose deed was done before it came up is passed over, so that nobody is asked for what is done;
    `len(steps)` means that the lesson is over.
    """
    while place < len(steps) and steps[place].done in done:
        place += 1
    return place
