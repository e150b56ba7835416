"""What the checkers of the weaker models must agree with, as one function that names the first disagreement.

It takes the modules under test as an argument, so that the same battery judges deliberate mistakes too.
"""

import importlib
import inspect
import sys
import types
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import product
from random import Random

import distgame.checker
from distgame.checker import History, Outcome
from distgame.checker.verify import explanation_refutes
from distgame.checker.verify_weaker import session_order_explains, sessions_agree

from . import oracle, weaker_cases, weaker_oracle
from .weaker_oracle import W

MODULES = (
    "graphs",
    "session_graph",
    "session_sentences",
    "registers",
    "explain_sessions",
    "explain_causal",
    "sequential",
    "sessions",
    "causal",
    "regular",
    "safe",
    "eventual",
)
"""The modules under test, each after those that it uses."""

MODELS = (*weaker_oracle.ORACLES, "eventual")


def modules(changed="", old="", new=""):
    """Fresh copies of the modules, that use each other; in one of them `old` (there once) is replaced by `new`."""
    package, kept, found = distgame.checker, {}, {}
    try:
        for name in MODULES:
            full = f"distgame.checker.{name}"
            kept[name] = importlib.import_module(full)
            source = inspect.getsource(kept[name])
            if name == changed:
                assert source.count(old) == 1, f"{old!r} is {source.count(old)} times in {name}"
                source = source.replace(old, new)
            copy = types.ModuleType(full)
            sys.modules[full] = found[name] = copy
            setattr(package, name, copy)
            exec(compile(source, f"copy of {name}", "exec"), copy.__dict__)
    finally:
        for name, module in kept.items():
            sys.modules[f"distgame.checker.{name}"] = module
            setattr(package, name, module)
    return types.SimpleNamespace(**found)


@dataclass(frozen=True)
class Truth:
    """A history, its sessions, and what brute force says about them."""

    history: History
    session: weaker_oracle.Sessions
    linearizable: bool
    verdicts: dict
    sizes: dict = field(default_factory=dict, compare=False)

    @classmethod
    def of(cls, history, session):
        operations, status = history.operations, {True: "holds", False: "violated"}
        several = len(history.registers()) > 1
        verdicts = {
            model: status[good(operations, session=session)]
            for model, good in weaker_oracle.ORACLES.items()
            if not (several and model == "sequential")
        }
        verdicts["eventual"] = weaker_oracle.eventual(operations, session=session)
        linearizable = all(oracle.linearizable(part.operations) for part in history.registers().values())
        return cls(history, session, linearizable, verdicts)

    def smallest(self, model):
        if model not in self.sizes:
            self.sizes[model] = weaker_oracle.smallest_bad(self.history.operations, model, session=self.session)
        return self.sizes[model]


@cache
def table():
    """The hand-made histories, every process a session."""
    texts = [*(text for text, *_ in weaker_cases.BROKEN), *weaker_cases.TELLING]
    return tuple(Truth.of(weaker_cases.history(text), weaker_oracle.Sessions()) for text in texts)


@cache
def drawn(first_seed, count):
    """Random truths by seed; the seeds of a disagreement are first_seed + its index."""
    seeds = range(first_seed, first_seed + count)
    return tuple(Truth.of(*weaker_oracle.random_sessions(Random(seed))) for seed in seeds)


def judge(code, model, history, session):
    """The verdict of the modules under test."""
    of_sessions = {"session": session} if session.clients else {}
    by_model = {
        "sequential": partial(code.sequential.check, **of_sessions),
        "causal": partial(code.causal.check, **of_sessions),
        "eventual": partial(code.eventual.check, **of_sessions),
        "regular": code.regular.check,
        "safe": code.safe.check,
    }
    return by_model.get(model, partial(code.sessions.check, model=model, **of_sessions))(history)


def disagreement(code, truths, models=MODELS, explained=True):
    """What is wrong with the verdicts, their orders and (where wanted) their explanations."""
    for truth in truths:
        for model in models:
            if model in truth.verdicts:
                try:
                    found = _wrong(code, truth, model, explained)
                except (ValueError, LookupError, TypeError, StopIteration) as error:
                    found = f"{error!r}"
                if found:
                    return f"{model}: {found} in {truth.session}, {truth.history.operations}"
    return None


def _wrong(code, truth, model, explained):
    history, session = truth.history, truth.session
    verdict = judge(code, model, history, session)
    if verdict.status != truth.verdicts[model]:
        return f"{verdict.status}, not {truth.verdicts[model]}"
    if verdict.status == "holds":
        order = verdict.order
        if model == "sequential" and not session_order_explains(history, order, session=session):
            return f"no order that explains it: {order}"
        agreed = model in weaker_oracle.GUARANTEES and order is not None
        if agreed and not sessions_agree(history, order, model, session=session):
            return f"not agreed: {order}"
    elif verdict.status == "violated" and explained:
        told = verdict.explanation
        if not explanation_refutes(history, told.operations, model, session=session):
            return f"not broken by {told.operations}"
        if told.wrong not in told.operations:
            return f"{told.wrong} is blamed, but it is not part of {told.operations}"
        if model != "eventual" and len(told.operations) != truth.smallest(model):
            return f"{truth.smallest(model)} operations would do, not {told.operations}"
        if model == "eventual" and len(told.operations) > 3:
            return f"three operations would do, not {told.operations}"
    return None


def all_pairs(history, models, session):
    """Whether the guarantees hold in one order, by the graph of all pairs of values and a test of it for cycles."""
    operations = history.operations
    effective = [
        op for op in operations if op.outcome is Outcome.OK or (op.kind is W and op.outcome is Outcome.UNKNOWN)
    ]
    places = {(op.key, None) for op in operations} | {(op.key, op.value) for op in effective if op.kind is W}
    if not all((op.key, op.value) in places for op in effective):
        return False
    newer = {place: set() for place in places}
    for place in places:
        if place[1] is not None:
            newer[place[0], None].add(place)
    for one, other in product(effective, effective):
        for before, after in (weaker_oracle.GUARANTEES[model] for model in models):
            related = one.kind is before and other.kind is after and weaker_oracle.follows(one, other, session)
            if related and (after is W or one.key == other.key):
                if (one.key, one.value) != (other.key, other.value):
                    newer[one.key, one.value].add((other.key, other.value))
                elif after is W:
                    return False
    while newer:
        last = [place for place, others in newer.items() if not others & newer.keys()]
        if not last:
            return False
        for place in last:
            del newer[place]
    return True
