"""Sequential consistency of a register with unique written values: one order that keeps that of every session.

L. Lamport, "How to Make a Multiprocessor Computer That Correctly Executes Multiprocess Programs", IEEE Trans.
Computers C-28(9), 1979. The cluster of a value is its write and all answered reads of it; in any legal order a
cluster is one block, its write first. So it is enough to order the values such that no session goes back from one to
an older one, which is what the four session guarantees together ask for (see `session_graph`).
"""

from functools import partial

from distgame.checker import explain_sessions
from distgame.checker.history import History, HistoryError, Kind, Operation, Value, by_invocation
from distgame.checker.session_graph import SessionGraph, SessionOf, itself
from distgame.checker.verdict import Verdict


def check(history: History, initial: Value = None, session: SessionOf = itself) -> Verdict:
    """Judge `history` in O(n + w log w) for w writes. Raises HistoryError and DuplicateValue."""
    history.require_kinds((Kind.READ, Kind.WRITE), "sequential")
    _require_one_register(history)
    if holds(history, initial, session):
        return Verdict("sequential", "holds", len(history), find_order=partial(order, history, initial, session))
    explanation = partial(explain_sessions.smallest, history, initial, "sequential", session)
    return Verdict("sequential", "violated", len(history), find_explanation=explanation)


def _require_one_register(history: History) -> None:
    registers = history.registers()
    if len(registers) > 1:
        first, second, *_ = registers
        where = history.place(registers[second][0])
        raise HistoryError(
            f"{where}: a second register {second!r} beside {first!r}, but sequential consistency of several registers "
            "together is not judged (it is not local)"
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
