"""Whether a process that is late has had a processor at all: on a busy machine it may only have waited for one."""

from __future__ import annotations

import os
from pathlib import Path

# proc_pid_stat(5): running or waiting for a processor, waiting for a page, stopped.
_WAITS_FOR_US = frozenset("RDTt")


def is_starved(process: int, used: float, seconds: float) -> bool:
    """Whether a process wants to run, and has had less than half of `seconds` since its processor time was `used`.

    False where the system does not tell (it is Linux that does).
    """
    state, now = _state(process)
    return state in _WAITS_FOR_US and now - used < seconds / 2


def processor_time(process: int) -> float:
    """How many seconds of processor time a process has used; 0 where the system does not tell."""
    return _state(process)[1]


def _state(process: int) -> tuple[str, float]:
    try:
        told = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
        # The name, in brackets, may hold anything.
        state, *numbers = told.rpartition(")")[2].split()
        return state, (int(numbers[10]) + int(numbers[11])) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError, AttributeError):
        return "", 0.0
