"""What the clients of a tiny world were told, as a history, and whether that is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from distgame.checker import History, Judge, Kind, Operation, Outcome, RegularJudge, check
from distgame.checker.judge import judge_reads
from distgame.hunt.asking import asked
from distgame.hunt.tiny import OPEN, Call, State, Step, Tiny

_JUDGES: dict[str, type[Judge] | type[RegularJudge]] = {"linearizable": Judge, "regular": RegularJudge}
_OUTCOMES = {"ok": Outcome.OK, "fail": Outcome.FAILED, "info": Outcome.UNKNOWN}
_PLAIN = frozenset((Kind.READ, Kind.WRITE))


def is_wrong(history: History, model: str) -> bool:
    """Whether a history breaks a model."""
    if model in _JUDGES and history.kinds <= _PLAIN:
        judge = _JUDGES[model]
        return any(not said.ok for each in history.registers().values() for _, said in judge_reads(each, judge()))
    return check(history, model).status == "violated"


def history_of(tiny: Tiny, state: State, path: Sequence[Step]) -> History:
    """The operations of a path to a state; each is a process of its own."""
    moment = 0
    invoked: dict[int, int] = {}
    completed: dict[int, int] = {}
    for step in path:
        if step.operation is not None:
            invoked[step.operation] = moment = moment + 1
        for operation, _ in step.returned:
            completed[operation] = moment = moment + 1
    found = []
    for operation, at in invoked.items():
        call = state.calls[operation]
        assert call is not None
        found.append(_operation(tiny, operation, call, state.answers[operation], at, completed.get(operation, inf)))
    return History(found)


def _operation(tiny: Tiny, number: int, call: Call, answer: object, invoked: int, completed: float) -> Operation:
    told = ("info", None) if answer is OPEN else answer
    assert isinstance(told, tuple)
    outcome = _OUTCOMES[told[0]]
    kind = Kind(tiny.operations[number])
    value = asked(tiny, number, call).value if outcome is not Outcome.OK else told[1]
    old, parts = None, ()
    if kind is Kind.CAS:
        old, value = value
    elif kind is Kind.SNAPSHOT:
        value, parts = None, (told[1] if outcome is Outcome.OK else ())
    end = inf if outcome is Outcome.UNKNOWN else completed
    return Operation(number + 1, kind, value, invoked, end, outcome, key=call.key, old=old, parts=parts)
