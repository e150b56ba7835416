"""One core for two that answer each other in turns: to wake one on another core takes longer than what it does."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

# The field that tells the core, in the system's line about a thread after its name.
_CORE = 36


@contextmanager
def on_one_core(pid: int) -> Iterator[None]:
    """Keeps a process on the core of this thread, and this thread as well, for as long as it is entered.

    Threads and processes that this thread starts meanwhile stay there for good. Where the system does not tell cores
    (all but Linux), or does not let us choose, nothing is done.
    """
    before: list[tuple[int, set[int]]] = []
    if sys.platform == "linux":
        with suppress(OSError):
            core = int(Path("/proc/thread-self/stat").read_text().rpartition(")")[2].split()[_CORE])
            for each in (0, pid):
                before.append((each, os.sched_getaffinity(each)))
                os.sched_setaffinity(each, {core})
    try:
        yield
    finally:
        for each, cores in reversed(before):
            with suppress(OSError):
                os.sched_setaffinity(each, cores)
