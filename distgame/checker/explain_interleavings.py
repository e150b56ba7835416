"""Why no order that keeps that of every session explains a history: the few operations that rule every order out.

As `explain_search` does it, but nothing is over when others are called, so nothing can be forgotten.
"""

from collections.abc import Sequence
from dataclasses import replace
from math import inf

from distgame.checker.explain_search import BUDGET, MOST_TOLD, listed, shrunk, which
from distgame.checker.history import Operation, Value, by_invocation
from distgame.checker.interleavings import Interleavings
from distgame.checker.objects import changes, counts, keys_of, model_of
from distgame.checker.sentences import called
from distgame.checker.session_graph import SessionOf
from distgame.checker.verdict import Explanation, Namer, Rule, client


def smallest(history: Sequence[Operation], initial: Value, session: SessionOf, name: Namer = client) -> Explanation:
    """The operations of a history that is not sequentially consistent without which it would be."""
    known = sorted(filter(counts, history), key=by_invocation)
    budget = BUDGET

    def perhaps(needed: Sequence[Operation]) -> list[Operation]:
        among, keys = {*needed}, {key for op in needed for key in keys_of(op)}
        return [replace(op, completed=inf) for op in known if changes(op) and op.key in keys and op not in among]

    def rules_out(needed: Sequence[Operation]) -> bool:
        nonlocal budget
        search = Interleavings([*needed, *perhaps(needed)], model_of(needed, initial), session)
        search.advance(budget)
        budget -= search.steps
        return search.status == "violated"

    needed = [op for op in known if op.completed < inf]
    needed = shrunk(needed, lambda op: not changes(op), rules_out)
    needed = shrunk(needed, changes, rules_out)
    operations = tuple(sorted(needed, key=by_invocation))
    return Explanation(operations, Rule.NO_ORDER, _sentence(operations, len(perhaps(operations)), name))


def _sentence(operations: Sequence[Operation], others: int, name: Namer) -> str:
    keyed = any(op.key is not None for op in operations)
    first = [f"{which(op, name, keyed)} (at {called(op)})" for op in operations[:MOST_TOLD]]
    more = [f"{len(operations) - MOST_TOLD} more"] if len(operations) > MOST_TOLD else []
    told = f"no order that keeps every client's own explains {listed([*first, *more], 'and')}"
    return told + (f"; {others} other operation{'s' if others > 1 else ''} could not help" if others else "")
