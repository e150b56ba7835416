"""Exhaustive search of tiny worlds: every order in which messages can arrive, for a few operations of a few nodes.

Nothing is random here and there is no time: a step is a client asking a node, or a message arriving. What a node does
is a function of what has reached it, in order, so each such sequence is run once and remembered. Two schedules that
differ only in the order of steps at different nodes lead to the same state (A. Mazurkiewicz 1977), which is looked at
once; states are taken in the order of the fewest events that a wrong answer can have behind them (A*: P. Hart,
N. Nilsson and B. Raphael 1968), so what is found first is shortest.

No message is lost (but any may arrive too late to matter) or doubled, no node fails, no clock goes off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import inf
from typing import Any

from distgame.checker import History, Judge, Kind, Operation, Outcome, RegularJudge
from distgame.checker.judge import judge_reads
from distgame.engine import actions as act
from distgame.engine.actions import Action, Event
from distgame.engine.messages import (
    ClientReadRequest,
    ClientReadResponse,
    ClientWriteRequest,
    LeaderNotification,
    ResponseType,
)
from distgame.engine.operations import read_value
from distgame.engine.wire import Codec
from distgame.engine.world import GATEWAY

JUDGES: dict[str, type[Judge] | type[RegularJudge]] = {"linearizable": Judge, "regular": RegularJudge}
_CODEC = Codec()

Play = Callable[[int, list[Event]], list[list[Action]]]
"""What a fresh node (its id) does for each of the events that befall it. Raises PlayerError."""

Message = tuple[int, int, int, bool, Any]
"""Sender, receiver, request number, whether it is an answer, wire form."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Some clients that are alike: how many, what they ask, and the node that they always ask (None: any)."""

    count: int
    reads: bool
    writes: bool
    node: int | None


@dataclass(frozen=True, slots=True)
class Tiny:
    """A tiny world: so many nodes, clients, and operations (writes and reads, in any order)."""

    nodes: int
    askers: tuple[Asker, ...]
    writes: int
    reads: int


@dataclass(frozen=True, slots=True)
class Step:
    """One step: a client's operation reaches a node, or (`message` is not None) a message does.

    `sent` are the messages that the node then sent to others, `returned` the operations that it ended, with what they
    came to.
    """

    node: int
    operation: int | None
    message: Message | None
    sent: tuple[Message, ...]
    returned: tuple[tuple[int, Any], ...]


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search came to.

    Every schedule of up to `events` events in which each operation takes part was looked at; `whole` says that there
    are no longer ones. They led to `states` different states, by `schedules` orders of their steps (of a search that
    is not whole: by so many beginnings of them). `path` are the steps to a wrong answer.
    """

    events: int
    whole: bool
    states: int
    schedules: int
    path: tuple[Step, ...] | None = None


@dataclass(frozen=True, slots=True)
class _Call:
    """An operation that was asked: where, by whose kind, and which others had been answered by then (bits)."""

    node: int
    asker: int
    after: int


@dataclass(frozen=True, slots=True)
class _State:
    """`nodes` are what has reached each node, `calls` the operations so far; the rest follows from these two."""

    nodes: tuple[int, ...]
    calls: tuple[_Call | None, ...]
    answers: tuple[Any, ...]
    flying: tuple[int, ...]
    leader: int | None

    @property
    def key(self) -> Any:
        return self.nodes, self.calls, self.leader


_OPEN, _FAILED = object(), object()


class _Memory:
    """What each node does for each sequence of events that may befall it: asked once, then remembered."""

    def __init__(self, play: Play) -> None:
        self._play = play
        self._sequences: list[tuple[int, tuple[Event, ...]]] = []
        self._after: dict[tuple[int, Any], tuple[int, tuple[Action, ...]]] = {}

    def after(self, node: int, sequence: int | None, event: Event) -> tuple[int, tuple[Action, ...]]:
        """The number of the sequence that is one event longer, and what the node does at that event."""
        known = self._after.get((-node if sequence is None else sequence, event))
        if known is None:
            events = [] if sequence is None else list(self._sequences[sequence][1])
            events.append(event)
            while True:
                done = self._play(node, events)
                # What a node waits to have on its disk is there at once.
                waiting = [(act.SYNCED, node, 0, a[1]) for a in done[-1] if a[0] == act.SYNC]
                if not waiting:
                    break
                events += waiting
            first = 0 if sequence is None else len(self._sequences[sequence][1])
            self._sequences.append((node, tuple(events)))
            actions = tuple(action for some in done[first:] for action in some)
            known = len(self._sequences) - 1, actions
            self._after[-node if sequence is None else sequence, event] = known
        return known


class Search:
    """Looks at every schedule of a tiny world. `play` runs single nodes, `model` is linearizable or regular."""

    def __init__(self, tiny: Tiny, play: Play, model: str) -> None:
        self._tiny = tiny
        self._memory = _Memory(play)
        self._judge = JUDGES[model]
        self._messages: list[Message] = []
        self._numbers: dict[Message, int] = {}
        self._verdicts: dict[Any, bool] = {}
        self._came: dict[Any, tuple[_State, Step] | None] = {}
        self.first: tuple[Message, ...] = ()
        """What the nodes send as they start."""

    def run(
        self,
        most_states: int,
        confirm: Callable[[tuple[Step, ...]], bool] = lambda _: True,
        tell: Callable[[int, int], None] = lambda events, states: None,
    ) -> Searched:
        """Searches until a wrong answer is found that `confirm` finds wrong too, all is seen, or the states are many.

        `tell` hears of the events and states so far. Raises PlayerError where the code fails.
        """
        start = self._start()
        self._came = {start.key: None}
        # By the fewest events that a wrong answer can have behind these states, and by their events so far.
        open_states: dict[tuple[int, int], dict[Any, tuple[_State, int]]] = {}
        open_states[self._fewest(start), 0] = {start.key: (start, 1)}
        ended = looked_at = least = 0
        while open_states:
            place = least, events = min(open_states)
            tell(least, len(self._came))
            if len(self._came) > most_states:
                return Searched(least - 1, False, len(self._came), looked_at)
            for state, ways in open_states.pop(place).values():
                steps = list(self._steps(state))
                looked_at += ways
                ended += 0 if steps else ways
                for step, following in steps:
                    cost = events + 1 + len(step.returned)
                    key = following.key
                    states = open_states.setdefault((cost + self._fewest(following), cost), {})
                    known = states.get(key)
                    states[key] = following, ways + (known[1] if known else 0)
                    if known is None:
                        self._came[key] = state, step
                        if step.returned and self._is_wrong(following):
                            path = self._path(following)
                            if confirm(path):
                                return Searched(cost, False, len(self._came), looked_at, path)
        return Searched(least, True, len(self._came), ended)

    def _fewest(self, state: _State) -> int:
        """The fewest events that are still to come where each operation takes part, and each read is answered."""
        writes = self._tiny.writes
        unasked = sum(1 for call in state.calls if call is None)
        return unasked + sum(1 for answer in state.answers[writes:] if answer is _OPEN)

    # States

    def _start(self) -> _State:
        operations = self._tiny.writes + self._tiny.reads
        nodes: list[int] = []
        flying: list[int] = []
        leader: int | None = None
        for node in range(1, self._tiny.nodes + 1):
            sequence, actions = self._memory.after(node, None, (act.START, node, 0, 0, (), ()))
            nodes.append(sequence)
            for action in actions:
                if action[0] == act.SEND and action[1] > GATEWAY:
                    self.first += ((node, *action[1:]),)
                    flying.append(self._number(self.first[-1]))
                elif action[0] == act.SEND:
                    leader = _leader(action, leader)
        calls: tuple[_Call | None, ...] = (None,) * operations
        return _State(tuple(nodes), calls, (_OPEN,) * operations, tuple(sorted(flying)), leader)

    def _steps(self, state: _State) -> Iterator[tuple[Step, _State]]:
        if all(answer is not _OPEN for answer in state.answers):
            return
        yield from self._asked(state)
        for number in dict.fromkeys(state.flying):
            sender, node, request, is_answer, wire = self._messages[number]
            event = (act.DELIVER, node, 0, sender, request, is_answer, wire)
            left = list(state.flying)
            left.remove(number)
            yield self._reached(state, node, event, state.calls, left, None, number)

    def _asked(self, state: _State) -> Iterator[tuple[Step, _State]]:
        # Operations of a kind are alike: the first that was not asked stands for all.
        writes = range(self._tiny.writes)
        reads = range(self._tiny.writes, self._tiny.writes + self._tiny.reads)
        after = sum(1 << n for n, answer in enumerate(state.answers) if answer is not _OPEN)
        for numbers in (writes, reads):
            operation = next((n for n in numbers if state.calls[n] is None), None)
            if operation is None:
                continue
            write = operation in writes
            message = ClientWriteRequest(operation + 1) if write else ClientReadRequest()
            for index, asker in enumerate(self._tiny.askers):
                if not (asker.writes if write else asker.reads) or self._busy(state, index) >= asker.count:
                    continue
                for node in self._nodes_for(asker, state):
                    event = (act.DELIVER, node, 0, GATEWAY, operation + 1, False, _CODEC.encode(message))
                    calls = list(state.calls)
                    calls[operation] = _Call(node, index, after)
                    yield self._reached(state, node, event, tuple(calls), list(state.flying), operation, None)

    def _busy(self, state: _State, asker: int) -> int:
        pairs = zip(state.calls, state.answers, strict=True)
        return sum(1 for call, answer in pairs if call is not None and call.asker == asker and answer is _OPEN)

    def _nodes_for(self, asker: Asker, state: _State) -> tuple[int, ...]:
        if asker.node is not None:
            return (asker.node,)
        return (state.leader,) if state.leader is not None else tuple(range(1, self._tiny.nodes + 1))

    def _reached(
        self,
        state: _State,
        node: int,
        event: Event,
        calls: tuple[_Call | None, ...],
        flying: list[int],
        operation: int | None,
        number: int | None,
    ) -> tuple[Step, _State]:
        """The state after an event has befallen a node, and the step there."""
        sequence, actions = self._memory.after(node, state.nodes[node - 1], event)
        nodes = (*state.nodes[: node - 1], sequence, *state.nodes[node:])
        answers, leader = list(state.answers), state.leader
        returned, sent = [], []
        for action in actions:
            if action[0] != act.SEND:
                continue
            _, receiver, request, is_answer, wire = action
            if receiver > GATEWAY:
                sent.append((node, receiver, request, is_answer, wire))
                flying.append(self._number(sent[-1]))
            elif is_answer and answers[request - 1] is _OPEN:
                answers[request - 1] = _result(wire)
                returned.append((request - 1, answers[request - 1]))
            else:
                leader = _leader(action, leader)
        following = _State(nodes, calls, tuple(answers), tuple(sorted(flying)), leader)
        message = None if number is None else self._messages[number]
        return Step(node, operation, message, tuple(sent), tuple(returned)), following

    def _number(self, message: Message) -> int:
        number = self._numbers.get(message)
        if number is None:
            number = self._numbers[message] = len(self._messages)
            self._messages.append(message)
        return number

    # Verdicts

    def _is_wrong(self, state: _State) -> bool:
        key = state.calls, state.answers
        wrong = self._verdicts.get(key)
        if wrong is None:
            history = _history(self._path(state), self._tiny.writes)
            judged = judge_reads(history, self._judge())
            wrong = self._verdicts[key] = any(not verdict.ok for _, verdict in judged)
        return wrong

    def _path(self, state: _State) -> tuple[Step, ...]:
        steps = []
        came = self._came[state.key]
        while came is not None:
            state, step = came
            steps.append(step)
            came = self._came[state.key]
        return tuple(reversed(steps))


def _leader(action: Action, before: int | None) -> int | None:
    message = _CODEC.decode(action[4])
    return message.id if isinstance(message, LeaderNotification) and type(message.id) is int else before


def _result(wire: Any) -> Any:
    answer = _CODEC.decode(wire)
    if getattr(answer, "result", None) is not ResponseType.Success:
        return _FAILED
    return read_value(answer.value) if isinstance(answer, ClientReadResponse) else None


def _history(path: tuple[Step, ...], writes: int) -> History:
    invoked: dict[int, int] = {}
    done: dict[int, tuple[int, Any]] = {}
    moment = 0
    for step in path:
        if step.operation is not None:
            invoked[step.operation] = moment = moment + 1
        for operation, result in step.returned:
            moment += 1
            done[operation] = moment, result
    operations = []
    for number, at in invoked.items():
        kind = Kind.WRITE if number < writes else Kind.READ
        end, result = done.get(number, (inf, _OPEN))
        outcome = Outcome.UNKNOWN if number not in done else Outcome.OK
        if result is _FAILED:
            outcome, end = (Outcome.FAILED, end) if kind is Kind.READ else (Outcome.UNKNOWN, inf)
        value = number + 1 if kind is Kind.WRITE else result if outcome is Outcome.OK else None
        operations.append(Operation(number + 1, kind, value, at, end, outcome))
    return History(operations)
