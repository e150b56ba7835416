"""A way to tell tasks in other processes to come to an end: they go on as long as a file is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, wait
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

Result = TypeVar("Result")

PATIENCE = 0.05
"""How often (seconds) somebody who waits for tasks looks whether they are to end."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Says whether tasks are to end; travels to other processes of the same machine."""

    place: Path

    def __call__(self) -> bool:
        """Whether the tasks are to end now."""
        return not self.place.exists()

    def now(self) -> None:
        """From now on they are."""
        self.place.unlink(missing_ok=True)


@contextmanager
def stop() -> Iterator[Stop]:
    """Something to give to tasks, which are to end when this ends."""
    with TemporaryDirectory(prefix="distgame-") as folder:
        place = Path(folder) / "go on"
        place.touch()
        yield Stop(place)


def results(tasks: Sequence[Future[Result]], ends: Stop, cancelled: Callable[[], bool]) -> list[Result]:
    """What the tasks come to, which are told to end when it is cancelled, or interrupted from the keyboard.

    Tasks behind the first that have not begun by then are left out. A second interrupt is raised.
    """
    try:
        while wait(tasks, timeout=PATIENCE).not_done and not cancelled():
            pass
    except KeyboardInterrupt:
        # Who interrupts this wants what there is by now.
        pass
    # Left out before the others end, which makes room: none begins in between.
    begun = [task for task in tasks if task is tasks[0] or not task.cancel()]
    if any(not task.done() for task in begun):
        ends.now()
    return [task.result() for task in begun]
