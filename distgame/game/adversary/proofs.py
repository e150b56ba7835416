"""Proofs of scores: a row of the scoreboard as a small JSON file, with which anybody can make the same runs again."""

from __future__ import annotations

import re
from concurrent.futures import Executor
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, get_type_hints

from distgame.engine.program import Program
from distgame.game.adversary.replays import FORMAT, Damaged, check_digests, fits, other_origins, write_record
from distgame.game.campaign.levels import Level
from distgame.game.running.seeds import score_seeds
from distgame.game.scores.record import row_of
from distgame.game.scores.scoreboard import Score

_HINTS = get_type_hints(Score)
_FIGURES = {
    "digest": "the runs",
    "seeds_passed": "seeds passed",
    "messages_per_operation": "messages an operation",
    "wait_p99": "the 99th percentile of all waits",
    "availability": "the share of operations answered",
    "reads_correct": "right reads",
    "reads_answered": "answered reads",
}


def write_proof(score: Score, path: Path) -> None:
    """Writes the proof of a score whole or not at all. Raises FileError."""
    write_record({"format": FORMAT, "kind": "score", **asdict(score)}, path)


def write_proofs(scores: list[Score], folder: Path) -> None:
    """Writes a file for each score, named after its level, its player, and its number. Raises FileError."""
    for number, score in enumerate(scores, 1):
        player = re.sub(r"[^\w.-]", "_", score.player)[:40]
        write_proof(score, folder / f"{score.level}-{player}-{number}.json")


def proof_of(record: dict[str, Any]) -> Score:
    """The score that a file tells of. Raises Damaged where it is none."""
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in record.items()
    }
    del values["format"], values["kind"]
    if unknown := values.keys() - _HINTS.keys():
        raise Damaged(f"it has the unknown field {min(unknown)!r:.60}")
    needed = {each.name for each in fields(Score)}
    if missing := needed - values.keys():
        raise Damaged(f"the field {min(missing)!r} is missing")
    for name, value in values.items():
        if not fits(value, _HINTS[name]):
            raise Damaged(f"the field {name!r} cannot be {value!r:.60}")
    check_digests(values)
    return Score(**values)


def verify_score(claimed: Score, level: Level, program: Program, pool: Executor) -> list[str]:
    """Makes all runs of a score again, and says in words what is not as claimed; empty where all is.

    Fewer stars and medals than were earned may be claimed: whoever looks at a solution gives them up.
    Raises PlayerError where the program does not load.
    """
    score = score_seeds(program, level, None, pool)
    found = row_of(score, level, claimed.player, claimed.algorithm, program)
    unlike = other_origins(claimed, level, program)
    for name, words in _FIGURES.items():
        here, there = getattr(found, name), getattr(claimed, name)
        if here != there:
            unlike.append(f"{words}: {_short(here)} here, {_short(there)} in the file")
    if claimed.stars > found.stars:
        unlike.append(f"stars: {found.stars} here, {claimed.stars} in the file")
    if any(mine and not earned for mine, earned in zip(claimed.medals, found.medals, strict=True)):
        unlike.append(f"medals: {sum(found.medals)} here, {sum(claimed.medals)} in the file")
    if score.problem is not None:
        unlike.append(f"the program: {score.problem}")
    return unlike


def _short(value: Any) -> str:
    return value[:12] if isinstance(value, str) else f"{value:g}" if isinstance(value, float) else str(value)
