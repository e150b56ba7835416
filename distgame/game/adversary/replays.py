"""Replay files: a run as its four inputs, with what it came to; small JSON that plays again on another machine.

A seed alone dies with the next version of the generator, so the file holds the decisions too, and the digests that
say whether it was the same run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from math import isfinite
from pathlib import Path
from types import UnionType
from typing import TYPE_CHECKING, Any, Literal, cast, get_args, get_origin, get_type_hints

from distgame.engine.fewer import checked_world_of
from distgame.engine.program import Program
from distgame.engine.trace import ENGINE_VERSION
from distgame.engine.world import (
    ClockRule,
    FewerNodes,
    Intervention,
    LinkRule,
    NodeFault,
    SignalFate,
    SkippedOperation,
)
from distgame.game.campaign.levels import Level
from distgame.game.play.files import FileError, reason, write_atomically
from distgame.hunt.trial import Schedule

if TYPE_CHECKING:
    from distgame.game.scores.scoreboard import Score

FORMAT = 1
MOST_BYTES = 4 * 1024 * 1024
MOST_DECISIONS = 10_000
_KINDS: dict[str, type[Intervention]] = {
    "signal": SignalFate,
    "node": NodeFault,
    "links": LinkRule,
    "clock": ClockRule,
    "skip": SkippedOperation,
    "world": FewerNodes,
}
_HINTS = {name: get_type_hints(cls) for name, cls in _KINDS.items()}
_FIELDS: dict[str, Any] = {
    "format": int,
    "level": str,
    "engine_version": int,
    "code_digest": str,
    "seed": int,
    "digest": str,
    "reason": str | None,
    "rules": str | None,
    "code": str | None,
}
_OPTIONAL = ("rules", "code")
_DIGEST = re.compile(r"[0-9a-f]{0,64}")


@dataclass(frozen=True, slots=True)
class Replay:
    """What a replay file holds. `digest` is the trace's, `rules` that of the level's rules, `code` the player's file.

    Files of older games lack the rules, and the code is there where it was put in.
    """

    level: str
    engine_version: int
    code_digest: str
    schedule: Schedule
    digest: str
    reason: str | None
    rules: str | None = None
    code: str | None = None

    @classmethod
    def of(
        cls, level: Level, program: Program, schedule: Schedule, digest: str, why: str | None, with_code: bool
    ) -> Replay:
        """The replay of a run that was just made; the code can only travel when it is a single file."""
        code = program.main.text if with_code and not program.modules else None
        return cls(level.id, ENGINE_VERSION, program.digest, schedule, digest, why, level.rules_digest, code)


def write_replay(replay: Replay, path: Path) -> None:
    """Writes a replay file whole or not at all. Raises FileError."""
    record: dict[str, Any] = {
        "format": FORMAT,
        "level": replay.level,
        "engine_version": replay.engine_version,
        "code_digest": replay.code_digest,
        "seed": replay.schedule.seed,
        "interventions": [as_record(each) for each in replay.schedule.interventions],
        "digest": replay.digest,
        "reason": replay.reason,
        "rules": replay.rules,
    }
    if replay.code is not None:
        record["code"] = replay.code
    write_record(record, path)


def write_record(record: dict[str, Any], path: Path) -> None:
    """Writes the object of a file whole or not at all. Raises FileError."""
    try:
        write_atomically(path, (json.dumps(record, indent=1) + "\n").encode())
    except OSError as error:
        raise FileError(f"{path}: cannot be written: {reason(error)}") from None


def as_record(each: Intervention) -> dict[str, Any]:
    """A decision as plain data: what it is about, and those fields that say something."""
    kind = next(name for name, cls in _KINDS.items() if type(each) is cls)
    values = {field.name: (getattr(each, field.name), field.default) for field in fields(each)}
    return {"on": kind, **{name: value for name, (value, default) in values.items() if value != default}}


def read_replay(path: Path) -> Replay:
    """Reads a replay file. Raises FileError for one that is damaged, too large, or of another kind."""
    record = read_record(path)
    with damage_told(path):
        return replay_of(record)


def read_record(path: Path) -> dict[str, Any]:
    """The JSON object of a file that this game may have written. Raises FileError."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        why = reason(error) if isinstance(error, OSError) else str(error)
        raise FileError(f"{path}: cannot be read: {why}") from None
    if len(data) > MOST_BYTES:
        raise FileError(f"{path}: too large for a replay file: more than {MOST_BYTES // 1024 // 1024} MiB")
    try:
        record = json.loads(data)
    except (ValueError, RecursionError):
        raise FileError(f"{path}: is no replay file: not readable as JSON") from None
    with damage_told(path):
        if not isinstance(record, dict):
            raise Damaged("expected an object")
        if record.get("format") != FORMAT:
            raise Damaged(f"its format is {record.get('format')!r:.60}; this game reads format {FORMAT}")
    return record


class Damaged(Exception):
    """What is wrong with the content."""


@contextmanager
def damage_told(path: Path) -> Iterator[None]:
    """Tells of damage in a file: raises FileError in place of Damaged."""
    try:
        yield
    except Damaged as damage:
        raise FileError(f"{path}: is no replay file of this game: {damage}") from None


def fits(value: Any, hint: Any) -> bool:
    """Whether a value from a file is of the type that a field of a dataclass has; numbers must be finite."""
    if isinstance(hint, UnionType):
        return any(fits(value, each) for each in get_args(hint))
    if get_origin(hint) is Literal:
        return type(value) is str and value in get_args(hint)
    if get_origin(hint) is tuple:
        if not isinstance(value, tuple):
            return False
        kinds = get_args(hint)
        kinds = (kinds[0],) * len(value) if kinds[-1] is ... else kinds
        return len(value) == len(kinds) and all(map(fits, value, kinds))
    if hint is float:
        return type(value) in (int, float) and isfinite(value)
    if hint is str:
        return type(value) is str and _is_text(value)
    return type(value) is (type(None) if hint is None else hint)


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def check_digests(record: dict[str, Any]) -> None:
    """Raises Damaged where a digest of a file's object cannot be one."""
    for name in ("digest", "code_digest", "rules"):
        value = record.get(name)
        if value is not None and not _DIGEST.fullmatch(value):
            raise Damaged(f"the field {name!r} cannot be {value!r:.60}")


def replay_of(record: dict[str, Any]) -> Replay:
    """The replay that a file's object is. Raises Damaged."""
    for name, hint in _FIELDS.items():
        if name not in record and name not in _OPTIONAL:
            raise Damaged(f"the field {name!r} is missing")
        if not fits(record.get(name), hint):
            raise Damaged(f"the field {name!r} cannot be {record[name]!r:.60}")
    check_digests(record)
    decisions = record.get("interventions")
    if not isinstance(decisions, list):
        raise Damaged("the field 'interventions' must be a list")
    if len(decisions) > MOST_DECISIONS:
        raise Damaged(f"it has more than {MOST_DECISIONS:,} decisions")
    return Replay(
        record["level"],
        record["engine_version"],
        record["code_digest"],
        Schedule(record["seed"], tuple(_decision(number, each) for number, each in enumerate(decisions, 1))),
        record["digest"],
        record["reason"],
        record.get("rules"),
        record.get("code"),
    )


def _decision(number: int, record: Any) -> Intervention:
    kind = record.get("on") if isinstance(record, dict) else None
    if not isinstance(kind, str) or kind not in _KINDS:
        raise Damaged(f"decision {number} is none: it must be on one of {', '.join(_KINDS)}")
    hints = _HINTS[kind]
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in record.items()}
    del values["on"]
    if unknown := values.keys() - hints.keys():
        raise Damaged(f"decision {number} has the unknown field {min(unknown)!r:.60}")
    for name, value in values.items():
        if not fits(value, hints[name]):
            raise Damaged(f"decision {number}: its {name} cannot be {value!r:.60}")
    try:
        made: Intervention = _KINDS[kind](**cast(Any, values))
    except TypeError:
        raise Damaged(f"decision {number} lacks a field of its kind") from None
    return made


def check_replay(replay: Replay, level: Level) -> None:
    """Raises FileError where the decisions name what the level does not have."""
    try:
        checked_world_of(level.world, replay.schedule.interventions)
    except ValueError as error:
        raise FileError(f"the replay does not fit the level {level.id}: {error}") from None


def differences(replay: Replay, level: Level, program: Program, digest: str) -> list[str]:
    """What is not as the file says, in words; empty where it was the same run."""
    found = other_origins(replay, level, program)
    if replay.digest != digest:
        found.append(f"the run: {digest[:12]} here, {replay.digest[:12]} in the file")
    return found


def other_origins(claimed: Replay | Score, level: Level, program: Program, there: str = "in the file") -> list[str]:
    """Which of the engine, the code and the level's rules are not those that are claimed, in words."""
    found = []
    if claimed.engine_version != ENGINE_VERSION:
        found.append(f"the engine: version {ENGINE_VERSION} here, {claimed.engine_version} {there}")
    if claimed.code_digest != program.digest:
        found.append(f"the code: {program.digest[:12]} here, {claimed.code_digest[:12]} {there}")
    if claimed.rules is not None and claimed.rules != level.rules_digest:
        found.append(f"the level's rules: {level.rules_digest[:12]} here, {claimed.rules[:12]} {there}")
    return found
