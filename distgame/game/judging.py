"""Judges the reads of a run from its trace: the history, each read right or wrong, and why the first wrong one is."""

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
    explain_read,
)
from distgame.checker.judge import judge_reads
from distgame.engine import trace as tr
from distgame.engine.trace import Trace

_OUTCOMES = {"ok": Outcome.OK, "fail": Outcome.FAILED, "info": Outcome.UNKNOWN}
_JUDGES: dict[str, type[Judge] | type[RegularJudge]] = {"linearizable": Judge, "regular": RegularJudge}

MODELS = tuple(_JUDGES)
"""The consistency conditions a level can ask for."""


@dataclass(frozen=True, slots=True)
class JudgedRead:
    """An answered read, the index in the trace of its answer, and the judge's word on it."""

    operation: Operation
    event: int
    verdict: ReadVerdict


@dataclass(frozen=True)
class Judgement:
    """The history of a run, and its answered reads as judged, in the order of their answers."""

    model: str
    clients: int
    history: History
    reads: tuple[JudgedRead, ...]

    @cached_property
    def wrong(self) -> tuple[JudgedRead, ...]:
        """The wrong reads, the first first."""
        return tuple(read for read in self.reads if not read.verdict.ok)

    def name(self, process: int) -> str:
        """The client that a process is: after a timeout a client goes on as a new process."""
        return f"client {(process - 1) % self.clients + 1}"

    def explain(self, read: JudgedRead) -> Explanation:
        """Why the read is wrong, by the smallest set of operations."""
        blamed = [other.operation for other in self.wrong if other.event < read.event]
        return explain_read(self.history, read.operation, blamed, model=self.model, name=self.name)


def history_of(trace: Trace) -> History:
    """The operations of a run; positions in the trace's events are their order, ticks are for people."""
    open_calls: dict[int, tuple[int, tr.TraceEvent]] = {}
    found: list[Operation] = []
    for index, event in enumerate(trace.events):
        if event[0] == tr.INVOKE:
            open_calls[event[3]] = (index, event)
        elif event[0] == tr.RETURN:
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
        completed_at=answer[1] if known and answer is not None else None,
    )


def judge(trace: Trace, model: str) -> Judgement:
    """Judges every answered read of a run, one after the other, as the answers came."""
    history = history_of(trace)
    judged = judge_reads(history, _JUDGES[model]())
    reads = tuple(JudgedRead(operation, int(operation.completed), verdict) for operation, verdict in judged)
    return Judgement(model, len(trace.world.clients), history, reads)
