"""A run at an instant: what each server holds and waits for, which signals are on their way, which links are broken.

Time is in ticks, as a fraction. The rounds of a tick follow one another within it, so that signals of zero ticks can
be seen to move. State is folded from the trace with a checkpoint every so many events; going back is moving an index.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from distgame.engine import trace as tr
from distgame.engine.trace import Signal, Trace, TraceEvent, text_of
from distgame.engine.world import GATEWAY, LinkRule
from distgame.game.pictures.telling import answered, asked, is_answer, is_plain
from distgame.game.scores.judging import Judgement

CHECKPOINT_EVERY = 256
DYING_TICKS = 3.0


@dataclass(frozen=True, slots=True)
class HandlerWait:
    """A handler that waits: the line it stands on, and how many of the answers it needs have come."""

    handler: int
    name: str
    file: str
    line: int
    got: int
    need: int


@dataclass(frozen=True, slots=True)
class NodeState:
    """A node: `storage` in words, handlers in the order in which they began to wait."""

    up: bool = True
    paused: bool = False
    leader: bool = False
    storage: Mapping[str, str] = field(default_factory=dict)
    waits: tuple[HandlerWait, ...] = ()
    delivered: int = 0


@dataclass(frozen=True, slots=True)
class ClientState:
    """A client: what it has asked for ("read", "write 7" or ""), its last answer, and how many it had.

    `sign` is short for what it asks, or else for its last answer, where that is no plain read or write; `wrong` says
    that the last answer was a wrong read.
    """

    asks: str = ""
    last: str = ""
    wrong: bool = False
    done: int = 0
    unanswered: int = 0
    sign: str = ""


@dataclass(frozen=True, slots=True)
class Flight:
    """A signal that can be seen: `progress` is a share of 1 of its way; `dead` one that has just been lost."""

    signal: Signal
    progress: float
    dead: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    """Operations asked for and open, reads right and wrong, operations unanswered, signals in flight."""

    operations: int
    open: int
    right: int
    wrong: int
    unanswered: int
    in_flight: int


@dataclass(frozen=True, slots=True)
class Instant:
    """Everything a screen shows of one moment. `event` is the index of the next event, `time` in ticks.

    `forwarded` is how many requests the gateway has sent on, `last_node` the node that got the last one (0: none).
    """

    time: float
    event: int
    nodes: Mapping[int, NodeState]
    clients: Mapping[int, ClientState]
    flights: tuple[Flight, ...]
    broken: tuple[LinkRule, ...]
    forwarded: int
    last_node: int
    counts: Counts


@dataclass(frozen=True, slots=True)
class _State:
    nodes: dict[int, NodeState]
    clients: dict[int, ClientState]
    rules: frozenset[int]
    flying: frozenset[int]
    forwarded: int
    last_node: int
    operations: int
    unanswered: int


class Playback:
    """A finished run, to be looked at from any moment."""

    def __init__(self, trace: Trace, judgement: Judgement) -> None:
        self.trace = trace
        self.judgement = judgement
        self.duration = trace.end
        self._rules = (*trace.world.rules, *(each for each in trace.interventions if isinstance(each, LinkRule)))

    @cached_property
    def times(self) -> list[float]:
        """The time of each event, in ticks: rounds of one tick follow one another within it."""
        events, rounds = self.trace.events, [*self.trace.rounds, len(self.trace.events)]
        by_tick: dict[int, list[tuple[int, int]]] = {}
        for start, end in itertools.pairwise(rounds):
            if end > start:
                by_tick.setdefault(events[start][1], []).append((start, end))
        times = [0.0] * len(events)
        for tick, spans in by_tick.items():
            for place, (start, end) in enumerate(spans):
                times[start:end] = [tick + place / len(spans)] * (end - start)
        return times

    @cached_property
    def spans(self) -> tuple[list[float], list[float]]:
        """When each signal leaves, and when it arrives or dies: that of signal `n` is at n - 1."""
        leaves: list[float] = []
        ends: list[float] = []
        for time, event in zip(self.times, self.trace.events, strict=True):
            kind = event[0]
            if kind == tr.SEND:
                due = event[9]
                leaves.append(time)
                ends.append(max(float(event[1] + 1 if due is None else due), time))
            elif kind == tr.DELIVER or kind == tr.LOSE:
                ends[event[2] - 1] = time
        return leaves, ends

    @cached_property
    def _deaths(self) -> tuple[list[float], list[int]]:
        """When signals were lost, and by which events."""
        lost = [index for index, event in enumerate(self.trace.events) if event[0] == tr.LOSE]
        return [self.times[index] for index in lost], lost

    @cached_property
    def _judged(self) -> tuple[list[int], list[int]]:
        """The events of all judged reads, and of the wrong ones."""
        return [read.event for read in self.judgement.reads], [read.event for read in self.judgement.wrong]

    @cached_property
    def _wrong_events(self) -> frozenset[int]:
        return frozenset(self._judged[1])

    @cached_property
    def _checkpoints(self) -> list[_State]:
        state = _State(
            {node: NodeState(storage={}, leader=False) for node in range(1, self.trace.world.nodes + 1)},
            {-client: ClientState() for client in range(1, len(self.trace.world.clients) + 1)},
            frozenset(i for i, rule in enumerate(self._rules) if rule.start == 0 and rule.end is None),
            frozenset(),
            0,
            0,
            0,
            0,
        )
        found = [state]
        for start in range(0, len(self.trace.events), CHECKPOINT_EVERY):
            state = self._fold(state, start, min(start + CHECKPOINT_EVERY, len(self.trace.events)))
            found.append(state)
        return found

    @cached_property
    def steps(self) -> list[int]:
        """Where one can stop: counts of events, without those that only tell of waits that come with others."""
        events = self.trace.events
        heads = [index for index, event in enumerate(events) if event[0] not in (tr.WAITS, tr.ENDS)]
        return [0, *heads[1:], len(events)] if heads else [0]

    @property
    def rules(self) -> tuple[LinkRule, ...]:
        """What the indices in events of links stand for: the world's rules, then those made by hand."""
        return self._rules

    @cached_property
    def violations(self) -> tuple[tuple[float, int], ...]:
        """Time and event of each wrong read, and of an error in the player's code."""
        found = [read.event for read in self.judgement.wrong]
        found += [index for index, event in enumerate(self.trace.events) if event[0] == tr.PROBLEM]
        return tuple((self.times[index], index) for index in found)

    @cached_property
    def faults(self) -> tuple[tuple[float, int], ...]:
        """Time and event of each fault of a node or link."""
        kinds = (tr.FAULT, tr.LINKS)
        return tuple((self.times[i], i) for i, event in enumerate(self.trace.events) if event[0] in kinds)

    def event_at(self, time: float) -> int:
        """How many events have happened by the time; at the end, also those of the last tick's later rounds."""
        return len(self.times) if time >= self.duration else bisect_right(self.times, time)

    def at(self, time: float) -> Instant:
        """The run at a time."""
        return self.after(self.event_at(time), time)

    def after(self, event: int, time: float | None = None) -> Instant:
        """The run when the first `event` events have happened (and no other, whatever their time)."""
        if time is None:
            time = self.times[event - 1] if event else 0.0
        base = event // CHECKPOINT_EVERY
        state = self._fold(self._checkpoints[base], base * CHECKPOINT_EVERY, event)
        signals, (leaves, ends) = self.trace.signals, self.spans
        flights = []
        for number in sorted(state.flying):
            left, arrives = leaves[number - 1], ends[number - 1]
            # A lost signal dies half way; its span ends there.
            way = (arrives - left) * (2.0 if signals[number].due is None else 1.0)
            progress = min(1.0, (time - left) / way) if way > 0 else 1.0
            flights.append(Flight(signals[number], max(0.0, progress)))
        flights.extend(self._dying(time, event))
        judged, wrong = (bisect_left(events, event) for events in self._judged)
        still_open = sum(1 for client in state.clients.values() if client.asks)
        counts = Counts(state.operations, still_open, judged - wrong, wrong, state.unanswered, len(state.flying))
        broken = tuple(self._rules[index] for index in sorted(state.rules))
        return Instant(
            time, event, state.nodes, state.clients, tuple(flights), broken, state.forwarded, state.last_node, counts
        )

    def _dying(self, time: float, event: int) -> list[Flight]:
        times, events = self._deaths
        first, last = bisect_right(times, time - DYING_TICKS), bisect_left(events, event)
        dead = []
        for index in events[first:last]:
            signal = self.trace.signals[self.trace.events[index][2]]
            dead.append(Flight(signal, 0.5 if signal.due is None else 1.0, dead=True))
        return dead

    def _fold(self, state: _State, start: int, end: int) -> _State:
        if start == end:
            return state
        nodes, clients = dict(state.nodes), dict(state.clients)
        rules, flying = set(state.rules), set(state.flying)
        forwarded, last_node = state.forwarded, state.last_node
        operations, unanswered = state.operations, state.unanswered
        sends, wrong = self.trace.sends, self._wrong_events
        delivered: list[int] = []
        waits: dict[int, dict[int, HandlerWait]] = {}
        for index in range(start, end):
            event = self.trace.events[index]
            kind = event[0]
            if kind == tr.SEND:
                flying.add(event[2])
                if event[3] == GATEWAY and event[4] > 0 and event[5] >= 0 and not event[7]:
                    forwarded, last_node = forwarded + 1, event[4]
            elif kind == tr.DELIVER:
                flying.discard(event[2])
                delivered.append(sends[event[2] - 1][4])
            elif kind == tr.LOSE:
                flying.discard(event[2])
            elif kind == tr.WAITS or kind == tr.ENDS:
                node = event[2]
                if node not in waits:
                    waits[node] = {wait.handler: wait for wait in nodes[node].waits}
                # Who waits anew stands last.
                waits[node].pop(event[3], None)
                if kind == tr.WAITS:
                    waits[node][event[3]] = HandlerWait(*event[3:])
            elif kind == tr.INVOKE:
                operations += 1
                words, sign = asked(event)
                clients[-event[2]] = replace(clients[-event[2]], asks=words, sign="" if is_plain(event) else sign)
            elif kind == tr.RETURN:
                unanswered += not is_answer(event)
                clients[-event[2]] = _answered(clients[-event[2]], event, index in wrong)
            elif kind == tr.LINKS:
                (rules.add if event[3] else rules.discard)(event[2])
            elif kind == tr.STORE:
                nodes[event[2]] = _stored(nodes[event[2]], event)
            elif kind == tr.FAULT:
                nodes[event[3]] = _befallen(nodes[event[3]], event[2])
                if event[2] == "crash":
                    waits[event[3]] = {}
            elif kind == tr.LEADER:
                for node in nodes:
                    nodes[node] = replace(nodes[node], leader=node == event[2])
        for node, by_handler in waits.items():
            nodes[node] = replace(nodes[node], waits=tuple(by_handler.values()))
        for node, count in Counter(delivered).items():
            if node in nodes:
                nodes[node] = replace(nodes[node], delivered=nodes[node].delivered + count)
        return _State(nodes, clients, frozenset(rules), frozenset(flying), forwarded, last_node, operations, unanswered)


def _answered(client: ClientState, event: TraceEvent, wrong: bool) -> ClientState:
    words, sign = answered(event)
    sign = "" if is_plain(event) else sign
    if not is_answer(event):
        return replace(client, asks="", last=words, sign=sign, wrong=False, unanswered=client.unanswered + 1)
    if event[4] == "read" and event[6] is None:
        words = f"{words} yet"
    return replace(client, asks="", last=words, sign=sign, wrong=wrong, done=client.done + 1)


def _stored(node: NodeState, event: TraceEvent) -> NodeState:
    storage = dict(node.storage)
    if len(event) == 4:
        storage.pop(text_of(event[3]), None)
    else:
        storage[text_of(event[3])] = text_of(event[4])
    return replace(node, storage=storage)


def _befallen(node: NodeState, fault: str) -> NodeState:
    if fault == "crash":
        return replace(node, up=False, paused=False, waits=())
    if fault == "restart":
        return replace(node, up=True)
    # What others are told of a node, or what its clock does, does not show in its box.
    return replace(node, paused=fault == "pause") if fault in ("pause", "resume") else node
