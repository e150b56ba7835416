"""What the reference algorithm of a level achieves on its scored seeds, measured where it is to be shown.

It is never written down, so that it cannot differ from what the engine of today does.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import BrokenExecutor, CancelledError, Executor
from dataclasses import dataclass

from distgame.engine.errors import PlayerError
from distgame.engine.program import Program
from distgame.game.campaign.levels import Level
from distgame.game.running.seeds import score_seeds
from distgame.game.scores.scoring import SeedScore


@dataclass(frozen=True, slots=True)
class Figures:
    """What medals are given for: messages an operation, 99th percentile of all waits (ticks), share answered."""

    messages: float | None
    wait: int | None
    availability: float


class Stopped(Exception):
    """What was running is not wanted any more."""


def measure(program: Program, level: Level, pool: Executor, cancelled: Callable[[], bool]) -> Figures | None:
    """Runs the program on the scored seeds of the level, as practice; None if cancelled or if it does not load."""

    def look(_: SeedScore) -> None:
        if cancelled():
            raise Stopped

    try:
        score = score_seeds(program, level, level.scored_seeds, pool, look)
    except (Stopped, CancelledError, BrokenExecutor, PlayerError):
        return None
    return Figures(score.messages_per_operation, score.operations.p99, score.availability)
