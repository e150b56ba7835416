"""The events of a run in words: each row is made when it is looked at, so that a long run opens at once."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from functools import cached_property
from threading import Lock

from distgame.engine import trace as tr

from .rows import Row, plain, row
from .wording import EventWords

ENDED_EVERY = 500
"""After so many rows a search looks whether it is still wanted."""
_SILENT = frozenset((tr.WAITS, tr.ENDS, tr.DELIVER))


class Told:
    """What the log says: `events` are the indices of those events that say something by themselves, in order."""

    def __init__(self, words: EventWords) -> None:
        self._words = words
        self._made: dict[int, Row] = {}
        self._texts: list[str] = []
        self._searching = Lock()

    @cached_property
    def events(self) -> list[int]:
        """The indices of the events with a row."""
        return [index for index, event in enumerate(self._words.trace.events) if event[0] not in _SILENT]

    def says(self, event: int) -> bool:
        """Whether an event has a row."""
        return self._words.trace.events[event][0] not in _SILENT

    def of(self, event: int) -> Row:
        """The row of an event."""
        made = self._made.get(event)
        if made is None:
            made = self._made[event] = self._words.row(event) or row("")
        return made

    def before(self, event: int) -> int:
        """How many rows there are of events before this one."""
        return bisect_left(self.events, event)

    def with_words(self, words: tuple[str, ...], ended: Callable[[], bool] = lambda: False) -> list[int] | None:
        """The events whose row has all of these words, which are in small letters; None if the search was `ended`.

        Of a long run it takes a while: the texts are made for the first search and kept, and one search waits for
        the other.
        """
        found = []
        with self._searching:
            for place, event in enumerate(self.events):
                if place % ENDED_EVERY == 0 and ended():
                    return None
                if place == len(self._texts):
                    self._texts.append(self._text(event))
                text = self._texts[place]
                if all(word in text for word in words):
                    found.append(event)
        return found

    def _text(self, event: int) -> str:
        printed = " print" if self._words.trace.events[event][0] == tr.PRINT else ""
        return plain(self._words.row(event) or ()).lower() + printed
