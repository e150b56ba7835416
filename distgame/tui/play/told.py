"""The events of a run in words: each row is made when it is looked at, so that a long run opens at once."""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property

from distgame.engine import trace as tr

from .rows import Row, plain, row
from .wording import EventWords

_SILENT = frozenset((tr.WAITS, tr.ENDS, tr.DELIVER))


class Told:
    """What the log says: `events` are the indices of those events that say something by themselves, in order."""

    def __init__(self, words: EventWords) -> None:
        self._words = words
        self._made: dict[int, Row] = {}

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

    def with_words(self, words: tuple[str, ...]) -> list[int]:
        """The events whose row has all of these words, which are in small letters; of a long run it takes a while."""
        return [event for event in self.events if all(word in self._text(event) for word in words)]

    def _text(self, event: int) -> str:
        printed = " print" if self._words.trace.events[event][0] == tr.PRINT else ""
        return plain(self.of(event)).lower() + printed
