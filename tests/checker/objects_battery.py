"""What the judging of objects of every kind must agree with; as in `battery`, the code under test is an argument."""

from functools import cache
from random import Random
from typing import NamedTuple

from distgame.checker import History, Kind, check
from distgame.checker.objects import model_of
from distgame.checker.search import Search
from distgame.checker.session_graph import itself
from distgame.checker.strict_serializable import objects
from distgame.checker.verify import explanation_refutes, order_explains

from . import objects_oracle as oracle

ENOUGH = 100_000
"""Steps that decide any tiny history."""


class Truth(NamedTuple):
    """A history and what brute force says about it."""

    history: History
    linearizable: bool
    strict_serializable: bool
    sequential: bool

    def real_time(self):
        return ("linearizable", self.linearizable), ("strict-serializable", self.strict_serializable)

    @classmethod
    def of(cls, history):
        apart = list(oracle.apart(history))
        sequential = oracle.explained(apart, comes_after=oracle.in_session)
        return cls(history, oracle.explained(apart), oracle.explained(history), sequential)


@cache
def drawn(first_seed, count):
    """Random truths by seed; the seeds of a disagreement are first_seed + its index."""
    return tuple(Truth.of(oracle.random_history(Random(seed))) for seed in range(first_seed, first_seed + count))


def search(searching, model, truths):
    """The search of each object by itself, and the order it finds."""
    for truth in truths:
        searches = [(part, searching(part, model(part, None))) for part in objects(truth.history)]
        statuses = [made.advance(ENOUGH) for _, made in searches]
        if statuses.count("undecided") or (statuses.count("violated") == 0) is not truth.strict_serializable:
            return f"strict-serializable is {truth.strict_serializable}, not {statuses}: {truth.history.operations}"
        for part, made in searches:
            if made.status == "holds" and not order_explains(part, made.order(), model="strict-serializable"):
                return f"no order of {part.operations}: {made.order()}"
    return None


def stuck(searching, model, truths):
    """The answer where a search gets stuck: all before it can be explained by brute force, and it cannot."""
    for truth in truths:
        if any(op.kind is Kind.ADD for op in truth.history):
            continue  # The ticket of one that is still open is known to the search.
        for part in objects(truth.history):
            made = searching(part, model(part, None))
            if made.advance(ENOUGH) == "violated" and made.stuck() is not first_wrong(part.operations):
                return f"wrong is {first_wrong(part.operations)}, not {made.stuck()}, in {part.operations}"
    return None


def first_wrong(operations):
    answers = [op for op in operations if oracle.must(op)]
    answers.sort(key=lambda op: (op.completed, op.invoked, op.process))
    for count, op in enumerate(answers, 1):
        if not oracle.explained([*answers[:count], *oracle.left_open(operations, answers[:count], op.completed)]):
            return op
    return None


def strict(checking, truths):
    """Strict serializability against brute force."""
    for truth in truths:
        if bool(checking(truth.history)) is not truth.strict_serializable:
            return f"strict-serializable is {truth.strict_serializable}: {truth.history.operations}"
    return None


def merging(merged, truths):
    """Orders of keys made one, against the verifier."""
    for truth in truths:
        if truth.strict_serializable:
            orders = [check(part, "strict-serializable").order for part in objects(truth.history)]
            if not order_explains(truth.history, merged(orders), model="strict-serializable"):
                return f"no order of {truth.history.operations}: {merged(orders)}"
    return None


def order(checking, truths):
    """The certificate of every history that holds, against the verifier."""
    for truth in truths:
        for model, holds in truth.real_time():
            found = checking(truth.history, model)
            if bool(found) is not holds:
                return f"{model} is {holds}, not {found.status}: {truth.history.operations}"
            if holds and not order_explains(truth.history, found.order, model=model):
                return f"no order of {truth.history.operations}: {found.order}"
    return None


def explanation(smallest, truths):
    """The explanation of every wrong object, against the verifier."""
    for truth in truths:
        if truth.strict_serializable:
            continue
        for part in objects(truth.history):
            made = Search(part, model_of(part, None))
            if made.advance(ENOUGH) != "violated":
                continue
            found = smallest(part, None, made.stuck())
            if not explanation_refutes(part, found.operations, "strict-serializable"):
                return f"{found.operations} do not refute {part.operations}"
            for op in found.operations:
                fewer = [other for other in found.operations if other != op]
                if op != found.wrong and explanation_refutes(part, fewer, "strict-serializable"):
                    return f"{op} is not needed to refute {part.operations}"
    return None


def interleavings(searching, truths):
    """The search among interleavings, and the order it finds."""
    for truth in truths:
        apart = truth.history.apart()
        made = searching(apart, model_of(apart, None), itself)
        if made.advance(ENOUGH) != ("holds" if truth.sequential else "violated"):
            return f"sequential is {truth.sequential}, not {made.status}: {apart.operations}"
        if truth.sequential and not order_explains(apart, made.order(), model="sequential"):
            return f"no order of {apart.operations}: {made.order()}"
    return None


def sequential(checking, truths):
    """Sequential consistency of any registers against brute force, its orders and explanations against verifiers."""
    for truth in truths:
        history = truth.history
        found = checking(history)
        if found.status != ("holds" if truth.sequential else "violated"):
            return f"sequential is {truth.sequential}, not {found.status}: {history.operations}"
        if truth.sequential and not order_explains(history, found.order, model="sequential"):
            return f"no order of {history.operations}: {found.order}"
        if not truth.sequential and not explanation_refutes(history, found.explanation.operations, "sequential"):
            return f"{found.explanation.operations} do not refute {history.operations}"
    return None


def refutation(refutes, truths):
    """What a verifier says: no operations of a history that holds refute it, all of one that does not hold do."""
    for number, truth in enumerate(truths):
        history = truth.history
        random = Random(number)
        for model, holds in (*truth.real_time(), ("sequential", truth.sequential)):
            some = [op for op in history if random.random() < 0.6]
            if holds and refutes(history, some, model):
                return f"{some} refute {model}, which holds: {history.operations}"
            if not holds and not refutes(history, history.operations, model):
                return f"all do not refute {model}, which does not hold: {history.operations}"
    return None
