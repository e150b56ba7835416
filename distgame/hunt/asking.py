"""What clients may ask next in a tiny world, where and of whom, and what they are told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from distgame.engine.messages import ResponseType
from distgame.engine.operations import CHANGES
from distgame.engine.operations import Call as Asked
from distgame.engine.wire import Codec
from distgame.hunt.tiny import OPEN, Asker, Call, State, Tiny

_CODEC = Codec()


def questions(tiny: Tiny, state: State, up: Sequence[int]) -> Iterator[tuple[int, Call]]:
    """Each operation that may be asked next, and how, where so many nodes are up.

    Operations of a kind are alike: the first that was not asked stands for all.
    """
    after = sum(1 << n for n, answer in enumerate(state.answers) if answer is not OPEN)
    firsts = {kind: n for n, kind in reversed([*enumerate(tiny.operations)]) if state.calls[n] is None}
    for kind, operation in firsts.items():
        for index, asker in enumerate(tiny.askers):
            if kind not in asker.kinds:
                continue
            for client in _clients(tiny, state, index):
                for key in asker.keys if asker.keys and kind != "snapshot" else (None,):
                    old = _seen(tiny, state, index, client, key) if kind == "cas" else None
                    for node in _nodes_for(tiny, state, asker, up):
                        yield operation, Call(node, state.now, index, client, key, old, after)


def _clients(tiny: Tiny, state: State, asker: int) -> list[int]:
    """Which clients of a kind may ask: those that wait for nothing; of those that never asked the first."""
    calls = [(n, call) for n, call in enumerate(state.calls) if call is not None and call.asker == asker]
    waiting = {call.client if tiny.remembers else n for n, call in calls if state.answers[n] is OPEN}
    count = tiny.askers[asker].count
    if not tiny.remembers:
        return [0] if len(waiting) < count else []
    known = {call.client for _, call in calls}
    return [client for client in range(min(count, len(known) + 1)) if client not in waiting]


def _seen(tiny: Tiny, state: State, asker: int, client: int, key: str | None) -> Any:
    """What a client last saw of a register: that is what it compares with."""
    seen, latest = None, -1
    for operation, (call, answer) in enumerate(zip(state.calls, state.answers, strict=True)):
        if call is None or (call.asker, call.client) != (asker, client) or answer is OPEN or answer[0] != "ok":
            continue
        # What a client asks comes one after the other.
        if call.after.bit_count() > latest:
            for of, value in _told(tiny.operations[operation], call.key, answer[1]):
                if of == key and not isinstance(value, str):
                    seen, latest = value, call.after.bit_count()
    return seen


def _nodes_for(tiny: Tiny, state: State, asker: Asker, up: Sequence[int]) -> tuple[int, ...]:
    """The nodes that the gateway may ask; what is sent to one that is down is lost."""
    wanted = asker.node if asker.node is not None else state.leader
    if wanted is None:
        return tuple(up)
    if wanted in up or not tiny.health_check:
        return (wanted,) if wanted in up else ()
    return tuple([node for node in up if node > wanted][:1] or up[:1])


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


def result(call: Asked, wire: Any) -> tuple[str, Any]:
    """What a call came to by an answer: the type of its line in a history, and the value."""
    answer = _CODEC.decode(wire)
    if getattr(answer, "result", None) is ResponseType.Success:
        return call.answered(answer)
    return ("info" if call.f in CHANGES else "fail"), None


def _told(kind: str, key: str | None, value: Any) -> tuple[tuple[str | None, Any], ...]:
    """The registers, and what an answer of success says that they hold."""
    if kind == "snapshot":
        return tuple(value)
    return ((key, value[1] if kind == "cas" else value),)
