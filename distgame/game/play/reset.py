"""Beginning anew: settings and scores are put aside into a folder of their own, and nothing of them is lost."""

from __future__ import annotations

import os
from itertools import count
from pathlib import Path

from distgame.game.play.files import FileError, reason
from distgame.game.play.places import home

# What belongs to the database goes before it: a journal left behind would be taken for the next one's.
SAVED = ("scores.sqlite3-wal", "scores.sqlite3-shm", "scores.sqlite3", "settings.json")


def what_is_saved() -> list[Path]:
    """The files that a reset puts aside."""
    folder = home()
    return [folder / name for name in SAVED if os.path.lexists(folder / name)]


def reset() -> Path | None:
    """Puts scores and settings aside and returns the folder in which they are now; None if there were none.

    Replays stay where they are. Raises FileError where the disk refuses.
    """
    files = what_is_saved()
    if not files:
        return None
    folder = next(free for number in count(1) if not os.path.lexists(free := home() / f"backup-{number}"))
    try:
        folder.mkdir()
        for file in files:
            os.replace(file, folder / file.name)
    except OSError as error:
        raise FileError(f"not everything could be put aside in {folder}: {reason(error)}") from None
    return folder
