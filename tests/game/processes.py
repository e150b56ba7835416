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
