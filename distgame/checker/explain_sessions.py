"""The smallest set of operations that proves that sessions cannot agree on an order of the values.

A few operations that hold the write of every value they read break a session guarantee, or sequential consistency,
only if the whole does (see `session_graph`). One is enough to show a value that nobody wrote, and two to show that a
session read what it wrote only later. Anything else is a cycle of values, each step of which is an earlier and a
later operation of one session; its size is the number of its values (each needs its write, but the initial value)
and of the reads it goes through. The smallest is found by looking for the lightest way from every value back to it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from math import inf

from distgame.checker.history import History, Kind, Operation, Outcome, Value, by_invocation
from distgame.checker.sentences import called, phantom, returned
from distgame.checker.session_graph import RELATIONS, SessionGraph, SessionOf, itself
from distgame.checker.session_sentences import did, then, value_of
from distgame.checker.verdict import Explanation, Namer, Rule, client

STEPS = 400_000
"""How far the search for the smallest cycle goes before it is content with the smallest found so far."""

_FEWEST = 3

Hop = tuple[Operation, Operation]
"""Two operations of one session, by which the value of the second is not older than that of the first."""

_AWAY, _BACK, _VALUE = range(3)
_State = tuple[int, int, int]  # (_AWAY or _BACK, session, place in it) or (_VALUE, value, 0).


def smallest(
    history: History,
    initial: Value = None,
    model: str = "sequential",
    session: SessionOf = itself,
    name: Namer = client,
) -> Explanation:
    """The smallest explanation of a history that breaks `model`, one of `session_graph.RELATIONS`.

    Exact where its search takes at most STEPS steps (up to some hundred operations, or more where the first wrong
    answers are few); else the smallest found by then. Raises ValueError when there is nothing to explain.
    """
    graph = SessionGraph.of(history, initial, model, session)
    if graph.phantoms:
        read = min(graph.phantoms, key=lambda op: (op.completed, op.process))
        return phantom(history, read, initial, name)
    if graph.early:
        read, write = min(graph.early, key=lambda pair: (pair[0].completed, pair[0].process))
        told = (
            f"{name(read.process)} read {value_of(read)} at {returned(read)}, before it wrote {value_of(read)} itself"
        )
        return Explanation((read, write), Rule.FUTURE, f"{told} ({called(write)})", read)
    hops = _smallest_cycle(graph, initial, model)
    if not hops:
        raise ValueError("there is nothing to explain: the history holds")
    return _tell(hops, graph, initial, name)


def _smallest_cycle(graph: SessionGraph, initial: Value, model: str) -> list[Hop]:
    best: list[Hop] = []
    size: float = inf
    spent = 0
    for part in _parts(graph, initial, model):
        for source in sorted(part.firsts):
            # No cycle has fewer than three operations, but one through the initial value, whose number is the least.
            if best and (spent > STEPS or size <= _FEWEST):
                return best
            found = part.lightest_cycle(source, size)
            if found:
                size, best = found
            spent += part.spent
    return best


@dataclass(frozen=True, slots=True)
class _Step:
    operation: Operation
    value: int
    reads: int
    first: bool
    second: bool


def _parts(graph: SessionGraph, initial: Value, model: str) -> "list[_Part]":
    """What lies on cycles, apart where the cycles are; the part with the initial value first."""
    before, after = RELATIONS[model]
    parts = [_Part({node: [] for node in nodes}) for nodes in graph.components() if len(nodes) > 1]
    part_of = {graph.places[node]: (part, node) for part in parts for node in part.firsts}
    for part in parts:
        part.oldest = next((node for node in part.firsts if graph.places[node][1] == initial), None)
    for steps in graph.steps.values():
        met: set[int] = set()
        for op in steps:
            found = part_of.get((op.key, op.value))
            if found is None:
                continue
            part, node = found
            if id(part) not in met:
                met.add(id(part))
                part.sessions.append([])
            first = op.kind in before and op.outcome is Outcome.OK
            if first:
                part.firsts[node].append((len(part.sessions) - 1, len(part.sessions[-1])))
            part.sessions[-1].append(_Step(op, node, int(op.kind is Kind.READ), first, op.kind in after))
    return sorted(parts, key=lambda part: min(part.firsts))


@dataclass
class _Part:
    """The operations whose values lie on common cycles, by session, and where the first ones of each value are."""

    firsts: dict[int, list[tuple[int, int]]]
    sessions: list[list[_Step]] = field(default_factory=list)
    oldest: int | None = None
    spent: int = 0

    def lightest_cycle(self, source: int, limit: float) -> tuple[int, list[Hop]] | None:
        """The lightest cycle through `source` that weighs less than `limit`, and its weight: its operations.

        E. Dijkstra, "A note on two problems in connexion with graphs", 1959. A way leaves the source through one of
        its operations (_AWAY until it reaches another value), goes on along the session to a later operation, from
        there to any operation of the same value, or on along the same session, and so forth.
        """
        self.spent = 0
        heap: list[tuple[int, int, _State, _State | None, Operation | None]] = []
        came: dict[_State, tuple[_State | None, Operation | None]] = {}
        order = count()

        def push(weight: int, state: _State, parent: _State | None, operation: Operation | None) -> None:
            if weight < limit and state not in came:
                heappush(heap, (weight, next(order), state, parent, operation))

        def leave(value: int, weight: int, way: int, parent: _State | None) -> None:
            for at, place in self.firsts[value]:
                step = self.sessions[at][place]
                push(weight + step.reads, (way, at, place + 1), parent, step.operation)

        end = (_VALUE, source, 0)
        if source == self.oldest:
            for value in self.firsts:
                if value != source:
                    push(1, (_VALUE, value, 0), None, None)
        else:
            leave(source, 1, _AWAY, None)
        while heap:
            weight, _, state, parent, operation = heappop(heap)
            if state in came:
                continue
            came[state] = parent, operation
            self.spent += 1
            way, at, place = state
            if state == end:
                return weight, _hops(came, state)
            if way == _VALUE:
                leave(at, weight, _BACK, state)
            elif place < len(self.sessions[at]):
                push(weight, (way, at, place + 1), state, None)
                step = self.sessions[at][place]
                if not step.second:
                    continue
                reached = weight + step.reads
                if step.value == source:
                    if way == _BACK:
                        push(reached, end, state, step.operation)
                elif step.value != self.oldest:
                    push(reached + 1, (_VALUE, step.value, 0), state, step.operation)
                    if step.first:
                        push(reached + 1, (_BACK, at, place + 1), state, step.operation)
        return None


def _hops(came: dict[_State, tuple[_State | None, Operation | None]], end: _State) -> list[Hop]:
    way: list[tuple[bool, Operation]] = []
    state: _State | None = end
    while state is not None:
        parent, operation = came[state]
        if operation:
            leaves = state[0] != _VALUE and (parent is None or parent[0] == _VALUE)
            way.append((leaves, operation))
        state = parent
    hops: list[Hop] = []
    last: Operation | None = None
    for leaves, operation in reversed(way):
        if not leaves and last:
            hops.append((last, operation))
        last = operation
    return hops


def _tell(hops: list[Hop], graph: SessionGraph, initial: Value, name: Namer) -> Explanation:
    used = {op for hop in hops for op in hop}
    used |= {graph.writes[op.key, op.value] for op in used if (op.key, op.value) in graph.writes}
    operations = tuple(sorted(used, key=by_invocation))
    wrong = max((op for hop in hops for op in hop if op.kind is Kind.READ), key=lambda op: (op.completed, op.process))
    if len(hops) == 1:
        ((first, last),) = hops
        rule = Rule.STALE_INITIAL if first.kind is Kind.WRITE else Rule.INITIAL_AGAIN
        return Explanation(operations, rule, f"{did(first, name)}, then itself {then(last, initial)}", wrong)
    if len(hops) == 2 and (hops[0][1] is hops[1][0] or hops[0][0] is hops[1][1]):
        one, two = hops if hops[0][1] is hops[1][0] else (hops[1], hops[0])
        rule = Rule.STALE if one[0].kind is Kind.WRITE else Rule.FLIP_FLOP
        again = "which is older" if rule is Rule.STALE else "and each was written once"
        told = f"{did(one[0], name)}, then {then(one[1], initial)}, then {then(two[1], initial)}, {again}"
        return Explanation(operations, rule, told, wrong)
    return Explanation(operations, Rule.CONTRADICTION, "; ".join(_clauses(hops, initial, name)), wrong)


def _clauses(hops: list[Hop], initial: Value, name: Namer) -> Iterator[str]:
    for number, (first, last) in enumerate(hops):
        but = "but " if number == len(hops) - 1 else ""
        newer = f"so {value_of(last)} must be newer than {value_of(first)}"
        yield f"{but}{did(first, name)}, then itself {then(last, initial)}, {newer}"
