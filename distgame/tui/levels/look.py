"""A look at a level: what its reference achieves is measured in a thread, once somebody has looked for a while."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.timer import Timer
from textual.worker import get_current_worker

from distgame.game.campaign.figures import Figures
from distgame.game.campaign.levels import Level
from distgame.tui.base import GameScreen

# Who only passes by a level on the way to another one starts no measurement.
LOOK_SECONDS = 0.6


class Look:
    """Measures for a screen: `show` is given a level with its figures, or with None where those cannot be had."""

    def __init__(self, screen: GameScreen[Any], show: Callable[[Level, Figures | None], None]) -> None:
        self._screen, self._show = screen, show
        self._timer: Timer | None = None

    def at(self, level: Level) -> None:
        """This level is looked at from now on."""
        self.away()
        self._timer = self._screen.set_timer(LOOK_SECONDS, lambda: self._begin(level))

    def away(self) -> None:
        """Nobody looks: while a level is played, the processes are the player's."""
        if self._timer is not None:
            self._timer.stop()
        self._screen.workers.cancel_group(self._screen, "measure")

    def _begin(self, level: Level) -> None:
        if self._screen.app.screen is self._screen:
            self._screen.run_worker(lambda: self._measure(level), group="measure", exclusive=True, thread=True)

    def _measure(self, level: Level) -> None:
        worker, app = get_current_worker(), self._screen.app
        known = app.game.measure_reference(level, lambda: worker.is_cancelled)
        if not worker.is_cancelled:
            app.call_from_thread(self._show, level, known)
