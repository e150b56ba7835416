"""A run made ready to be shown: all that takes time is done here, in the thread that ran it."""

from __future__ import annotations

from dataclasses import dataclass

from distgame.engine.collector import rare_collections
from distgame.game.play.playback import Playback
from distgame.game.running.runs import Run

from .intervals import Interval, intervals
from .told import Told
from .wording import EventWords


@dataclass(frozen=True)
class Recording:
    """A run with its playback, its events in words and its operations as intervals.

    `rule` names what is wrong with the first wrong read, such as "stale read".
    """

    run: Run
    playback: Playback
    told: Told
    operations: tuple[Interval, ...]
    first_wrong: Interval | None
    rule: str

    @classmethod
    def of(cls, run: Run) -> Recording:
        """Prepares a run."""
        with rare_collections():
            return cls._made(run)

    @classmethod
    def _made(cls, run: Run) -> Recording:
        playback = Playback(run.trace, run.judgement)
        # What is looked up once for a run is looked up here, and not while the screen waits.
        playback.after(0)
        _ = playback.faults, playback.violations, playback.steps, run.trace.prints, run.score
        told = Told(EventWords(run.trace, run.judgement, playback.rules))
        told.before(0)
        wrong = run.judgement.wrong
        explanation = run.judgement.explain(wrong[0]) if wrong else None
        found = tuple(intervals(run, explanation))
        first = next((each for each in found if wrong and each.ended == wrong[0].event), None)
        return cls(run, playback, told, found, first, explanation.rule.value if explanation else "")
