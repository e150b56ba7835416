"""Shrinking: from a wrong run to one from which nothing can be left out.

Delta debugging (A. Zeller and R. Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", IEEE Trans. Softw.
Eng. 28(2), 2002) over the decisions that make the run: first the failures, then the operations of the clients, then
each signal that is not as quick as it can be, and at last the ticks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from distgame.engine import trace as tr
from distgame.engine.trace import Trace
from distgame.engine.world import GATEWAY, Intervention, LinkRule, NodeFault, SignalFate, SkippedOperation, World
from distgame.hunt.bounds import Bounds, allowed
from distgame.hunt.quiet import asked_operations, calm, is_moment, retellings
from distgame.hunt.trial import Runner, Schedule, Trial

Item = TypeVar("Item")

LAST_RUNS = 200
"""How many runs are kept back for the last look at whether each decision is needed."""

MOST_RETELLINGS = 400
"""How many runs may go into finding a simpler cause for the same operations."""


class Shrinker:
    """Shrinks one wrong run; `most_runs` bounds the runs it makes, and what is reached by then is its result."""

    def __init__(self, run: Runner, world: World, bounds: Bounds, most_runs: int = 1_500) -> None:
        self._run = run
        self._world = world
        self._bounds = bounds
        self._left = most_runs
        self._memory: dict[Schedule, bool] = {}
        self.runs = 0

    def shrink(self, found: Schedule) -> Trial:
        """The smallest wrong run on the way down from `found`. Raises ValueError when `found` is not wrong."""
        best = self._try(found)
        if best is None:
            raise ValueError("there is nothing to shrink: the run is right")
        best = self._without_operations(self._fewer(best))
        best = self._retold(best) or self._calmed(best)
        size = None
        while size != (size := _size(best)) and self._left > 0:
            best = self._fewer(self._without_operations(best))
        self._left = max(self._left, LAST_RUNS)
        return self._fewer(self._quicker(self._fewer(self._named(best))))

    # Decisions

    def _fewer(self, trial: Trial) -> Trial:
        """Leaves out failures and slow links until each that is left is needed."""
        items = [each for each in trial.schedule.interventions if _may_go(each, self._world)]
        kept = [each for each in trial.schedule.interventions if each not in items]
        best = trial

        def still_wrong(some: Sequence[Intervention]) -> bool:
            nonlocal best
            made = self._try(replace(trial.schedule, interventions=(*kept, *some)))
            best = made or best
            return made is not None

        ddmin(items, still_wrong)
        return best

    def _without_operations(self, trial: Trial) -> Trial:
        """Leaves out operations that are not needed for the wrong read: all others at once, then a few at a time."""
        seed = trial.schedule.seed
        kept = trial.schedule.interventions
        skips = [skip for skip, _ in asked_operations(trial)]
        best = trial

        def still_wrong(asked: Sequence[SkippedOperation]) -> bool:
            nonlocal best
            left_out = tuple(each for each in skips if each not in asked)
            made = self._try(Schedule(seed, (*kept, *left_out)))
            best = made or best
            return made is not None

        shown = {operation.invoked_at for operation in trial.wrong.operations} if trial.wrong else set()
        needed = [skip for skip, tick in asked_operations(trial) if tick in shown]
        ddmin(needed if len(needed) < len(skips) and still_wrong(needed) else skips, still_wrong)
        return best

    def _calmed(self, trial: Trial) -> Trial:
        """The same run told otherwise: every link is as quick as can be, and each slower signal is a decision.

        Rules of single ticks, unlike numbers of signals, still meet the same signals when operations are left out.
        """
        kept = [each for each in trial.schedule.interventions if _is_no_delay(each)]
        for decisions in (_moments(trial.trace, self._world), _fates(trial.trace, self._world)):
            told = (calm(self._world), *kept, *decisions)
            made = self._try(replace(trial.schedule, interventions=told))
            if made is not None:
                return made
        return trial

    def _retold(self, trial: Trial) -> Trial | None:
        """The same operations, or only those of the explanation, made wrong by a few held signals or slow links."""
        failures = [each for each in trial.schedule.interventions if _is_no_delay(each)]
        shown = trial.wrong.operations if trial.wrong else ()
        times = {op.invoked_at for op in shown if op.invoked_at is not None}
        others = [skip for skip, tick in asked_operations(trial) if tick not in times]
        limit = self._left - MOST_RETELLINGS
        for left_out in (others, []) if others else ([],):
            kept = (calm(self._world), *failures, *left_out)
            quiet = self._run(replace(trial.schedule, interventions=kept)).trace
            for decisions in retellings(quiet, self._bounds.delay, sorted({0, min(times, default=0)})):
                if self._left <= max(0, limit):
                    return None
                made = self._try(replace(trial.schedule, interventions=(*kept, *decisions)))
                if made is not None:
                    return made
            limit -= MOST_RETELLINGS
        return None

    def _quicker(self, trial: Trial) -> Trial:
        """Shortens delays, pauses and ways back, each as far as it goes."""
        best = trial
        for place in range(len(trial.schedule.interventions)):
            if place >= len(best.schedule.interventions):
                break
            for shorter in _shorter(best.schedule.interventions[place], self._world.links.delay[0]):
                changed = list(best.schedule.interventions)
                changed[place] = shorter
                made = self._try(replace(best.schedule, interventions=tuple(changed)))
                if made is not None:
                    best = made
                    break
        return best

    def _named(self, trial: Trial) -> Trial:
        """Names the slow and lost signals by their numbers, as a player would, where that is the same run."""
        rest = [each for each in trial.schedule.interventions if not is_moment(each)]
        named = self._run(replace(trial.schedule, interventions=(*rest, *_fates(trial.trace, self._world))))
        return named if named.wrong else trial

    # Runs

    def _try(self, schedule: Schedule) -> Trial | None:
        """The run if it is wrong; None if it is right, against the rules, or if no more runs may be made."""
        if self._memory.get(schedule) is False or not allowed(self._bounds, self._world, schedule.interventions):
            return None
        if self._left <= 0:
            return None
        self._left -= 1
        self.runs += 1
        trial = self._run(schedule)
        wrong = trial.wrong is not None
        self._memory[schedule] = wrong
        return trial if wrong else None


def _size(trial: Trial) -> tuple[int, int]:
    decisions = sum(1 for each in trial.schedule.interventions if not isinstance(each, SkippedOperation))
    return len(trial.history), decisions


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


def _may_go(each: Intervention, world: World) -> bool:
    return not isinstance(each, SkippedOperation) and each != calm(world)


def _is_no_delay(each: Intervention) -> bool:
    return isinstance(each, NodeFault | SkippedOperation) or (isinstance(each, LinkRule) and bool(each.cut))


@dataclass(frozen=True, slots=True)
class _Unlike:
    """A signal between nodes that was slower than it had to be, lost, or doubled: `late` in ticks, None if lost."""

    sender: int
    receiver: int
    k: int
    tick: int
    late: int | None
    doubled: bool


def _unlike(trace: Trace, world: World) -> Iterator[_Unlike]:
    low = world.links.delay[0]
    doubled = {(e[3], e[4], e[1]) for e in trace.events if e[0] == tr.SEND and e[5] < 0}
    cut = {e[2] for e in trace.events if e[0] == tr.LOSE and e[3] == "cut"}
    for event in trace.events:
        if event[0] != tr.SEND:
            continue
        _, tick, signal, sender, receiver, k, _, _, _, due = event
        if sender <= GATEWAY or receiver <= GATEWAY or k < 0 or signal in cut:
            continue
        late = None if due is None else due - tick - low
        double = (sender, receiver, tick) in doubled
        if late != 0 or double:
            yield _Unlike(sender, receiver, k, tick, late, double)


def _moments(trace: Trace, world: World) -> Iterator[LinkRule]:
    low = world.links.delay[0]
    for each in _unlike(trace, world):
        delay = low + (each.late or 0)
        yield LinkRule(
            senders=(each.sender,),
            receivers=(each.receiver,),
            start=each.tick,
            end=each.tick + 1,
            delay=(delay, delay),
            loss=1.0 if each.late is None else 0.0,
            duplicate=1.0 if each.doubled else 0.0,
        )


def _fates(trace: Trace, world: World) -> Iterator[SignalFate]:
    for each in _unlike(trace, world):
        link = {"sender": each.sender, "receiver": each.receiver, "k": each.k}
        if each.late is None:
            yield SignalFate(**link, fate="drop")
        elif each.late:
            yield SignalFate(**link, fate="hold", ticks=each.late)
        if each.doubled:
            yield SignalFate(**link, fate="double")


def _shorter(each: Intervention, low: int) -> Iterator[Intervention]:
    """The decision with fewer ticks, the fewest first."""
    if isinstance(each, LinkRule) and is_moment(each) and each.delay:
        for delay in _fewer_ticks(low, each.delay[0]):
            yield replace(each, delay=(delay, delay))
    elif isinstance(each, SignalFate | NodeFault) and each.ticks:
        for ticks in _fewer_ticks(0, each.ticks):
            yield replace(each, ticks=ticks)


def _fewer_ticks(low: int, ticks: int) -> list[int]:
    span = ticks - low
    parts = (1, 2, 4, 8, span // 4, span // 2, 3 * span // 4, span - 1)
    return sorted({low + part for part in parts if 0 < part < span})
