"""The shortest story of a wrong answer: the operations that prove it, and the messages that it hangs on.

A written value is unlike all others, so the messages that carry it tell who could know of it. What matters is which of
them the nodes behind the wrong answer had not got, which one they got too late, and which brought a right answer.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import inf

from distgame.checker import Kind, Operation, Value
from distgame.engine import trace as tr
from distgame.engine.trace import Trace, label_of, text_of
from distgame.engine.wire import Wire
from distgame.game.play.causes import operations_of_signals
from distgame.game.running.runs import Run
from distgame.game.scores.scoring import Failure
from distgame.hunt.story import first_nodes

MOST_SIGNALS = 6
LONGEST_LABEL = 16


@dataclass(frozen=True, slots=True)
class Message:
    """A message from node to node: events and ticks of its sending and of its arrival, infinite and None if lost.

    `label` is all of it where that is short, `brief` what it is and which value of the story it carries.
    """

    sender: int
    receiver: int
    label: str
    brief: str
    sent: int
    sent_at: int
    arrived: float
    arrived_at: int | None


@dataclass(frozen=True, slots=True)
class Absence:
    """A time in which a node was "down" or "paused": events and ticks of its begin and end, infinite and None if it
    went on to the end."""

    node: int
    state: str
    began: int
    began_at: int
    ended: float
    ended_at: int | None


@dataclass(frozen=True, slots=True)
class Story:
    """What is told: operations with the nodes that were asked first, messages in the order of their sending, and when
    the nodes behind the wrong answer were away.

    `wrong` is the operation to blame. The counts are of all operations and messages between nodes that there were in
    the run, None where that is not at hand. `note` says what did not happen.
    """

    operations: tuple[Operation, ...]
    wrong: Operation | None
    clients: int
    nodes: tuple[int | None, ...]
    messages: tuple[Message, ...] = ()
    absences: tuple[Absence, ...] = ()
    note: str = ""
    counts: tuple[int, int] | None = None


def story_of_failure(failure: Failure, clients: int) -> Story:
    """The story as far as the failure tells it, without the run."""
    wrong = (op for op in failure.operations if op.kind is not Kind.WRITE and op.completed_at == failure.tick)
    return Story(failure.operations, next(wrong, None), clients, (None,) * len(failure.operations))


def story_of_run(run: Run) -> Story | None:
    """The story of the first wrong answer of a run; None where all are right."""
    judgement, trace = run.judgement, run.trace
    if not judgement.wrong:
        return None
    first = judgement.wrong[0]
    explanation = judgement.explain(first)
    asked = first_nodes(trace)
    operations, wrong = explanation.operations, explanation.wrong or first.operation
    found = _Messages(trace, asked)
    rest = [op for op in operations if op != wrong]
    news = {value for op in rest for value in _values(op)} - _values(wrong) - {None}
    told = found.that_matter(wrong, rest, news)
    known = {value for op in operations for value in _values(op)} - {None}
    note = ""
    if news and not any(found.carries(signal, news) for signal in found.between_nodes):
        note = f"No message between nodes carried {_either(news)}."
    return Story(
        operations=operations,
        wrong=wrong,
        clients=len(trace.world.clients),
        nodes=tuple(asked.get(int(op.invoked)) for op in operations),
        messages=tuple(sorted((found.message(signal, known) for signal in told), key=lambda each: each.sent)),
        absences=tuple(_absences(trace, found.sources(wrong), min(op.invoked for op in operations), wrong.completed)),
        note=note,
        counts=(len(run.history), len(found.between_nodes)),
    )


def _either(values: Iterable[Value]) -> str:
    return " or ".join(sorted(map(str, values)))


def _values(op: Operation) -> set[Value]:
    """What an operation writes, or is answered."""
    return {op.value} if op.kind is not Kind.SNAPSHOT else {value for _, value in op.parts}


class _Messages:
    """The messages of a run; a signal is its number, counted from 1."""

    def __init__(self, trace: Trace, asked: dict[int, int]) -> None:
        self._sends = trace.sends
        self._asked = asked
        self._sent = [index for index, event in enumerate(trace.events) if event[0] == tr.SEND]
        self._arrived = {event[2]: index for index, event in enumerate(trace.events) if event[0] == tr.DELIVER}
        self._events = trace.events
        self._of = operations_of_signals(trace)
        self.between_nodes = [
            number for number, event in enumerate(self._sends, 1) if event[3] > 0 and event[4] > 0 and event[5] >= 0
        ]

    def message(self, signal: int, known: set[Value]) -> Message:
        """A signal as a message of a story that knows of these values."""
        event = self._sends[signal - 1]
        arrived = self._arrived.get(signal)
        text = text_of(event[8])
        carried = sorted({str(value) for value in _leaves(event[8]) if value in known})
        brief = label if (label := label_of(event[8])) in carried else " ".join([label, *carried])
        return Message(
            sender=event[3],
            receiver=event[4],
            label=text if len(text) <= LONGEST_LABEL else brief,
            brief=min(text, brief, key=len),
            sent=self._sent[signal - 1],
            sent_at=event[1],
            arrived=inf if arrived is None else arrived,
            arrived_at=None if arrived is None else self._events[arrived][1],
        )

    def carries(self, signal: int, values: set[Value]) -> bool:
        """Whether one of the values is in a message."""
        return any(value in values for value in _leaves(self._sends[signal - 1][8]))

    def that_matter(self, wrong: Operation, rest: Sequence[Operation], news: set[Value]) -> list[int]:
        """The few messages that tell how the answer came to be wrong, at most MOST_SIGNALS."""
        carriers = [signal for signal in self.between_nodes if self.carries(signal, news)]
        sources = self.sources(wrong)
        found: dict[tuple[int, int, Wire], int] = {}

        def add(signals: Iterable[int]) -> None:
            for signal in signals:
                event = self._sends[signal - 1]
                found.setdefault((event[3], event[4], event[8]), signal)

        add(s for s in carriers if self._missed(s, sources))
        old = _values(wrong) - {None}
        if old:
            add(self._overwritten(carriers, old, sources))
        for op in rest:
            if op.kind is not Kind.WRITE:
                add(self._brought(carriers, op))
        add(signal for _, signal in sources.values() if signal is not None)
        return list(found.values())[:MOST_SIGNALS]

    def sources(self, op: Operation) -> dict[int, tuple[float, int | None]]:
        """The nodes that an answer came from: the event in which each said what it knew, and the message in which."""
        node = self._asked.get(int(op.invoked))
        if node is None:
            return {}
        found: dict[int, tuple[float, int | None]] = {node: (op.completed, None)}
        for signal in self.between_nodes:
            event = self._sends[signal - 1]
            heard = self._of[signal - 1] == op.invoked and event[4] == node and event[7]
            if heard and self._arrived.get(signal, inf) < op.completed:
                found.setdefault(event[3], (self._sent[signal - 1], signal))
        return found

    def _missed(self, signal: int, sources: dict[int, tuple[float, int | None]]) -> bool:
        """Whether a message was under way to a source, or lost, when that said what it knew."""
        said = sources.get(self._sends[signal - 1][4])
        return said is not None and self._sent[signal - 1] < said[0] < self._arrived.get(signal, inf)

    def _overwritten(
        self, carriers: Sequence[int], old: set[Value], sources: dict[int, tuple[float, int | None]]
    ) -> Iterator[int]:
        """What brought a source the old value after the new one, and before it said what it knew."""
        for node, (said, _) in sources.items():
            came = [self._arrived[s] for s in carriers if self._sends[s - 1][4] == node and s in self._arrived]
            first = min((at for at in came if at < said), default=None)
            if first is None:
                continue
            for signal in self.between_nodes:
                event = self._sends[signal - 1]
                between = event[4] == node and first < self._arrived.get(signal, inf) < said
                if between and not event[7] and self.carries(signal, old):
                    yield next(s for s in carriers if self._arrived.get(s) == first)
                    yield signal
                    break

    def _brought(self, carriers: Sequence[int], op: Operation) -> Iterator[int]:
        """What brought another answer its value."""
        sources = self.sources(op)
        for node, (said, _) in sources.items():
            came = [s for s in carriers if self._sends[s - 1][4] == node and self._arrived.get(s, inf) < said]
            if came:
                yield min(came, key=lambda signal: self._arrived[signal])
                return


def _absences(trace: Trace, nodes: Container[int], since: float, until: float) -> Iterator[Absence]:
    """When one of the nodes was down or paused between two events."""
    begun: dict[tuple[int, str], tuple[int, int]] = {}
    for index, event in enumerate(trace.events):
        if event[0] != tr.FAULT or event[3] not in nodes or index > until:
            continue
        kind, node = event[2:4]
        ended = _END.get(kind, "")
        if (node, ended) in begun:
            began, at = begun.pop((node, ended))
            if index > since:
                yield Absence(node, ended, began, at, index, event[1])
        if kind in _BEGIN:
            begun[node, _BEGIN[kind]] = index, event[1]
    for (node, state), (began, at) in begun.items():
        yield Absence(node, state, began, at, inf, None)


_BEGIN = {"crash": "down", "pause": "paused"}
_END = {"restart": "down", "resume": "paused", "crash": "paused"}


def _leaves(wire: Wire) -> Iterator[Value]:
    if type(wire) is tuple:
        for part in wire[1:]:
            yield from _leaves(part)
    elif wire is None or type(wire) in (int, str):
        yield wire
