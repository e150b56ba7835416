"""Why no order explains a history: the few operations that rule every order out.

From a history that a search refuted these remain wrong, for each only allows more orders: (1) the history up to
the first answer that no order explains, later ones being unknown; (2) the registers holding any value they may have
held when the first of the operations is called, and what was over by then forgotten; (3) fewer of the operations
that change nothing; (4) the others as operations that never return, which may or may not have happened, at any time
after their calls. (To leave out a write is another matter: somebody may have read it.) What is needed is found in
halves, after A. Zeller and R. Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", IEEE TSE 28(2), 2002.
"""

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from itertools import islice, product, takewhile
from math import inf

from distgame.checker.history import Key, Kind, Operation, Outcome, Value, by_invocation
from distgame.checker.objects import (
    IMPOSSIBLE,
    MANY_VALUES,
    Model,
    State,
    changes,
    counts,
    keys_of,
    made,
    model_of,
    wanted,
)
from distgame.checker.search import Search
from distgame.checker.sentences import called, returned, show
from distgame.checker.verdict import Explanation, Namer, Rule, client

BUDGET = 200_000
"""Steps of search for one explanation, after which it is as small as it is."""

POSSIBLE_BUDGET = 20_000
"""Steps of search for each value that was possible, after which an explanation does not tell them."""

_MOST_STARTS = 1_000
MOST_TOLD = 4


def smallest(history: Sequence[Operation], initial: Value, stuck: Operation, name: Namer = client) -> Explanation:
    """The operations that rule out the answer `stuck`, the first that no order of a history of one object explains."""
    core = _Core(history, initial, stuck)
    core.forget()
    core.shrink()
    operations = tuple(sorted(core.needed, key=by_invocation))
    sentence = _sentence(stuck, operations, core.possible(), len(core.perhaps(operations)), name)
    return Explanation(operations, Rule.NO_ORDER, sentence, stuck)


def shrunk(
    needed: Sequence[Operation], kind: Callable[[Operation], bool], rules_out: Callable[[Sequence[Operation]], bool]
) -> list[Operation]:
    """What is needed to rule every order out without as many of a `kind` as possible: many at once, then one by one."""
    left = [op for op in needed if kind(op)]
    size = len(left)
    while size:
        start = 0
        while start < len(left):
            without = {*left[start : start + size]}
            trial = [op for op in needed if op not in without]
            if rules_out(trial):
                needed = trial
                del left[start : start + size]
            else:
                start += size
        size //= 2
    return list(needed)


class _Core:
    """The operations, by call, that are `needed` to rule every order out; `stuck` always is."""

    def __init__(self, history: Sequence[Operation], initial: Value, stuck: Operation) -> None:
        known = [op for op in history if counts(op) and op.invoked <= stuck.completed]
        known.sort(key=by_invocation)
        last = _by_return(stuck)
        self._known = known
        self._answered = [op for op in known if op.completed < inf and _by_return(op) <= last]
        self.needed = self._answered
        self._changes = [op for op in known if changes(op)]
        self._calls = [op.invoked for op in self._changes]
        self._made = [made(op) for op in self._changes]
        self._initial = initial
        self._stuck = stuck
        self._budget = BUDGET

    def forget(self) -> None:
        """Keep the operations called last, as few as will do."""
        calls = sorted({op.invoked for op in self.needed if op.invoked <= self._stuck.invoked}, reverse=True)
        few, many = 0, 1
        while many < len(calls) and not self._rules_out(self._since(calls[many - 1])):
            few, many = many, 2 * many
        many = min(many, len(calls))
        while many - few > 1:
            middle = (few + many) // 2
            if self._rules_out(self._since(calls[middle - 1])):
                many = middle
            else:
                few = middle
        self.needed = self._since(calls[many - 1])

    def shrink(self) -> None:
        """Do without as many as possible, first of those that change nothing."""
        count = len(self.needed) + 1
        while len(self.needed) < count:  # What starts later has forgotten more, which may rule out what it could do.
            count = len(self.needed)
            self.needed = shrunk(self.needed, lambda op: not changes(op) and op is not self._stuck, self._rules_out)
            self.needed = shrunk(self.needed, lambda op: changes(op) and op is not self._stuck, self._rules_out)

    def perhaps(self, needed: Sequence[Operation]) -> list[Operation]:
        """The others that may have changed something, as operations that never return."""
        start, among = min(op.invoked for op in needed), {*needed}
        keys = {key for op in needed for key in keys_of(op)}
        others = (op for op in self._changes if op.completed >= start and op.key in keys and op not in among)
        return [replace(op, completed=inf) for op in others]

    def possible(self) -> list[tuple[Value, ...]]:
        """The values that the registers of `stuck` may have held, or the tickets that it may have drawn.

        None when they are many or take long to find.
        """
        keys, model = keys_of(self._stuck), model_of(self._known, self._initial)
        as_it_is = self._stuck.kind in (Kind.SNAPSHOT, Kind.ADD)
        asked = self._stuck if as_it_is else replace(self._stuck, kind=Kind.READ, outcome=Outcome.OK)
        draw = model.effect(replace(asked, outcome=Outcome.UNKNOWN, completed=inf)) if asked.kind is Kind.ADD else None
        others = [op for op in self._answered if op is not self._stuck]
        operations = [asked, *others, *self.perhaps(self._answered)]
        found: set[tuple[Value, ...]] = set()

        def held(state: State) -> tuple[Value, ...]:
            return tuple(model.held(state, key) for key in keys)

        def another(state: State) -> State:
            after = draw(state) if draw else state
            return IMPOSSIBLE if after is IMPOSSIBLE or held(after) in found else after

        while len(found) <= MOST_TOLD:
            search = Search(operations, model, asking=(asked, another))
            status = search.advance(POSSIBLE_BUDGET)
            if status == "violated":
                return sorted(found, key=lambda values: [*map(_numbers_then_texts, values)])
            if status == "undecided":
                break
            state = model.initial
            for operation in takewhile(lambda op: op is not asked, search.order()):
                state = model.effect(operation)(state)
            found.add(held(draw(state) if draw else state))
        return []

    def _since(self, moment: float) -> list[Operation]:
        return [op for op in self.needed if op.invoked >= moment]

    def _rules_out(self, needed: Sequence[Operation]) -> bool:
        perhaps = self.perhaps(needed)
        model = model_of(needed, self._initial)
        starts = self._starts(model, needed, perhaps)
        if len(starts) > _MOST_STARTS:
            return False
        search = Search([*needed, *perhaps], model, starts)
        search.advance(self._budget)
        self._budget -= search.steps
        return search.status == "violated"

    def _starts(self, model: Model, needed: Sequence[Operation], perhaps: Sequence[Operation]) -> list[State]:
        """The states to begin with; among values that nobody asks for one stands for all."""
        start = min(op.invoked for op in needed)
        count = bisect_left(self._calls, start)
        keys = dict.fromkeys(key for op in needed for key in keys_of(op))
        # Where nothing is over by then, all of it is still to come.
        forgotten = {op.key for op in self._changes[:count] if op.completed < start}
        before: dict[Key, dict[Value, None]] = {key: {self._initial: None} for key in keys}
        adds = dict.fromkeys(keys, 0)
        for key, value in self._made[:count]:
            if key not in keys or key not in forgotten:
                continue
            if value is MANY_VALUES:
                adds[key] += 1
            else:
                before[key][value] = None
        values = (_starts(before[key], adds[key], _asked(key, [*needed, *perhaps])) for key in keys)
        return [model.state(dict(zip(keys, each, strict=True))) for each in islice(product(*values), _MOST_STARTS + 1)]


def _asked(key: Key, operations: Iterable[Operation]) -> set[Value]:
    """The values of a register that make a difference to some of the operations."""
    asked: set[Value] = set()
    adds = 0
    for operation in operations:
        adds += made(operation) == (key, MANY_VALUES)
        if operation.kind is Kind.CAS and operation.key == key:
            asked.add(operation.old)
        asked.update(value for other, value in wanted(operation) if other == key and value is not MANY_VALUES)
    if adds:
        asked.update({value - less for value in asked if isinstance(value, int) for less in range(1, adds + 1)})
    return asked | {None} if 0 in asked else asked


def _starts(before: Collection[Value], adds: int, asked: set[Value]) -> list[Value]:
    """Those of the values `asked` that `adds` can make of values from `before`, and one value more."""
    numbers = {value or 0 for value in before if value is None or isinstance(value, int)}

    def may_stand(value: Value) -> bool:
        return value in before or (
            isinstance(value, int) and any(value - more in numbers for more in range(1, adds + 1))
        )

    others = (value for value in before if value not in asked)
    return [*sorted(filter(may_stand, asked), key=_numbers_then_texts), *islice(others, 1)]


def _numbers_then_texts(value: Value) -> tuple[int, int, str]:
    if isinstance(value, str):
        return 2, 0, value
    return (0, 0, "") if value is None else (1, value, "")


def _by_return(operation: Operation) -> tuple[float, tuple[float, float, int]]:
    return operation.completed, by_invocation(operation)


def _sentence(
    stuck: Operation, operations: Sequence[Operation], possible: Sequence[tuple[Value, ...]], others: int, name: Namer
) -> str:
    alone = len({key for op in operations for key in keys_of(op)}) == 1
    where = f"key {show(keys_of(stuck)[0])}: " if alone and keys_of(stuck)[0] is not None else ""
    told = f"{where}{_what(stuck, name, not alone)} at {returned(stuck)}"
    if possible:
        held = [show(*values) if len(values) == 1 else f"({', '.join(map(show, values))})" for values in possible]
        it = "the register could only hold" if len(possible[0]) == 1 else "the registers could only hold"
        if stuck.kind is Kind.ADD:
            it = "the next ticket could only be"
        told += f", when {it} {listed(held, 'or')}"
    rest = [op for op in operations if op is not stuck]
    if rest:
        first = [f"{which(op, name, not alone)} ({called(op)} to {returned(op)})" for op in rest[-MOST_TOLD:]]
        more = [f"{len(rest) - MOST_TOLD} more"] if len(rest) > MOST_TOLD else []
        told += f"; {listed([*first, *more], 'and')} {'rule' if len(rest) > 1 else 'rules'} it out"
    if others:
        told += f", and {others} other operation{'s' if others > 1 else ''} could not help"
    return told


def _what(operation: Operation, name: Namer, keyed: bool) -> str:
    """What the client of an answered operation was told."""
    who, value = name(operation.process), show(operation.value)
    at = f" of {show(operation.key)}" if keyed and operation.kind is not Kind.SNAPSHOT else ""
    match operation.kind:
        case Kind.READ:
            return f"{who} read {value}{at}"
        case Kind.SNAPSHOT:
            return f"{who} read {_parts(operation)}"
        case Kind.WRITE:
            return f"{who} wrote {value}{at}"
        case Kind.CAS if operation.outcome is Outcome.FAILED:
            return f"{who} failed to change {show(operation.old)} to {value}{at}"
        case Kind.CAS:
            return f"{who} changed {show(operation.old)} to {value}{at}"
        case _:
            return f"{who} counted up to {value}{at}"


def which(operation: Operation, name: Namer, keyed: bool) -> str:
    """An operation as something that a client did, `keyed` with its key."""
    whose, value = f"{name(operation.process)}'s", show(operation.value)
    at = f" of {show(operation.key)}" if keyed and operation.kind is not Kind.SNAPSHOT else ""
    match operation.kind:
        case Kind.READ | Kind.WRITE:
            return f"{whose} {operation.kind.value} of {value}{at}"
        case Kind.SNAPSHOT:
            return f"{whose} read of {_parts(operation)}"
        case Kind.CAS:
            failed = "failed " if operation.outcome is Outcome.FAILED else ""
            return f"{whose} {failed}change of {show(operation.old)} to {value}{at}"
        case _:
            return f"{whose} count up to {value}{at}"


def _parts(operation: Operation) -> str:
    return ", ".join(f"{show(key)}: {show(value)}" for key, value in operation.parts)


def listed(parts: Sequence[str], word: str) -> str:
    """Some parts with commas, and a `word` before the last."""
    return f" {word} ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))
