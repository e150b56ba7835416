"""What can happen next in a tiny world: its states, and the steps from one to the next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from distgame.engine import actions as act
from distgame.engine.actions import Event
from distgame.engine.messages import LeaderNotification, ResponseType
from distgame.engine.operations import CHANGES
from distgame.engine.operations import Call as Asked
from distgame.engine.wire import Codec
from distgame.engine.world import GATEWAY, MAX_TICKS
from distgame.hunt.memory import Memory, Rounds
from distgame.hunt.tiny import Asker, Message, Play, Step, Tiny

_CODEC = Codec()

LATEST = MAX_TICKS // 8
"""No clock is let run on to a later tick."""

OPEN: Any = None
"""What an operation that nobody has answered has come to; one that was answered to (type, value), as in a history."""


@dataclass(frozen=True, slots=True)
class Call:
    """An operation that was asked: where, when (ticks), by whom, of which register, and which had been answered then.

    `asker` and `client` number whose kind it is and which of that kind (0 where that does not matter), `after` has a
    bit for each operation that had been answered; a compare-and-set compares with `old`.
    """

    node: int
    now: int
    asker: int
    client: int
    key: str | None
    old: Any
    after: int


@dataclass(frozen=True, slots=True)
class State:
    """What has befallen each node (by its number in the memory), what was asked, and what is on its way.

    `left` is what may still go wrong: losses, doubles, crashes, moments of timers. The answers follow from the rest.
    """

    nodes: tuple[int, ...]
    calls: tuple[Call | None, ...]
    answers: tuple[Any, ...]
    flying: tuple[int, ...]
    leader: int | None
    left: tuple[int, int, int, int]
    now: int

    @property
    def key(self) -> Any:
        """The same for two states from which the same can follow."""
        return self.nodes, self.calls, self.flying, self.leader, self.left, self.now


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
        return self._made(draft, (limits.losses, limits.doubles, limits.crashes, limits.timers))

    def steps(self, state: State) -> Iterator[tuple[Step, State]]:
        """Each step that can come next, and the state after it; none where all is answered."""
        if any(answer is OPEN for answer in state.answers):
            yield from self._asked(state)
            yield from self._arrives(state)
            yield from self._crashes(state)
            yield from self._restarts(state)
            yield from self._timers(state)

    # Operations

    def _asked(self, state: State) -> Iterator[tuple[Step, State]]:
        # Operations of a kind are alike: the first that was not asked stands for all.
        kinds = self._tiny.operations
        after = sum(1 << n for n, answer in enumerate(state.answers) if answer is not OPEN)
        firsts = {kind: n for n, kind in reversed([*enumerate(kinds)]) if state.calls[n] is None}
        for kind, operation in firsts.items():
            for index, asker in enumerate(self._tiny.askers):
                if kind not in asker.kinds:
                    continue
                for client in self._clients(state, index):
                    for key in self._keys(state, asker, kind):
                        old = self._seen(state, index, client, key) if kind == "cas" else None
                        for node in self._nodes_for(state, asker, self._place(state, index, client)):
                            call = Call(node, state.now, index, client, key, old, after)
                            yield self._ask(state, operation, call)

    def _ask(self, state: State, operation: int, call: Call) -> tuple[Step, State]:
        message = asked(self._tiny, operation, call).message(operation + 1 if self._tiny.named else None)
        event = (act.DELIVER, call.node, state.now, GATEWAY, operation + 1, False, _CODEC.encode(message))
        draft = self._draft(state)
        draft.calls = (*state.calls[:operation], call, *state.calls[operation + 1 :])
        self._happens(draft, event)
        step = self._step(
            draft, "asked", call.node, operation=operation, client=(call.asker, call.client), key=call.key
        )
        return step, self._made(draft, state.left)

    def _clients(self, state: State, asker: int) -> list[int]:
        """Which clients of a kind may ask: those that wait for nothing; of those that never asked the first."""
        calls = [(n, call) for n, call in enumerate(state.calls) if call is not None and call.asker == asker]
        waiting = {call.client if self._tiny.remembers else n for n, call in calls if state.answers[n] is OPEN}
        count = self._tiny.askers[asker].count
        if not self._tiny.remembers:
            return [0] if len(waiting) < count else []
        known = {call.client for _, call in calls}
        return [client for client in range(min(count, len(known) + 1)) if client not in waiting]

    def _keys(self, state: State, asker: Asker, kind: str) -> tuple[str | None, ...]:
        """Of which registers it may be; where all clients have the same, those that nobody has used are alike."""
        if not asker.keys or kind == "snapshot":
            return (None,)
        if any(other.keys != asker.keys for other in self._tiny.askers):
            return asker.keys
        used = {call.key for call in state.calls if call is not None and call.key is not None}
        return asker.keys[: len(used) + 1]

    def _seen(self, state: State, asker: int, client: int, key: str | None) -> Any:
        """What a client last saw of a register: that is what it compares with."""
        seen, latest = None, -1
        for operation, (call, answer) in enumerate(zip(state.calls, state.answers, strict=True)):
            if call is None or (call.asker, call.client) != (asker, client) or answer is OPEN or answer[0] != "ok":
                continue
            # What a client asks comes one after the other.
            if call.after.bit_count() > latest:
                for of, value in _told(self._tiny.operations[operation], call.key, answer[1]):
                    if of == key and not isinstance(value, str):
                        seen, latest = value, call.after.bit_count()
        return seen

    def _place(self, state: State, asker: int, client: int) -> int | None:
        """The node that a client has asked before, where it matters who asks: it keeps to that."""
        if not self._tiny.remembers:
            return None
        calls = (call for call in state.calls if call is not None and (call.asker, call.client) == (asker, client))
        return next((call.node for call in calls), None)

    def _nodes_for(self, state: State, asker: Asker, place: int | None) -> tuple[int, ...]:
        """The nodes that the gateway may ask; what is sent to one that is down is lost."""
        nodes = range(1, self._tiny.nodes + 1)
        up = [node for node in nodes if not self._past(state, node).down]
        if place is not None:
            return (place,) if place in up else ()
        wanted = asker.node if asker.node is not None else state.leader
        if wanted is None:
            return tuple(up)
        if wanted in up or not self._tiny.health_check:
            return (wanted,) if wanted in up else ()
        return tuple([node for node in (*up, *up) if node > wanted][:1] or up[:1])

    # Messages

    def _arrives(self, state: State) -> Iterator[tuple[Step, State]]:
        losses, doubles, *_ = state.left
        passed: dict[tuple[int, int], list[int]] = {}
        for number in dict.fromkeys(state.flying):
            message = self._messages[number]
            sender, node, request, is_answer, wire, again = message
            before = passed.setdefault((sender, node), [])
            lost = tuple(before) if self._tiny.in_order else ()
            before += [number] * state.flying.count(number)
            if len(lost) > losses or self._past(state, node).down:
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
        losses, doubles, crashes, timers = state.left
        pasts = [self._memory[number] for number in state.nodes]
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
                yield step, self._made(draft, (losses, doubles, crashes - 1, timers))

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

    # Timers

    def _timers(self, state: State) -> Iterator[tuple[Step, State]]:
        *others, timers = state.left
        wakes = {
            past.node: past.wake
            for past in (self._memory[number] for number in state.nodes)
            if past.wake is not None and not past.down
        }
        if not timers or not wakes or min(wakes.values()) > LATEST:
            return
        draft = self._draft(state)
        draft.now = max(state.now, min(wakes.values()))
        woken = tuple(node for node, wake in wakes.items() if wake <= draft.now)
        for node in woken:
            self._happens(draft, (act.WAKE, node, draft.now))
        losses, doubles, crashes = others
        left = losses, doubles, crashes, timers - 1
        yield self._step(draft, "timers", 0, woken=woken), self._made(draft, left)

    # What happens at nodes

    def _past(self, state: State, node: int) -> Any:
        return self._memory[state.nodes[node - 1]]

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
            draft.answers[operation] = _result(asked(self._tiny, operation, call), wire)
            draft.returned.append((operation, late))

    def _step(self, draft: _Draft, kind: Any, node: int, **more: Any) -> Step:
        sent, returned = tuple(draft.sent), tuple(draft.returned)
        return Step(kind, node, draft.now, waits=draft.waits, sent=sent, returned=returned, **more)

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


def value_of(operation: int) -> int:
    """What an operation writes: these values are in no order, and far from each other, since some count up from them.

    They are multiples of the golden ratio, of which only the fraction counts (H. Weyl 1916), in thousandths.
    """
    return (503 + 618 * operation) % 1_000


def asked(tiny: Tiny, operation: int, call: Call) -> Asked:
    """What an operation asks."""
    kind = tiny.operations[operation]
    match kind:
        case "write":
            value: Any = value_of(operation)
        case "cas":
            value = call.old, value_of(operation)
        case "snapshot":
            value = tiny.askers[call.asker].keys
        case _:
            value = None
    return Asked(kind, value, call.key)


def _result(call: Asked, wire: Any) -> tuple[str, Any]:
    answer = _CODEC.decode(wire)
    if getattr(answer, "result", None) is ResponseType.Success:
        return call.answered(answer)
    return ("info" if call.f in CHANGES else "fail"), None


def _told(kind: str, key: str | None, value: Any) -> tuple[tuple[str | None, Any], ...]:
    """The registers, and what an answer of success says that they hold."""
    if kind == "snapshot":
        return tuple(value)
    return ((key, value[1] if kind == "cas" else value),)
