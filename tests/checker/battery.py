"""What every part of the checker must agree with, as functions that name the first disagreement.

Each takes the code under test as an argument, so that the same battery judges deliberate mistakes too.
"""

from dataclasses import dataclass
from functools import cache
from random import Random

from distgame.checker import History, HistoryError, Kind, Outcome
from distgame.checker.judge import judge_reads
from distgame.checker.verify import explanation_refutes

from . import cases, oracle


@dataclass(frozen=True)
class Truth:
    """A history and what brute force says about it."""

    history: History
    linearizable: bool
    regular: bool
    wrong_alone: frozenset

    @classmethod
    def of(cls, history):
        operations = history.operations
        reads = [op for op in operations if op.kind is Kind.READ and op.outcome is Outcome.OK]
        wrong = frozenset(op for op in reads if not oracle.regular_read(operations, op))
        return cls(history, oracle.linearizable(operations), not wrong, wrong)


@cache
def table():
    return tuple(Truth.of(cases.history(case.text)) for case in cases.CASES)


@cache
def drawn(first_seed, count):
    """Random truths by seed; the seeds of a disagreement are first_seed + its index."""
    seeds = range(first_seed, first_seed + count)
    return tuple(Truth.of(oracle.random_history(Random(seed))) for seed in seeds)


def holds(found, truths):
    """The fast linearizability checker against the definition."""
    for truth in truths:
        if found(truth.history) is not truth.linearizable:
            return f"linearizable is {truth.linearizable}: {truth.history.operations}"
    return None


def order(found, explains, truths):
    """The certificate of every linearizable history against the verifier."""
    for truth in truths:
        if truth.linearizable and not explains(truth.history, found(truth.history)):
            return f"no order of {truth.history.operations}: {found(truth.history)}"
    return None


def wrong_reads(found, truths):
    """The regular checker against the definition."""
    for truth in truths:
        if set(found(truth.history)) != truth.wrong_alone:
            return f"wrong by themselves are {truth.wrong_alone} in {truth.history.operations}"
    return None


def judge(fresh, truths):
    """The linearizability judge against the definition: re-check every prefix, leave out the blamed."""
    for truth in truths:
        blamed = [op for op, verdict in judge_reads(truth.history, fresh()) if not verdict.ok]
        expected = oracle.blamed_reads(truth.history.operations)
        if blamed != expected:
            return f"to blame are {expected}, not {blamed}, in {truth.history.operations}"
        if bool(blamed) is truth.linearizable:
            return f"blamed although linearizable, or not: {truth.history.operations}"
    return None


def regular_judge(fresh, truths):
    """The regular judge against the definition, read by read."""
    for truth in truths:
        blamed = {op for op, verdict in judge_reads(truth.history, fresh()) if not verdict.ok}
        if blamed != truth.wrong_alone:
            return f"wrong by themselves are {truth.wrong_alone}, not {blamed}, in {truth.history.operations}"
    return None


def explanation(smallest, truths):
    """Every explanation is true, and as small as any."""
    models = (("linearizable", oracle.linearizable), ("regular", oracle.regular))
    for truth in truths:
        operations = truth.history.operations
        for model, good in models:
            if getattr(truth, model):
                continue
            try:
                shown = smallest(truth.history, None, model).operations
            except (ValueError, HistoryError) as error:
                return f"{error}: {operations}"
            if not explanation_refutes(truth.history, shown, model):
                return f"{shown} do not break {model} in {operations}"
            if len(shown) != oracle.smallest_bad(operations, good):
                return f"{shown} is not the smallest bad part of {operations}"
    return None
