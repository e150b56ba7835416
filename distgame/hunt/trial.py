"""One trial of the hunt: a schedule, what became of it, and what a hunter learns from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import inf
from typing import Protocol

from distgame.checker import History, Kind, Operation, Outcome, Value
from distgame.engine.fewer import renumbered
from distgame.engine.trace import Trace
from distgame.engine.world import FewerNodes, Intervention, World


@dataclass(frozen=True, slots=True)
class Schedule:
    """What decides a run beside the player's code and the world."""

    seed: int
    interventions: tuple[Intervention, ...] = ()

    def nodes(self, world: World) -> tuple[int, ...]:
        """The nodes of the world that are there: the first is known as 1, and so on."""
        fewer = next((each for each in self.interventions if isinstance(each, FewerNodes)), None)
        return fewer.nodes if fewer else tuple(range(1, world.nodes + 1))

    def on(self, nodes: Sequence[int], world: World) -> Schedule:
        """The same with no others than these nodes of the world, and without what is decided of others."""
        numbers = {place: nodes.index(node) + 1 for place, node in enumerate(self.nodes(world), 1) if node in nodes}
        fewer = [FewerNodes(nodes=tuple(nodes))] if len(nodes) < world.nodes else []
        decided = (each for each in self.interventions if not isinstance(each, FewerNodes))
        return Schedule(self.seed, (*fewer, *(new for each in decided if (new := renumbered(each, numbers)))))


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why a run is wrong: the tick, a sentence, and the operations that prove it (none for an error in the code)."""

    tick: int
    reason: str
    operations: tuple[Operation, ...] = ()


@dataclass(frozen=True)
class Trial:
    """A run that was made, judged by whoever made it.

    `order` is the same for two runs in which the same links delivered in the same order, and `sends` counts the
    messages between nodes. `look` gives the whole trace, where need be by making the run once more.
    """

    schedule: Schedule
    history: History
    wrong: Wrong | None
    order: str
    sends: int
    look: Callable[[], Trace] = field(compare=False, repr=False)

    @cached_property
    def trace(self) -> Trace:
        """Everything that happened in the run."""
        return self.look()

    @cached_property
    def situations(self) -> frozenset[tuple[int, ...]]:
        """The situations that the reads of the run were in: what a hunter takes for having seen something new.

        For each answered read: how many writes it overlapped, which of those it returned (0: an older value), and
        how many reads before it, answered while the same writes were open, had returned something else. Tickets,
        snapshots and compare-and-sets tell something of what was written before, so they are read too.
        """
        writes = sorted(
            (op for op in self.history if op.kind in _CHANGES and op.outcome is not Outcome.FAILED),
            key=lambda op: op.invoked,
        )
        reads = sorted(
            (op for op in self.history if _tells(op)),
            key=lambda op: op.completed,
        )
        found = set()
        for place, read in enumerate(reads):
            open_writes = [
                w for w in writes if w.invoked <= read.completed and w.completed >= read.invoked and w is not read
            ]
            returned = next((n for n, w in enumerate(open_writes, 1) if w.value in _values(read)), 0)
            others = [
                other
                for other in reads[max(0, place - 8) : place]
                if open_writes and other.completed >= open_writes[0].invoked and _values(other) != _values(read)
            ]
            found.add((min(len(open_writes), 4), min(returned, 4), min(len(others), 3)))
        return frozenset(found)


_CHANGES = (Kind.WRITE, Kind.CAS, Kind.ADD)


def _tells(operation: Operation) -> bool:
    """Whether an operation was answered with something about the register."""
    if operation.kind is Kind.CAS:
        return operation.completed < inf
    return operation.kind is not Kind.WRITE and operation.outcome is Outcome.OK


def _values(read: Operation) -> tuple[Value, ...]:
    """What a read was answered, of one register or of several."""
    return tuple(value for _, value in read.parts) or (read.value,)


class Runner(Protocol):
    """Makes runs of one program in one world."""

    def __call__(self, schedule: Schedule) -> Trial:
        """A run, judged; what it tells may be forged by the program, as only its author would be fooled."""

    def watched(self, schedule: Schedule) -> Trial:
        """The same run, made where no program can forge it, with its whole trace."""
