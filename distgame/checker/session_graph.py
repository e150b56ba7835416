"""The values of a history as a graph: which of them is not newer than which, by what each session did in turn.

A session relates its operations of one kind to its later ones of another kind: reads to reads, say. In the order of
values that all clients agree on, the value of the earlier operation may not be newer than that of the later one,
and the initial value is the oldest. There is such an order exactly when no two different values lie on one cycle of
this graph, and when no session reads what it writes only later (where reads are related to writes).

A helper node for each step of a session stands for all its earlier operations of the first kind, so that the graph
stays linear in size. An operation without outcome may happen at any later time: it is related to what its session
did before, but nothing to it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from operator import attrgetter

from distgame.checker.graphs import components
from distgame.checker.history import History, HistoryError, Key, Kind, Operation, Outcome, Value, by_invocation

SessionOf = Callable[[int], int]
"""Gives the session of a process: a client that goes on as a new process may stay in its session."""

Place = tuple[Key, Value]
"""A value of a register."""

_R, _W = (Kind.READ,), (Kind.WRITE,)

RELATIONS: dict[str, tuple[tuple[Kind, ...], tuple[Kind, ...]]] = {
    "sequential": (_R + _W, _R + _W),
    "writes-follow-reads": (_R, _W),
    "monotonic-writes": (_W, _W),
    "monotonic-reads": (_R, _R),
    "read-your-writes": (_W, _R),
}
"""The earlier and the later operations of a session that each model relates."""


def itself(process: int) -> int:
    """The session of a process where nothing else is said: a session of its own."""
    return process


def sessions_of(history: History, session: SessionOf = itself) -> dict[int, list[Operation]]:
    """The operations of each session that took effect or may have, by call; the sessions by number.

    Raises HistoryError when a session calls an operation before the one before has completed.
    """
    ok, unknown, write = Outcome.OK, Outcome.UNKNOWN, Kind.WRITE
    found: dict[int, list[Operation]] = {}
    for operation in history.operations:
        outcome = operation.outcome
        if outcome is ok or (outcome is unknown and operation.kind is write):
            found.setdefault(session(operation.process), []).append(operation)
    for number, steps in found.items():
        if session is itself:
            steps.sort(key=attrgetter("invoked"))
            continue
        steps.sort(key=by_invocation)
        last: Operation | None = None
        for step in steps:
            if last and step.invoked <= last.completed:
                raise HistoryError(
                    f"{history.place(step)}: session {number} has still an operation of process {last.process} open; "
                    "a session has one at a time"
                )
            if step.outcome is ok:
                last = step
    return {number: found[number] for number in sorted(found)}


def writes_of(history: History, initial: Value) -> dict[Place, Operation]:
    """The writes that took effect or may have, by what they wrote, in the order of calls. Raises DuplicateValue."""
    failed, write = Outcome.FAILED, Kind.WRITE
    written = [op for op in history.operations if op.kind is write and op.outcome is not failed]
    written.sort(key=attrgetter("invoked", "process"))
    writes = {(op.key, op.value): op for op in written}
    if len(writes) < len(written) or any((key, initial) in writes for key in {op.key for op in written}):
        history.require_unique_writes(initial)
    return writes


@dataclass
class SessionGraph:
    """The graph of a history with plain reads and writes of unique values, for one of RELATIONS.

    Values have the first node numbers, by the call of their write. `phantoms` are the reads of values nobody wrote,
    `early` the reads of what their session writes only later, each with the write (where the model relates them).
    """

    steps: dict[int, list[Operation]]
    places: list[Place]
    writes: dict[Place, Operation]
    edges: list[list[int]]
    phantoms: list[Operation] = field(default_factory=list)
    early: list[tuple[Operation, Operation]] = field(default_factory=list)

    @classmethod
    def of(cls, history: History, initial: Value, model: str, session: SessionOf = itself) -> "SessionGraph":
        """Builds it in O(n + w log w) for w writes. Raises HistoryError and DuplicateValue."""
        steps = sessions_of(history, session)
        writes = writes_of(history, initial)
        oldest = [(key, initial) for key in sorted({op.key for op in history.operations}, key=repr)]
        places = [*oldest, *writes]
        numbers = {place: number for number, place in enumerate(places)}
        graph = cls(steps, places, writes, [[] for _ in places])
        for place in writes:
            graph.edges[numbers[place[0], initial]].append(numbers[place])
        before, after = RELATIONS[model]
        early = Kind.READ in before and Kind.WRITE in after
        for number, ops in steps.items():
            found = graph._numbered(ops, numbers)
            if len(before) == len(after) == 2:
                graph._relate_neighbours(found)
            else:
                graph._relate(found, before, after)
            if early:
                graph._find_early(ops, lambda op, number=number: session(op.process) == number)  # type: ignore[misc]
        return graph

    def _numbered(self, steps: list[Operation], numbers: dict[Place, int]) -> list[tuple[Operation, int]]:
        found = []
        for operation in steps:
            number = numbers.get((operation.key, operation.value))
            if number is None:
                self.phantoms.append(operation)
            else:
                found.append((operation, number))
        return found

    def _relate_neighbours(self, steps: list[tuple[Operation, int]]) -> None:
        """Where all operations are related to all later ones, the neighbours are enough."""
        ok, edges, last = Outcome.OK, self.edges, -1
        for operation, node in steps:
            if node != last and last >= 0:
                edges[last].append(node)
            if operation.outcome is ok:
                last = node

    def _relate(self, steps: list[tuple[Operation, int]], before: tuple[Kind, ...], after: tuple[Kind, ...]) -> None:
        ok, edges, helper, used = Outcome.OK, self.edges, -1, False
        for operation, node in steps:
            if helper >= 0 and operation.kind in after:
                edges[helper].append(node)
                used = True
            if operation.kind in before and operation.outcome is ok:
                if used or helper < 0:
                    edges.append([])
                    if used:
                        edges[helper].append(len(edges) - 1)
                    helper, used = len(edges) - 1, False
                edges[node].append(helper)

    def _find_early(self, steps: list[Operation], own: Callable[[Operation], bool]) -> None:
        writes, read = self.writes, Kind.READ
        for operation in steps:
            if operation.kind is read:
                write = writes.get((operation.key, operation.value))
                if write and operation.completed < write.invoked and own(write):
                    self.early.append((operation, write))

    def components(self) -> list[list[int]]:
        """The values (their node numbers) that lie on common cycles, the older first."""
        values = len(self.places)
        found = ([node for node in nodes if node < values] for nodes in components(self.edges))
        return [nodes for nodes in found if nodes]

    def agreed(self) -> list[Place] | None:
        """The values in an order that all sessions agree on, or None when there is none."""
        if self.phantoms or self.early:
            return None
        found = self.components()
        return [self.places[node] for (node,) in found] if len(found) == len(self.places) else None
