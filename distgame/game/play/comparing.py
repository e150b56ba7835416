"""Two runs laid side by side: which events both have, and which are otherwise, or in one of them alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from distgame.engine import trace as tr
from distgame.engine.trace import Trace, TraceEvent
from distgame.engine.world import LinkRule
from distgame.game.pictures.telling import answered, asked, is_answer
from distgame.game.scores.judging import Judgement

_LEFT_OUT = (tr.WAITS, tr.ENDS)


@dataclass(frozen=True, slots=True)
class Pair:
    """What happened at a tick before and after, as indices of events; one of them may be missing."""

    tick: int
    before: int | None
    after: int | None
    same: bool


Facts = tuple[int, int | None, int | None, bool]
"""What a `Pair` says."""


class Pairs(Sequence[Pair]):
    """Pairs that are made when they are looked at: plain tuples are what Python's collector leaves alone."""

    def __init__(self, facts: Sequence[Facts]) -> None:
        self._facts = facts

    def __len__(self) -> int:
        return len(self._facts)

    def __getitem__(self, place: int) -> Pair:  # type: ignore[override]
        return Pair(*self._facts[place])

    def __iter__(self) -> Iterator[Pair]:
        return (Pair(*each) for each in self._facts)

    def only(self, wanted: Callable[[int | None, int | None], bool]) -> Pairs:
        """Those whose events, before and after, are wanted."""
        return Pairs([each for each in self._facts if wanted(each[1], each[2])])


@dataclass(frozen=True, slots=True)
class Ending:
    """What became of a client's n-th operation (0..): its sign, whether it was answered and right, and its ticks."""

    client: int
    n: int
    sign: str
    answered: bool
    right: bool
    start: int
    end: int | None
    event: int


class Comparison:
    """Compares a run with the same run after a change; each event is known again by what it is about.

    A signal is known by its link and its number on it, an operation by its client and number.
    """

    def __init__(self, before: tuple[Trace, Judgement], after: tuple[Trace, Judgement]) -> None:
        self._runs = before, after

    @cached_property
    def pairs(self) -> Pairs:
        """Every event of both runs once, by ticks; what only tells of waits is left out."""
        before, after = (_identified(trace) for trace, _ in self._runs)
        events = [trace.events for trace, _ in self._runs]
        by_tick: defaultdict[int, list[Facts]] = defaultdict(list)
        # What is done with goes at once: all of it together would take long, and nothing else could go on meanwhile.
        while before:
            key, index = before.popitem()
            other = after.pop(key, None)
            tick, then = events[0][index][1], -1 if other is None else events[1][other][1]
            if other is not None and then == tick:
                same = _content(events[0][index]) == _content(events[1][other])
                by_tick[tick].append((tick, index, other, same))
            else:
                by_tick[tick].append((tick, index, None, False))
                if other is not None:
                    by_tick[then].append((then, None, other, False))
        while after:
            _, index = after.popitem()
            tick = events[1][index][1]
            by_tick[tick].append((tick, None, index, False))
        return Pairs([each for tick in sorted(by_tick) for each in sorted(by_tick[tick], key=_place)])

    @cached_property
    def first(self) -> Pair | None:
        """The first thing that is not the same."""
        return next((pair for pair in self.pairs if not pair.same), None)

    @cached_property
    def endings(self) -> tuple[tuple[Ending | None, Ending | None], ...]:
        """The operations that were answered otherwise, or at another tick, before and after."""
        before, after = (_endings(trace, judgement) for trace, judgement in self._runs)
        pairs = ((before.get(key), after.get(key)) for key in sorted(before.keys() | after.keys()))
        differing = [pair for pair in pairs if _told(pair[0]) != _told(pair[1])]
        return tuple(sorted(differing, key=lambda pair: min(each.start for each in pair if each is not None)))


def _place(facts: Facts) -> tuple[int, bool]:
    """Of what is of one tick: by events, and what was before stands before what is now."""
    _, before, after, _ = facts
    return (before, False) if before is not None else (after or 0, True)


def _told(ending: Ending | None) -> tuple[object, ...] | None:
    return None if ending is None else (ending.sign, ending.answered, ending.right, ending.start, ending.end)


def _identified(trace: Trace) -> dict[Hashable, int]:
    return dict(_keys(trace))


def _keys(trace: Trace) -> Iterator[tuple[Hashable, int]]:
    rules = (*trace.world.rules, *(each for each in trace.interventions if isinstance(each, LinkRule)))
    counts: Counter[Hashable] = Counter()
    signals: dict[int, Hashable] = {}
    for index, event in enumerate(trace.events):
        kind = event[0]
        if kind in _LEFT_OUT:
            continue
        about: Hashable
        if kind == tr.SEND:
            about = signals[event[2]] = (event[3], event[4], event[5] if event[5] >= 0 else ("double", event[1]))
        elif kind in (tr.DELIVER, tr.LOSE):
            about = signals.get(event[2])
        elif kind == tr.LINKS:
            about = rules[event[2]], event[3]
        elif kind == tr.FAULT:
            about = event[2:4]
        else:
            about = event[2]
        key = kind, about
        counts[key] += 1
        yield (*key, counts[key]), index


def _content(event: TraceEvent) -> tuple[object, ...]:
    """What an event says, without the numbers that only count: those of signals and requests."""
    if event[0] == tr.SEND:
        return event[3], event[4], event[8], event[9]
    if event[0] == tr.DELIVER:
        return ()
    if event[0] == tr.LOSE:
        return (event[3],)
    if event[0] == tr.LINKS:
        return (event[3],)
    if event[0] in (tr.INVOKE, tr.RETURN):
        return event[2], *event[4:]
    return event[2:]


def _endings(trace: Trace, judgement: Judgement) -> dict[tuple[int, int], Ending]:
    wrong = {read.event for read in judgement.wrong}
    counts: Counter[int] = Counter()
    found: dict[tuple[int, int], Ending] = {}
    for index, event in trace.calls:
        client = event[2]
        if event[0] == tr.INVOKE:
            n = counts[client]
            counts[client] += 1
            found[client, n] = Ending(client, n, asked(event).sign, False, True, event[1], None, index)
        else:
            call = found[client, counts[client] - 1]
            known = is_answer(event)
            sign, right = answered(event).sign if known else call.sign, index not in wrong
            found[client, call.n] = replace(call, sign=sign, answered=known, right=right, end=event[1], event=index)
    return found
