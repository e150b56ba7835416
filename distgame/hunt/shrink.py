"""Shrinking: from a wrong run to one from which nothing can be left out.

Delta debugging (A. Zeller and R. Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", IEEE Trans. Softw.
Eng. 28(2), 2002) over the decisions that make the run: what comes after the wrong read goes first, then the operations
that it does not need, then the failures and the signals that are not as quick as they can be, then whole nodes, and at
last the ticks. A node goes by making the world smaller: a majority is one of those that are left.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from distgame.engine.world import FewerNodes, Intervention, LinkRule, NodeFault, SignalFate, SkippedOperation, World
from distgame.hunt.bounds import Bounds, allowed
from distgame.hunt.quiet import asked_operations, calm, is_moment, is_no_delay, retellings
from distgame.hunt.spelling import by_moment, by_number, together
from distgame.hunt.story import first_nodes
from distgame.hunt.trial import Runner, Schedule, Trial

Item = TypeVar("Item")

_NUMBER = re.compile(r"\d+")

MOST_RETELLINGS = 100
"""How many runs may go into finding a simpler cause for the same operations."""

FEW = 4
"""With no more things done than these a run is not told anew."""

FEW_NODES = 3
"""With no more nodes than these it is not told anew with fewer."""

LAST_RUNS = 200
"""How many runs are kept back for the last look at whether each decision is needed."""


class Shrinker:
    """Shrinks one wrong run; `most_runs` bounds the runs it makes, and what is reached by then is its result.

    `stopped` is asked before every run: once it says so, the smallest wrong run so far is the result. `minimal` says
    whether the result is one from which nothing can be left out.
    """

    def __init__(
        self,
        run: Runner,
        world: World,
        bounds: Bounds,
        most_runs: int = 600,
        stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        self._run = run
        self._world = world
        self._bounds = bounds
        self._left = most_runs
        self._stopped = stopped
        self._right: set[Schedule] = set()
        self._smallest: Trial | None = None
        self.runs = 0
        self.minimal = False

    def shrink(self, found: Schedule) -> Trial:
        """The smallest wrong run on the way down from `found`. Raises ValueError when `found` is not wrong."""
        first = self._try(found)
        if first is None:
            raise ValueError("there is nothing to shrink: the run is right")
        try:
            least = self._shrunk(first)
        except _Stopped:
            assert self._smallest is not None
            return self._smallest
        self.minimal = self._left > 0
        return least

    def _shrunk(self, best: Trial) -> Trial:
        best = self._few_operations(self._told(self._ended(best), by_moment, by_number))
        best = self._few_nodes(self._few_decisions(self._slower(self._few_decisions(best))))
        best = min((each for each in (best, self._retold(best)) if each), key=self._parts)
        best = self._retold_with_few_nodes(best) or best
        self._left = max(self._left, LAST_RUNS)
        return self._minimal(self._told(best, by_number))

    def _minimal(self, best: Trial) -> Trial:
        """Leaves out and shortens until no operation, no decision and no node can be left out any more."""
        size = None
        while size != (size := self._size(best)) and self._left > 0:
            best = self._few_decisions(self._quicker(self._few_decisions(self._few_operations(best))))
            best = self._few_nodes(best)
        return best

    # Nodes

    def _few_nodes(self, trial: Trial) -> Trial:
        """Leaves out nodes, and what is decided of them, where the same goes wrong in the smaller world."""
        best = trial

        def still_wrong(some: Sequence[int]) -> bool:
            nonlocal best
            made = self._try(trial.schedule.on(some, self._world)) if some else None
            if made is None or not _is_like(made, trial):
                return False
            best = made
            return True

        ddmin(trial.schedule.nodes(self._world), still_wrong)
        return best

    # Operations

    def _ended(self, trial: Trial) -> Trial:
        """The run without what was asked after the proof was there: nothing before that is any different."""
        if trial.wrong is None or not trial.wrong.operations:
            return trial
        last = max(operation.completed_at or 0 for operation in trial.wrong.operations)
        over = {}
        for skip, tick in asked_operations(trial):
            if tick > last and skip.client not in over:
                over[skip.client] = replace(skip, ticks=self._world.duration)
        return self._try(_with(trial, (*trial.schedule.interventions, *over.values()))) or trial

    def _few_operations(self, trial: Trial) -> Trial:
        """Leaves out operations that are not needed for the wrong read: all others at once, then a few at a time."""
        kept = trial.schedule.interventions
        asked = list(asked_operations(trial))
        skips = [skip for skip, _ in asked]
        best = trial

        def still_wrong(some: Sequence[SkippedOperation]) -> bool:
            nonlocal best
            made = self._try(_with(trial, (*kept, *(each for each in skips if each not in some))))
            best = made or best
            return made is not None

        shown = {operation.invoked_at for operation in trial.wrong.operations} if trial.wrong else set()
        needed = [skip for skip, tick in asked if tick in shown]
        ddmin(needed if len(needed) < len(skips) and still_wrong(needed) else skips, still_wrong)
        return best

    # Decisions

    def _few_decisions(self, trial: Trial) -> Trial:
        """Leaves out failures and slow signals, those of one moment together at first, until each is needed."""
        best = trial
        for parts in (together, _each):
            items = [each for each in best.schedule.interventions if self._may_go(each)]
            kept = [each for each in best.schedule.interventions if each not in items]

            def still_wrong(some: Sequence[tuple[Intervention, ...]], kept: list[Intervention] = kept) -> bool:
                nonlocal best
                made = self._try(_with(trial, (*kept, *(each for part in some for each in part))))
                best = made or best
                return made is not None

            ddmin(parts(best, items), still_wrong)
        return best

    def _may_go(self, each: Intervention) -> bool:
        return not isinstance(each, SkippedOperation | FewerNodes) and each != calm(self._world)

    def _parts(self, trial: Trial) -> int:
        """How many things were done in the run, those of one moment counted once."""
        return len(together(trial, [each for each in trial.schedule.interventions if self._may_go(each)]))

    def _retold(self, trial: Trial) -> Trial | None:
        """The same operations made wrong by a few held signals or slow links; None if that is not any simpler."""
        return self._told_anew(trial, trial.schedule, MOST_RETELLINGS) if self._parts(trial) > FEW else None

    def _retold_with_few_nodes(self, trial: Trial) -> Trial | None:
        """The same with those nodes alone that clients ask, or two more; None if that is not wrong, or no fewer."""
        nodes = trial.schedule.nodes(self._world)
        asked = sorted({nodes[node - 1] for node in first_nodes(trial.trace).values()})
        some = [*asked, *(node for node in nodes if node not in asked)][: max(FEW_NODES, len(asked))]
        if len(some) == len(nodes):
            return None
        return self._told_anew(trial, trial.schedule.on(sorted(some), self._world), MOST_RETELLINGS // 2)

    def _told_anew(self, trial: Trial, schedule: Schedule, most: int) -> Trial | None:
        """A run of the schedule's operations and failures that a few held signals or slow links make wrong.

        So many runs are made at most.
        """
        kept = (calm(self._world), *(each for each in schedule.interventions if is_no_delay(each)))
        if not self._allowed(Schedule(schedule.seed, kept)):
            return None
        quiet = self._run.watched(Schedule(schedule.seed, kept))
        if quiet.wrong is not None:
            return quiet if _is_like(quiet, trial) else None
        starts = sorted({0, min((tick for _, tick in asked_operations(quiet)), default=0)})
        limit = self._left - most
        for decisions in retellings(quiet.trace, self._bounds.delay, starts):
            if self._left <= max(0, limit):
                return None
            made = self._try(Schedule(schedule.seed, (*kept, *decisions)))
            if made is not None and _is_like(made, trial):
                return self._few_decisions(made)
        return None

    def _slower(self, trial: Trial) -> Trial:
        """Holds the slow signals as long as signals may be held: much of what the others did is not needed then."""
        best = trial
        held = [each for each in trial.schedule.interventions if _ticks(each) and not isinstance(each, NodeFault)]
        for part in together(trial, held):
            slow = (
                _lasting(each, self._bounds.delay) if each in part else each for each in best.schedule.interventions
            )
            best = self._try(_with(best, tuple(slow))) or best
        return best

    def _quicker(self, trial: Trial) -> Trial:
        """Shortens delays, pauses and ways back, those of one moment alike, each as far as it goes."""
        best = trial
        for part in together(trial, [each for each in trial.schedule.interventions if _ticks(each)]):
            most = max(map(_ticks, part))
            for ticks in (*_fewer_ticks(most), *([most] if len({*map(_ticks, part)}) > 1 else [])):
                decisions = (_lasting(each, ticks) if each in part else each for each in best.schedule.interventions)
                made = self._try(_with(best, tuple(decisions)))
                if made is not None:
                    best = made
                    break
        return best

    # Runs

    def _told(self, trial: Trial, *spellings: Callable[[Trial, World], Iterator[Intervention]]) -> Trial:
        """The same run told otherwise: links as quick as can be, and a decision for each signal that is not."""
        kept = [each for each in trial.schedule.interventions if is_no_delay(each)]
        for spelling in spellings:
            made = self._try(_with(trial, (calm(self._world), *kept, *spelling(trial, self._world))))
            if made is not None:
                return made
        return trial

    def _try(self, schedule: Schedule) -> Trial | None:
        """The run if it is wrong; None if it is right, against the rules, or if no more runs may be made."""
        if schedule in self._right or not self._allowed(schedule):
            return None
        if self._left <= 0:
            return None
        if self._smallest is not None and self._stopped():
            raise _Stopped
        self._left -= 1
        self.runs += 1
        trial = self._run(schedule)
        if trial.wrong is None:
            self._right.add(schedule)
            return None
        if self._smallest is None or (
            self._size(trial) < self._size(self._smallest) and _is_like(trial, self._smallest)
        ):
            self._smallest = trial
        return trial

    def _size(self, trial: Trial) -> tuple[int, int, int]:
        decisions = sum(1 for each in trial.schedule.interventions if self._may_go(each))
        return len(trial.history), len(trial.schedule.nodes(self._world)), decisions

    def _allowed(self, schedule: Schedule) -> bool:
        return allowed(self._bounds, self._world, schedule.seed, schedule.interventions)


class _Stopped(Exception):
    """There are to be no more runs."""


def _with(trial: Trial, interventions: tuple[Intervention, ...]) -> Schedule:
    return Schedule(trial.schedule.seed, interventions)


def _is_like(made: Trial, before: Trial) -> bool:
    """Whether a run is wrong in the way that the one before was: by an answer, or by the same error."""
    assert made.wrong is not None
    assert before.wrong is not None
    if made.wrong.operations or before.wrong.operations:
        return bool(made.wrong.operations)
    # Node and tick may be others.
    return _NUMBER.sub("", made.wrong.reason) == _NUMBER.sub("", before.wrong.reason)


def _each(_: Trial, items: Sequence[Intervention]) -> list[tuple[Intervention, ...]]:
    return [(item,) for item in items]


def ddmin(items: Sequence[Item], still_wrong: Callable[[Sequence[Item]], bool]) -> list[Item]:
    """A part of `items` that is still wrong, and right as soon as any one item is left out."""
    kept = list(items)
    if kept and still_wrong([]):
        return []
    parts = 2
    while len(kept) >= 2:
        size = -(-len(kept) // parts)
        chunks = [kept[start : start + size] for start in range(0, len(kept), size)]
        for chunk in chunks:
            rest = [item for item in kept if item not in chunk]
            if len(rest) < len(kept) and still_wrong(rest):
                kept, parts = rest, max(2, parts - 1)
                break
        else:
            if parts >= len(kept):
                break
            parts = min(len(kept), 2 * parts)
    return kept


def _ticks(each: Intervention) -> int:
    """How many ticks a decision takes that could be fewer."""
    if isinstance(each, LinkRule) and is_moment(each) and each.delay:
        return each.delay[0]
    return each.ticks if isinstance(each, SignalFate | NodeFault) else 0


def _lasting(each: Intervention, ticks: int) -> Intervention:
    if isinstance(each, LinkRule):
        return replace(each, delay=(ticks, ticks))
    assert isinstance(each, SignalFate | NodeFault)
    return replace(each, ticks=ticks)


def _fewer_ticks(ticks: int) -> list[int]:
    parts = (1, 2, 4, 8, ticks // 4, ticks // 2, 3 * ticks // 4, ticks - 1)
    return sorted({part for part in parts if 0 < part < ticks})
