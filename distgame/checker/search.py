"""Linearizability of any object: a depth-first search that places an operation only when a return forces it.

J. Wing and C. Gong, "Testing and Verifying Concurrent Objects", J. Parallel Distrib. Comput. 17, 1993, with what
G. Lowe, "Testing for Linearizability", 2017, adds: just-in-time linearization, and configurations found dead are
never entered again. A configuration is the next return, which of the operations open there are placed already
(each has a small slot, used again after its return), the state, and the operations without outcome that were used.

- Nothing is placed until the return of an operation forces it; then that one is tried first, and after it the
  others that are open there.
- What changes nothing is placed as soon as its answer is right.
- A write whose value nobody asks for is placed just before another write to its register.
- Operations without outcome need not be placed, and are tried only where they can lead to what an open one asks.
- Of operations that do the same, the one that returns first is tried and no other; of those that never return the
  one called first.
- A configuration is dead when one is that has used fewer of the operations without outcome and is equal otherwise.
"""

from bisect import insort
from collections.abc import Collection, Hashable, Iterable, Iterator
from heapq import heappop, heappush
from math import inf
from typing import NamedTuple

from distgame.checker.history import Kind, Operation, by_invocation
from distgame.checker.objects import (
    IMPOSSIBLE,
    MANY_VALUES,
    Effect,
    Model,
    Place,
    State,
    changes,
    counts,
    keys_of,
    likeness,
    made,
    wanted,
)
from distgame.checker.verdict import Status

DEFAULT_BUDGET = 2_000_000
"""Steps of a search, each of them one operation placed or taken back, before a verdict is left undecided."""


class _Step(NamedTuple):
    """An operation as the search sees it: `bit` is its slot, `same` the number of those that do the same."""

    bit: int
    same: int
    effect: Effect
    unseen: bool
    operation: Operation


_Choice = tuple[_Step | None, int, int, State]


class _Frame(NamedTuple):
    """A configuration that is being explored, the operation that led to it, and what is still to be tried there."""

    passed: int
    mask: int
    used: int
    state: State
    placed: _Step | None
    choices: Iterator[_Choice]


class Search:
    """The search for an order in which an object, by its `model`, gives the answers of `operations`.

    `status` is "undecided" until `advance` has taken enough steps. The object may start in any state of `starts`
    (that of the model when not given). With `asking`, one of the operations and the effect that stands for it, any of
    several answers to it may be right.
    """

    def __init__(
        self,
        operations: Iterable[Operation],
        model: Model,
        starts: Collection[State] | None = None,
        asking: tuple[Operation, Effect] | None = None,
    ) -> None:
        self.status: Status = "undecided"
        self.steps = 0
        self._plan = _Plan([operation for operation in operations if counts(operation)], model, asking)
        self._farthest = 0
        self._dead: dict[tuple[int, int, State], tuple[int, ...]] = {}
        starts = (model.initial,) if starts is None else starts
        choices: Iterator[_Choice] = ((None, 0, 0, start) for start in starts)
        self._stack = [_Frame(0, 0, 0, None, None, choices)]
        self._order: tuple[State, tuple[_Step, ...]] = None, ()

    def __len__(self) -> int:
        return len(self._plan.returns)

    def advance(self, steps: int) -> Status:
        """Take at most so many steps more."""
        stack, limit = self._stack, self.steps + steps
        while self.status == "undecided" and self.steps < limit:
            self.steps += 1
            frame = stack[-1]
            choice = next(frame.choices, None)
            if choice:
                self._enter(frame.passed, *choice)
                continue
            stack.pop()
            if stack:
                key = frame.passed, frame.mask, frame.state
                self._dead[key] = (*self._dead.get(key, ()), frame.used)
            else:
                self.status = "violated"
        return self.status

    def stuck(self) -> Operation:
        """The operation with the first answer that no order explains, once it is known that none does."""
        return self._plan.returns[self._farthest].operation

    def order(self) -> tuple[Operation, ...]:
        """An order that explains every answer, once it is known that there is one."""
        placed: list[Operation] = []
        state, steps = self._order
        index, mask = self._settle(0, 0, state, placed)
        for step in steps:
            unseen = self._overwritten(index, mask, step)
            placed += [other.operation for other in unseen]
            placed.append(step.operation)
            mask = _with(mask, unseen)
            if step.operation.completed < inf:
                mask |= step.bit
            state = step.effect(state)
            index, mask = self._settle(index, mask, state, placed)
        return tuple(placed)

    def _enter(self, index: int, step: _Step | None, mask: int, used: int, state: State) -> None:
        """Go to a configuration, unless it is known to be dead."""
        index, mask = self._settle(index, mask, state)
        if index == len(self._plan.returns):
            path = [frame.placed for frame in self._stack] + [step]
            self._order = self._stack[1].state if len(self._stack) > 1 else state, tuple(filter(None, path))
            self.status = "holds"
            return
        if index > self._farthest:
            self._farthest = index
        for spent in self._dead.get((index, mask, state), ()):
            if spent & used == spent:
                return
        self._stack.append(_Frame(index, mask, used, state, step, self._choices(index, mask, used, state)))

    def _settle(self, index: int, mask: int, state: State, placed: list[Operation] | None = None) -> tuple[int, int]:
        """Place what changes nothing and is right, and pass all returns of what is placed."""
        plan = self._plan
        readers = plan.readers[index]
        while True:
            for bit, _, effect, _, operation in readers:
                if not mask & bit and effect(state) is not IMPOSSIBLE:
                    mask |= bit
                    if placed is not None:
                        placed.append(operation)
            if index == len(plan.returns):
                return index, mask
            bit = plan.returns[index].bit
            if not mask & bit:
                return index, mask
            mask ^= bit
            index += 1
            # In the same state those that were open before are as wrong as they were.
            readers = plan.new_readers[index]

    def _choices(self, index: int, mask: int, used: int, state: State) -> Iterator[_Choice]:
        """What can be placed next, with the configuration it leads to."""
        plan = self._plan
        tried = set()
        returning = plan.returns[index].bit
        for step in plan.writers[index]:
            bit, same, effect, unseen, _ = step
            if mask & bit or same in tried or (unseen and bit != returning):
                continue
            tried.add(same)
            after = effect(state)
            if after is not IMPOSSIBLE:
                yield step, _with(mask | bit, self._overwritten(index, mask, step)), used, after
        for same in plan.helpful(index):
            optional = next((step for step in plan.optional[same] if not used & step.bit), None)
            # Where the first that does the same is not called yet, no other is.
            if same in tried or not optional or optional.bit >= plan.called[index]:
                continue
            after = optional.effect(state)
            if after is not IMPOSSIBLE and after != state:
                yield optional, _with(mask, self._overwritten(index, mask, optional)), used | optional.bit, after

    def _overwritten(self, index: int, mask: int, by: _Step) -> list[_Step]:
        """The open writes that go unnoticed when they are placed just before the write `by`."""
        if not self._plan.unseen or by.operation.kind is not Kind.WRITE:
            return []
        key, open_writers = by.operation.key, self._plan.writers[index]
        unseen = (step for step in open_writers if step.unseen and not mask & step.bit and step is not by)
        return [step for step in unseen if step.operation.key == key]


def _with(mask: int, steps: Iterable[_Step]) -> int:
    for step in steps:
        mask |= step.bit
    return mask


class _Plan:
    """A history compiled for the search: what is open at each return, and in which slot.

    For each return, `readers` and `writers` are the open operations that change nothing, or something, the first
    to return first; `new_readers` are the readers called since the return before. `optional` are the operations
    without outcome by call, equal ones together under their number; only the bits below `called` are called
    before a return.
    """

    def __init__(
        self, operations: Collection[Operation], model: Model, asking: tuple[Operation, Effect] | None
    ) -> None:
        self._model = model
        self._asking = asking
        wants = {place for operation in operations for place in self._wants(operation)}
        self._seen = wants, {key for key, value in wants if value is MANY_VALUES}
        self._alike: dict[Hashable, tuple[int, Effect]] = {}
        self._makers: dict[Place, list[_Step]] = {}
        self._helpful: dict[int, tuple[int, ...]] = {}
        self.unseen = False
        self.returns: list[_Step] = []
        self.readers: list[tuple[_Step, ...]] = []
        self.new_readers: list[tuple[_Step, ...]] = []
        self.writers: list[tuple[_Step, ...]] = []
        self.optional: dict[int, list[_Step]] = {}
        self.called: list[int] = []

        answered = [op for op in operations if op.completed < inf]
        answered.sort(key=lambda op: (op.completed, by_invocation(op)))
        ranks = {id(op): rank for rank, op in enumerate(answered)}
        calls = sorted(operations, key=by_invocation, reverse=True)
        open_readers: list[tuple[int, _Step]] = []
        open_writers: list[tuple[int, _Step]] = []
        free, width, optional = [0], 1, 0
        for returning in answered:
            new_readers = []
            while calls and calls[-1].invoked <= returning.completed:
                operation = calls.pop()
                if operation.completed == inf:
                    step = self._step(operation, optional)
                    optional += 1
                    if step.same not in self.optional:
                        self.optional[step.same] = []
                        self._makers.setdefault(made(operation), []).append(step)
                    self.optional[step.same].append(step)
                    continue
                if not free:
                    heappush(free, width)
                    width += 1
                step = self._step(operation, heappop(free))
                insort(open_writers if changes(operation) else open_readers, (ranks[id(operation)], step))
                if not changes(operation):
                    new_readers.append(step)
                self.unseen |= step.unseen
            self.readers.append(tuple(step for _, step in open_readers))
            self.new_readers.append(tuple(new_readers))
            self.writers.append(tuple(step for _, step in open_writers))
            self.called.append(1 << optional)
            _, step = (open_writers if changes(returning) else open_readers).pop(0)
            self.returns.append(step)
            heappush(free, step.bit.bit_length() - 1)
        self.readers.append(())
        self.new_readers.append(())

    def helpful(self, index: int) -> tuple[int, ...]:
        """The numbers of operations without outcome that lead to what those open at a return ask for.

        The operation placed after one that need not have happened is one that asks for what it made.
        """
        if not self.optional:
            return ()
        if index not in self._helpful:
            asking = [step.operation for steps in (self.readers[index], self.writers[index]) for step in steps]
            self._helpful[index] = tuple(self._leading_to(asking))
        return self._helpful[index]

    def _leading_to(self, asking: list[Operation]) -> list[int]:
        found: dict[int, None] = {}
        asked: set[Place] = set()
        for operation in asking:  # Grows.
            for place in self._wants(operation):
                if place in asked:
                    continue
                asked.add(place)
                key, value = place
                if value is MANY_VALUES:
                    makers = [step for (other, _), steps in self._makers.items() if other == key for step in steps]
                else:
                    makers = self._makers.get(place, []) + self._makers.get((key, MANY_VALUES), [])
                asking += [step.operation for step in makers]
                found.update(dict.fromkeys(step.same for step in makers))
        return sorted(found)

    def _wants(self, operation: Operation) -> tuple[Place, ...]:
        if self._asking and operation is self._asking[0]:
            return tuple((key, MANY_VALUES) for key in keys_of(operation))
        return wanted(operation)

    def _step(self, operation: Operation, slot: int) -> _Step:
        asked = self._asking is not None and operation is self._asking[0]
        what = None if asked else likeness(operation)
        if what not in self._alike:
            effect = self._asking[1] if self._asking and asked else self._model.effect(operation)
            self._alike[what] = len(self._alike), effect
        same, effect = self._alike[what]
        return _Step(1 << slot, same, effect, self._unseen(operation), operation)

    def _unseen(self, operation: Operation) -> bool:
        """Whether it is a write whose value nobody asks for, so that only another write can come right after it."""
        wanted, careless = self._seen
        if operation.kind is not Kind.WRITE or operation.key in careless:
            return False
        return (operation.key, operation.value) not in wanted
