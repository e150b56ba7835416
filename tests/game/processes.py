"""Looking at processes from outside."""

import os
from pathlib import Path


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
