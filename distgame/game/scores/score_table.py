"""Scores as a table for other programs: CSV with a line of heads."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from distgame.game.play.files import FileError, reason, write_atomically
from distgame.game.scores.scoreboard import JSON_FIELDS, Score


def as_csv(scores: Iterable[Score]) -> str:
    """The scores in the fields of `distgame scoreboard --json`, a line each."""
    text = io.StringIO()
    writer = csv.DictWriter(text, JSON_FIELDS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(score.as_json() for score in scores)
    return text.getvalue()


def write_csv(scores: Iterable[Score], path: Path) -> None:
    """Writes the table whole or not at all. Raises FileError."""
    try:
        write_atomically(path, as_csv(scores).encode())
    except OSError as error:
        raise FileError(f"{path}: cannot be written: {reason(error)}") from None
