"""The scoreboard's file: SQLite, safe under several games at once and under a kill at any time."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

from distgame.game.play.files import reason, set_aside
from distgame.game.scores.scoreboard import Score, ScoreFileError, Seal

BUSY_SECONDS = 10.0
RETRY_SECONDS = 0.02
MIGRATIONS = (
    """
    CREATE TABLE scores (
        id INTEGER PRIMARY KEY,
        level TEXT NOT NULL,
        player TEXT NOT NULL,
        algorithm TEXT NOT NULL,
        code_digest TEXT NOT NULL,
        stars INTEGER NOT NULL,
        seeds_passed INTEGER NOT NULL,
        messages_per_operation REAL,
        wait_p99 REAL,
        availability REAL,
        "when" TEXT NOT NULL,
        reads_correct INTEGER NOT NULL,
        reads_answered INTEGER NOT NULL,
        engine_version INTEGER NOT NULL,
        medals INTEGER NOT NULL
    );
    CREATE INDEX scores_by_level ON scores (level, player);
    """,
    """
    ALTER TABLE scores ADD COLUMN digest TEXT;
    ALTER TABLE scores ADD COLUMN rules TEXT;
    ALTER TABLE scores ADD COLUMN code TEXT;
    CREATE TABLE seals (
        id INTEGER PRIMARY KEY,
        level TEXT NOT NULL,
        player TEXT NOT NULL,
        code_digest TEXT NOT NULL,
        runs INTEGER NOT NULL,
        engine_version INTEGER NOT NULL,
        "when" TEXT NOT NULL
    );
    """,
    """
    ALTER TABLE seals ADD COLUMN rules TEXT;
    """,
)
VERSION = len(MIGRATIONS)

_COLUMNS = tuple(field.name for field in fields(Score))
_ADDED = ("digest", "rules", "code")
"""The columns of scores that the first version lacks."""
_SEAL_COLUMNS = tuple(field.name for field in fields(Seal))
_DAMAGE = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)

_T = TypeVar("_T")


class Damaged(Exception):
    """What was found is no score file of any version."""


class FileStore:
    """Scores in an open database; each is one transaction."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path

    def add(self, score: Score) -> None:
        """Keeps one more score: it is on the disk when this returns. Raises ScoreFileError."""
        self._guarded(lambda: _insert(self._connection, "scores", _COLUMNS, _row_of(score)))

    def scores(self, level: str | None, player: str | None) -> list[Score]:
        """The scores of a level and a player, oldest first; None stands for all. Raises ScoreFileError."""
        return self._guarded(lambda: _select(self._connection, level, player))

    def add_seal(self, seal: Seal) -> None:
        """Keeps one more seal: it is on the disk when this returns. Raises ScoreFileError."""
        values = [_storable(getattr(seal, name)) for name in _SEAL_COLUMNS]
        self._guarded(lambda: _insert(self._connection, "seals", _SEAL_COLUMNS, values))

    def seals(self, player: str | None) -> list[Seal]:
        """The seals of a player, oldest first; None stands for all. Raises ScoreFileError."""
        rows = self._guarded(lambda: _rows(self._connection, "seals", _SEAL_COLUMNS, {"player": player}))
        return [Seal(*row) for row in rows]

    def close(self) -> None:
        """Closes the database."""
        with suppress(sqlite3.Error):
            self._connection.close()

    def _guarded(self, act: Callable[[], _T]) -> _T:
        try:
            return act()
        except sqlite3.Error as error:
            raise ScoreFileError(f"the scores in {self._path} cannot be reached ({error})") from None


def open_store(path: Path) -> tuple[FileStore, str | None]:
    """Opens or makes the database, and sets a damaged one aside; the notice tells of it.

    Raises ScoreFileError where no database can be had there, or where a newer game wrote it: that one is left alone.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        before = _identity(path)
        try:
            return FileStore(_open_ours(path), path), None
        except Damaged as damage:
            notice = None
            # Another game may have set it aside meanwhile: what stands here now is then a good file.
            if _identity(path) == before:
                aside = set_aside(path, ("-wal", "-shm"))
                notice = f"the scores were damaged ({damage}): they are kept as {aside}, and a new file begins"
            return FileStore(_open_ours(path), path), notice
    except OSError as error:
        raise ScoreFileError(f"scores cannot be saved in {path} ({reason(error)})") from None
    except (sqlite3.Error, Damaged) as error:
        raise ScoreFileError(f"scores cannot be saved in {path} ({error})") from None


def read_what_can_be_read(path: Path) -> list[Score]:
    """The scores of a file that cannot be opened for writing; none where it cannot be read either."""
    # Without a writable folder SQLite reads a WAL database only beside its companions, or as one that never changes.
    for mode in ("mode=ro", "immutable=1"):
        with suppress(sqlite3.Error, OSError):
            connection = _connect_to_read(path, mode)
            try:
                if 0 < _version(connection) <= VERSION:
                    return _select(connection, None, None)
            finally:
                connection.close()
    return []


def _open_ours(path: Path) -> sqlite3.Connection:
    if path.exists():
        _inspect(path)
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        _use_wal(connection)
        _migrate(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _use_wal(connection: sqlite3.Connection) -> None:
    # SQLite does not wait for a lock while it changes the journal of a new file, which another game may just be making.
    for attempts_left in reversed(range(int(BUSY_SECONDS / RETRY_SECONDS))):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorcode", None) != sqlite3.SQLITE_BUSY or not attempts_left:
                raise
            time.sleep(RETRY_SECONDS)


def _inspect(path: Path) -> None:
    """Raises Damaged or ScoreFileError where the file is not ours to write, and leaves it as it is."""
    # Read only: the last writer that closes a database moves its WAL into it, and this one may be beyond repair.
    connection = _connect_to_read(path, "mode=ro")
    try:
        # One transaction, so that a file which another game is just making is seen either empty or whole.
        connection.execute("BEGIN")
        version = _version(connection)
        if version > VERSION:
            message = f"{path} was written by a newer distgame (version {version}, this one knows {VERSION})"
            raise ScoreFileError(f"{message} and is left alone; update distgame")
        problem = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if problem != "ok":
            raise Damaged(problem)
        columns = {row[1] for row in connection.execute("PRAGMA table_info(scores)")}
        is_empty = not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if not (is_empty if version == 0 else columns.issuperset(_columns(version))):
            raise Damaged("it holds something else")
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", None)
        if code is not None and code & 0xFF in _DAMAGE:
            raise Damaged(str(error)) from None
        raise
    finally:
        connection.close()


def _connect_to_read(path: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", uri=True, timeout=BUSY_SECONDS, isolation_level=None)


def _migrate(connection: sqlite3.Connection) -> None:
    if _version(connection) == VERSION:
        return
    # The version is read again under the lock: two games may find the same old file.
    connection.execute("BEGIN IMMEDIATE")
    for script in MIGRATIONS[_version(connection) :]:
        for statement in script.split(";"):
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {VERSION}")
    connection.execute("COMMIT")


def _version(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def _columns(version: int) -> tuple[str, ...]:
    """The columns of scores in a file of that version."""
    return tuple(name for name in _COLUMNS if version > 1 or name not in _ADDED)


def _insert(connection: sqlite3.Connection, table: str, columns: tuple[str, ...], values: list[object]) -> None:
    places = ", ".join("?" * len(columns))
    connection.execute(f"INSERT INTO {table} ({_quoted(columns)}) VALUES ({places})", values)


def _select(connection: sqlite3.Connection, level: str | None, player: str | None) -> list[Score]:
    columns = _columns(_version(connection))
    rows = _rows(connection, "scores", columns, {"level": level, "player": player})
    return [_score_of(dict(zip(columns, row, strict=True))) for row in rows]


def _rows(
    connection: sqlite3.Connection, table: str, columns: tuple[str, ...], wanted: dict[str, str | None]
) -> list[tuple[Any, ...]]:
    chosen = {name: value for name, value in wanted.items() if value is not None}
    where = " AND ".join(f"{name} = :{name}" for name in chosen) or "1"
    return connection.execute(f"SELECT {_quoted(columns)} FROM {table} WHERE {where} ORDER BY id", chosen).fetchall()


def _quoted(columns: tuple[str, ...]) -> str:
    return ", ".join(f'"{name}"' for name in columns)


def _row_of(score: Score) -> list[object]:
    medals = sum(1 << place for place, won in enumerate(score.medals) if won)
    return [medals if name == "medals" else _storable(getattr(score, name)) for name in _COLUMNS]


def _storable(value: object) -> object:
    # The name of a file need not be UTF-8; SQLite's texts must be.
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def _score_of(values: dict[str, Any]) -> Score:
    medals = values.pop("medals")
    return Score(**values, medals=(bool(medals & 1), bool(medals & 2), bool(medals & 4)))


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = os.stat(path)
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino
