"""Replay files: a run as its four inputs, with what it came to; small JSON that plays again on another machine.

A seed alone dies with the next version of the generator, so the file holds the decisions too, and the digests that
say whether it was the same run.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, cast

from distgame.engine.program import Program
from distgame.engine.trace import ENGINE_VERSION
from distgame.engine.world import (
    ClockRule,
    Intervention,
    LinkRule,
    NodeFault,
    SignalFate,
    SkippedOperation,
    check_intervention,
)
from distgame.game.files import FileError, reason, write_atomically
from distgame.game.levels import Level
from distgame.hunt.trial import Schedule

FORMAT = 1
MOST_BYTES = 4 * 1024 * 1024
MOST_DECISIONS = 10_000
_KINDS: dict[str, type[Intervention]] = {
    "signal": SignalFate,
    "node": NodeFault,
    "links": LinkRule,
    "clock": ClockRule,
    "skip": SkippedOperation,
}
_FIELDS = {
    "format": int,
    "level": str,
    "engine_version": int,
    "code_digest": str,
    "seed": int,
    "interventions": list,
    "digest": str,
    "reason": (str, type(None)),
}


@dataclass(frozen=True, slots=True)
class Replay:
    """What a replay file holds. `digest` is the trace's, `code` the player's file where it was put in."""

    level: str
    engine_version: int
    code_digest: str
    schedule: Schedule
    digest: str
    reason: str | None
    code: str | None = None

    @classmethod
    def of(
        cls, level: Level, program: Program, schedule: Schedule, digest: str, why: str | None, with_code: bool
    ) -> Replay:
        """The replay of a run that was just made; the code can only travel when it is a single file."""
        code = program.main.text if with_code and not program.modules else None
        return cls(level.id, ENGINE_VERSION, program.digest, schedule, digest, why, code)


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
    }
    if replay.code is not None:
        record["code"] = replay.code
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
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise FileError(f"{path}: cannot be read: {reason(error)}") from None
    if len(data) > MOST_BYTES:
        raise FileError(f"{path}: too large for a replay file: more than {MOST_BYTES // 1024 // 1024} MiB")
    try:
        record = json.loads(data)
    except (ValueError, RecursionError):
        raise FileError(f"{path}: is no replay file: not readable as JSON") from None
    try:
        return _replay(record)
    except _Damaged as damage:
        raise FileError(f"{path}: is no replay file of this game: {damage}") from None


class _Damaged(Exception):
    """What is wrong with the content."""


def _replay(record: Any) -> Replay:
    if not isinstance(record, dict):
        raise _Damaged("expected an object")
    for name, kind in _FIELDS.items():
        if name not in record:
            raise _Damaged(f"the field {name!r} is missing")
        if not isinstance(record[name], kind) or isinstance(record[name], bool):  # type: ignore[arg-type]
            raise _Damaged(f"the field {name!r} cannot be {record[name]!r:.60}")
    if record["format"] != FORMAT:
        raise _Damaged(f"its format is {record['format']}; this game reads format {FORMAT}")
    if len(record["interventions"]) > MOST_DECISIONS:
        raise _Damaged(f"it has more than {MOST_DECISIONS:,} decisions")
    code = record.get("code")
    if code is not None and not isinstance(code, str):
        raise _Damaged("the field 'code' must be a text")
    decisions = tuple(_decision(number, each) for number, each in enumerate(record["interventions"], 1))
    return Replay(
        record["level"],
        record["engine_version"],
        record["code_digest"],
        Schedule(record["seed"], decisions),
        record["digest"],
        record["reason"],
        code,
    )


def _decision(number: int, record: Any) -> Intervention:
    if not isinstance(record, dict) or record.get("on") not in _KINDS:
        raise _Damaged(f"decision {number} is none: it must be on one of {', '.join(_KINDS)}")
    cls = _KINDS[record["on"]]
    known = {field.name for field in fields(cls)}
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in record.items()}
    del values["on"]
    if not values.keys() <= known:
        raise _Damaged(f"decision {number} has the unknown field {min(values.keys() - known)!r}")
    if not all(_is_plain(value) for value in values.values()):
        raise _Damaged(f"decision {number} holds something else than numbers, words and lists of numbers")
    try:
        made: Intervention = cls(**cast(Any, values))
    except TypeError:
        raise _Damaged(f"decision {number} lacks a field of its kind") from None
    return made


def _is_plain(value: Any) -> bool:
    if isinstance(value, tuple):
        return all(type(each) is int for each in value)
    return value is None or type(value) in (bool, int, float) or (type(value) is str and len(value) <= 20)


def check_replay(replay: Replay, level: Level) -> None:
    """Raises FileError where the decisions name what the level does not have."""
    try:
        for each in replay.schedule.interventions:
            check_intervention(each, level.world)
            if isinstance(each, NodeFault) and each.kind not in ("crash", "restart", "pause"):
                raise ValueError(f"there is no fault {each.kind!r}")
            if isinstance(each, SignalFate) and each.fate not in ("drop", "hold", "double"):
                raise ValueError(f"a signal has no fate {each.fate!r}")
    except (ValueError, TypeError, IndexError) as error:
        raise FileError(f"the replay does not fit the level {level.id}: {error}") from None


def differences(replay: Replay, program: Program, digest: str) -> list[str]:
    """What is not as the file says, in words; empty where it was the same run."""
    found = []
    if replay.engine_version != ENGINE_VERSION:
        found.append(f"the engine: version {ENGINE_VERSION} here, {replay.engine_version} in the file")
    if replay.code_digest != program.digest:
        found.append(f"the code: {program.digest[:12]} here, {replay.code_digest[:12]} in the file")
    if replay.digest != digest:
        found.append(f"the run: {digest[:12]} here, {replay.digest[:12]} in the file")
    return found
