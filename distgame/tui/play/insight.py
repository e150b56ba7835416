"""The nodes from inside while the playhead stands still: asked for where a tab shows it, and only then."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from distgame.engine.inspecting import Inside

from .runner import Inspected

if TYPE_CHECKING:
    from .screen import PlayScreen


class Insight:
    """What the nodes look like from inside at the playhead, as far as it is known."""

    def __init__(self, screen: PlayScreen) -> None:
        self._screen = screen
        self._asked: tuple[int, int] | None = None
        self._known: tuple[int, int] | None = None
        self._inside: Mapping[int, Inside] = {}

    def here(self) -> Mapping[int, Inside] | None:
        """The nodes at the playhead; None while it moves, and until the answer has come."""
        screen = self._screen
        if screen.head is None or screen.recording is None or screen.head.running:
            return None
        place = id(screen.recording), screen.head.event
        if self._known == place:
            return self._inside
        if self._asked != place:
            self._asked = place
            screen.runner.inspect(screen.recording, screen.head.event)
        return None

    def take(self, event: Inspected) -> None:
        """The answer has come."""
        self._known, self._inside = (id(event.recording), event.event), event.inside
        if self._screen.head is not None and not self._screen.head.running:
            self._screen.show_now()
