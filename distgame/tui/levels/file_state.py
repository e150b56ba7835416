"""The player's file as the levels screen knows it: which it is, and whether it can be loaded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from distgame.engine.errors import PlayerError
from distgame.engine.program import compile_program
from distgame.game.play.files import FileError
from distgame.game.play.settings import Settings
from distgame.game.running.program import read_program, shown


@dataclass(frozen=True, slots=True)
class FileState:
    """A file that was looked at; `problem` is None where it compiles. `name` is the path as shown to people."""

    path: Path
    name: str
    problem: str | None


def chosen_file(settings: Settings) -> Path | None:
    """The file that the player plays with, if it is still there."""
    path = Path(settings.last_file) if settings.last_file else None
    return path if path is not None and path.is_file() else None


def look_at(path: Path) -> FileState:
    """Reads and compiles the file with what it imports; nothing of it is run."""
    try:
        compile_program(read_program(path))
    except FileError as error:
        return FileState(path, shown(path), str(error))
    except PlayerError as error:
        return FileState(path, shown(path), str(error.problem))
    return FileState(path, shown(path), None)
