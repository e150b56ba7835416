"""Histories of registers and the consistency conditions that judge them."""

from collections.abc import Callable, Iterable
from functools import partial
from math import inf
from os import PathLike
from typing import Literal

from distgame.checker import (
    causal,
    eventual,
    files,
    ladder,
    linearizable,
    regular,
    safe,
    sequential,
    sessions,
    strict_serializable,
)
from distgame.checker.explain import explain_read
from distgame.checker.history import (
    DuplicateValue,
    History,
    HistoryError,
    Key,
    Kind,
    Operation,
    Outcome,
    Value,
    value_problem,
)
from distgame.checker.judge import Fault, Judge, ReadVerdict, RegularJudge
from distgame.checker.ladder import Standing
from distgame.checker.search import DEFAULT_BUDGET
from distgame.checker.session_graph import SessionOf, itself
from distgame.checker.verdict import Explanation, Rule, Verdict

__all__ = [
    "DuplicateValue",
    "Explanation",
    "Fault",
    "History",
    "HistoryError",
    "Judge",
    "Key",
    "Kind",
    "Operation",
    "Outcome",
    "ReadVerdict",
    "RegularJudge",
    "Rule",
    "Standing",
    "Value",
    "Verdict",
    "as_told",
    "check",
    "explain_read",
    "models",
    "strongest",
]

_SEARCHED: dict[str, Callable[[History, Value, int], Verdict]] = {
    "strict-serializable": strict_serializable.check,
    "linearizable": linearizable.check,
}

_MODELS: dict[str, Callable[[History, Value], Verdict]] = {
    "regular": regular.check,
    "safe": safe.check,
}

_OF_SESSIONS: dict[str, Callable[[History, Value, SessionOf], Verdict]] = {
    "causal": causal.check,
    "writes-follow-reads": partial(sessions.check, model="writes-follow-reads"),
    "monotonic-reads": partial(sessions.check, model="monotonic-reads"),
    "monotonic-writes": partial(sessions.check, model="monotonic-writes"),
    "read-your-writes": partial(sessions.check, model="read-your-writes"),
}


def models() -> tuple[str, ...]:
    """The names of the consistency models `check` knows: of real time, of sessions, and the weakest of all."""
    return (*_SEARCHED, *_MODELS, "sequential", *_OF_SESSIONS, "eventual")


def check(
    history: History | str | PathLike[str] | Iterable[Operation],
    model: str = "linearizable",
    initial: Value = None,
    *,
    failed_cas: Literal["mismatch", "no-effect"] = "mismatch",
    null_read: Literal["initial", "any"] = "initial",
    session: SessionOf = itself,
    grace: float = 0,
    quiet_from: float = -inf,
    budget: int = DEFAULT_BUDGET,
) -> Verdict:
    """Judge a history (or the file it is in, or its operations) of registers that start with `initial`.

    `failed_cas` says what the failure of a compare-and-set means: the value differed ("mismatch": etcd, Porcupine),
    or merely that it did not happen ("no-effect": Knossos). `null_read` says what the answer null means: the
    register was empty ("initial"), or nothing at all ("any"). `session` gives the session of a process for the models
    of sessions, by default each process its own; `grace` and `quiet_from` say when an eventually consistent register
    must have come to rest (see `eventual`). Where orders are searched for, the verdict is "undecided" after `budget`
    steps, each an operation placed or taken back. Raises ValueError for an unknown model or an unusable initial value,
    and HistoryError for a history that cannot be judged.
    """
    if model not in models():
        raise ValueError(f"unknown model {model!r}; known are {', '.join(models())}")
    problem = value_problem(initial)
    if problem:
        raise ValueError(f"the initial value cannot be used: {problem}")
    history = as_told(_history(history), failed_cas, null_read)
    if model in _SEARCHED:
        return _SEARCHED[model](history, initial, budget)
    if model == "eventual":
        return eventual.check(history, initial, session, grace=grace, quiet_from=quiet_from)
    if model == "sequential":
        return sequential.check(history, initial, session, budget)
    if model in _OF_SESSIONS:
        return _OF_SESSIONS[model](history, initial, session)
    return _MODELS[model](history, initial)


def as_told(
    history: History,
    failed_cas: Literal["mismatch", "no-effect"] = "mismatch",
    null_read: Literal["initial", "any"] = "initial",
) -> History:
    """The history without the answers that say nothing (see `check`): the one that a certificate is about."""
    if failed_cas == "no-effect":
        history = history.keeping(lambda op: op.kind is not Kind.CAS or op.outcome is not Outcome.FAILED)
    if null_read == "any":
        history = history.keeping(lambda op: op.kind is not Kind.READ or op.value is not None)
    return history


def strongest(
    history: History | str | PathLike[str] | Iterable[Operation],
    initial: Value = None,
    *,
    failed_cas: Literal["mismatch", "no-effect"] = "mismatch",
    null_read: Literal["initial", "any"] = "initial",
    budget: int = DEFAULT_BUDGET,
) -> Standing:
    """Which models a history satisfies, asked from the strongest down; the arguments are those of `check`.

    Models that cannot judge it are left out and named. Raises HistoryError when none can.
    """
    history = _history(history)

    def judge(model: str) -> Verdict:
        return check(history, model, initial, failed_cas=failed_cas, null_read=null_read, budget=budget)

    return ladder.climb(history, models(), initial, judge)


def _history(given: History | str | PathLike[str] | Iterable[Operation]) -> History:
    if isinstance(given, str | PathLike):
        return files.load(given).history
    return given if isinstance(given, History) else History(given)
