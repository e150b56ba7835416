"""A session: one player's file on one level, from save to verdict; what the play screen asks, without any screen.

Its methods block and are called from threads; they never raise for what is wrong with the player's file.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, CancelledError, Executor
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from distgame.engine.errors import PlayerError, Problem
from distgame.engine.inspecting import Inside, look
from distgame.engine.program import Program, parse_program
from distgame.engine.world import Intervention
from distgame.game.adversary.hunting import Again, Hunted, WorldRunner, hunt_in_pool, told
from distgame.game.adversary.kept_counterexamples import forget, keep, kept
from distgame.game.campaign.levels import Level
from distgame.game.pictures.failure_story import Story
from distgame.game.pictures.retelling import retell_in_pool
from distgame.game.play.files import FileError
from distgame.game.running.cores import on_one_core
from distgame.game.running.program import read_program
from distgame.game.running.runs import Run, run_level
from distgame.game.running.seeds import score_seeds
from distgame.game.running.workers import WarmWorkers, WorkerNodes
from distgame.game.scores.regression import LookBack, Passed, look_back_in_pool
from distgame.game.scores.scoring import Failure, Score, SeedScore
from distgame.hunt.hunter import Progress


@dataclass(frozen=True)
class Version:
    """One save of the player's file that loads, counted from 1 in this session."""

    number: int
    program: Program

    @property
    def sources(self) -> dict[str, list[str]]:
        """The lines of the program's files, by the files' names; the main file is first."""
        return {source.path: source.text.splitlines() for source in (self.program.main, *self.program.modules)}

    @property
    def digest(self) -> str:
        """The SHA-256 of the file."""
        return self.program.digest


@dataclass(frozen=True)
class Attempt:
    """What came of loading a save: a version and its run of the shown seed, or a problem.

    With a problem in loading, `version` and `run` are those of the last save that was good, None if there was none.
    A problem while running is in `run.trace.problem`.
    """

    version: Version | None
    run: Run | None
    problem: Problem | None


class Session:
    """Holds the last good version of the player's file, and the workers that run it.

    `seed` is the one that is shown, the level's own by default; `open_pool` gives the executor for scored seeds, made
    when it is first needed. With a `program` no file is read.
    """

    def __init__(
        self,
        level: Level,
        path: Path,
        workers: WarmWorkers,
        open_pool: Callable[[], Executor],
        seed: int | None = None,
        program: Program | None = None,
    ) -> None:
        self.level = level
        self.path = path
        self.seed = level.seeds.shown if seed is None else seed
        self.version: Version | None = None
        self.run: Run | None = None
        self._workers = workers
        self._open_pool = open_pool
        self._program = program
        self._nodes: WorkerNodes | None = None
        self._lock = threading.Lock()
        self._closed = False
        self._given_up: tuple[Level, ...] | None = None

    def load(self) -> Attempt:
        """Reads the file, and runs the shown seed if it loads; the last good version stays where it does not."""
        with self._lock:
            if self._closed:
                return Attempt(self.version, self.run, None)
            try:
                program = self._program or read_program(self.path)
                # A slip of the pen, or half a file, is to cost no warm worker: the next save waits for one.
                parse_program(program)
            except FileError as error:
                return Attempt(self.version, self.run, Problem("file", str(error), str(self.path)))
            except PlayerError as error:
                return Attempt(self.version, self.run, error.problem)
            nodes = self._workers.take()
            try:
                run = self._made(nodes, program, self.seed)
            except PlayerError as error:
                nodes.close()
                return Attempt(self.version, self.run, error.problem)
            self._replace_nodes(nodes)
            number = self.version.number + 1 if self.version else 1
            self.version, self.run = Version(number, program), run
            return Attempt(self.version, run, None)

    def replay(self, seed: int, interventions: tuple[Intervention, ...] = ()) -> Run | None:
        """Runs the good version again, with another seed or with interventions.

        None if there is no good version, or if it does not load this time.
        """
        with self._lock:
            if self.version is None or self._closed:
                return None
            if self._nodes is None or not self._nodes.alive:
                self._replace_nodes(self._workers.take())
            assert self._nodes is not None
            try:
                run = self._made(self._nodes, self.version.program, seed, interventions)
            except PlayerError:
                self._replace_nodes(None)
                return None
            self.seed, self.run = seed, run
            return run

    def inspect(self, run: Run, event: int) -> dict[int, Inside] | None:
        """Looks into the nodes of a run of the good version where the event before `event` had just happened.

        The run is made anew up to there. None where that cannot be done.
        """
        with self._lock:
            if self.version is None or self._closed or self._nodes is None or not self._nodes.alive:
                return None
            trace = run.trace
            try:
                nodes = self._nodes.load(self.version.program)
                return look(nodes, self.level.world, trace.seed, trace.interventions, event)
            except PlayerError:
                return None

    def score(
        self, version: Version, on_seed: Callable[[SeedScore], None], cancelled: Callable[[], bool]
    ) -> Score | None:
        """Runs all scored seeds in the background processes; None if it was cancelled, or if those processes ended."""

        def stop_if_cancelled() -> None:
            if cancelled():
                raise _Cancelled

        def tell(seed: SeedScore) -> None:
            stop_if_cancelled()
            on_seed(seed)

        try:
            return score_seeds(version.program, self.level, None, self._open_pool(), tell, stop_if_cancelled)
        except (_Cancelled, CancelledError, BrokenExecutor):
            return None
        except PlayerError:
            # It loaded a moment ago; what fails now is told by the runs themselves.
            return None

    def story(self, version: Version, failure: Failure) -> Story:
        """The story of what failed with a version, from its run."""
        return retell_in_pool(version.program, self.level, failure, self._open_pool())

    def look_back(self, version: Version, passed: Passed, cancelled: Callable[[], bool]) -> LookBack | None:
        """Tries the levels that the file has passed before; None if it was cancelled, or if the processes ended.

        A level that the file had already broken when it last passed another one is left out: what a later level asks
        for may cost an earlier one, and that is no news.
        """
        if self._given_up is None and passed.last is not None:
            broken = look_back_in_pool(passed.last, passed.levels, self._open_pool(), cancelled)
            if broken is not None:
                self._given_up = tuple(relapse.level for relapse in broken.relapses)
        given_up = self._given_up or ()
        kept = [level for level in passed.levels if level not in given_up]
        found = look_back_in_pool(version.program, kept, self._open_pool(), cancelled)
        return None if found is None else replace(found, given_up=given_up)

    def hunt(self, version: Version, tell: Callable[[Progress], None], cancelled: Callable[[], bool]) -> Hunted | None:
        """Hunts a version, and keeps what is found; None if it was cancelled, or if the processes ended."""
        hunted = hunt_in_pool(version.program, self.level, self._open_pool(), tell, cancelled)
        if hunted is not None and hunted.found is not None:
            with suppress(FileError):
                keep(hunted.found, version.program, self.path, self.level)
        return hunted

    def try_again(self, version: Version) -> Again | None:
        """Makes the run that broke an earlier version, and forgets it where it is right now; None if there is none."""
        schedule = kept(self.path, self.level)
        if schedule is None:
            return None
        with self._lock:
            if self.version is not version or self._closed or self._nodes is None:
                return None
            try:
                nodes = self._nodes.load(version.program)
                trial = WorldRunner(lambda: nodes, self.level.world, self.level.model).watched(schedule)
            except PlayerError:
                return None
        again = Again(told(trial, self.level, "before", 1))
        if again.found is None:
            forget(self.path, self.level)
        return again

    def _made(
        self, nodes: WorkerNodes, program: Program, seed: int, interventions: tuple[Intervention, ...] = ()
    ) -> Run:
        with on_one_core(nodes.pid):
            return run_level(nodes.load(program), self.level, seed, interventions)

    def _replace_nodes(self, nodes: WorkerNodes | None) -> None:
        if self._nodes is not None:
            # The player waits for the new run, not for the end of the old process.
            threading.Thread(target=self._nodes.close, daemon=True).start()
        self._nodes = nodes

    def close(self) -> None:
        """Ends the worker of this session."""
        with self._lock:
            self._closed = True
            if self._nodes is not None:
                self._nodes.close()
                self._nodes = None


class _Cancelled(Exception):
    pass
