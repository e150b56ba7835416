"""Regression: whether a new version of a file still passes the levels that the file has passed before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor
from dataclasses import dataclass
from pathlib import Path

from distgame.engine.errors import PlayerError
from distgame.engine.program import Program, Source
from distgame.game.campaign.figures import Stopped
from distgame.game.campaign.levels import Level
from distgame.game.campaign.progress import STARS_OF_A_PASS
from distgame.game.running.seeds import score_seeds
from distgame.game.scores.scoreboard import Score as Row
from distgame.game.scores.scoring import Score, SeedScore

FEW = 3

Try = Callable[[Level, Iterable[int]], Score]
"""Scores some seeds of a level, as practice."""


@dataclass(frozen=True, slots=True)
class Relapse:
    """A level that was passed and is not any more, and why, in words."""

    level: Level
    reason: str

    def __str__(self) -> str:
        return f"{self.level.number:02} {self.level.name}: {self.reason}"


@dataclass(frozen=True, slots=True)
class LookBack:
    """How many levels were tried, and those of them that broke again.

    `given_up` are those that were not tried: the file had broken them before, and passed another level all the same.
    """

    tried: int
    relapses: tuple[Relapse, ...]
    given_up: tuple[Level, ...] = ()


@dataclass(frozen=True, slots=True)
class Passed:
    """The levels that a file has passed, in their order, and the program with which it did so last, if that is kept."""

    levels: tuple[Level, ...]
    last: Program | None


def passed_with(levels: Iterable[Level], rows: Iterable[Row], path: Path) -> Passed:
    """What a file, told by its name, has passed of some levels; `rows` are the player's results, oldest first."""
    known = {level.id: level for level in levels}
    passes = [row for row in rows if row.level in known and row.algorithm == path.name and row.stars >= STARS_OF_A_PASS]
    code = passes[-1].code if passes else None
    last = None if code is None else Program(Source(path.stem, path.name, code))
    return Passed(tuple(known[id] for id in known if any(row.level == id for row in passes)), last)


def look_back(levels: Iterable[Level], score: Try) -> LookBack:
    """Tries the levels one after the other: a few scored seeds each, and all of them where something is wrong.

    So a level that is named has really failed: shares and percentiles of a few seeds may miss by chance.
    """
    tried = 0
    relapses = []
    for level in levels:
        tried += 1
        if not score(level, level.scored_seeds[:FEW]).passed and not (whole := score(level, level.scored_seeds)).passed:
            relapses.append(Relapse(level, _reason(whole)))
    return LookBack(tried, tuple(relapses))


def _reason(score: Score) -> str:
    if score.first_failure is not None:
        return score.first_failure.reason
    return next(_missed(score), "not passed")


def _missed(score: Score) -> Iterator[str]:
    for goal in score.goals:
        if not goal.met:
            measured = "nothing" if goal.measured is None else f"{goal.measured:.3g}"
            yield f"asked for {goal.words}, got {measured}"


def look_back_in_pool(
    program: Program, levels: Iterable[Level], pool: Executor, cancelled: Callable[[], bool]
) -> LookBack | None:
    """The same in the processes of a pool; None if it was cancelled, or if those processes ended."""

    def stop_if_cancelled(_: SeedScore | None = None) -> None:
        if cancelled():
            raise Stopped

    def score(level: Level, seeds: Iterable[int]) -> Score:
        stop_if_cancelled()
        return score_seeds(program, level, seeds, pool, stop_if_cancelled)

    try:
        return look_back(levels, score)
    except (Stopped, CancelledError, BrokenExecutor, PlayerError):
        return None
