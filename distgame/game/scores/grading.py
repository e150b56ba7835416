"""Grading strangers' files: each node in a process of its own behind walls, the files side by side over the cores.

A process of the pool reads one file and referees its runs; it never runs any of it, nor does the process that asks.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TypeVar

from distgame.engine.errors import PlayerError, Problem
from distgame.engine.program import Program, compile_program
from distgame.engine.referee import simulate
from distgame.game.campaign.levels import Level
from distgame.game.play.files import FileError
from distgame.game.play.player_file import code_digest, read_player_file
from distgame.game.running.executors import killed_a_worker, stop
from distgame.game.running.program import read_sources
from distgame.game.running.runs import run_level
from distgame.game.running.seeds import open_pool
from distgame.game.running.separate import SeparateNodes
from distgame.game.running.worker_child import GRADING, TRUSTING
from distgame.game.running.workers import WorkerNodes
from distgame.game.scores.honesty import HASH_SEED, distrusted, nondeterminism, shared_memory
from distgame.game.scores.reports import broken_object, run_object
from distgame.game.scores.scoring import Score, SeedScore, total

Work = TypeVar("Work")
Result = TypeVar("Result")
# What all runs of a file on a level may take together; an honest one takes a second or two.
LEVEL_SECONDS = 60.0
# Errors that take long, and that a file which has them in one seed has in all.
_COSTLY = frozenset(("deadline", "exit", "flood", "memory", "steps", "storm"))


@dataclass(frozen=True, slots=True)
class Assignment:
    """A file to be graded on a level.

    `others` are the files that are graded beside it: it may not import them, for they are somebody else's work.
    """

    path: Path
    level: Level
    purpose: str
    others: frozenset[Path]


@dataclass(frozen=True, slots=True)
class Grade:
    """What came of an assignment: a score, or the problem for which there is none."""

    path: Path
    level: Level
    code_digest: str | None
    score: Score | None
    problem: Problem | None

    @property
    def code(self) -> int:
        """The exit code: 0 passed, 1 not passed, 2 broken."""
        if self.problem is not None:
            return 2
        return 0 if self.score is not None and self.score.passed else 1

    @property
    def reason(self) -> str:
        """Why it is not passed, in words; empty for a pass."""
        if self.problem is not None:
            return str(self.problem)
        if self.score is None or self.score.passed:
            return ""
        failure = self.score.first_failure
        if failure is not None:
            return f"seed {failure.seed}, tick {failure.tick}: {failure.reason}"
        missed = next(goal for goal in self.score.goals if not goal.met)
        measured = "nothing was answered" if missed.measured is None else f"it was {missed.measured:.3g}"
        return f"every read was right, but this level asks for {missed.words}: {measured}"

    @property
    def kind(self) -> str:
        """The reason in a word: the kind of the error, "wrong-read" or "goal"; empty for a pass."""
        if self.problem is not None:
            return self.problem.kind
        if self.score is None or self.score.passed:
            return ""
        failure = self.score.first_failure
        return "wrong-read" if failure is not None and failure.operations else "goal"

    def as_json(self) -> dict[str, Any]:
        """The object that `run --json` prints for it."""
        name, seeds = self.path.name, self.level.scored_seeds
        if self.score is not None:
            return run_object(self.level, name, self.code_digest, seeds, self.score)
        assert self.problem is not None
        return broken_object(self.level, name, self.code_digest, seeds, self.problem)


@dataclass(frozen=True, slots=True)
class Submission:
    """What was read of an assignment: a program, or the problem for which there is none."""

    path: Path
    level: Level
    purpose: str
    program: Program | None
    problem: Problem | None = None


def grade(assignment: Assignment) -> Grade:
    """Grades a file on a level, in this process of the pool."""
    return grade_submission(read(assignment))


def read(assignment: Assignment) -> Submission:
    """Reads a file, in this process of the pool."""
    path, level, purpose = assignment.path, assignment.level, assignment.purpose
    try:
        data = read_player_file(path)
        (_, main), *modules = read_sources(path, data).items()
    except FileError as error:
        return Submission(path, level, purpose, None, Problem("file", str(error), str(path)))
    own = [source for module, source in modules if module not in assignment.others]
    return Submission(path, level, purpose, Program(main, tuple(own), code_digest(data)))


def grade_submission(submission: Submission) -> Grade:
    """Grades what was read, in this process of a pool or of a cluster."""
    path, level, program = submission.path, submission.level, submission.program
    if program is None:
        return Grade(path, level, None, None, submission.problem)
    try:
        compile_program(program)
        score = _score(program, level, submission.purpose)
    except PlayerError as error:
        return Grade(path, level, program.digest, None, error.problem)
    return Grade(path, level, program.digest, score, score.problem)


def _score(program: Program, level: Level, purpose: str) -> Score:
    """The score over the scored seeds; after one that ends in an error of the costly kinds the rest is left out."""
    begun = time.monotonic()
    done: list[SeedScore] = []
    shown_passed = False
    with SeparateNodes(program, level.world.nodes, purpose) as nodes:
        for seed in level.scored_seeds:
            done.append(run_level(nodes, level, seed).score)
            problem = done[-1].problem
            costly = problem is not None and problem.kind in _COSTLY
            if costly or not nodes.alive or time.monotonic() > begun + LEVEL_SECONDS:
                break
        else:
            shown_passed = run_level(nodes, level, level.seeds.shown).score.passed
    score = total(level, done, shown_passed)
    if len(done) < len(level.scored_seeds) and score.problem is None:
        words = (
            f"{len(done)} of {len(level.scored_seeds)} seeds took more than {LEVEL_SECONDS:g} s: the rest is left out"
        )
        return distrusted(score, level, done[-1].seed, Problem("deadline", words, program.main.path))
    return _checked(score, program, level, purpose)


def _checked(score: Score, program: Program, level: Level, purpose: str) -> Score:
    """The score as it is, or with the error that its runs come out otherwise with all nodes in another process."""
    if score.problem is not None:
        return score
    with WorkerNodes(purpose, HASH_SEED) as together:
        together.load(program)
        for seed in score.seeds:
            trace = simulate(together, level.world, seed.seed)
            if trace.digest != seed.digest:
                problem = trace.problem or _difference(program, level, seed.seed, purpose)
                return distrusted(score, level, seed.seed, problem)
    return score


def _difference(program: Program, level: Level, seed: int, purpose: str) -> Problem:
    """Why a run comes out otherwise: because the nodes were together, or because it does so by itself."""
    with (
        SeparateNodes(program, level.world.nodes, purpose) as apart,
        SeparateNodes(program, level.world.nodes, purpose, HASH_SEED) as again,
        WorkerNodes(purpose, HASH_SEED) as together,
    ):
        one, other = (simulate(nodes, level.world, seed) for nodes in (apart, again))
        if one.digest != other.digest:
            return nondeterminism(program, one, other)
        joined = simulate(together.load(program), level.world, seed)
        if joined.digest != one.digest:
            return shared_memory(program, joined, one)
        return nondeterminism(program, one, other)


def grade_all(
    files: Sequence[Path], levels: Sequence[Level], trust: bool, cluster: Executor | None = None
) -> Generator[tuple[int, Grade], None, None]:
    """The grades of every file on every level, each with its place in that order, as they are ready.

    Closing the iterator stops all work at once. A file that ends the process which grades it is graded once more by
    itself, and blamed if it does so again. With a `cluster` the files are read here and graded there.
    """
    purpose = TRUSTING if trust else GRADING
    everybody = frozenset(map(_whole, files))
    every = [Assignment(path, level, purpose, everybody - {_whole(path)}) for path in files for level in levels]
    work = dict(enumerate(every))
    if cluster is None:
        yield from _safely(grade, work, _blamed)
        return
    submissions = dict(_safely(read, work, _unreadable))
    for place, done in _ended(cluster, grade_submission, submissions):
        yield place, _blamed(submissions[place]) if killed_a_worker(done) else done.result()


def _blamed(work: Assignment | Submission) -> Grade:
    problem = Problem("exit", "the file ended the process that graded it", str(work.path))
    return Grade(work.path, work.level, None, None, problem)


def _unreadable(work: Assignment) -> Submission:
    problem = Problem("exit", "the file ended the process that read it", str(work.path))
    return Submission(work.path, work.level, work.purpose, None, problem)


def _whole(path: Path) -> Path:
    return Path(os.path.abspath(os.path.expanduser(path)))


def _safely(
    call: Callable[[Assignment], Result], work: dict[int, Assignment], blamed: Callable[[Assignment], Result]
) -> Iterator[tuple[int, Result]]:
    """What `call` makes of each assignment in processes of this machine; `blamed` for one that ends its process."""
    broken: list[int] = []
    yield from _in_pool(call, work, broken)
    for place in broken:
        alone: list[int] = []
        yield from _in_pool(call, {place: work[place]}, alone)
        if alone:
            yield place, blamed(work[place])


def _in_pool(
    call: Callable[[Assignment], Result], work: dict[int, Assignment], broken: list[int]
) -> Iterator[tuple[int, Result]]:
    """Calls in processes of a new pool; what got no result because a process ended goes to `broken`."""
    pool = open_pool(min(os.cpu_count() or 1, len(work)))
    left = len(work)
    try:
        for place, future in _ended(pool, call, work):
            left -= 1
            try:
                done = future.result()
            except BrokenExecutor:
                broken.append(place)
            else:
                yield place, done
    finally:
        if left:
            stop(pool)
        pool.shutdown()


def _ended(
    executor: Executor, call: Callable[[Work], Result], work: dict[int, Work]
) -> Iterator[tuple[int, Future[Result]]]:
    """The calls' futures with their places, as they end."""
    ended: SimpleQueue[tuple[int, Future[Result]]] = SimpleQueue()
    for place, each in work.items():
        try:
            future = executor.submit(call, each)
        except BrokenExecutor as error:
            future = Future()
            future.set_exception(error)
        future.add_done_callback(lambda future, place=place: ended.put((place, future)))  # type: ignore[misc]
    for _ in work:
        yield ended.get()
