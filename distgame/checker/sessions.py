"""Session guarantees: what one client may rely on as it goes from one operation to its next.

The four guarantees of D. Terry, A. Demers, K. Petersen, M. Spreitzer, M. Theimer and B. Welch, "Session Guarantees
for Weakly Consistent Replicated Data", PDIS 1994, in the form that all clients agree on: there is one order of the
written values, the initial one first, in which no session goes back (see `session_graph`). Real time plays no part,
and a value nobody wrote has no place in the order.

Read your writes and monotonic reads are judged for each register by itself; writes follow reads and monotonic writes
order the writes of all registers together. Monotonic writes alone is only ever broken by a value nobody wrote: an
order of the writes that keeps the order of every session always exists.
"""

from functools import partial

from distgame.checker import explain_sessions
from distgame.checker.history import History, Kind, Operation, Value
from distgame.checker.registers import check_each
from distgame.checker.session_graph import SessionGraph, SessionOf, itself
from distgame.checker.verdict import Verdict

_LOCAL = ("read-your-writes", "monotonic-reads")


def check(history: History, initial: Value = None, session: SessionOf = itself, *, model: str) -> Verdict:
    """Judge `history` by one of the four guarantees, in O(n + w log w) for w writes.

    The order of the verdict is that of the writes. Raises HistoryError and DuplicateValue.
    """
    history.require_kinds((Kind.READ, Kind.WRITE), model)
    judge = partial(_check, initial=initial, session=session, model=model)
    return check_each(history, model, judge) if model in _LOCAL else judge(history)


def _check(history: History, initial: Value, session: SessionOf, model: str) -> Verdict:
    if holds(history, initial, model, session):
        find_order = partial(order, history, initial, model, session)
        return Verdict(model, "holds", len(history), find_order=find_order)
    explanation = partial(explain_sessions.smallest, history, initial, model, session)
    return Verdict(model, "violated", len(history), find_explanation=explanation)


def holds(history: History, initial: Value, model: str, session: SessionOf = itself) -> bool:
    """Whether there is an order of the values in which no session goes back."""
    return SessionGraph.of(history, initial, model, session).agreed() is not None


def order(history: History, initial: Value, model: str, session: SessionOf = itself) -> tuple[Operation, ...]:
    """The writes in an order that every session agrees with, where there is one."""
    graph = SessionGraph.of(history, initial, model, session)
    return tuple(graph.writes[place] for place in graph.agreed() or () if place in graph.writes)
