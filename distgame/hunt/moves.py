"""What can happen next in a tiny world: its states, and the steps from one to the next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from distgame.engine import actions as act
from distgame.engine.actions import Event
from distgame.engine.messages import LeaderNotification
from distgame.engine.wire import Codec
from distgame.engine.world import GATEWAY, MAX_TICKS
from distgame.hunt.asking import asked, questions, result
from distgame.hunt.memory import Memory, Past, Rounds
from distgame.hunt.tiny import GIVEN_UP, OPEN, Call, Message, Play, State, Step, Tiny

_CODEC = Codec()

LATEST = MAX_TICKS // 8
"""No clock is let run on to a later tick."""


@dataclass(slots=True)
class _Draft:
    """A state that is being changed, and what happens on the way."""

    nodes: list[int]
    calls: tuple[Call | None, ...]
    answers: list[Any]
    flying: list[int]
    leader: int | None
    now: int
    waits: int = 0
    sent: list[tuple[Message, int]] = field(default_factory=list)
    returned: list[tuple[int, int]] = field(default_factory=list)


class Moves:
    """The states of a tiny world and the steps between them. Methods raise PlayerError where the code fails."""

    def __init__(self, tiny: Tiny, play: Play) -> None:
        self._tiny = tiny
        self._memory = Memory(play)
        self._messages: list[Message] = []
        self._numbers: dict[Message, int] = {}
        self.first = Step("start", 0, 0)
        """What the nodes do as they start."""

    @property
    def has_timers(self) -> bool:
        """Whether some node has waited for its clock."""
        return self._memory.has_timers

    def start(self) -> State:
        """The state before the first step."""
        tiny, limits = self._tiny, self._tiny.limits
        count = len(tiny.operations)
        draft = _Draft([0] * tiny.nodes, (None,) * count, [OPEN] * count, [], None, 0)
        for node in range(1, tiny.nodes + 1):
            draft.nodes[node - 1], rounds = self._memory.begin(node)
            self._apply(draft, node, rounds)
        self.first = self._step(draft, "start", 0)
        return self._made(draft, (limits.losses, limits.doubles, limits.crashes, limits.timeouts))

    def steps(self, state: State) -> Iterator[tuple[Step, State]]:
        """Each step that can come next, and the state after it; none where all is answered."""
        if any(answer is OPEN for answer in state.answers):
            yield from self._asked(state)
            yield from self._arrives(state)
            yield from self._crashes(state)
            yield from self._restarts(state)
            yield from self._timeouts(state)

    # Operations

    def _asked(self, state: State) -> Iterator[tuple[Step, State]]:
        tiny = self._tiny
        up = [past.node for past in self._pasts(state) if not past.down]
        for operation, call in questions(tiny, state, up):
            message = asked(tiny, operation, call).message(operation + 1 if tiny.named else None)
            event = (act.DELIVER, call.node, state.now, GATEWAY, operation + 1, False, _CODEC.encode(message))
            draft = self._draft(state)
            draft.calls = (*state.calls[:operation], call, *state.calls[operation + 1 :])
            self._happens(draft, event)
            who = call.asker, call.client
            step = self._step(draft, "asked", call.node, operation=operation, client=who, key=call.key)
            yield step, self._made(draft, state.left)

    # Messages

    def _arrives(self, state: State) -> Iterator[tuple[Step, State]]:
        losses, doubles, *_ = state.left
        down = {past.node for past in self._pasts(state) if past.down}
        passed: dict[tuple[int, int], list[int]] = {}
        for number in dict.fromkeys(state.flying):
            message = self._messages[number]
            sender, node, request, is_answer, wire, again = message
            before = passed.setdefault((sender, node), [])
            lost = tuple(before) if self._tiny.in_order else ()
            before += [number] * state.flying.count(number)
            if len(lost) > losses or node in down:
                continue
            event = (act.DELIVER, node, state.now, sender, request, is_answer, wire)
            for doubled in (False, True) if doubles and not again else (False,):
                draft = self._draft(state)
                for each in (*lost, number):
                    draft.flying.remove(each)
                if doubled:
                    draft.flying.append(self._number((*message[:5], True)))
                self._happens(draft, event)
                gone = tuple(self._messages[each] for each in lost)
                step = self._step(draft, "arrives", node, message=message, doubled=doubled, lost=gone)
                yield step, self._made(draft, (losses - len(lost), doubles - doubled, *state.left[2:]))

    # Failures

    def _crashes(self, state: State) -> Iterator[tuple[Step, State]]:
        losses, doubles, crashes, timeouts = state.left
        pasts = self._pasts(state)
        gone = sum(1 for past in pasts if past.down or past.emptied)
        if not crashes:
            return
        for number, past in zip(state.nodes, pasts, strict=True):
            if past.down or gone + (not past.emptied) > self._tiny.limits.at_once:
                continue
            for torn in (False, True) if self._tiny.limits.torn and past.safe != past.disk else (False,):
                draft = self._draft(state)
                self._happens(draft, self._memory.crash(number, torn))
                if self._tiny.health_check and draft.leader == past.node:
                    draft.leader = None
                self._hear(draft)
                step = self._step(draft, "crash", past.node, torn=past.waits if torn else None)
                yield step, self._made(draft, (losses, doubles, crashes - 1, timeouts))

    def _restarts(self, state: State) -> Iterator[tuple[Step, State]]:
        limits = self._tiny.limits
        for number in state.nodes if limits.restarts else ():
            past = self._memory[number]
            for emptied in (False, True) if limits.empties and past.disk else (False,):
                if past.down:
                    draft = self._draft(state)
                    others = tuple(node for node in self._down(draft) if node != past.node)
                    suspects = others if self._tiny.hear_of else ()
                    self._happens(draft, self._memory.restart(number, state.now, emptied, suspects))
                    self._hear(draft)
                    yield self._step(draft, "restart", past.node, emptied=emptied), self._made(draft, state.left)

    def _hear(self, draft: _Draft) -> None:
        """Where there is a detector, every node that is up hears at once who is down."""
        if self._tiny.hear_of:
            down = self._down(draft)
            for node in range(1, self._tiny.nodes + 1):
                if node not in down:
                    self._happens(draft, (act.SUSPECT, node, draft.now, down))

    def _down(self, draft: _Draft) -> tuple[int, ...]:
        return tuple(self._memory[number].node for number in draft.nodes if self._memory[number].down)

    # Time

    def _timeouts(self, state: State) -> Iterator[tuple[Step, State]]:
        losses, doubles, crashes, timeouts = state.left
        wakes = {past.node: past.wake for past in self._pasts(state) if past.wake is not None and not past.down}
        ends = {
            operation: call.now + self._tiny.patience
            for operation, call in enumerate(state.calls)
            if call is not None and state.answers[operation] is OPEN and self._tiny.asks_on
        }
        # Who gives up matters where somebody is to ask on.
        due = [*wakes.values(), *(ends.values() if None in state.calls else ())]
        if not timeouts or not due or min(due) > LATEST:
            return
        draft = self._draft(state)
        draft.now = max(state.now, min(due))
        woken = tuple(node for node, wake in wakes.items() if wake <= draft.now)
        for node in woken:
            self._happens(draft, (act.WAKE, node, draft.now))
        # An answer in the tick of a timeout counts.
        given_up = tuple(
            operation for operation, end in ends.items() if end <= draft.now and draft.answers[operation] is OPEN
        )
        for operation in given_up:
            draft.answers[operation] = GIVEN_UP
        step = self._step(draft, "timeouts", 0, woken=woken, given_up=given_up)
        yield step, self._made(draft, (losses, doubles, crashes, timeouts - 1))

    # What happens at nodes

    def _pasts(self, state: State) -> list[Past]:
        return [self._memory[number] for number in state.nodes]

    def _draft(self, state: State) -> _Draft:
        answers, flying = list(state.answers), list(state.flying)
        return _Draft(list(state.nodes), state.calls, answers, flying, state.leader, state.now)

    def _happens(self, draft: _Draft, event: Event) -> None:
        """An event befalls a node."""
        node = event[1]
        draft.nodes[node - 1], rounds = self._memory.after(draft.nodes[node - 1], event)
        self._apply(draft, node, rounds)

    def _apply(self, draft: _Draft, node: int, rounds: Rounds) -> None:
        draft.waits = max(draft.waits, len(rounds) - 1)
        for late, action in ((late, action) for late, actions in enumerate(rounds) for action in actions):
            if action[0] != act.SEND:
                continue
            _, receiver, request, is_answer, wire = action
            if receiver > GATEWAY:
                message = (node, receiver, request, is_answer, wire, False)
                draft.sent.append((message, late))
                draft.flying.append(self._number(message))
            elif is_answer:
                self._answered(draft, request - 1, wire, late)
            else:
                notice = _CODEC.decode(wire)
                if isinstance(notice, LeaderNotification) and type(notice.id) is int:
                    draft.leader = notice.id

    def _answered(self, draft: _Draft, operation: int, wire: Any, late: int) -> None:
        call = draft.calls[operation]
        assert call is not None
        if draft.answers[operation] is OPEN and draft.now - call.now <= self._tiny.patience:
            draft.answers[operation] = result(asked(self._tiny, operation, call), wire)
            draft.returned.append((operation, late))

    def _step(self, draft: _Draft, kind: Any, node: int, **more: Any) -> Step:
        sent, returned = tuple(draft.sent), tuple(draft.returned)
        leader, waits = draft.leader, draft.waits
        return Step(kind, node, draft.now, leader=leader, waits=waits, sent=sent, returned=returned, **more)

    def _made(self, draft: _Draft, left: tuple[int, int, int, int]) -> State:
        # Of several messages on a link that does not keep the order it does not matter which was sent first.
        flying = sorted(draft.flying, key=self._link) if self._tiny.in_order else sorted(draft.flying)
        nodes, answers = tuple(draft.nodes), tuple(draft.answers)
        return State(nodes, draft.calls, answers, tuple(flying), draft.leader, left, draft.now)

    def _link(self, number: int) -> tuple[int, int]:
        return self._messages[number][:2]

    def _number(self, message: Message) -> int:
        number = self._numbers.get(message)
        if number is None:
            number = self._numbers[message] = len(self._messages)
            self._messages.append(message)
        return number
