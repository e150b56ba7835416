"""Judges a run from its trace: the history, each read right or wrong, and why the first wrong one is.

Some models judge every read at its answer, the others a run as a whole; of those one read is blamed at most, and as
many operations are wrong as it takes to show it.
"""

from __future__ import annotations

import math
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
_JUDGES: dict[str, type[Judge] | type[RegularJudge]] = {"linearizable": Judge, "regular": RegularJudge}

MODELS = (*_JUDGES, *(model for model in models() if model not in _JUDGES))
"""The consistency conditions a level can ask for."""


def judged_part(model: str) -> str:
    """What a model has its say on, in words: every read by itself, or the whole run."""
    return "every read" if model in _JUDGES else "the whole run"


def namer(clients: int) -> Namer:
    """Names the client that a process is: after a timeout a client goes on as a new process."""
    return lambda process: f"client {(process - 1) % clients + 1}"


@dataclass(frozen=True, slots=True)
class JudgedRead:
    """An answered read, the index in the trace of its answer, and the judge's word on it."""

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
        return explain_read(self.history, read.operation, blamed, model=self.model, name=self.name)


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
    return Operation(
        process=invoke[3],
        kind=Kind.READ if invoke[4] == "read" else Kind.WRITE,
        value=value,
        invoked=called,
        completed=returned if known and returned is not None else math.inf,
        outcome=outcome,
        invoked_at=invoke[1],
        completed_at=answer[1] if answer is not None else None,
    )


def judge(trace: Trace | Outline, model: str) -> Judgement:
    """Judges a run: every answered read, one after the other, as the answers came, or the whole.

    A client is one session, whatever processes it goes on as. News of the last write may take the patience of a
    client (the world's timeout) before reads must agree, where agreement in the end is what counts.
    """
    history, clients = history_of(trace), len(trace.world.clients)
    if model in _JUDGES:
        judged = judge_reads(history, _JUDGES[model]())
        reads = tuple(JudgedRead(operation, int(operation.completed), verdict) for operation, verdict in judged)
        return Judgement(model, clients, history, reads)
    whole = check(history, model, session=lambda process: (process - 1) % clients, grace=trace.world.timeout)
    answered = [op for op in history if op.kind is Kind.READ and op.outcome is Outcome.OK]
    answered.sort(key=lambda op: op.completed)
    blamed = whole.explanation.wrong if whole.explanation is not None else None
    reads = tuple(
        JudgedRead(op, int(op.completed), ReadVerdict(Fault.OUT_OF_ORDER) if op == blamed else RIGHT) for op in answered
    )
    return Judgement(model, clients, history, reads, whole)
