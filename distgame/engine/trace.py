"""The trace of a run: every event in order, as plain tuples, with the digest that proves two runs equal.

Each event is (kind, tick, ...) with one of the kinds below. `Trace.signals` and the other readers give them names.
"""

from __future__ import annotations

import hashlib
import marshal
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from distgame.engine.errors import Problem
from distgame.engine.sealed import Sealed, seal
from distgame.engine.wire import API_PREFIX, Wire
from distgame.engine.wording import printable
from distgame.engine.world import Intervention, World

ENGINE_VERSION = 3

SEND = 0  # signal, sender, receiver, k (-1: a double), request, is an answer, wire form, due tick (None: will be lost)
DELIVER = 1  # signal
LOSE = 2  # signal, reason: lost, cut, dropped, down
INVOKE = 3  # client, process, f, value, key (left out where there is one register); see `operations`
RETURN = 4  # client, process, f, type (ok, fail, info), value, key
FAULT = 5  # what befell it (crash, restart, pause, resume; else words of its clock and of who hears of it), node
LINKS = 6  # index of the rule, whether it begins
STORE = 7  # node, key, value (no value: the key is gone)
LEADER = 8  # node
WAITS = 9  # node, handler number, handler name, file, line, got, needed
ENDS = 10  # node, handler number
PRINT = 11  # node, text
PROBLEM = 12  # node, kind

# Lines and printed text may differ between Python versions; a digest must not.
_IN_DIGEST = frozenset((SEND, DELIVER, LOSE, INVOKE, RETURN, FAULT, LINKS, STORE, LEADER, PROBLEM))

_FAIL = "ResponseType.Fail"
# This version of marshal's form knows neither references nor interned texts, and numbers go by value: what is equal
# has equal bytes, in every version of Python.
_FORM = 2

TraceEvent = tuple[Any, ...]


@seal
@dataclass(frozen=True, slots=True)
class Signal(metaclass=Sealed):
    """One message on its way: `sent` and `due` are ticks; `due` is None for a signal that will be lost."""

    id: int
    sender: int
    receiver: int
    k: int
    request: int
    is_answer: bool
    message: Wire
    sent: int
    due: int | None

    @property
    def label(self) -> str:
        """What the screen writes beside it: R, W7, C3>7, +1; R7, W+, C+, #4; or the message's type."""
        return label_of(self.message)


def label_of(wire: Wire) -> str:
    """A short label for a message's wire form."""
    if type(wire) is not tuple:
        return text_of(wire)
    if wire[0] not in ("o", "c", "n", "e"):
        return {
            "t": "tuple",
            "l": "list",
            "d": "dict",
            "s": "set",
            "z": "frozenset",
            "f": "float",
            "b": "bytes",
        }[wire[0]]
    name = printable(wire[1].removeprefix(API_PREFIX))
    if wire[0] == "o" and wire[1].startswith(API_PREFIX):
        return _label_of_api(name, wire)
    return text_of(wire[2]) if wire[0] == "e" else name.rpartition(":")[2].rpartition(".")[2]


def _label_of_api(name: str, wire: Wire) -> str:
    told = _TOLD.get(name)
    if told is None:
        return "leader" if name == "LeaderNotification" else name
    letter, of_answer, words = told
    if of_answer and text_of(wire[2]) == _FAIL:
        return f"{letter}-"
    return words(*wire[3 if of_answer else 2 :])


def _asked(text: str, key: Wire = None, id: Wire = None) -> str:
    return text if key is None else f"{text} {text_of(key)}"


def _held(value: Wire) -> str:
    return "∅" if value in (None, "N") else text_of(value)


def _names(keys: Wire) -> str:
    return ",".join(map(text_of, keys[1:])) if type(keys) is tuple and keys[0] in ("t", "l") else text_of(keys)


def _all_held(values: Wire) -> str:
    return ",".join(map(_held, values[2::2])) if type(values) is tuple and values[0] == "d" else text_of(values)


# The letter of each message between clients and nodes, whether it is an answer, and its label.
_TOLD: dict[str, tuple[str, bool, Callable[..., str]]] = {
    "ClientReadRequest": ("R", False, lambda *rest: _asked("R", *rest)),
    "ClientWriteRequest": ("W", False, lambda value, *rest: _asked(f"W{text_of(value)}", *rest)),
    "ClientCasRequest": ("C", False, lambda old, new, *rest: _asked(f"C{_held(old)}>{text_of(new)}", *rest)),
    "ClientIncrementRequest": ("+", False, lambda *rest: _asked("+1", *rest)),
    "ClientSnapshotRequest": ("R", False, lambda keys, *rest: f"R {_names(keys)}"),
    "ClientReadResponse": ("R", True, lambda value: f"R{_held(value)}"),
    "ClientWriteResponse": ("W", True, lambda: "W+"),
    "ClientCasResponse": ("C", True, lambda swapped: "C+" if swapped else "C="),
    "ClientIncrementResponse": ("#", True, lambda value: f"#{text_of(value)}"),
    "ClientSnapshotResponse": ("R", True, lambda values: f"R {_all_held(values)}"),
}


def text_of(wire: Wire) -> str:
    """A wire form as a person would write the value."""
    if type(wire) is not tuple:
        return printable(wire) if type(wire) is str else repr(wire)
    tag, parts = wire[0], wire[1:]
    if tag == "x":
        return printable(parts[0])
    if tag == "f":
        return repr(float.fromhex(parts[0]))
    if tag == "b":
        return repr(bytes.fromhex(parts[0]))
    if tag == "t":
        return f"({', '.join(map(text_of, parts))}{',' if len(parts) == 1 else ''})"
    if tag == "l":
        return f"[{', '.join(map(text_of, parts))}]"
    if tag in ("s", "z"):
        return f"{{{', '.join(map(text_of, parts))}}}"
    if tag == "d":
        pairs = (f"{text_of(parts[i])}: {text_of(parts[i + 1])}" for i in range(0, len(parts), 2))
        return f"{{{', '.join(pairs)}}}"
    name = printable(parts[0].removeprefix(API_PREFIX).rpartition(":")[2])
    if tag == "e":
        return f"{name}.{text_of(parts[1])}"
    if tag == "c":
        pairs = (f"{text_of(parts[i])}={text_of(parts[i + 1])}" for i in range(1, len(parts), 2))
        return f"{name}({', '.join(pairs)})"
    return f"{name}({', '.join(map(text_of, parts[1:]))})"


class _Signals(Mapping[int, Signal]):
    def __init__(self, sends: list[TraceEvent]) -> None:
        self._sends = sends
        self._made: dict[int, Signal] = {}

    def __getitem__(self, number: int) -> Signal:
        signal = self._made.get(number)
        if signal is None:
            if not 1 <= number <= len(self._sends):
                raise KeyError(number)
            _, sent, _, sender, receiver, k, request, is_answer, wire, due = self._sends[number - 1]
            signal = Signal(number, sender, receiver, k, request, is_answer, wire, sent, due)
            self._made[number] = signal
        return signal

    def __iter__(self) -> Iterator[int]:
        return iter(range(1, len(self._sends) + 1))

    def __len__(self) -> int:
        return len(self._sends)


@dataclass(frozen=True)
class Trace:
    """Everything that happened in a run.

    `rounds` are the indices of the events with which each round of a tick begins: where a screen shows zero-tick
    signals, the rounds of a tick follow one another. `unmet` are the interventions that met nothing.
    """

    world: World
    seed: int
    interventions: tuple[Intervention, ...]
    events: tuple[TraceEvent, ...]
    rounds: tuple[int, ...]
    end: int
    problem: Problem | None = None
    unmet: tuple[Intervention, ...] = ()
    engine_version: int = field(default=ENGINE_VERSION)

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the events and wire forms: equal for equal runs, in every process and Python version."""
        return hashlib.sha256(marshal.dumps(self.digested, _FORM)).hexdigest()

    @cached_property
    def order(self) -> str:
        """SHA-256 over who heard of whom, in order: equal where the same links delivered in the same order."""
        sends = self.sends
        heard = [sends[event[2] - 1][3:5] for event in self.events if event[0] == DELIVER]
        return hashlib.sha256(marshal.dumps([link for link in heard if link[1] > 0], _FORM)).hexdigest()

    @property
    def digested(self) -> list[TraceEvent]:
        """The events that the digest covers."""
        return [event for event in self.events if event[0] in _IN_DIGEST]

    @property
    def calls(self) -> tuple[tuple[int, TraceEvent], ...]:
        """What the clients invoked and were answered, each with its index in the events."""
        return tuple((index, event) for index, event in enumerate(self.events) if event[0] in (INVOKE, RETURN))

    @cached_property
    def sends(self) -> list[TraceEvent]:
        """The events of sending: that of signal `n` is at n - 1."""
        return [event for event in self.events if event[0] == SEND]

    @cached_property
    def prints(self) -> list[tuple[int, TraceEvent]]:
        """The events in which nodes printed something, with their indices."""
        return [(index, event) for index, event in enumerate(self.events) if event[0] == PRINT]

    @cached_property
    def signals(self) -> Mapping[int, Signal]:
        """Every signal by its id, made when it is looked at."""
        return _Signals(self.sends)

    @cached_property
    def sends_between_nodes(self) -> int:
        """How many messages nodes sent to nodes, answers and resends included, the network's doubles not."""
        return sum(1 for e in self.events if e[0] == SEND and e[3] > 0 and e[4] > 0 and e[5] >= 0)
