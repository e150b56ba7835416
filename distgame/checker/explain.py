"""The smallest set of operations that proves a history wrong, at most six of them.

A sub-history that contains the write of every value it reads stays linearizable when the whole is; so a bad
one proves the whole bad. By the zone test (see `linearizable`) one value read too early, or two clusters that
must each come before the other, are always enough. "a before b" takes one operation of a that precedes one of
b, so two clusters contradict each other in one of the few shapes of the table below.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import cached_property, partial
from math import inf

from distgame.checker.history import History, Kind, Operation, Outcome, Value, by_invocation
from distgame.checker.sentences import Roles, sentence
from distgame.checker.verdict import Explanation, Namer, Rule, client

_Pair = tuple[Operation, Operation]


@dataclass(frozen=True, slots=True)
class _Shape:
    """Two clusters that must each come before the other, the later operation of one being a read.

    The cluster of the read comes first because its write, or its first answered read, precedes `last` of the
    rival cluster; the rival comes first because `first` of it precedes the read.
    """

    size: int
    rule: Rule
    initial: bool  # Whether the read is of the initial value, whose write is no operation.
    own: Kind
    rivals: str


_SHAPES = (
    _Shape(2, Rule.STALE_INITIAL, True, Kind.WRITE, "by_write"),
    _Shape(3, Rule.STALE, False, Kind.WRITE, "by_write"),
    _Shape(3, Rule.INITIAL_AGAIN, True, Kind.WRITE, "by_read_and_write"),
    _Shape(4, Rule.INVERSION, False, Kind.WRITE, "by_read_and_write"),
    _Shape(4, Rule.SANDWICH, False, Kind.WRITE, "by_read"),
    _Shape(4, Rule.REREAD, False, Kind.READ, "by_write"),
    _Shape(4, Rule.CONTRADICTION, False, Kind.WRITE, "by_write_and_read"),
    _Shape(5, Rule.FLIP_FLOP, False, Kind.READ, "by_read"),
    _Shape(5, Rule.CONTRADICTION, False, Kind.WRITE, "by_two_reads"),
    _Shape(5, Rule.CONTRADICTION, False, Kind.READ, "by_read_and_write"),
    _Shape(6, Rule.CONTRADICTION, False, Kind.READ, "by_two_reads"),
)


RULES: dict[str, Collection[Rule]] = {
    "linearizable": (Rule.PHANTOM, Rule.FUTURE, *(shape.rule for shape in _SHAPES)),
    "regular": (Rule.PHANTOM, Rule.FUTURE, Rule.STALE_INITIAL, Rule.STALE),
}
"""The patterns that break each model that judges single reads."""


def smallest(history: History, initial: Value = None, model: str = "linearizable", name: Namer = client) -> Explanation:
    """The smallest explanation of a history that breaks `model`, one of RULES.

    O(n log n); the earliest answer wins a tie. Raises ValueError when there is nothing to explain.
    """
    roles = _search(_Evidence(history.operations, initial), RULES[model])
    if roles is None:
        raise ValueError("there is nothing to explain: the history holds")
    return _tell(roles, initial, name)


def explain_read(
    history: History,
    read: Operation,
    blamed: Collection[Operation] = (),
    *,
    model: str = "linearizable",
    initial: Value = None,
    name: Namer = client,
) -> Explanation:
    """The smallest explanation of one wrong read, from what was known at its answer.

    Reads `blamed` before it are left out; in the regular model a read is judged by itself, so all others are.
    Of what came later only a write of the value is looked at: it tells a future read from a phantom. Raises
    ValueError when nothing is wrong with the read, and for a model that does not judge single reads.
    """
    if model not in RULES:
        raise ValueError(f"{model} does not judge single reads; {' and '.join(RULES)} do")
    left_out = {*blamed} - {read}
    if model == "regular":
        left_out = {op for op in history if op.kind is Kind.READ and op != read}
    known = {as_known(op, read): op for op in history if op.invoked <= read.completed and op not in left_out}
    for operation in history:
        if operation.invoked > read.completed and operation.kind is Kind.WRITE and operation.value == read.value:
            known[operation] = operation
    roles = _search(_Evidence(known, initial), RULES[model])
    if roles is None:
        raise ValueError(f"there is nothing to explain: the read of {read.value!r} was right")
    return _tell(roles.replaced(known), initial, name)


def as_known(operation: Operation, read: Operation) -> Operation:
    """The operation as it was known at the answer of `read`: still open if it completed later.

    Answers at the same moment come by process, as in `judge_reads`.
    """
    known = (operation.completed, operation.process) <= (read.completed, read.process)
    if known or operation.outcome is Outcome.FAILED:
        return operation
    return replace(operation, completed=inf, outcome=Outcome.UNKNOWN, completed_at=None)


def _tell(roles: Roles, initial: Value, name: Namer) -> Explanation:
    return Explanation(roles.operations(), roles.rule, sentence(roles, initial, name), roles.read)


def _search(evidence: "_Evidence", rules: Collection[Rule]) -> Roles | None:
    searches = [(1, Rule.PHANTOM, evidence.phantom), (2, Rule.FUTURE, evidence.future)]
    searches += [(shape.size, shape.rule, partial(evidence.conflict, shape)) for shape in _SHAPES]
    for size in range(1, 7):
        answers = [search() for of_size, rule, search in searches if of_size == size and rule in rules]
        found = [roles for roles in answers if roles]
        if found:
            return min(found, key=lambda roles: roles.read.completed)
    return None


class _Evidence:
    """The clusters of a history, and their operations in the roles that a shape may ask for."""

    def __init__(self, operations: Iterable[Operation], initial: Value) -> None:
        self.initial = initial
        self.unwritten = Operation(-1, Kind.WRITE, initial, -inf, -inf, Outcome.OK)
        self.writes: dict[Value, Operation] = {}
        self.failed: dict[Value, Operation] = {}
        answered = []
        for operation in sorted(operations, key=by_invocation):
            if operation.kind is Kind.WRITE:
                known = self.failed if operation.outcome is Outcome.FAILED else self.writes
                known[operation.value] = operation
            elif operation.outcome is Outcome.OK:
                answered.append(operation)
        self.latest_called = {read.value: read for read in answered}
        self.answered = sorted(answered, key=lambda read: read.completed)
        self.first_answered = {read.value: read for read in reversed(self.answered)}

    def phantom(self) -> Roles | None:
        """The earliest answered read of a value nobody wrote."""
        for read in self.answered:
            if read.value not in self.writes and read.value != self.initial:
                return Roles(Rule.PHANTOM, read, write=self.failed.get(read.value))
        return None

    def future(self) -> Roles | None:
        """The earliest answered read that returned before its write was called."""
        for read in self.answered:
            write = self.writes.get(read.value)
            if write and read.completed < write.invoked:
                return Roles(Rule.FUTURE, read, write=write)
        return None

    def conflict(self, shape: _Shape) -> Roles | None:
        """The earliest answered read that stands in `shape`, with the other operations of it."""
        rivals: _Rivals = getattr(self, shape.rivals)
        for read in self.answered:
            value = read.value
            if (value == self.initial) is not shape.initial:
                continue
            write = self.writes.get(value, self.unwritten)
            own = write if shape.own is Kind.WRITE else self.first_answered[value]
            pair = rivals.against(read, own)
            if pair:
                rival = self.writes[pair[0].value]
                return Roles(shape.rule, read, write, own, rival, *pair)
        return None

    @cached_property
    def by_write(self) -> "_Rivals":
        return _Rivals((write, write) for write in self.writes.values())

    @cached_property
    def by_read(self) -> "_Rivals":
        return _Rivals((read, read) for read in self._written_reads())

    @cached_property
    def by_read_and_write(self) -> "_Rivals":
        firsts = self.first_answered
        return _Rivals((firsts[value], self.writes[value]) for value in firsts if value in self.writes)

    @cached_property
    def by_write_and_read(self) -> "_Rivals":
        lasts = self.latest_called
        return _Rivals((self.writes[value], lasts[value]) for value in lasts if value in self.writes)

    @cached_property
    def by_two_reads(self) -> "_Rivals":
        firsts, lasts = self.first_answered, self.latest_called
        return _Rivals((firsts[value], lasts[value]) for value in firsts if value in self.writes)

    def _written_reads(self) -> Iterable[Operation]:
        return (read for read in self.answered if read.value in self.writes)


class _Rivals:
    """Pairs (first, last) of operations of one value each, to be asked which of them contradicts a read.

    Sorted by the return of `first`; for every prefix the pair whose `last` was called latest is kept, and
    the best one of another value beside it, so that a cluster is never its own rival.
    """

    def __init__(self, pairs: Iterable[tuple[Operation, Operation]]) -> None:
        ordered = sorted(pairs, key=lambda pair: (pair[0].completed, by_invocation(pair[1])))
        self._returns = [first.completed for first, _ in ordered]
        self._best: list[tuple[_Pair, _Pair | None]] = []
        best: _Pair | None = None
        second: _Pair | None = None
        for pair in ordered:
            if best is None or pair[1].invoked > best[1].invoked:
                if best and best[1].value != pair[1].value:
                    second = best
                best = pair
            elif pair[1].value != best[1].value and (second is None or pair[1].invoked > second[1].invoked):
                second = pair
            self._best.append((best, second))

    def against(self, read: Operation, own: Operation) -> "_Pair | None":
        """A pair of another value whose first precedes `read` and whose last is preceded by `own`."""
        count = bisect_left(self._returns, read.invoked)
        if count == 0:
            return None
        best, second = self._best[count - 1]
        pair = second if best[1].value == read.value else best
        return pair if pair and own.completed < pair[1].invoked else None
