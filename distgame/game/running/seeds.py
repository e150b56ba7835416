"""Many seeds: the same program on the same level, spread over processes; the score does not depend on their order.

A process of the pool never loads the player's code itself: it drives a worker of its own, with deadline and kill.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass
from queue import SimpleQueue

from distgame.engine.actions import Nodes
from distgame.engine.program import Program
from distgame.game.campaign.levels import Level
from distgame.game.running.kept import worker_for
from distgame.game.running.runs import run_level
from distgame.game.scores.honesty import checked
from distgame.game.scores.judging import judge
from distgame.game.scores.scoring import Score, SeedScore, score_seed, total

# So many seeds are one task at most, and a task is no more than this share of all.
LARGEST_TASK = 16
SMALLEST_SHARE = 32


@dataclass(frozen=True, slots=True)
class Task:
    """Seeds to run, for practice or not."""

    program: Program
    level: Level
    seeds: tuple[int, ...]
    practice: bool


def run_seeds(task: Task) -> list[SeedScore]:
    """Runs seeds in a worker of this process. Raises PlayerError if the program does not load.

    Practice earns nothing, so its referee may run beside the nodes, which is several times as fast. Where that tells
    of no run to the end, the run is made again with the referee here; after one that ended its process, all that
    follow are.
    """
    scores = []
    sprints = task.practice
    for seed in task.seeds:
        worker = worker_for(task.program)
        outline = worker.sprint(task.level.world, seed) if sprints else None
        if outline is not None:
            scores.append(score_seed(task.level, outline, judge(outline, task.level.model)))
        else:
            sprints = sprints and worker.alive
            scores.append(run_level(worker_for(task.program), task.level, seed).score)
    return scores


def _tasks(program: Program, level: Level, seeds: Sequence[int], practice: bool) -> Iterator[Task]:
    size = max(1, min(LARGEST_TASK, len(seeds) // SMALLEST_SHARE)) if practice else 1
    for start in range(0, len(seeds), size):
        yield Task(program, level, tuple(seeds[start : start + size]), practice)


def open_pool(processes: int | None = None) -> Executor:
    """A pool of processes, one for each core by default."""
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import resource_tracker

    os.environ.setdefault("PYTHONHASHSEED", "0")
    # The tracker process inherits stderr by its descriptor, and what a screen has put in its place has none.
    with redirect_stderr(sys.__stderr__):
        resource_tracker.ensure_running()
    context = multiprocessing.get_context("spawn")
    processes = processes or os.cpu_count() or 1
    pool = ProcessPoolExecutor(processes, mp_context=context, initializer=_prepare)
    with _no_interrupts():
        # One process is started for each task while none is idle.
        for _ in range(processes):
            pool.submit(int)
    return pool


@contextmanager
def _no_interrupts() -> Iterator[None]:
    """Ctrl-C reaches every process of a terminal; those that are started now leave it to the game."""
    import signal

    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _prepare() -> None:
    """Makes a process of the pool deaf to Ctrl-C; when it is told to end, it ends its workers first."""
    import signal

    # Now, and not when it ends: that may be while this very module is being imported.
    from distgame.game.running.workers import kill_all

    def leave() -> None:
        kill_all()
        os._exit(1)

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: leave())
    _end_with_parent(leave)


def takes_work(pool: Executor) -> bool:
    """Whether the pool still works: one whose process was killed takes no task any more."""
    try:
        pool.submit(int)
    except BrokenExecutor:
        return False
    return True


def _end_with_parent(leave: Callable[[], None]) -> None:
    """Lets a process of the pool end when the game is gone, even if it was killed."""
    from multiprocessing import connection, parent_process

    parent = parent_process()
    if parent is not None:

        def watch() -> None:
            connection.wait([parent.sentinel])
            leave()

        threading.Thread(target=watch, daemon=True).start()


def score_seeds(
    program: Program,
    level: Level,
    practice: Iterable[int] | None,
    pool: Executor,
    on_seed: Callable[[SeedScore], None] | None = None,
    on_check: Callable[[], None] | None = None,
) -> Score:
    """The score of a program over practice seeds, or (None) over the level's scored seeds and its shown one.

    `on_seed` is called as each seed ends, in any order; the score does not depend on it. Scored seeds are checked for
    honesty afterwards, and `on_check` is called after each check.
    Raises PlayerError if the program does not load, and CancelledError if the pool is shut down meanwhile.
    """
    scored = practice is None
    seeds = level.scored_seeds if practice is None else tuple(practice)
    shown = pool.submit(run_seeds, Task(program, level, (level.seeds.shown,), practice=False)) if scored else None
    futures = [pool.submit(run_seeds, task) for task in _tasks(program, level, seeds, not scored)]
    # Not as_completed: it waits for ever for what a pool cancels when it is shut down (CPython 3.11).
    ended: SimpleQueue[Future[list[SeedScore]]] = SimpleQueue()
    for future in futures:
        future.add_done_callback(ended.put)
    done: list[SeedScore] = []
    try:
        for _ in futures:
            for score in ended.get().result():
                done.append(score)
                if on_seed is not None:
                    on_seed(score)
        whole = total(level, done, shown is not None and shown.result()[0].passed, not scored)
    finally:
        for future in futures:
            future.cancel()
    return checked(whole, program, level, pool, on_check) if scored else whole


def score_here(nodes: Nodes, level: Level, seeds: Iterable[int]) -> Iterator[SeedScore]:
    """The same in this process, one seed after the other: for places without processes."""
    for seed in seeds:
        yield run_level(nodes, level, seed).score
