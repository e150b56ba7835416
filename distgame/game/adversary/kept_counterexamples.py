"""Counterexamples that are kept, one for each file and level: tried first after every save, until the file beats it."""

from __future__ import annotations

import hashlib
import re
from contextlib import suppress
from pathlib import Path

from distgame.engine.program import Program
from distgame.game.adversary.hunting import Counterexample
from distgame.game.adversary.replays import Replay, check_replay, read_replay, write_replay
from distgame.game.campaign.levels import Level
from distgame.game.play.files import FileError
from distgame.game.play.places import home
from distgame.hunt.trial import Schedule


def keep(found: Counterexample, program: Program, path: Path, level: Level) -> None:
    """Keeps what was found, as a replay, in the place of what was kept before. Raises FileError."""
    replay = Replay.of(level, program, found.schedule, found.digest, found.wrong.reason, with_code=True)
    write_replay(replay, _place(path, level))


def kept(path: Path, level: Level) -> Schedule | None:
    """The schedule that is kept for a file on a level; None where there is none, or none that fits the level."""
    place = _place(path, level)
    if place.is_file():
        with suppress(FileError):
            replay = read_replay(place)
            check_replay(replay, level)
            return replay.schedule
    return None


def forget(path: Path, level: Level) -> None:
    """Lets go of what is kept: the file has beaten it."""
    with suppress(OSError):
        _place(path, level).unlink(missing_ok=True)


def _place(path: Path, level: Level) -> Path:
    whole = hashlib.sha256(str(path.absolute()).encode(errors="surrogateescape")).hexdigest()[:8]
    name = re.sub(r"[^\w.-]", "_", path.stem)[:60]
    return home() / "counterexamples" / f"{name}-{level.id}-{whole}.json"
