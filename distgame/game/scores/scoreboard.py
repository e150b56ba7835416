"""The scoreboard: every scored result of every player, kept in a file, or in memory where there is no file to be had.

It never keeps the game from starting: what went wrong with the file is told in `notice`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, TypeVar

from distgame.game.play.places import home

_T = TypeVar("_T")

JSON_FIELDS = (
    "level",
    "player",
    "algorithm",
    "code_digest",
    "stars",
    "seeds_passed",
    "messages_per_operation",
    "wait_p99",
    "availability",
    "when",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One result over all scored seeds of a level.

    `algorithm` is the file's name and `code_digest` its SHA-256. `wait_p99` is in ticks, `availability` a share of 1;
    these and `messages_per_operation` are None where nothing was answered. `when` is UTC, in ISO 8601
    ("2025-01-31T12:00:00Z"). `medals` are messages, wait and availability.
    What anybody needs to make the same runs again: `digest` is that of all runs, `rules` that of the level's rules,
    and `code` the player's file where it is a single one.
    """

    level: str
    player: str
    algorithm: str
    code_digest: str
    stars: int
    seeds_passed: int
    messages_per_operation: float | None
    wait_p99: float | None
    availability: float | None
    when: str
    reads_correct: int = 0
    reads_answered: int = 0
    engine_version: int = 0
    medals: tuple[bool, bool, bool] = (False, False, False)
    digest: str | None = None
    rules: str | None = None
    code: str | None = field(default=None, repr=False)

    def as_json(self) -> dict[str, Any]:
        """The object that `distgame scoreboard --json` prints for this score."""
        return {name: getattr(self, name) for name in JSON_FIELDS}


@dataclass(frozen=True, slots=True)
class Seal:
    """The hunter found nothing wrong with a file on a level in so many runs; `when` is as in a score.

    `rules` are the level's, as in a score; None where it was won before seals knew them, and then it holds for all.
    """

    level: str
    player: str
    code_digest: str
    runs: int
    engine_version: int
    when: str
    rules: str | None = None


class ScoreFileError(Exception):
    """A score file that cannot be used; the message says why."""


class Store(Protocol):
    """Keeps scores and seals, and gives them back in the order in which they came; may raise ScoreFileError."""

    def add(self, score: Score) -> None:
        """Keeps one more score."""

    def scores(self, level: str | None, player: str | None) -> list[Score]:
        """The scores of a level and a player; None stands for all."""

    def add_seal(self, seal: Seal) -> None:
        """Keeps one more seal."""

    def seals(self, player: str | None) -> list[Seal]:
        """The seals of a player; None stands for all."""

    def close(self) -> None:
        """Gives back what the store holds."""


class MemoryStore:
    """Scores of this session alone."""

    def __init__(self, scores: list[Score] | None = None, seals: list[Seal] | None = None) -> None:
        self._scores = list(scores or ())
        self._seals = list(seals or ())

    def add(self, score: Score) -> None:
        """Keeps one more score."""
        self._scores.append(score)

    def scores(self, level: str | None, player: str | None) -> list[Score]:
        """The scores of a level and a player; None stands for all."""
        return [s for s in self._scores if level in (None, s.level) and player in (None, s.player)]

    def add_seal(self, seal: Seal) -> None:
        """Keeps one more seal."""
        self._seals.append(seal)

    def seals(self, player: str | None) -> list[Seal]:
        """The seals of a player; None stands for all."""
        return [seal for seal in self._seals if player in (None, seal.player)]

    def close(self) -> None:
        """Nothing to give back."""


class Scoreboard:
    """All scores. `notice` tells the player what went wrong with the file; `persistent` says whether there is one."""

    def __init__(self, store: Store, persistent: bool, notice: str | None = None) -> None:
        self._store = store
        self._lock = threading.Lock()
        self.persistent = persistent
        self.notice = notice

    @classmethod
    def open(cls, path: Path | None = None) -> Scoreboard:
        """Opens the score file, or makes it; where that cannot be, a board in memory, with a notice."""
        path = path or home() / "scores.sqlite3"
        try:
            from distgame.game.scores import score_file
        except ImportError:
            return cls(MemoryStore(), False, "this Python has no SQLite: scores are kept until you leave")
        try:
            store, notice = score_file.open_store(path)
        except ScoreFileError as error:
            notice = f"{error}: scores are kept until you leave"
            return cls(MemoryStore(score_file.read_what_can_be_read(path)), False, notice)
        return cls(store, True, notice)

    def add(self, score: Score) -> None:
        """Keeps a result. Where the file refuses it, the board goes on in memory, with a notice."""
        self._with_store(lambda store: store.add(score))

    def scores(self, level: str | None = None, player: str | None = None) -> list[Score]:
        """The scores of a level and a player, oldest first; None stands for all."""
        return self._with_store(lambda store: store.scores(level, player))

    def add_seal(self, seal: Seal) -> None:
        """Keeps a seal, as `add` keeps a result."""
        self._with_store(lambda store: store.add_seal(seal))

    def seal(self, level: str, rules: str, player: str | None = None) -> Seal | None:
        """The seal with the most runs of a level with these rules, the newest of several; of one player or of all."""
        seals = self._with_store(lambda store: store.seals(player))
        valid = [seal for seal in reversed(seals) if seal.level == level and seal.rules in (None, rules)]
        return max(valid, key=lambda seal: seal.runs, default=None)

    def _with_store(self, act: Callable[[Store], _T]) -> _T:
        with self._lock:
            try:
                return act(self._store)
            except ScoreFileError as error:
                self._go_on_in_memory(error)
                return act(self._store)

    def best(self, level: str, player: str | None = None) -> Score | None:
        """The best score of a level, of one player or of all: see `rank`."""
        return min(self.scores(level, player), key=rank, default=None)

    def best_of_each_level(self, player: str | None = None) -> dict[str, Score]:
        """The best score of each level that has one, by level id in order."""
        return dict(sorted(_best_of_each(self.scores(player=player), lambda score: score.level).items()))

    def close(self) -> None:
        """Closes the file. The board must not be used afterwards."""
        with self._lock:
            self._store.close()

    def __enter__(self) -> Scoreboard:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()

    def _go_on_in_memory(self, error: ScoreFileError) -> None:
        scores: list[Score] = []
        seals: list[Seal] = []
        with suppress(ScoreFileError):
            scores = self._store.scores(None, None)
            seals = self._store.seals(None)
        self._store.close()
        self._store = MemoryStore(scores, seals)
        self.persistent = False
        self.notice = f"{error}: scores are kept until you leave"


def rank(score: Score) -> tuple[Any, ...]:
    """A sort key, best first: stars, seeds passed, fewest messages an operation, shortest wait, earliest."""
    return (
        -score.stars,
        -score.seeds_passed,
        _or_worst(score.messages_per_operation),
        _or_worst(score.wait_p99),
        score.when,
    )


def best_of_each_player(scores: Iterable[Score]) -> list[Score]:
    """The best of each player's scores, the players as they first come."""
    return list(_best_of_each(scores, lambda score: score.player).values())


def _best_of_each(scores: Iterable[Score], of: Callable[[Score], str]) -> dict[str, Score]:
    best: dict[str, Score] = {}
    for score in scores:
        known = best.get(of(score))
        if known is None or rank(score) < rank(known):
            best[of(score)] = score
    return best


def _or_worst(figure: float | None) -> float:
    return float("inf") if figure is None else figure
