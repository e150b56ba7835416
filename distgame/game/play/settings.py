"""The player's settings: a small JSON file, written whole or not at all, that keeps what it does not understand."""

from __future__ import annotations

import getpass
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from distgame.game.play.files import FileError, reason, set_aside, write_atomically
from distgame.game.play.places import home

MAX_NAME = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the game remembers of its player; None means never chosen. `others` are keys of later versions.

    `forfeited` are the ids of levels whose solution was looked at before they were passed: they earn no stars.
    `lessons_over` are the ids of levels whose lesson the player has ended. `frames` are drawn in a second, a few of
    them with `reduced_motion`; `plain_signs` asks for signs that every terminal draws one column wide.
    """

    player: str | None = None
    theme: str | None = None
    last_level: str | None = None
    last_file: str | None = None
    open_all_levels: bool = False
    forfeited: tuple[str, ...] = ()
    lessons_over: tuple[str, ...] = ()
    frames: int = 30
    reduced_motion: bool = False
    plain_signs: bool = False
    others: Mapping[str, Any] = field(default_factory=dict)


_DEFAULTS = Settings()
_KEYS = tuple(key.name for key in fields(Settings) if key.name != "others")
_LISTS = ("forfeited", "lessons_over")
_FLAG = bool, "true or false"
_TYPES = {"open_all_levels": _FLAG, "reduced_motion": _FLAG, "plain_signs": _FLAG, "frames": (int, "a whole number")}
FEWEST_FRAMES, MOST_FRAMES = 1, 60


def settings_path() -> Path:
    """Where the settings are kept."""
    return home() / "settings.json"


def read_settings(path: Path | None = None) -> tuple[Settings, str | None]:
    """The settings, and a notice for the player where some could not be used.

    A missing file means defaults. A damaged file is set aside, so that nothing in it is lost.
    """
    path = path or settings_path()
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return Settings(), None
    except OSError as error:
        return Settings(), f"{path} cannot be read ({reason(error)}): the defaults are used"
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        return Settings(), _put_away(path)
    return _settings_of(content, path.name)


def write_settings(settings: Settings, path: Path | None = None) -> None:
    """Saves the settings in one step. Raises FileError where the folder or the disk refuses."""
    path = path or settings_path()
    chosen = {key: getattr(settings, key) for key in _KEYS if getattr(settings, key) != getattr(_DEFAULTS, key)}
    content = {**settings.others, **chosen}
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    try:
        # A path that is no UTF-8 has surrogates, and comes back as it was.
        write_atomically(path, text.encode("utf-8", "surrogatepass"))
    except OSError as error:
        raise FileError(f"the settings are not saved: {path}: {reason(error)}") from None


def change_settings(path: Path | None = None, **changes: Any) -> Settings:
    """Reads the settings anew, changes the named ones, saves and returns them. Raises FileError."""
    settings = replace(read_settings(path)[0], **changes)
    write_settings(settings, path)
    return settings


def player_name(settings: Settings | None = None) -> str:
    """The player's name: DISTGAME_PLAYER, else the settings', else the login's, else "player"."""
    if settings is None:
        settings = read_settings()[0]
    for name in (os.environ.get("DISTGAME_PLAYER"), settings.player, _login()):
        printable = "".join(char if char.isprintable() else " " for char in name or "")
        shown = " ".join(printable.split())
        if shown:
            return shown[:MAX_NAME]
    return "player"


def _settings_of(content: dict[str, Any], file: str) -> tuple[Settings, str | None]:
    known: dict[str, Any] = {}
    problems = []
    for key in _KEYS:
        value = content.get(key)
        expected, word = _TYPES.get(key, (str, "text"))
        if key in _LISTS and isinstance(value, list) and all(isinstance(item, str) for item in value):
            known[key] = tuple(value)
        elif key in _LISTS and value is not None:
            problems.append(f"{key} should be a list of texts, not {json.dumps(value)[:40]}")
        elif type(value) is expected and (type(value) is not int or FEWEST_FRAMES <= value <= MOST_FRAMES):
            known[key] = value
        elif value is not None:
            problems.append(f"{key} should be {word}, not {json.dumps(value)[:40]}")
    others = {key: value for key, value in content.items() if key not in _KEYS}
    notice = f"{file}: {'; '.join(problems)}: the default is used" if problems else None
    return Settings(**known, others=others), notice


def _put_away(path: Path) -> str:
    try:
        aside = set_aside(path)
    except OSError as error:
        return f"{path} is damaged and cannot be renamed ({reason(error)}): the defaults are used"
    return f"the settings were damaged: they are kept as {aside}, and the defaults are used"


def _login() -> str | None:
    try:
        return getpass.getuser()
    except Exception:  # no login name: KeyError, OSError or ImportError, by platform
        return None
