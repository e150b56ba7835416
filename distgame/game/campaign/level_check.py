"""Whether a level teaches what it says: its reference passes with room to spare, and what misses the point does not.

A level is sound if
- its reference passes the scored seeds and the shown one, earns every medal, and uses at most `ROOM` of what each goal
  allows, so that a player's code, a little different, passes too;
- it bites: each code that it says must fail is caught in at least half of the seeds, or misses a goal by a share of
  `MISS`, so that nobody passes by luck;
- nothing is won by doing nothing: the codes of `SILENCE` pass no seed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from distgame.engine.errors import PlayerError, Problem
from distgame.game.campaign.levels import Level
from distgame.game.play.files import FileError
from distgame.game.play.places import algorithm_file, algorithms_folder
from distgame.game.running.program import read_program
from distgame.game.running.seeds import Task, run_seeds, score_seeds
from distgame.game.scores.honesty import NONDETERMINISM, SHARED_MEMORY
from distgame.game.scores.scoring import GoalCheck, Score, total

ROOM = 0.85
MISS = 0.15
SILENCE = ("broken/silent.py", "broken/empty_stub.py", "broken/constant.py", "broken/module_global.py")


@dataclass(frozen=True)
class Trial:
    """What an algorithm made of a level; no score where it does not load."""

    level: Level
    file: str
    digest: str
    score: Score | None
    problem: Problem | None = None

    @property
    def passed(self) -> bool:
        """Whether it passes."""
        return self.score is not None and self.score.passed

    @property
    def seeds(self) -> int:
        """How many seeds were tried."""
        return len(self.score.seeds) if self.score is not None else 0

    @property
    def caught_in(self) -> int:
        """In how many seeds it failed."""
        return self.seeds - self.score.seeds_passed if self.score is not None else 0

    @property
    def goals(self) -> tuple[GoalCheck, ...]:
        """The goals of the level, as the score meets them."""
        return self.score.goals if self.score is not None else ()

    @property
    def missed(self) -> tuple[GoalCheck, ...]:
        """The goals of all seeds together that it misses clearly, by a share of `MISS`."""
        return tuple(goal for goal in self.goals if goal.used > 1 + MISS and not goal.of_each_seed)

    @property
    def is_caught(self) -> bool:
        """Whether it fails for certain, and not by bad luck."""
        return not self.passed and bool(self.seeds) and (2 * self.caught_in >= self.seeds or bool(self.missed))

    @property
    def outcome(self) -> str:
        """In a word or two: pass, or in how many seeds it fails and which goals it misses."""
        if self.score is None:
            return "does not load"
        if self.passed:
            return f"pass, {self.score.stars} of 3 stars" if self.score.scored else "pass"
        error = f"{self.score.problem.kind} error" if self.score.problem is not None else ""
        seeds = f"{self.caught_in} of {self.seeds} seeds" if self.caught_in else ""
        goals = (goal.words for goal in self.goals if not goal.met and not goal.of_each_seed)
        return "; ".join(("fail", *filter(None, (error, seeds, *goals))))


@dataclass(frozen=True)
class LevelCheck:
    """A level tried with its reference, the codes that must fail, and those that do nothing."""

    level: Level
    reference: Trial
    broken: tuple[Trial, ...]
    silent: tuple[Trial, ...]

    @property
    def ok(self) -> bool:
        """Whether the level is sound."""
        return not self.problems

    @cached_property
    def problems(self) -> tuple[str, ...]:
        """What is wrong with the level, a sentence each."""
        return (*self._unsolved(), *self._toothless(), *self._silence())

    def _unsolved(self) -> Iterator[str]:
        name, score = self.reference.file, self.reference.score
        if score is None:
            yield f"the reference {name} does not load: {self.reference.problem}"
            return
        failure = score.first_failure
        if score.problem is not None and score.problem.kind in (NONDETERMINISM, SHARED_MEMORY):
            yield f"the reference {name} is not to be trusted: {score.problem}"
        elif failure is not None:
            yield f"the reference {name} fails in seed {failure.seed}, tick {failure.tick}: {failure.reason}"
        for goal in score.goals:
            told = f"{goal.words}: {figure(goal.measured)}"
            if not goal.met:
                yield f"the reference {name} misses a goal, {told}"
            elif goal.used > ROOM:
                yield f"too little head-room, {told}; {name} may use {ROOM:.0%} of what is allowed, not {goal.used:.0%}"
        if score.scored and score.passed:
            for medal, won in zip(("messages", "wait", "availability"), score.medals, strict=True):
                if not won:
                    yield f"the reference {name} does not earn the medal for {medal}"
        if score.scored and not score.shown_passed:
            yield f"the reference {name} does not pass the shown seed {self.level.seeds.shown}"

    def _toothless(self) -> Iterator[str]:
        if not self.broken:
            yield "the level names no code that must fail"
        for trial in self.broken:
            if trial.score is None:
                yield f"{trial.file}, which must fail, does not even load: {trial.problem}"
            elif trial.passed:
                yield f"{trial.file}, which must fail, passes"
            elif not trial.is_caught:
                seeds = f"{trial.caught_in} of {trial.seeds}"
                yield f"no bite: {trial.file} is caught in {seeds} seeds only, and misses no goal by {MISS:.0%}"

    def _silence(self) -> Iterator[str]:
        for trial in self.silent:
            if trial.passed or trial.caught_in < trial.seeds:
                yield f"doing nothing wins: {trial.file} passes {trial.seeds - trial.caught_in} of {trial.seeds} seeds"


def silence(level: Level) -> tuple[str, ...]:
    """The codes that win nothing on the level; a single node may keep its copy in a variable of the module."""
    return SILENCE if level.world.nodes > 1 else SILENCE[:-1]


def check_level(
    level: Level,
    pool: Executor,
    folder: Path | None = None,
    seeds: range | None = None,
    done: Callable[[], None] = lambda: None,
) -> LevelCheck:
    """Tries a level with all that it names, over its scored seeds or other ones; `done` is called after each trial.

    Algorithms lie in `folder`, the level's own, or come with the game. Runs of the reference over scored seeds are
    made twice, as a player's are. Raises FileError where an algorithm cannot be read.
    """
    files = [*level.broken, *silence(level)]
    reference = algorithm_file(level.reference, folder)
    attempts = [(level, name, algorithm_file(name, folder)) for name in (level.reference, *files)]
    best, *trials = try_all(attempts, pool, seeds, done)
    if seeds is None and best.score is not None:
        score = score_seeds(read_program(reference), level, None, pool)
        best = replace(best, score=score, problem=score.problem)
    count = len(level.broken)
    return LevelCheck(level, best, tuple(trials[:count]), tuple(trials[count:]))


def figure(value: float | None) -> str:
    """What was measured, in words."""
    return "nothing to measure" if value is None else f"{value:.5g}"


Attempt = tuple[Level, str, Path]
"""A level, an algorithm as the level calls it, and its file."""


def try_all(
    attempts: Sequence[Attempt],
    pool: Executor,
    seeds: range | None = None,
    done: Callable[[], None] = lambda: None,
) -> Iterator[Trial]:
    """The trials, in order, over the levels' scored seeds or other ones; each attempt is one task of the pool.

    Raises FileError where an algorithm cannot be read.
    """
    tasks = [
        Task(read_program(path), level, tuple(seeds or level.scored_seeds), practice=True)
        for level, _, path in attempts
    ]
    futures = [pool.submit(run_seeds, task) for task in tasks]
    for (level, name, _), task, future in zip(attempts, tasks, futures, strict=True):
        digest = task.program.digest
        try:
            yield Trial(level, name, digest, total(level, future.result()))
        except PlayerError as error:
            yield Trial(level, name, digest, None, error.problem)
        done()


def algorithms() -> tuple[str, ...]:
    """Every algorithm that comes with the game, the right ones first. Raises FileError where they are missing."""
    folder = algorithms_folder()
    paths = (*sorted(folder.glob("*.py")), *sorted(folder.glob("broken/*.py")))
    if not paths:
        raise FileError(f"{folder}: holds no algorithm (*.py)")
    return tuple(path.relative_to(folder).as_posix() for path in paths)
