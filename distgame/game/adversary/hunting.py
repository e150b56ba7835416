"""The hunt on a level: one program against the level's own bounds, its trials spread over processes.

As with scored seeds, a process of the pool drives a worker of its own and never loads the player's code itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, CancelledError, Executor
from dataclasses import dataclass

from distgame.checker import Outcome
from distgame.engine.actions import Nodes
from distgame.engine.errors import PlayerError
from distgame.engine.fewer import world_of
from distgame.engine.outline import Outline
from distgame.engine.program import Program
from distgame.engine.referee import simulate
from distgame.engine.trace import Trace
from distgame.engine.world import World
from distgame.game.adversary.stopping import Stop, results, stop
from distgame.game.campaign.levels import Level
from distgame.game.pictures.story_picture import story_svg
from distgame.game.running.kept import worker_for
from distgame.game.scores.judging import Judgement, judge, namer
from distgame.hunt.bounds import answers_come, bounds_of
from distgame.hunt.hunter import Attempt, Progress, Sighting, attempt, hunt
from distgame.hunt.shrink import Shrinker
from distgame.hunt.story import Step, story
from distgame.hunt.strategies import Ground
from distgame.hunt.trial import Schedule, Trial, Wrong

CHUNK = 6
"""Attempts that one task makes, so that few undisturbed runs are made twice."""

SEAL_RUNS = 720
"""In so many runs the hunter must have found nothing, for a file to get the seal of a level."""

CANDIDATES = 2
"""How many wrong runs are shrunk; the shortest story is told."""


@dataclass(frozen=True, slots=True)
class Counterexample:
    """A wrong run from which nothing can be left out.

    `digest` is its trace's, `picture` its story as SVG, `runs` what finding it took. It is not `minimal` where
    shrinking was ended early: something might still be left out.
    """

    schedule: Schedule
    wrong: Wrong
    steps: tuple[Step, ...]
    digest: str
    strategy: str
    runs: int
    picture: str | None
    minimal: bool = True


@dataclass(frozen=True, slots=True)
class Hunted:
    """What a hunt came to: `confidence` is a share of 1, see `Progress.confidence`."""

    found: Counterexample | None
    runs: int
    orders: int
    confidence: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Again:
    """What came of a schedule that broke another version of the program; `found` is None where this one is right."""

    found: Counterexample | None


@dataclass(frozen=True, slots=True)
class _Tries:
    program: Program
    level: Level
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True, slots=True)
class _ToShrink:
    program: Program
    level: Level
    sighting: Sighting
    runs: int
    stop: Stop


class WorldRunner:
    """Makes runs in a world and judges them by a model, with nodes that have loaded a program."""

    def __init__(self, nodes: Callable[[], Nodes], world: World, model: str) -> None:
        self._nodes = nodes
        self._world = world
        self._model = model

    def watched(self, schedule: Schedule) -> Trial:
        """A run, made tick by tick."""
        trace = simulate(self._nodes(), self._world, schedule.seed, schedule.interventions)
        return self._judged(schedule, trace, trace.order, lambda: trace)

    def __call__(self, schedule: Schedule) -> Trial:
        """A run, made tick by tick."""
        return self.watched(schedule)

    def _judged(self, schedule: Schedule, run: Trace | Outline, order: str, look: Callable[[], Trace]) -> Trial:
        judgement = judge(run, self._model)
        wrong = wrong_of(judgement, run)
        world = world_of(self._world, schedule.interventions)
        if wrong is not None and answers_come(world) and _has_given_up(judgement, wrong):
            wrong = None
        return Trial(schedule, judgement.history, wrong, order, run.sends_between_nodes, look)


class WorkerRunner(WorldRunner):
    """The same with workers, which make whole runs by themselves, several times as fast.

    Where that tells of no run to the end, and after one that ended its process, runs are made tick by tick.
    """

    def __init__(self, program: Program, level: Level) -> None:
        super().__init__(lambda: worker_for(program), level.world, level.model)
        self._program = program
        self._sprints = True

    def __call__(self, schedule: Schedule) -> Trial:
        """A run, judged; the program may forge it."""
        if self._sprints:
            worker = worker_for(self._program)
            outline = worker.sprint(self._world, schedule.seed, schedule.interventions, scouting=True)
            if outline is not None:
                return self._judged(schedule, outline, outline.digest, lambda: self.watched(schedule).trace)
            self._sprints = worker.alive
        return self.watched(schedule)


def _has_given_up(judgement: Judgement, wrong: Wrong) -> bool:
    """Whether a client had given up waiting before an answer was wrong."""
    given_up = (op.completed_at for op in judgement.history if op.outcome is Outcome.UNKNOWN)
    return bool(wrong.operations) and any(tick is not None and tick <= wrong.tick for tick in given_up)


def wrong_of(judgement: Judgement, run: Trace | Outline) -> Wrong | None:
    """Why a run is wrong: its first wrong read, or else an error in the player's code."""
    if judgement.wrong:
        first = judgement.wrong[0]
        explanation = judgement.explain(first)
        return Wrong(first.operation.completed_at or 0, explanation.sentence, explanation.operations)
    problem = run.problem
    return Wrong(problem.tick or run.end, str(problem)) if problem else None


def hunt_level(
    program: Program,
    level: Level,
    pool: Executor,
    seconds: float | None = None,
    most_runs: int | None = None,
    tell: Callable[[Progress], None] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Hunted:
    """Hunts until something is found, the time (seconds) is over, the runs are made, or it is cancelled.

    What is found by then is told also when it is cancelled, or interrupted from the keyboard, while it is shrunk.
    With a number of runs alone the answer is the same on every machine. Raises PlayerError if the program does not
    load.
    """
    begun = time.monotonic()
    progress = Progress()

    def go_on(now: Progress) -> bool:
        nonlocal progress
        progress = now
        tell(now)
        in_time = seconds is None or time.monotonic() - begun < seconds
        return in_time and not cancelled() and (most_runs is None or now.runs < most_runs)

    def tries(attempts: Sequence[Attempt]) -> Iterator[Sighting]:
        chunks = (tuple(attempts[start : start + CHUNK]) for start in range(0, len(attempts), CHUNK))
        tasks = [pool.submit(_try, _Tries(program, level, chunk)) for chunk in chunks]
        try:
            for task in tasks:
                yield from task.result()
        finally:
            for task in tasks:
                task.cancel()

    sightings = next(hunt(bounds_of(level.world), tries, go_on), [])
    if sightings:
        tell(progress)
    found = _shortest(program, level, sightings, progress.runs, pool, cancelled)
    elapsed = time.monotonic() - begun
    return Hunted(found, progress.runs, len(progress.orders), progress.confidence(level.world), elapsed)


def hunt_in_pool(
    program: Program, level: Level, pool: Executor, tell: Callable[[Progress], None], cancelled: Callable[[], bool]
) -> Hunted | None:
    """Hunts as long as a seal takes; None if it was cancelled with nothing found, or if the processes ended."""
    try:
        hunted = hunt_level(program, level, pool, None, SEAL_RUNS, tell, cancelled)
    except (CancelledError, BrokenExecutor, PlayerError):
        return None
    return None if cancelled() and hunted.found is None else hunted


def told(trial: Trial, level: Level, strategy: str, runs: int, minimal: bool = True) -> Counterexample | None:
    """A run with its story, where it is wrong."""
    if trial.wrong is None:
        return None
    steps = story(trial, namer(len(level.world.clients)))
    picture = story_svg(trial, steps, level)
    return Counterexample(trial.schedule, trial.wrong, steps, trial.trace.digest, strategy, runs, picture, minimal)


def _shortest(
    program: Program,
    level: Level,
    sightings: Sequence[Sighting],
    runs: int,
    pool: Executor,
    cancelled: Callable[[], bool],
) -> Counterexample | None:
    def promise(sighting: Sighting) -> tuple[int, bool, int]:
        # Where nobody interfered everything is a little late, and nothing stands out.
        assert sighting.wrong is not None
        decisions = len(sighting.schedule.interventions)
        return len(sighting.wrong.operations), not decisions, decisions

    # An error in the code has no operations; a wrong read tells more.
    wrong = [each for each in sightings if each.wrong and each.wrong.operations] or list(sightings)
    with stop() as ends:
        candidates = sorted(wrong, key=promise)[:CANDIDATES]
        tasks = [pool.submit(_shrink, _ToShrink(program, level, each, runs, ends)) for each in candidates]
        shrunk = [found for found in results(tasks, ends, cancelled) if found is not None]

    def length(found: Counterexample) -> tuple[int, int]:
        # That fewer nodes are enough is a step of the story, but makes nothing longer.
        nodes = len(found.schedule.nodes(level.world))
        return len(found.steps) - (nodes < level.world.nodes), nodes

    return min(shrunk, key=length, default=None)


# The ground of the program that was tried last, with its undisturbed runs.
_ground: tuple[Program, Level, Ground] | None = None


def _try(task: _Tries) -> list[Sighting]:
    """In a process of the pool: makes some attempts."""
    global _ground
    if _ground is None or _ground[:2] != (task.program, task.level):
        run = WorkerRunner(task.program, task.level)
        _ground = task.program, task.level, Ground(task.level.world, bounds_of(task.level.world), run)
    return [attempt(_ground[2], each) for each in task.attempts]


def _shrink(task: _ToShrink) -> Counterexample | None:
    """In a process of the pool: shrinks one wrong run and tells it; None where the program has forged it."""
    world = task.level.world
    run = WorkerRunner(task.program, task.level)
    shrinker = Shrinker(run, world, bounds_of(world), stopped=task.stop)
    trial = shrinker.shrink(task.sighting.schedule)
    watched = run.watched(trial.schedule)
    return told(watched, task.level, task.sighting.attempt.strategy, task.runs, shrinker.minimal)
