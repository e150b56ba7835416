"""How far a player has come: which levels are passed, which are open, which comes next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from distgame.game.campaign.levels import Level
from distgame.game.scores.scoreboard import Score as Row

STARS_OF_A_PASS = 2


@dataclass(frozen=True)
class Progress:
    """The levels in their order, the player's best result on each that has one, and what the settings say.

    A level is open when the one before it is passed, or was given up: `forfeited` are the ids of levels whose solution
    was looked at before they were passed; they open the next one, and earn no stars. `open_all` opens all.
    """

    levels: Sequence[Level]
    best: Mapping[str, Row]
    forfeited: frozenset[str] = frozenset()
    open_all: bool = False

    def passed(self, level: Level) -> bool:
        """Whether all scored seeds passed once, without a look at the solution before."""
        return self.stars(level) >= STARS_OF_A_PASS

    def stars(self, level: Level) -> int:
        """The stars won on a level."""
        row = self.best.get(level.id)
        return row.stars if row is not None and level.id not in self.forfeited else 0

    def medals(self, level: Level) -> tuple[bool, bool, bool]:
        """The medals won on a level: messages, wait, availability."""
        row = self.best.get(level.id)
        return row.medals if row is not None and self.passed(level) else (False, False, False)

    def before(self, level: Level) -> Level | None:
        """The level that opens this one; None for the first."""
        place = [each.id for each in self.levels].index(level.id)
        return self.levels[place - 1] if place else None

    def is_open(self, level: Level) -> bool:
        """Whether the level can be chosen to be played."""
        before = self.before(level)
        return self.open_all or before is None or self.passed(before) or self.is_forfeited(before) or self.tried(level)

    def tried(self, level: Level) -> bool:
        """Whether there is a result of this level, as of one that was played from the command line."""
        return level.id in self.best

    def is_forfeited(self, level: Level) -> bool:
        """Whether the level's solution was looked at before it was passed."""
        return level.id in self.forfeited

    @property
    def next_to_win(self) -> Level:
        """The first open level that is neither passed nor given up; the last open one where there is none."""
        can_be_played = [level for level in self.levels if self.is_open(level)]
        return next(
            (level for level in can_be_played if not self.passed(level) and not self.is_forfeited(level)),
            can_be_played[-1],
        )
