"""Where a new result stands: among the player's own, and the player's best among those of all players."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from distgame.game.scores.scoreboard import Score, best_of_each_player, rank


@dataclass(frozen=True, slots=True)
class Standing:
    """Places count from 1, by `rank`; `before` is what was so before this result, None where there was none.

    `best_before` is the player's best of before. `place` is that of the player among `players`, by the best of each;
    `own` that of this result among the player's `results`.
    """

    best_before: Score | None
    place: int
    players: int
    place_before: int | None
    own: int
    results: int


def standing(rows: Sequence[Score], result: Score) -> Standing:
    """Where a result stands on its level; `rows` are the results before it, or hold it where it came again."""
    others = [score for score in rows if score is not result]
    best = min((score for score in rows if score.player == result.player), key=rank, default=None)
    mine = [score for score in others if score.player == result.player]
    return Standing(
        best_before=best,
        place=_place([*others, result], result.player),
        players=len({score.player for score in (*others, result)}),
        place_before=None if best is None else _place(rows, result.player),
        own=1 + sum(rank(score) < rank(result) for score in mine),
        results=1 + len(mine),
    )


def _place(scores: Sequence[Score], player: str) -> int:
    ordered = sorted(best_of_each_player(scores), key=rank)
    return 1 + next(place for place, score in enumerate(ordered) if score.player == player)
