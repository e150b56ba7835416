"""Sequential consistency of any registers: a depth-first search among the interleavings of the sessions.

Deciding it is NP-complete (P. Gibbons and E. Korach, "Testing Shared Memories", SIAM J. Comput. 26(4), 1997). What is
placed is a position in every session; no positions with the same state are entered twice. What changes nothing is
placed as soon as its answer is right, a write whose value nobody asks for just before another write to its register,
and operations without outcome only where another asks for what they make.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from math import inf
from typing import NamedTuple

from distgame.checker.history import Kind, Operation, by_invocation
from distgame.checker.objects import (
    IMPOSSIBLE,
    MANY_VALUES,
    Effect,
    Model,
    State,
    changes,
    counts,
    likeness,
    made,
    wanted,
)
from distgame.checker.session_graph import SessionOf
from distgame.checker.verdict import Status

_Positions = tuple[int, ...]


class _Step(NamedTuple):
    """An operation, and of how many operations it must be placed after in which other chains."""

    operation: Operation
    effect: Effect
    after: tuple[tuple[int, int], ...]


class Interleavings:
    """The search for an order of `operations` that keeps that of every session and that an object explains.

    Among operations of one session those come first that returned before the others were called. `status` is
    "undecided" until `advance` has taken enough steps.
    """

    def __init__(self, operations: Iterable[Operation], model: Model, session: SessionOf) -> None:
        self.status: Status = "undecided"
        self.steps = 0
        ordered = sorted(filter(counts, operations), key=by_invocation)
        self._wanted = {place for operation in ordered for place in wanted(operation)}
        self._chains = _chains(ordered, model, session)
        self._initial = model.initial
        self._dead: set[tuple[_Positions, State]] = set()
        self._stack: list[tuple[_Positions, State, Iterator[tuple[_Positions, State, int]], int]] = []
        self._path: list[int] = []
        self._enter((0,) * len(self._chains), model.initial, -1)

    def advance(self, steps: int) -> Status:
        """Take at most so many steps more."""
        limit = self.steps + steps
        while self.status == "undecided" and self.steps < limit:
            self.steps += 1
            positions, state, choices, _ = self._stack[-1]
            choice = next(choices, None)
            if choice:
                self._enter(*choice)
                continue
            self._dead.add((positions, state))
            self._stack.pop()
            if not self._stack:
                self.status = "violated"
        return self.status

    def order(self) -> tuple[Operation, ...]:
        """An order that explains every answer, once it is known that there is one."""
        placed: list[Operation] = []
        positions = self._settle((0,) * len(self._chains), self._initial, placed)
        state = self._initial
        for chain in self._path:
            step = self._chains[chain][positions[chain]]
            positions = self._before(positions, step.operation, chain, placed)
            placed.append(step.operation)
            state = step.effect(state)
            positions = self._settle(_next(positions, chain), state, placed)
        return tuple(placed)

    def _enter(self, positions: _Positions, state: State, chain: int) -> None:
        positions = self._settle(positions, state)
        if all(
            position == len(steps) or steps[position].operation.completed == inf
            for position, steps in zip(positions, self._chains, strict=True)
        ):
            self._path = [entered for *_, entered in self._stack[1:]] + [chain] * (chain >= 0)
            self.status = "holds"
        elif (positions, state) not in self._dead:
            self._stack.append((positions, state, self._choices(positions, state), chain))

    def _settle(self, positions: _Positions, state: State, placed: list[Operation] | None = None) -> _Positions:
        """Place what changes nothing and is right."""
        found = True
        while found:
            found = False
            for chain, step in self._next_steps(positions):
                if not changes(step.operation) and step.effect(state) is not IMPOSSIBLE:
                    positions, found = _next(positions, chain), True
                    if placed is not None:
                        placed.append(step.operation)
        return positions

    def _choices(self, positions: _Positions, state: State) -> Iterator[tuple[_Positions, State, int]]:
        """What can be placed next, the earliest return first."""
        ready = [(chain, step) for chain, step in self._next_steps(positions) if changes(step.operation)]
        ready.sort(key=lambda each: (each[1].operation.completed, by_invocation(each[1].operation)))
        asked = {place for _, step in self._next_steps(positions) for place in wanted(step.operation)}
        tried = set()
        for chain, step in ready:
            operation, after = step.operation, step.effect(state)
            if after is IMPOSSIBLE:
                continue
            if operation.completed == inf:
                what, (key, value) = likeness(operation), made(operation)
                helpful = value is MANY_VALUES or (key, value) in asked or (key, MANY_VALUES) in asked
                if what in tried or after == state or not helpful:
                    continue
                tried.add(what)
            yield _next(self._before(positions, operation, chain), chain), after, chain

    def _before(
        self, positions: _Positions, by: Operation, own: int, placed: list[Operation] | None = None
    ) -> _Positions:
        """Place the writes that go unnoticed just before the write `by`."""
        found = by.kind is Kind.WRITE
        while found:
            found = False
            for chain, step in self._next_steps(positions):
                if chain != own and step.operation.key == by.key and self._is_unseen(step.operation):
                    positions, found = _next(positions, chain), True
                    if placed is not None:
                        placed.append(step.operation)
        return positions

    def _next_steps(self, positions: _Positions) -> list[tuple[int, _Step]]:
        return [
            (chain, steps[position])
            for chain, (position, steps) in enumerate(zip(positions, self._chains, strict=True))
            if position < len(steps) and all(positions[other] >= count for other, count in steps[position].after)
        ]

    def _is_unseen(self, operation: Operation) -> bool:
        key = operation.key
        if operation.kind is not Kind.WRITE or operation.completed == inf:
            return False
        return (key, operation.value) not in self._wanted and (key, MANY_VALUES) not in self._wanted


def _next(positions: _Positions, chain: int) -> _Positions:
    return (*positions[:chain], positions[chain] + 1, *positions[chain + 1 :])


def _chains(ordered: Iterable[Operation], model: Model, session: SessionOf) -> list[list[_Step]]:
    """The operations in chains, each after the one before; those without outcome, which nothing follows, alone."""
    chains: list[list[_Step]] = []
    returns: list[list[float]] = []
    of_session: dict[int, list[int]] = {}
    for operation in ordered:
        own = of_session.setdefault(session(operation.process), [])
        over = {chain: bisect_left(returns[chain], operation.invoked) for chain in own}
        whole = (chain for chain, count in over.items() if count == len(chains[chain]) and operation.completed < inf)
        chain = next(whole, None)
        if chain is None:
            chain = len(chains)
            chains.append([])
            returns.append([])
            own.append(chain)
        after = tuple((other, count) for other, count in over.items() if other != chain and count)
        chains[chain].append(_Step(operation, model.effect(operation), after))
        returns[chain].append(operation.completed)
    return chains
