"""The game behind its screens: levels, settings, scoreboard and workers, opened once and shared."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from distgame.engine.program import Program
from distgame.game.campaign.figures import Figures, measure
from distgame.game.campaign.levels import Level, all_levels
from distgame.game.campaign.progress import Progress
from distgame.game.play import settings as stored
from distgame.game.play.files import FileError
from distgame.game.play.places import algorithm_file, algorithms_folder
from distgame.game.play.session import Session, Version
from distgame.game.play.settings import Settings
from distgame.game.running.program import read_program
from distgame.game.running.seeds import open_pool, takes_work
from distgame.game.running.workers import WarmWorkers
from distgame.game.scores.honesty import is_honest
from distgame.game.scores.record import row_of, seal_of
from distgame.game.scores.regression import Passed, passed_with
from distgame.game.scores.scoreboard import Scoreboard, Seal
from distgame.game.scores.scoring import Score
from distgame.game.scores.standing import Standing, standing

# What is played in the sandbox by whoever has no file yet: it stands most weather.
FIRST_CODE = "mwmr_abd.py"


@dataclass
class Game:
    """What lives as long as the game is open. `notices` are what a player should be told at the start.

    Raises LevelError where the folder of levels (the game's own by default) cannot be read.
    """

    levels_folder: Path | None = None
    levels: list[Level] = field(init=False)
    scoreboard: Scoreboard = field(init=False)
    settings: Settings = field(init=False)
    notices: list[str] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self.levels = all_levels(self.levels_folder)
        self.settings, notice = stored.read_settings()
        self.scoreboard = Scoreboard.open()
        self.notices = [each for each in (notice, self.scoreboard.notice) if each]
        self._figures: dict[str, Figures] = {}
        self._workers: WarmWorkers | None = None
        self._pool: Executor | None = None
        self._lock = threading.Lock()

    @property
    def player(self) -> str:
        """The name that scores are stored under."""
        return stored.player_name(self.settings)

    @property
    def progress(self) -> Progress:
        """How far the player has come."""
        best = self.scoreboard.best_of_each_level(self.player)
        settings = self.settings
        return Progress(self.levels, best, frozenset(settings.forfeited), settings.open_all_levels)

    def change_settings(self, **changes: Any) -> None:
        """Changes settings and keeps them. A folder that cannot be written is a notice, not an error."""
        try:
            self.settings = stored.change_settings(**changes)
        except FileError as error:
            self.settings = replace(self.settings, **changes)
            self.notices.append(str(error))

    def level(self, level_id: str) -> Level:
        """The level of an id. Raises KeyError."""
        return next(level for level in self.levels if level.id == level_id)

    def next_level(self, level: Level) -> Level | None:
        """The level after this one."""
        place = self.levels.index(level) + 1
        return self.levels[place] if place < len(self.levels) else None

    def reference_file(self, level: Level) -> Path:
        """The file of the level's reference algorithm. Raises FileError where the installation lacks it."""
        return algorithm_file(level.reference, self.levels_folder)

    def known_figures(self, level: Level) -> Figures | None:
        """What the level's reference achieves, if it was measured since the game was opened."""
        return self._figures.get(level.id)

    def measure_reference(self, level: Level, cancelled: Callable[[], bool]) -> Figures | None:
        """Measures what the level's reference achieves, in a thread of the caller; None if that cannot be."""
        if level.id not in self._figures:
            try:
                program = read_program(self.reference_file(level))
            except FileError:
                return None
            found = measure(program, level, self._executor(), cancelled)
            if found is None:
                return None
            self._figures[level.id] = found
        return self._figures[level.id]

    def may_see_solution(self, level: Level) -> bool:
        """Whether the player has passed the level, or has paid for a look at its solution."""
        progress = self.progress
        return progress.passed(level) or progress.is_forfeited(level)

    def forfeit(self, level: Level) -> None:
        """The player pays for a look at the solution with the stars of the level, for good."""
        if not self.may_see_solution(level):
            self.change_settings(forfeited=(*self.settings.forfeited, level.id))

    def warm_up(self) -> None:
        """Starts the processes that will be needed; called before a screen opens, from the main thread."""
        with self._lock:
            if self._workers is None:
                self._workers = WarmWorkers()

    def open_session(self, level: Level, path: Path, seed: int | None = None) -> Session:
        """A session of a file on a level, showing a seed (the level's own by default); the caller closes it."""
        self.warm_up()
        assert self._workers is not None
        self.change_settings(last_level=level.id, last_file=str(path))
        return Session(level, path, self._workers, self._executor, seed)

    def open_demo(self, level: Level, path: Path) -> Session:
        """A session of a file that is not the player's; nothing of it is remembered, and the caller closes it."""
        self.warm_up()
        assert self._workers is not None
        return Session(level, path, self._workers, self._executor)

    def open_kept(self, level: Level, program: Program, seed: int) -> Session:
        """A session of a program that is in no file; nothing of it is remembered, and the caller closes it."""
        self.warm_up()
        assert self._workers is not None
        return Session(level, Path(program.main.path), self._workers, self._executor, seed, program)

    def codes(self) -> list[Path]:
        """What can be played in the sandbox: the player's file, if there is one, then the game's algorithms."""
        mine = Path(self.settings.last_file) if self.settings.last_file else None
        found = algorithms_folder().rglob("*.py")
        theirs = sorted(found, key=lambda path: (path.name != FIRST_CODE, len(path.parts), path.name))
        return [mine, *theirs] if mine is not None and mine.is_file() else theirs

    def earned(self, score: Score) -> Score:
        """The score as it counts for this player: without stars where the solution was looked at before a pass."""
        return score.without_stars() if score.level in self.settings.forfeited else score

    def record(self, score: Score, version: Version, path: Path) -> Standing | None:
        """Stores the result of all scored seeds, and says where it stands; None for one that does not count.

        The same file on the same seeds gives the same result: a second row in succession would say nothing.
        """
        if not is_honest(score):
            return None
        row = row_of(score, self.level(score.level), self.player, path.name, version.program)
        rows = self.scoreboard.scores(score.level)
        mine = [each for each in rows if each.player == self.player]
        if mine and replace(mine[-1], when=row.when) == row:
            return standing(rows, mine[-1])
        self.scoreboard.add(row)
        return standing(rows, row)

    def passed_before(self, level: Level, path: Path) -> Passed:
        """What the player's file, told by its name, has passed of the other levels."""
        others = (each for each in self.levels if each.id != level.id)
        return passed_with(others, self.scoreboard.scores(player=self.player), path)

    def seal(self, level: Level, version: Version, runs: int) -> None:
        """Keeps that the hunter found nothing in so many runs of a file that passes the level."""
        self.scoreboard.add_seal(seal_of(level, self.player, version.digest, runs))

    def seal_on(self, level: Level) -> Seal | None:
        """The player's seal on a level as its rules are now, if there is one."""
        return self.scoreboard.seal(level.id, level.rules_digest, self.player)

    def _executor(self) -> Executor:
        with self._lock:
            if self._pool is None or not takes_work(self._pool):
                # One process: the screen keeps the other core.
                self._pool = open_pool(1)
            return self._pool

    def close(self) -> None:
        """Ends every process and closes the scoreboard."""
        with self._lock:
            if self._workers is not None:
                self._workers.close()
            if self._pool is not None:
                self._pool.shutdown(wait=False, cancel_futures=True)
        self.scoreboard.close()
