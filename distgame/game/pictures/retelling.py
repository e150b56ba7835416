"""The story of a failure, told from its run, which is made once more in a process of a pool."""

from __future__ import annotations

from concurrent.futures import BrokenExecutor, CancelledError, Executor

from distgame.engine.errors import PlayerError
from distgame.engine.program import Program
from distgame.game.campaign.levels import Level
from distgame.game.pictures.failure_story import Story, story_of_failure, story_of_run
from distgame.game.running.kept import worker_for
from distgame.game.running.runs import Run, run_level
from distgame.game.scores.scoring import Failure


def retold(failure: Failure, run: Run) -> Story:
    """The story of a failure from its run; where the run tells of something else, what the failure says by itself."""
    story = story_of_run(run)
    if story is not None and story.operations == failure.operations:
        return story
    return story_of_failure(failure, len(run.level.world.clients))


def retell_in_pool(program: Program, level: Level, failure: Failure, pool: Executor) -> Story:
    """The same; it waits for the run, and does without where that cannot be made."""
    try:
        return pool.submit(_retell, program, level, failure).result()
    except (BrokenExecutor, CancelledError, PlayerError):
        return story_of_failure(failure, len(level.world.clients))


def _retell(program: Program, level: Level, failure: Failure) -> Story:
    return retold(failure, run_level(worker_for(program), level, failure.seed))
