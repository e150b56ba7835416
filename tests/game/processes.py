"""Looking at processes from outside."""

import contextlib
import ctypes
import os
import signal
import sys
import time
from multiprocessing import resource_tracker
from pathlib import Path

_PR_SET_CHILD_SUBREAPER = 36


def is_running(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{process}/stat")
    # Where nobody buries the dead they are still to be seen.
    return not (stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "Z")


def memory_of(process):
    """Resident memory in bytes; None where the system does not say."""
    statm = Path(f"/proc/{process}/statm")
    return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") if statm.exists() else None


def descendants(process=None):
    """The running processes that a process (this one by default) has started, and what these have started (Linux)."""
    found = []
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{process or os.getpid()}/task").iterdir():
            for child in map(int, (task / "children").read_text().split()):
                found += [child, *descendants(child)]
    return [each for each in found if is_running(each)]


@contextlib.contextmanager
def none_left_behind(seconds=10):
    """That every process which is started inside is gone at its end, or a little later: orphans too (Linux)."""
    if sys.platform != "linux":
        yield
        return
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    # This process's own helper of multiprocessing, which stays.
    resource_tracker.ensure_running()
    before = set(descendants())
    yield
    until = time.monotonic() + seconds
    while (left := set(descendants()) - before) and time.monotonic() < until:
        time.sleep(0.02)
    assert not left, [Path(f"/proc/{each}/cmdline").read_text() for each in left]


def hear_interrupts():
    """For `preexec_fn`: whoever runs the tests in the background may have switched interrupts off for all."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
