"""Quiet runs: links as quick as can be, few operations, one or two nodes far away. Small to find and small to tell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from random import Random

from distgame.engine import trace as tr
from distgame.engine.trace import Signal, Trace
from distgame.engine.world import (
    GATEWAY,
    ClockRule,
    FewerNodes,
    Intervention,
    LinkRule,
    NodeFault,
    SignalFate,
    SkippedOperation,
    World,
)
from distgame.hunt.bounds import quickest
from distgame.hunt.trial import Trial


def calm(world: World) -> LinkRule:
    """A rule under which every signal between nodes is as quick as it may be, and none is lost or doubled."""
    low = quickest(world)
    return LinkRule(delay=(low, low), loss=0.0, duplicate=0.0)


def is_moment(each: Intervention) -> bool:
    """Whether a decision is about what a link does in a single tick."""
    return isinstance(each, LinkRule) and each.end == each.start + 1 and not each.cut


def is_no_delay(each: Intervention) -> bool:
    """Whether a decision is about something else than how long signals take."""
    return isinstance(each, ClockRule | FewerNodes | NodeFault | SkippedOperation) or (
        isinstance(each, LinkRule) and bool(each.cut)
    )


def asked_operations(trial: Trial) -> Iterator[tuple[SkippedOperation, int]]:
    """One for each operation that was asked, as long as that operation took, and the tick at which it was asked."""
    skipped = {(e.client, e.n) for e in trial.schedule.interventions if isinstance(e, SkippedOperation)}
    asked: dict[int, int] = {}
    # Client, number and tick of each; and, of the one that a process has open, its place.
    calls: list[tuple[int, int, int]] = []
    open_calls: dict[int, int] = {}
    ends: dict[int, int] = {}
    for event in trial.trace.events:
        if event[0] == tr.INVOKE:
            _, tick, client, process, *_ = event
            n = asked.get(client, 0)
            while (client, n) in skipped:
                n += 1
            asked[client] = n + 1
            open_calls[process] = len(calls)
            calls.append((client, n, tick))
        elif event[0] == tr.RETURN:
            ends[open_calls.pop(event[3])] = event[1]
    for place, (client, n, tick) in enumerate(calls):
        yield SkippedOperation(client=client, n=n, ticks=ends.get(place, trial.trace.end) - tick), tick


def retellings(trace: Trace, delay: int, starts: Sequence[int]) -> Iterator[tuple[Intervention, ...]]:
    """Simple causes to try on a quiet run: some signals of one moment held, slow links, and pairs of both moments.

    `starts` are the ticks from which links may be slow, `delay` how long (ticks) signals are held.
    """
    groups = list(_moments(trace))
    single = [each for group in groups for each in _parts(group, delay)]
    yield from single
    yield from far_links(trace.world.nodes, delay, starts)
    random = Random(0)
    for _ in range(MOST_PAIRS if len(groups) > 1 else 0):
        first, second = random.sample(groups, 2)
        yield (*random.choice(_parts(first, delay)), *random.choice(_parts(second, delay)))


MOST_PAIRS = 300


def _moments(trace: Trace) -> Iterator[list[Signal]]:
    """Signals between nodes that one node sent, or one node is sent, in one tick: a question to all, all answers."""
    for ends in ("sender", "receiver"):
        found: dict[tuple[int, int], list[Signal]] = {}
        for signal in trace.signals.values():
            if signal.sender > GATEWAY and signal.receiver > GATEWAY and signal.k >= 0:
                found.setdefault((getattr(signal, ends), signal.sent), []).append(signal)
        yield from (group for group in found.values() if ends == "sender" or len(group) > 1)


def _parts(group: Sequence[Signal], delay: int) -> list[tuple[SignalFate, ...]]:
    """All of a moment's signals held, or some of them: every choice of up to four, else one, or all but one."""
    sizes = range(len(group), 0, -1) if len(group) <= 4 else (len(group), len(group) - 1, 1)
    return [
        tuple(SignalFate(sender=s.sender, receiver=s.receiver, k=s.k, fate="hold", ticks=delay) for s in some)
        for size in sizes
        for some in combinations(group, size)
    ]


def far_links(nodes: int, delay: int, starts: Sequence[int]) -> Iterator[tuple[LinkRule, ...]]:
    """One link slow, or some links of one node, or of two nodes: the fewest links first."""
    everyone = tuple(range(1, nodes + 1))
    groups: list[tuple[tuple[int, ...], tuple[int, ...]]] = []
    for node in everyone:
        others = tuple(other for other in everyone if other != node)
        for count in sorted({1, len(others) - 1, len(others)} & set(range(1, nodes))):
            for some in combinations(others, count):
                groups += [((node,), some), (some, (node,))]
    groups = sorted(dict.fromkeys(groups), key=lambda group: len(group[0]) * len(group[1]))
    whole = [group for group in groups if max(len(group[0]), len(group[1])) == nodes - 1]
    for chosen in (*((group,) for group in groups), *combinations(whole, 2)):
        for start in starts:
            yield tuple(LinkRule(senders=a, receivers=b, start=start, delay=(delay, delay)) for a, b in chosen)
