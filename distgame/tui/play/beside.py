"""Two futures of one seed, compared: in a thread, for of a long run it takes a while."""

from __future__ import annotations

from dataclasses import dataclass

from distgame.engine.collector import rare_collections
from distgame.game.play.comparing import Comparison, Pairs

from .recording import Recording


@dataclass(frozen=True)
class Futures:
    """The run as it was and as it is, what became otherwise, and all of both that has a row, in pairs."""

    before: Recording
    after: Recording
    comparison: Comparison
    pairs: Pairs

    @classmethod
    def of(cls, before: Recording, after: Recording) -> Futures:
        """Compares two recordings."""
        with rare_collections():
            comparison = Comparison((before.run.trace, before.run.judgement), (after.run.trace, after.run.judgement))
            # What is looked up once is looked up here, and not while the screen waits.
            _ = comparison.first, comparison.endings

            def has_row(was: int | None, now: int | None) -> bool:
                return (was is not None and before.told.says(was)) or (now is not None and after.told.says(now))

            return cls(before, after, comparison, comparison.pairs.only(has_row))
