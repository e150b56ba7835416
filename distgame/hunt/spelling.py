"""Two ways to say which signals were not as quick as they can be: by the moment of sending, or by their numbers.

Rules of single ticks still meet the same signals when operations are left out, which numbers do not; numbers say
exactly what befell each signal, as a player would.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from distgame.engine import trace as tr
from distgame.engine.trace import Trace
from distgame.engine.world import GATEWAY, Intervention, LinkRule, SignalFate, World
from distgame.hunt.bounds import quickest
from distgame.hunt.quiet import is_moment
from distgame.hunt.trial import Trial


@dataclass(frozen=True, slots=True)
class Unlike:
    """A signal between nodes that was slower than it had to be, lost, or doubled.

    `late` and `double_late` are ticks more than the least; None for a signal that is lost, or has no double.
    """

    sender: int
    receiver: int
    k: int
    tick: int
    late: int | None
    double_late: int | None


def unlike(trace: Trace, world: World) -> Iterator[Unlike]:
    """The signals of a run that were not as quick as they can be, in the order in which they were sent."""
    low = quickest(world)
    cut = {event[2] for event in trace.events if event[0] == tr.LOSE and event[3] == "cut"}
    sends = trace.sends
    for place, (_, tick, signal, sender, receiver, k, _, _, _, due) in enumerate(sends):
        if sender <= GATEWAY or receiver <= GATEWAY or k < 0 or signal in cut:
            continue
        late = None if due is None else due - tick - low
        # A double is sent right behind its signal.
        follower = sends[place + 1] if place + 1 < len(sends) else None
        doubled = follower is not None and follower[5] < 0
        double_late = follower[9] - tick - low if follower is not None and doubled else None
        if late != 0 or doubled:
            yield Unlike(sender, receiver, k, tick, late, double_late)


def by_moment(trial: Trial, world: World) -> Iterator[LinkRule]:
    """What befell the signals of a run up to the wrong answer, as rules for their links in single ticks."""
    low = quickest(world)
    last = trial.wrong.tick if trial.wrong else trial.trace.end
    for each in unlike(trial.trace, world):
        if each.tick <= last:
            delay = low + max(each.late or 0, each.double_late or 0)
            yield LinkRule(
                senders=(each.sender,),
                receivers=(each.receiver,),
                start=each.tick,
                end=each.tick + 1,
                delay=(delay, delay),
                loss=1.0 if each.late is None else 0.0,
                duplicate=0.0 if each.double_late is None else 1.0,
            )


def by_number(trial: Trial, world: World) -> Iterator[SignalFate]:
    """What befell the signals of a run up to the wrong answer, each by its number on its link."""
    last = trial.wrong.tick if trial.wrong else trial.trace.end
    for each in unlike(trial.trace, world):
        if each.tick > last:
            continue
        sender, receiver, k = each.sender, each.receiver, each.k
        if each.late is None:
            yield SignalFate(sender=sender, receiver=receiver, k=k, fate="drop")
        elif each.late:
            yield SignalFate(sender=sender, receiver=receiver, k=k, fate="hold", ticks=each.late)
        if each.double_late is not None:
            yield SignalFate(sender=sender, receiver=receiver, k=k, fate="double", ticks=each.double_late)


def together(trial: Trial, decisions: Sequence[Intervention]) -> list[tuple[Intervention, ...]]:
    """The decisions, those in one part that befall in the same way what one node sends in a tick, or else is sent."""
    sent = {(event[3], event[4], event[5]): event[1] for event in trial.trace.sends}
    by_sender = _parts(decisions, "sender", sent)
    alone = [part[0] for part in by_sender if len(part) == 1]
    return [part for part in by_sender if len(part) > 1] + _parts(alone, "receiver", sent)


def _parts(
    decisions: Sequence[Intervention], end: str, sent: dict[tuple[int, int, int], int]
) -> list[tuple[Intervention, ...]]:
    parts: dict[object, list[Intervention]] = {}
    for each in decisions:
        parts.setdefault(_moment(each, end, sent), []).append(each)
    return [tuple(part) for part in parts.values()]


def _moment(each: Intervention, end: str, sent: dict[tuple[int, int, int], int]) -> object:
    if isinstance(each, SignalFate):
        return each.fate, getattr(each, end), sent.get((each.sender, each.receiver, each.k))
    if isinstance(each, LinkRule) and is_moment(each):
        return "links", (each.senders if end == "sender" else each.receivers), each.start
    return each
