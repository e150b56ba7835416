"""Workers that a process of the pool keeps from seed to seed, while the program is the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from distgame.engine.errors import PlayerError
from distgame.engine.program import Program

if TYPE_CHECKING:
    from distgame.game.workers import WorkerNodes

_program: Program | None = None
_workers: dict[int, WorkerNodes] = {}


def worker_for(program: Program, hash_seed: int = 0) -> WorkerNodes:
    """A worker that has loaded the program; what was kept for another program ends. Raises PlayerError."""
    global _program
    from distgame.game.workers import WorkerNodes

    if program != _program:
        drop_workers()
        _program = program
    worker = _workers.get(hash_seed)
    if worker is None or not worker.alive:
        if worker is not None:
            worker.close()
        worker = _workers[hash_seed] = WorkerNodes(hash_seed=hash_seed)
        try:
            worker.load(program)
        except PlayerError:
            drop_workers()
            raise
    return worker


def drop_workers() -> None:
    """Ends all that is kept."""
    while _workers:
        _workers.popitem()[1].close()
