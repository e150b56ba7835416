"""Objects judged one by one: a history is linearizable exactly when it is for every object by itself.

M. Herlihy and J. Wing, "Linearizability: a correctness condition for concurrent objects", ACM TOPLAS 12(3), 1990,
theorem 1.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from math import inf

from distgame.checker import explain, explain_search, zones
from distgame.checker.history import DuplicateValue, History, Kind, Operation, Value
from distgame.checker.objects import model_of
from distgame.checker.search import Search
from distgame.checker.verdict import Explanation, Namer, Verdict

_FIRST_ALLOWANCE = 1_000
_PLAIN = {Kind.READ, Kind.WRITE}


def judge(model: str, history: History, parts: Sequence[History], initial: Value, budget: int) -> Verdict:
    """Judge the `parts` of `history`, one for each object, with at most `budget` steps of search in all.

    Small searches go first, and all are given more steps in turn, so that one bad object ends the search.
    """
    searches: dict[int, Search] = {}
    for place, part in enumerate(parts):
        fast = _by_zones(part, initial)
        if fast is None:
            searches[place] = Search(part, model_of(part, initial))
        elif not fast:
            explanation = partial(_explain_register, history, part, initial)
            return Verdict(model, "violated", len(history), find_explanation=explanation)
    waiting = sorted(searches, key=lambda place: len(searches[place]))
    allowance = _FIRST_ALLOWANCE
    while waiting and budget > 0:
        for place in waiting:
            search, before = searches[place], searches[place].steps
            if search.advance(min(allowance, budget)) == "violated":
                explanation = partial(_explain_object, history, parts[place], initial, search.stuck())
                return Verdict(model, "violated", len(history), find_explanation=explanation)
            budget -= search.steps - before
        waiting = [place for place in waiting if searches[place].status == "undecided"]
        allowance *= 2
    if waiting:
        return Verdict(model, "undecided", len(history))

    def order() -> tuple[Operation, ...]:
        return merged(
            searches[place].order() if place in searches else zones.order(part, initial)
            for place, part in enumerate(parts)
        )

    return Verdict(model, "holds", len(history), find_order=order)


def merged(orders: Iterable[Sequence[Operation]]) -> tuple[Operation, ...]:
    """One order made of orders that keep real time, which keeps it as well.

    Every operation goes by the least return from it to the end of its own order: nothing that is still to come
    returned before that, and its own call was not later.
    """
    placed = []
    for number, order in enumerate(orders):
        least = inf
        for place, operation in zip(range(len(order) - 1, -1, -1), reversed(order), strict=True):
            least = min(least, operation.completed)
            placed.append((least, number, place, operation))
    placed.sort(key=lambda entry: entry[:3])
    return tuple(operation for *_, operation in placed)


def _explain_register(history: History, part: History, initial: Value, name: Namer) -> Explanation:
    return with_snapshots(history, explain.smallest(part, initial, "linearizable", name))


def _explain_object(history: History, part: History, initial: Value, stuck: Operation, name: Namer) -> Explanation:
    return with_snapshots(history, explain_search.smallest(part, initial, stuck, name))


def with_snapshots(history: History, explanation: Explanation) -> Explanation:
    """The explanation with whole snapshots where it names reads that are parts of them."""
    snapshots = {(op.process, op.invoked): op for op in history if op.kind is Kind.SNAPSHOT}

    def whole(operation: Operation) -> Operation:
        return snapshots.get((operation.process, operation.invoked), operation)

    operations = tuple(dict.fromkeys(map(whole, explanation.operations)))
    wrong = whole(explanation.wrong) if explanation.wrong else None
    return replace(explanation, operations=operations, wrong=wrong)


def _by_zones(part: History, initial: Value) -> bool | None:
    """Whether the history of one object is linearizable, where zones can tell."""
    if not part.kinds <= _PLAIN:
        return None
    try:
        return zones.holds(part, initial)
    except DuplicateValue:
        return None
