"""Scores: what one seed gives, and what all seeds together say of a level's goals, stars and medals."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from distgame.checker import Kind, Operation, Outcome
from distgame.engine.errors import Problem
from distgame.engine.outline import Outline
from distgame.engine.trace import ENGINE_VERSION, Trace
from distgame.game.campaign.convergence import converged, ticks_to_agree
from distgame.game.campaign.level_tables import Goals
from distgame.game.campaign.levels import Level
from distgame.game.campaign.phases import Counts, PhaseScore, count_phases, total_phases
from distgame.game.scores.judging import RICH_MODELS, Judgement, is_answered


@dataclass(frozen=True, slots=True)
class Failure:
    """The first thing that went wrong in a seed, in words, with the operations that prove it."""

    seed: int
    tick: int
    reason: str
    operations: tuple[Operation, ...] = ()


@dataclass(frozen=True, slots=True)
class SeedScore:
    """What one run gives. Waits are in ticks, of answered operations only; `digest` is the trace's.

    Snapshots count as reads; compare-and-sets and increments as writes, for they may have happened without an answer.
    `wrong` counts wrong reads, or the operations that show that the whole run is wrong (see `judging`). `swaps` and
    `increments` are the compare-and-sets that changed a register, and the tickets that were drawn. `ticks_to_agree` is
    told where the level asks for convergence.
    """

    seed: int
    digest: str
    correct: int
    wrong: int
    unanswered_reads: int
    answered_writes: int
    unanswered_writes: int
    reads_of_written_values: int
    sends: int
    read_waits: tuple[int, ...]
    write_waits: tuple[int, ...]
    failure: Failure | None
    problem: Problem | None
    phases: Counts = ()
    swaps: int = 0
    increments: int = 0
    ticks_to_agree: int = 0

    @property
    def passed(self) -> bool:
        """No wrong read, no error, and the sometimes-goals met."""
        return self.failure is None and self.problem is None

    @property
    def invoked(self) -> int:
        """Operations that clients asked for."""
        return self.answered + self.unanswered_reads + self.unanswered_writes

    @property
    def answered_reads(self) -> int:
        """Reads that were answered, right or wrong."""
        return len(self.read_waits)

    @property
    def answered(self) -> int:
        """Operations that were answered with success."""
        return self.answered_reads + self.answered_writes


def score_seed(level: Level, trace: Trace | Outline, judgement: Judgement) -> SeedScore:
    """Scores one run of a level."""
    done = [op for op in judgement.history if is_answered(op)]
    reads = [op for op in done if op.kind in _READS]
    writes = [op for op in done if op.kind not in _READS]
    right = [read.operation for read in judgement.reads if read.verdict.ok]
    met = {
        "reads_of_written_values": sum(op.kind in _READS and _tells_of_a_write(op) for op in right),
        "swaps": sum(op.kind is Kind.CAS and op.outcome is Outcome.OK for op in right),
        "increments": sum(op.kind is Kind.ADD for op in right),
    }
    every_read = sum(1 for op in judgement.history if op.kind in _READS)
    return SeedScore(
        seed=trace.seed,
        digest=trace.digest,
        correct=sum(op.kind in _READS for op in right),
        wrong=judgement.wrong_operations,
        unanswered_reads=every_read - len(reads),
        answered_writes=len(writes),
        unanswered_writes=len(judgement.history) - every_read - len(writes),
        sends=trace.sends_between_nodes,
        read_waits=tuple(_wait(op) for op in reads),
        write_waits=tuple(_wait(op) for op in writes),
        failure=_failure(level, trace, judgement, met),
        problem=trace.problem,
        phases=count_phases(level, judgement.history) if level.phases else (),
        ticks_to_agree=ticks_to_agree(trace.world, judgement.history)
        if level.goals.converged_within is not None
        else 0,
        **met,
    )


_READS = (Kind.READ, Kind.SNAPSHOT)


def _tells_of_a_write(read: Operation) -> bool:
    return any(value is not None for value in (read.value, *(value for _, value in read.parts)))


def _wait(operation: Operation) -> int:
    assert operation.completed_at is not None
    assert operation.invoked_at is not None
    return operation.completed_at - operation.invoked_at


# What may be asked of every seed by itself: the goal, and what there must be so many of, in words.
_SOMETIMES = {
    "reads_of_written_values": "right reads of a written value",
    "swaps": "compare-and-sets that changed the register",
    "increments": "right tickets",
}


def _failure(level: Level, trace: Trace | Outline, judgement: Judgement, met: Mapping[str, int]) -> Failure | None:
    if judgement.wrong:
        first = judgement.wrong[0]
        explanation = judgement.explain(first)
        tick = first.operation.completed_at or 0
        return Failure(trace.seed, tick, explanation.sentence, explanation.operations)
    if trace.problem is not None:
        return Failure(trace.seed, trace.problem.tick or 0, str(trace.problem))
    if judgement.whole is not None and judgement.whole.status == "undecided":
        why = "too many orders are possible" if judgement.model in RICH_MODELS else "too little was answered"
        return Failure(trace.seed, trace.end, f"{why} to tell whether the run is {judgement.model}")
    for goal, words in _SOMETIMES.items():
        if met[goal] < getattr(level.goals, goal):
            reason = f"only {met[goal]} {words}; this level asks for {getattr(level.goals, goal)}"
            return Failure(trace.seed, trace.end, reason)
    return _divergence(level, trace, judgement)


def _divergence(level: Level, trace: Trace | Outline, judgement: Judgement) -> Failure | None:
    within = level.goals.converged_within
    if within is None:
        return None
    verdict = converged(trace.world, judgement.history, within)
    if verdict.status == "holds":
        return None
    explanation = verdict.explain(judgement.name)
    if explanation is None:
        return Failure(trace.seed, trace.end, "too little was answered in the end to tell whether all reads agree")
    last = max((op.completed_at or 0 for op in explanation.operations), default=trace.end)
    return Failure(trace.seed, last, explanation.sentence, explanation.operations)


@dataclass(frozen=True, slots=True)
class Waits:
    """Percentiles of waits in ticks (nearest rank); None where nothing was answered."""

    p50: int | None
    p95: int | None
    p99: int | None


def percentiles(waits: Iterable[int]) -> Waits:
    """The percentiles of some waits."""
    ordered = sorted(waits)

    def rank(share: int) -> int | None:
        return ordered[max(0, -(-len(ordered) * share // 100) - 1)] if ordered else None

    return Waits(rank(50), rank(95), rank(99))


@dataclass(frozen=True, slots=True)
class GoalCheck:
    """One goal: what it asks for in words, what was measured (None: nothing to measure), and whether it is met.

    `asked` is the least or the most that meets it (`sense`); of a "share", the least share of 1. A goal `of_each_seed`
    is measured in the worst one.
    """

    words: str
    measured: float | None
    met: bool
    asked: float
    sense: Literal["least", "share", "most"] = "most"
    of_each_seed: bool = False

    @property
    def used(self) -> float:
        """How much of what the goal allows was used, as a share: 1 is the limit itself, infinite is far beyond it.

        Of a share it is the rest that counts: 98% answered use half of what a goal of 96% allows.
        """
        if self.measured is None:
            return math.inf
        if self.sense == "least":
            return _ratio(self.asked, self.measured)
        if self.sense == "share":
            return _ratio(1 - self.measured, 1 - self.asked)
        return _ratio(self.measured, self.asked)


def _ratio(used: float, allowed: float) -> float:
    # What is left of a share is not exact: 1 - 0.99 is not 0.01.
    if used < 1e-9:
        return 0.0
    return used / allowed if allowed > 1e-9 else math.inf


@dataclass(frozen=True)
class Score:
    """All seeds of one try at a level together. Shares are of 1; None where nothing was answered.

    `forfeited` says that the player looked at the solution before passing: then there are no stars and no medals.
    """

    level: str
    seeds: tuple[SeedScore, ...]
    goals: tuple[GoalCheck, ...]
    medals: tuple[bool, bool, bool]
    scored: bool
    shown_passed: bool
    availability: float
    messages_per_operation: float | None
    reads: Waits
    writes: Waits
    operations: Waits
    phases: tuple[PhaseScore, ...] = ()
    forfeited: bool = False

    @property
    def seeds_passed(self) -> int:
        """How many seeds had no wrong read and no error, and met the sometimes-goals."""
        return sum(1 for seed in self.seeds if seed.passed)

    @property
    def passed(self) -> bool:
        """Every seed passed and every goal met."""
        return bool(self.seeds) and self.seeds_passed == len(self.seeds) and all(goal.met for goal in self.goals)

    @property
    def first_failure(self) -> Failure | None:
        """The first failure of the first seed that failed."""
        return next((seed.failure for seed in self.seeds if seed.failure), None)

    @property
    def problem(self) -> Problem | None:
        """The first error in the player's code."""
        return next((seed.problem for seed in self.seeds if seed.problem), None)

    @property
    def digest(self) -> str:
        """SHA-256 over the seeds' trace digests, in order."""
        return hashlib.sha256("".join(seed.digest for seed in self.seeds).encode()).hexdigest()

    @property
    def stars(self) -> int:
        """1 for the shown seed, 2 for all scored seeds, 3 with all medals; practice seeds earn none."""
        if not self.scored or self.forfeited:
            return 0
        if not self.passed:
            return 1 if self.shown_passed else 0
        return 3 if all(self.medals) else 2

    def without_stars(self) -> Score:
        """The same, for a player who has looked at the solution before passing."""
        return replace(self, forfeited=True, medals=(False, False, False))

    @property
    def engine_version(self) -> int:
        """The engine that ran it: digests compare within one version only."""
        return ENGINE_VERSION


def total(level: Level, seeds: Sequence[SeedScore], shown_passed: bool = False, practice: bool = False) -> Score:
    """Adds up the seeds of one try, in any number; only the level's own scored seeds earn stars and medals.

    `shown_passed` says that the level's shown seed passed, `practice` that the seeds do not count, whichever they are.
    """
    seeds = tuple(sorted(seeds, key=lambda seed: seed.seed))
    invoked = sum(seed.invoked for seed in seeds)
    answered = sum(seed.answered for seed in seeds)
    availability = answered / invoked if invoked else 0.0
    messages = sum(seed.sends for seed in seeds) / invoked if invoked else None
    reads = percentiles(wait for seed in seeds for wait in seed.read_waits)
    writes = percentiles(wait for seed in seeds for wait in seed.write_waits)
    both = percentiles(wait for seed in seeds for wait in (*seed.read_waits, *seed.write_waits))
    scored = not practice and [seed.seed for seed in seeds] == list(level.scored_seeds)
    goals = _check_goals(level.goals, seeds, availability, messages, reads, writes, both)
    phases = total_phases(level, [seed.phases for seed in seeds])
    goals += tuple(
        GoalCheck(each.words, each.availability, each.met, each.goal, "share")
        for each in phases
        if each.goal is not None
    )
    passed = scored and all(seed.passed for seed in seeds) and all(goal.met for goal in goals)
    medals = level.medals
    return Score(
        level=level.id,
        seeds=seeds,
        goals=goals,
        medals=(
            passed and messages is not None and messages <= medals.messages,
            passed and both.p99 is not None and both.p99 <= medals.wait,
            passed and availability >= medals.availability,
        ),
        scored=scored,
        shown_passed=shown_passed,
        availability=availability,
        messages_per_operation=messages,
        reads=reads,
        writes=writes,
        operations=both,
        phases=phases,
    )


def _check_goals(
    goals: Goals,
    seeds: Sequence[SeedScore],
    availability: float,
    messages: float | None,
    reads: Waits,
    writes: Waits,
    both: Waits,
) -> tuple[GoalCheck, ...]:
    checks = []
    for goal, words in _SOMETIMES.items():
        needed = getattr(goals, goal)
        fewest = min((getattr(seed, goal) for seed in seeds), default=0)
        if needed:
            told = f"at least {needed} {words} in every seed"
            checks.append(GoalCheck(told, fewest, fewest >= needed, needed, "least", of_each_seed=True))
    within = goals.converged_within
    if within is not None:
        slowest = max((seed.ticks_to_agree for seed in seeds), default=0)
        words = f"at most {within} ticks until all reads agree, after the last write and the last fault, in every seed"
        checks.append(GoalCheck(words, slowest, slowest <= within, within, of_each_seed=True))
    checks += [
        GoalCheck(
            f"at least {100 * goals.availability:g}% of operations answered",
            availability,
            availability >= goals.availability,
            goals.availability,
            "share",
        ),
    ]
    most = (
        ("messages an operation", goals.messages_per_operation, messages),
        ("ticks, the median wait of a read", goals.read_p50, reads.p50),
        ("ticks, the 99th percentile of a read's wait", goals.read_p99, reads.p99),
        ("ticks, the 99th percentile of a write's wait", goals.write_p99, writes.p99),
        ("ticks, the 99th percentile of all waits", goals.p99, both.p99),
    )
    for words, limit, measured in most:
        if limit is not None:
            met = measured is not None and measured <= limit
            checks.append(GoalCheck(f"at most {limit:g} {words}", measured, met, limit))
    return tuple(checks)
