"""Where things are: the player's own data, and the levels and algorithms that come with the game."""

from __future__ import annotations

import os
from pathlib import Path

import distgame
from distgame.game.play.files import FileError


def home() -> Path:
    """The folder of settings and scores: DISTGAME_HOME, else the user's data folder. It need not exist yet.

    Raises FileError where DISTGAME_HOME is relative to a folder that is gone.
    """
    chosen = os.environ.get("DISTGAME_HOME", "").strip()
    if chosen:
        try:
            return Path(os.path.abspath(os.path.expanduser(chosen)))
        except FileNotFoundError:
            raise FileError(f"DISTGAME_HOME is {chosen}, in the current folder, which is gone") from None
    from platformdirs import user_data_path

    return user_data_path("distgame", appauthor=False)


def levels_folder() -> Path:
    """The folder of the level files. Raises FileError where the installation lacks it."""
    return _shipped("levels")


def algorithms_folder() -> Path:
    """The folder of the reference algorithms. Raises FileError where the installation lacks it."""
    return _shipped("algorithms")


def algorithm_file(name: str, beside: Path | None = None) -> Path:
    """The file of an algorithm that a level names: in the folder of the level, else among the game's own.

    It need not exist. Raises FileError where the installation lacks the game's own.
    """
    if beside is not None and (beside / name).is_file():
        return beside / name
    return algorithms_folder() / name


def _shipped(name: str) -> Path:
    package = Path(distgame.__file__).parent
    inside, beside = package / name, package.parent / name
    for folder in (inside, beside):
        if folder.is_dir():
            return folder
    raise FileError(f"the game's {name} are missing: neither {inside} nor {beside} is there; install it again")
