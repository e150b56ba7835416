"""Workers that a process of the pool keeps from seed to seed, while the program is the same.

A process may have several threads that run seeds (those of a Dask cluster do): each keeps its own.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from distgame.engine.errors import PlayerError
from distgame.engine.program import Program

if TYPE_CHECKING:
    from distgame.game.running.workers import WorkerNodes

# By thread: the program, and its workers by their hash seeds.
_kept: dict[int, tuple[Program, dict[int, WorkerNodes]]] = {}


def worker_for(program: Program, hash_seed: int = 0) -> WorkerNodes:
    """A worker that has loaded the program; what was kept for another program ends. Raises PlayerError."""
    from distgame.game.running.workers import WorkerNodes

    thread = threading.get_ident()
    if thread not in _kept or _kept[thread][0] != program:
        _drop(thread)
        _kept[thread] = program, {}
    workers = _kept[thread][1]
    worker = workers.get(hash_seed)
    if worker is None or not worker.alive:
        if worker is not None:
            worker.close()
        worker = workers[hash_seed] = WorkerNodes(hash_seed=hash_seed)
        try:
            worker.load(program)
        except PlayerError:
            _drop(thread)
            raise
    return worker


def drop_workers() -> None:
    """Ends all that is kept, by whichever thread."""
    for thread in list(_kept):
        _drop(thread)


def _drop(thread: int) -> None:
    _, workers = _kept.pop(thread, (None, {}))
    while workers:
        workers.popitem()[1].close()
