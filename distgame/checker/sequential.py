"""Sequential consistency: one order that keeps that of every session.

L. Lamport, "How to Make a Multiprocessor Computer That Correctly Executes Multiprocess Programs", IEEE Trans.
Computers C-28(9), 1979. Of one register with unique written values: the cluster of a value is its write and all
answered reads of it; in any legal order a cluster is one block, its write first. So it is enough to order the values
such that no session goes back from one to an older one, which is what the four session guarantees together ask for
(see `session_graph`). Everything else is searched for (see `interleavings`): it is not local.
"""

from dataclasses import replace
from functools import partial

from distgame.checker import explain_interleavings, explain_sessions, linearizable
from distgame.checker.history import DuplicateValue, History, Kind, Operation, Value, by_invocation
from distgame.checker.interleavings import Interleavings
from distgame.checker.local import with_snapshots
from distgame.checker.objects import model_of
from distgame.checker.search import DEFAULT_BUDGET
from distgame.checker.session_graph import SessionGraph, SessionOf, itself
from distgame.checker.verdict import Verdict


def check(
    history: History, initial: Value = None, session: SessionOf = itself, budget: int = DEFAULT_BUDGET
) -> Verdict:
    """Judge `history`: in O(n + w log w) for w writes of unique values of one register, else in `budget` steps.

    A snapshot is judged as reads of its keys, one by one.
    """
    verdict = _check(history.apart(), initial, session, budget)
    find = verdict.find_explanation
    if find is None or not history.has_snapshots():
        return replace(verdict, operations=len(history))
    return replace(
        verdict,
        operations=len(history),
        find_explanation=lambda name: with_snapshots(history, find(name)),
    )


def _check(history: History, initial: Value, session: SessionOf, budget: int) -> Verdict:
    registers = [register for register in history.registers().values() if _is_plain(register, initial)]
    for register in registers:
        if not holds(register, initial, session):
            explanation = partial(explain_sessions.smallest, register, initial, "sequential", session)
            return Verdict("sequential", "violated", len(history), find_explanation=explanation)
    if len(registers) == 1 and len(registers[0]) == len(history):
        return Verdict("sequential", "holds", len(history), find_order=partial(order, history, initial, session))
    return _search(history, initial, session, budget)


def _is_plain(register: History, initial: Value) -> bool:
    if any(op.kind is not Kind.READ and op.kind is not Kind.WRITE for op in register):
        return False
    try:
        register.require_unique_writes(initial)
    except DuplicateValue:
        return False
    return True


def _search(history: History, initial: Value, session: SessionOf, budget: int) -> Verdict:
    if session is itself:
        # Of sessions that are processes, real time keeps the order; to search in it takes far fewer steps.
        in_real_time = linearizable.check(history, initial, budget // 2)
        if in_real_time:
            return replace(in_real_time, model="sequential")
    search = Interleavings(history, model_of(history, initial), session)
    status = search.advance(budget)
    explanation = partial(explain_interleavings.smallest, history, initial, session)
    return Verdict(
        "sequential",
        status,
        len(history),
        find_order=search.order if status == "holds" else None,
        find_explanation=explanation if status == "violated" else None,
    )


def holds(history: History, initial: Value = None, session: SessionOf = itself) -> bool:
    """Whether `history` is sequentially consistent for a register that starts with `initial`."""
    return SessionGraph.of(history, initial, "sequential", session).agreed() is not None


def order(history: History, initial: Value = None, session: SessionOf = itself) -> tuple[Operation, ...]:
    """An order of the operations that explains every answer and keeps the order of every session.

    Writes without outcome are in it too; unanswered reads and failed operations are not.
    """
    graph = SessionGraph.of(history, initial, "sequential", session)
    rank = {place: number for number, place in enumerate(graph.agreed() or ())}

    def place(operation: Operation) -> tuple[int, bool, tuple[float, float, int]]:
        return rank[operation.key, operation.value], operation.kind is Kind.READ, by_invocation(operation)

    return tuple(sorted((op for steps in graph.steps.values() for op in steps), key=place))
