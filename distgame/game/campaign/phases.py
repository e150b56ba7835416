"""Phases: parts of a run with a goal of their own, asked of the operations that some clients invoke in that time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from distgame.checker import History
from distgame.game.campaign.level_tables import PhaseTable
from distgame.game.campaign.levels import Level
from distgame.game.scores.judging import is_answered

# (answered, invoked), of each phase of the level.
Counts = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class PhaseScore:
    """What was asked and answered in a phase, over all seeds. `end` is the first tick behind it."""

    name: str
    start: int
    end: int
    clients: tuple[int, ...] | None
    goal: float | None
    answered: int
    invoked: int

    @property
    def availability(self) -> float | None:
        """The share of 1 that was answered; None where nothing was asked."""
        return self.answered / self.invoked if self.invoked else None

    @property
    def met(self) -> bool:
        """Whether enough was answered, where the phase has a goal."""
        return self.goal is None or (self.availability is not None and self.availability >= self.goal)

    @property
    def words(self) -> str:
        """The goal, as a sentence goes on: "at least 95% of operations answered in ticks 60 to 300 (one side)"."""
        who = (
            "" if self.clients is None else f" of client{'s' if len(self.clients) > 1 else ''} {_listed(self.clients)}"
        )
        return (
            f"at least {100 * (self.goal or 0):g}% of the operations{who} answered in ticks {self.start} to "
            f"{self.end - 1} ({self.name})"
        )

    def as_json(self) -> dict[str, Any]:
        """One entry of a run object's `phases`."""
        return {
            "name": self.name,
            "start": self.start,
            "end": self.end,
            "clients": None if self.clients is None else list(self.clients),
            "invoked": self.invoked,
            "answered": self.answered,
            "availability": self.availability,
        }


def count_phases(level: Level, history: History) -> Counts:
    """What one run answered of what was asked in each phase."""
    clients = len(level.world.clients)

    def is_in(phase: PhaseTable, process: int, tick: int | None) -> bool:
        mine = phase.clients is None or (process - 1) % clients + 1 in phase.clients
        return mine and tick is not None and phase.start <= tick < _end(level, phase)

    found = []
    for phase in level.phases:
        asked = [op for op in history if is_in(phase, op.process, op.invoked_at)]
        found.append((sum(map(is_answered, asked)), len(asked)))
    return tuple(found)


def total_phases(level: Level, counts: Sequence[Counts]) -> tuple[PhaseScore, ...]:
    """All seeds together."""
    return tuple(
        PhaseScore(
            phase.name,
            phase.start,
            _end(level, phase),
            phase.clients,
            phase.availability,
            sum(each[index][0] for each in counts),
            sum(each[index][1] for each in counts),
        )
        for index, phase in enumerate(level.phases)
    )


def _end(level: Level, phase: PhaseTable) -> int:
    return level.world_table.duration if phase.end is None else phase.end


def _listed(numbers: tuple[int, ...]) -> str:
    *first, last = map(str, numbers)
    return f"{', '.join(first)} and {last}" if first else last
