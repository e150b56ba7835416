"""Judges a run from its trace: the history, each read right or wrong, and why the first wrong one is.

Some models judge every read at its answer, the others a run as a whole; of those one read is blamed at most, and as
many operations are wrong as it takes to show it.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

from distgame.checker import (
    Explanation,
    History,
    Judge,
    Kind,
    Operation,
    Outcome,
    ReadVerdict,
    RegularJudge,
    Value,
    Verdict,
    check,
    explain_read,
    models,
)
from distgame.checker.judge import RIGHT, Fault, judge_reads
from distgame.checker.verdict import Namer
from distgame.engine import trace as tr
from distgame.engine.outline import Outline
from distgame.engine.trace import Trace

_OUTCOMES = {"ok": Outcome.OK, "fail": Outcome.FAILED, "info": Outcome.UNKNOWN}
_KINDS = {
    "read": Kind.READ,
    "write": Kind.WRITE,
    "cas": Kind.CAS,
    "add": Kind.ADD,
    "snapshot": Kind.SNAPSHOT,
}
_PLAIN = frozenset((Kind.READ, Kind.WRITE))
_JUDGES: dict[str, type[Judge] | type[RegularJudge]] = {"linearizable": Judge, "regular": RegularJudge}

MODELS = (*_JUDGES, *(model for model in models() if model not in _JUDGES))
"""The consistency conditions a level can ask for."""


RICH_MODELS = ("linearizable", "strict-serializable")
"""Those that know compare-and-sets, increments and snapshots as well."""


def judged_part(model: str, kinds: Collection[str] = ()) -> str:
    """What a model has its say on, in words, where clients do such things: every read by itself, or the whole run."""
    return "every read" if model in _JUDGES and set(kinds) <= {"read", "write"} else "the whole run"


def namer(clients: int) -> Namer:
    """Names the client that a process is: after a timeout a client goes on as a new process."""
    return lambda process: f"client {(process - 1) % clients + 1}"


@dataclass(frozen=True, slots=True)
class JudgedRead:
    """An answered read, the index in the trace of its answer, and the judge's word on it.

    A snapshot, a ticket and the outcome of a compare-and-set tell what the register held, so they are read as well.
    """

    operation: Operation
    event: int
    verdict: ReadVerdict


@dataclass(frozen=True)
class Judgement:
    """The history of a run, and its answered reads as judged, in the order of their answers.

    `whole` is the verdict on the run by a model that does not judge single reads.
    """

    model: str
    clients: int
    history: History
    reads: tuple[JudgedRead, ...]
    whole: Verdict | None = None

    @cached_property
    def wrong(self) -> tuple[JudgedRead, ...]:
        """The wrong reads, the first first."""
        return tuple(read for read in self.reads if not read.verdict.ok)

    @cached_property
    def wrong_operations(self) -> int:
        """How many reads are wrong, or how many operations it takes to show that the whole run is."""
        explanation = self.whole.explanation if self.whole is not None else None
        return len(explanation.operations) if explanation is not None else len(self.wrong)

    def name(self, process: int) -> str:
        """The client that a process is (see `namer`)."""
        return namer(self.clients)(process)

    def explain(self, read: JudgedRead) -> Explanation:
        """Why the read is wrong, by the smallest set of operations."""
        whole = self.whole.explain(self.name) if self.whole is not None else None
        if whole is not None:
            return whole
        blamed = [other.operation for other in self.wrong if other.event < read.event]
        register = self.history.registers()[read.operation.key]
        return explain_read(register, read.operation, blamed, model=self.model, name=self.name)


def history_of(trace: Trace | Outline) -> History:
    """The operations of a run; positions in the trace's events are their order, ticks are for people."""
    open_calls: dict[int, tuple[int, tr.TraceEvent]] = {}
    found: list[Operation] = []
    for index, event in trace.calls:
        if event[0] == tr.INVOKE:
            open_calls[event[3]] = (index, event)
        else:
            called, invoke = open_calls.pop(event[3])
            found.append(_operation(called, invoke, index, event))
    # What was open when an error ended the run has no outcome.
    found.extend(_operation(called, invoke, None, None) for called, invoke in open_calls.values())
    return History(found)


def _operation(called: int, invoke: tr.TraceEvent, returned: int | None, answer: tr.TraceEvent | None) -> Operation:
    outcome = Outcome.UNKNOWN if answer is None else _OUTCOMES[answer[5]]
    known = answer is not None and outcome is not Outcome.UNKNOWN
    value = answer[6] if answer is not None and outcome is Outcome.OK else invoke[5]
    kind, old = _KINDS[invoke[4]], None
    parts: tuple[tuple[str, Value], ...] = ()
    if kind is Kind.CAS:
        old, value = invoke[5]
    elif kind is Kind.SNAPSHOT:
        value, parts = None, (answer[6] if answer is not None and outcome is Outcome.OK else ())
    return Operation(
        process=invoke[3],
        kind=kind,
        value=value,
        invoked=called,
        completed=returned if known and returned is not None else math.inf,
        outcome=outcome,
        invoked_at=invoke[1],
        completed_at=answer[1] if answer is not None else None,
        key=invoke[6] if len(invoke) > 6 else None,
        old=old,
        parts=parts,
    )


def is_answered(operation: Operation) -> bool:
    """Whether a client was told something: also that its compare-and-set met another value."""
    return operation.outcome is Outcome.OK or (operation.kind is Kind.CAS and operation.outcome is Outcome.FAILED)


def judge(trace: Trace | Outline, model: str) -> Judgement:
    """Judges a run: every answered read, one after the other, as the answers came, or the whole.

    A client is one session, whatever processes it goes on as. News of the last write may take the patience of a
    client (the world's timeout) before reads must agree, where agreement in the end is what counts.
    """
    history, clients = history_of(trace), len(trace.world.clients)
    if model in _JUDGES and history.kinds <= _PLAIN:
        registers = history.registers().values()
        judged = [each for register in registers for each in judge_reads(register, _JUDGES[model]())]
        judged.sort(key=lambda each: each[0].completed)
        reads = tuple(JudgedRead(operation, int(operation.completed), verdict) for operation, verdict in judged)
        return Judgement(model, clients, history, reads)
    whole = check(history, model, session=lambda process: (process - 1) % clients, grace=trace.world.timeout)
    answered = [op for op in history if op.kind is not Kind.WRITE and is_answered(op)]
    answered.sort(key=lambda op: op.completed)
    blamed = _blamed(whole, answered)
    reads = tuple(
        JudgedRead(op, int(op.completed), ReadVerdict(Fault.OUT_OF_ORDER) if op == blamed else RIGHT) for op in answered
    )
    return Judgement(model, clients, history, reads, whole)


def _blamed(whole: Verdict, answered: Sequence[Operation]) -> Operation | None:
    """The answer to blame: the one that the explanation blames, else the last of those that it is made of."""
    explanation = whole.explanation
    if explanation is None:
        return None
    if explanation.wrong is not None:
        return explanation.wrong
    return next((op for op in reversed(answered) if op in explanation.operations), None)
