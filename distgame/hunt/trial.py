"""One trial of the hunt: a schedule, what became of it, and what a hunter learns from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from distgame.checker import History, Kind, Operation, Outcome
from distgame.engine import trace as tr
from distgame.engine.trace import Trace
from distgame.engine.world import Intervention


@dataclass(frozen=True, slots=True)
class Schedule:
    """What decides a run beside the player's code and the world."""

    seed: int
    interventions: tuple[Intervention, ...] = ()


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why a run is wrong: the tick, a sentence, and the operations that prove it (none for an error in the code)."""

    tick: int
    reason: str
    operations: tuple[Operation, ...] = ()


@dataclass(frozen=True)
class Trial:
    """A run that was made, judged by whoever made it."""

    schedule: Schedule
    trace: Trace
    history: History
    wrong: Wrong | None

    @cached_property
    def situations(self) -> frozenset[tuple[int, ...]]:
        """The situations that the reads of the run were in: what a hunter takes for having seen something new.

        For each answered read: how many writes it overlapped, which of those it returned (0: an older value), and
        how many reads before it, answered while the same writes were open, had returned something else.
        """
        writes = sorted(
            (op for op in self.history if op.kind is Kind.WRITE and op.outcome is not Outcome.FAILED),
            key=lambda op: op.invoked,
        )
        reads = sorted(
            (op for op in self.history if op.kind is Kind.READ and op.outcome is Outcome.OK),
            key=lambda op: op.completed,
        )
        found = set()
        for place, read in enumerate(reads):
            open_writes = [w for w in writes if w.invoked <= read.completed and w.completed >= read.invoked]
            returned = next((n for n, w in enumerate(open_writes, 1) if w.value == read.value), 0)
            others = [
                other
                for other in reads[max(0, place - 8) : place]
                if open_writes and other.completed >= open_writes[0].invoked and other.value != read.value
            ]
            found.add((min(len(open_writes), 4), min(returned, 4), min(len(others), 3)))
        return frozenset(found)

    @cached_property
    def deliveries(self) -> int:
        """A number that two runs share when the same messages reached the nodes in the same order."""
        signals = self.trace.signals
        return hash(
            tuple(
                (signals[event[2]].sender, signals[event[2]].receiver)
                for event in self.trace.events
                if event[0] == tr.DELIVER and signals[event[2]].receiver > 0
            )
        )


Runner = Callable[[Schedule], Trial]
"""Makes a run of one program in one world."""
