"""Changes by hand: what a player does to a signal, a node or a link of a run, and the run is made anew with it.

A change names a signal by its link and number, or a node or a link and a tick; so the run is the same up to there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from distgame.engine.trace import Signal
from distgame.engine.world import (
    ClockRule,
    FewerNodes,
    Intervention,
    LinkRule,
    NodeFault,
    SignalFate,
    SkippedOperation,
    name_of,
)

HOLD_TICKS = 20
PAUSE_TICKS = 30
SignalWish = Literal["drop", "hold", "double"]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that was done by hand, at a tick; `words` tell it. Both ways of a link are one change."""

    parts: tuple[Intervention, ...]
    tick: int
    words: str


Changes = tuple[Change, ...]


def interventions(changes: Iterable[Change]) -> tuple[Intervention, ...]:
    """What the simulator is told of the changes."""
    return tuple(part for change in changes for part in change.parts)


def with_fate(changes: Changes, signal: Signal, wish: SignalWish) -> Changes:
    """The changes, and the signal is dropped, held HOLD_TICKS (longer than before) or doubled.

    Raises ValueError for a double that the network made: it shares the fate of its original.
    """
    if signal.k < 0:
        raise ValueError("this is a double that the network made: choose the first of the two")
    fate = SignalFate(sender=signal.sender, receiver=signal.receiver, k=signal.k, fate=wish)
    before = next((each for each in changes if _same_fate(each, fate)), None)
    if wish == "hold":
        held = before.parts[0].ticks if before is not None and isinstance(before.parts[0], SignalFate) else 0
        fate = replace(fate, ticks=held + HOLD_TICKS)
    verb = {"drop": "drop", "hold": f"hold {fate.ticks} ticks:", "double": "send twice:"}[wish]
    way = f"{name_of(signal.sender)} > {name_of(signal.receiver)}"
    change = Change((fate,), signal.sent, f"{verb} {signal.label} {way}")
    if before is None:
        return (*changes, change)
    return tuple(change if each is before else each for each in changes)


def _same_fate(change: Change, fate: SignalFate) -> bool:
    part = change.parts[0]
    return isinstance(part, SignalFate) and replace(part, ticks=0) == replace(fate, ticks=0)


def with_crash(changes: Changes, node: int, tick: int) -> Changes:
    """The changes, and the node crashes at the tick."""
    return (*changes, Change((NodeFault(kind="crash", node=node, tick=tick),), tick, f"crash node {node}"))


def with_restart(changes: Changes, node: int, tick: int) -> Changes:
    """The changes, and the node starts again at the tick."""
    return (*changes, Change((NodeFault(kind="restart", node=node, tick=tick),), tick, f"restart node {node}"))


def with_pause(changes: Changes, node: int, tick: int) -> Changes:
    """The changes, and the node stands still for PAUSE_TICKS from the tick on."""
    fault = NodeFault(kind="pause", node=node, tick=tick, ticks=PAUSE_TICKS)
    return (*changes, Change((fault,), tick, f"pause node {node} for {PAUSE_TICKS} ticks"))


def with_link(changes: Changes, a: int, b: int, tick: int, cut: bool) -> Changes:
    """The changes, and the link is cut from the tick on, both ways, or (`cut` is False) whole again.

    A cut made by hand ends where it is mended.
    """
    pair = f"{name_of(a)} - {name_of(b)}"
    if not cut:
        mended = next((each for each in reversed(changes) if _is_open_cut(each, a, b, tick)), None)
        if mended is not None:
            if mended.tick == tick:
                return tuple(each for each in changes if each is not mended)
            ends = tuple(replace(part, end=tick) for part in mended.parts if isinstance(part, LinkRule))
            change = Change(ends, mended.tick, f"cut {pair} until {tick}")
            return tuple(change if each is mended else each for each in changes)
    rules = tuple(LinkRule(senders=(s,), receivers=(r,), start=tick, cut=cut) for s, r in ((a, b), (b, a)))
    return (*changes, Change(rules, tick, f"{'cut' if cut else 'mend'} {pair}"))


def _is_open_cut(change: Change, a: int, b: int, tick: int) -> bool:
    part = change.parts[0]
    if not isinstance(part, LinkRule) or part.senders is None or part.receivers is None:
        return False
    ends = {*part.senders, *part.receivers}
    return ends == {a, b} and bool(part.cut) and part.end is None and part.start <= tick


def change_of(intervention: Intervention) -> Change:
    """A decision of a replay file or of the hunter, as if it had been made by hand."""
    match intervention:
        case SignalFate(sender=sender, receiver=receiver, k=k, fate=fate, ticks=ticks):
            held = f" {ticks} ticks" if fate == "hold" else ""
            words = f"{fate}{held}: signal {k} {name_of(sender)} > {name_of(receiver)}"
            return Change((intervention,), 0, words)
        case NodeFault(kind=kind, node=node, tick=tick, ticks=ticks):
            return Change((intervention,), tick, f"{kind} node {node}{f' for {ticks} ticks' if ticks else ''}")
        case SkippedOperation(client=client, n=n):
            return Change((intervention,), 0, f"client {client} leaves out its operation {n + 1}")
        case ClockRule(node=node, rate=rate, start=start):
            return Change((intervention,), start, f"clock of node {node} at {rate:g} of its rate")
        case FewerNodes(nodes=nodes):
            return Change((intervention,), 0, f"only nodes {', '.join(map(str, nodes))} are there")
        case LinkRule(start=start):
            return Change((intervention,), start, "change of links")
