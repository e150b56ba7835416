"""The story of a wrong run: the operations that prove it and what was done to signals, links and nodes, in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from distgame.checker import Kind, Operation, Outcome, Value
from distgame.checker.lanes import show_key
from distgame.checker.sentences import show
from distgame.checker.verdict import Namer, client
from distgame.engine import trace as tr
from distgame.engine.trace import Trace, label_of
from distgame.engine.world import (
    GATEWAY,
    ClockRule,
    FewerNodes,
    Intervention,
    LinkRule,
    NodeFault,
    SignalFate,
    SkippedOperation,
)
from distgame.hunt.quiet import calm, is_moment
from distgame.hunt.trial import Trial


@dataclass(frozen=True, slots=True)
class Step:
    """One step: `event` is the index in the trace of what it tells, `decision` whether the adversary did it."""

    tick: int
    event: int
    text: str
    decision: bool = False


def story(trial: Trial, name: Namer = client) -> tuple[Step, ...]:
    """The steps of a wrong run, in the order in which they happened."""
    operations = trial.wrong.operations if trial.wrong else ()
    steps = [*_operations(trial.trace, operations, name), *_decisions(trial), *_problem(trial.trace)]
    return tuple(sorted(steps, key=lambda step: (step.event, step.tick, step.text)))


def _operations(trace: Trace, operations: tuple[Operation, ...], name: Namer) -> Iterator[Step]:
    wanted = {(operation.process, operation.invoked): operation for operation in operations}
    nodes = first_nodes(trace)
    told: dict[int, Operation] = {}
    for index, event in enumerate(trace.events):
        if event[0] == tr.INVOKE and (event[3], index) in wanted:
            operation = told[event[3]] = wanted[event[3], index]
            where = f" at node {nodes[index]}" if index in nodes else ""
            yield Step(event[1], index, f"{name(operation.process)} {asks(operation)}{where}")
        elif event[0] == tr.RETURN and event[3] in told:
            operation = told.pop(event[3])
            if event[5] != "info":
                yield Step(event[1], index, f"{name(operation.process)} {is_told(operation)}")


def asks(operation: Operation) -> str:
    """What a client does, as a step tells it."""
    value, at = show(operation.value), "" if operation.key is None else f" in {show_key(operation.key)}"
    match operation.kind:
        case Kind.READ:
            return f"reads{at and f' {show_key(operation.key)}'}"
        case Kind.WRITE:
            return f"writes {value}{at}"
        case Kind.CAS:
            return f"changes {_held(operation.old)} to {value}{at}"
        case Kind.ADD:
            return f"counts up{at}"
        case _:
            return f"reads {' and '.join(show_key(key) for key, _ in operation.parts) or 'everything'}"


def is_told(operation: Operation) -> str:
    """What it is told, where it is told anything."""
    match operation.kind:
        case _ if operation.outcome is Outcome.FAILED and operation.kind is not Kind.CAS:
            return "is told no"
        case Kind.READ:
            return f"is answered {_held(operation.value)}"
        case Kind.WRITE:
            return f"is told that {show(operation.value)} is written"
        case Kind.CAS:
            return f"is told that it held {'something else' if operation.outcome is Outcome.FAILED else 'that'}"
        case Kind.ADD:
            return f"is given ticket {show(operation.value)}"
        case _:
            return f"is answered {', '.join(f'{show_key(key)} = {_held(value)}' for key, value in operation.parts)}"


def _held(value: Value) -> str:
    return "None" if value is None else show(value)


def first_nodes(trace: Trace) -> dict[int, int]:
    """The node that the gateway asked first for the operation invoked at an event."""
    calls: dict[int, int] = {}
    open_calls: dict[int, int] = {}
    at_gateway: list[int] = []
    found: dict[int, int] = {}
    for index, event in enumerate(trace.events):
        if event[0] == tr.INVOKE:
            open_calls[-event[2]] = index
        elif event[0] == tr.SEND and event[3] < GATEWAY and event[3] in open_calls:
            calls[event[2]] = open_calls.pop(event[3])
        elif event[0] == tr.DELIVER and event[2] in calls:
            at_gateway.append(calls.pop(event[2]))
        elif event[0] == tr.SEND and event[3] == GATEWAY and event[4] > GATEWAY and not event[7] and at_gateway:
            found[at_gateway.pop(0)] = event[4]
    return found


def _problem(trace: Trace) -> Iterator[Step]:
    if trace.problem is not None:
        yield Step(trace.end, max(0, len(trace.events) - 1), f"the run ends: {trace.problem}")


def _decisions(trial: Trial) -> Iterator[Step]:
    trace = trial.trace
    faults = []
    for each in _told_of(trial):
        if isinstance(each, NodeFault):
            faults.append(each)
        elif isinstance(each, FewerNodes):
            yield Step(0, 0, _fewer_told(each), True)
        elif isinstance(each, ClockRule):
            yield Step(each.start, _first_from(trace, each.start), _clock_told(each, trace.end), True)
        elif isinstance(each, LinkRule) and not is_moment(each):
            yield Step(each.start, _first_from(trace, each.start), _links_told(each, trace.end), True)
    for index, event in enumerate(trace.events):
        if event[0] == tr.FAULT:
            by_hand = [fault for fault in faults if (fault.tick, fault.kind, fault.node) == (event[1], *event[2:4])]
            if by_hand:
                yield Step(event[1], index, _fault_told(by_hand[0]), True)
    for group in _gathered(befallen(trial), trace):
        index, fate = group[0]
        events = [trace.events[index] for index, _ in group]
        yield Step(events[0][1], index, _fate_told(events, fate), True)


def befallen(trial: Trial) -> list[tuple[int, str]]:
    """The signals that the adversary meddled with, by the index in the trace of their sending, and what befell them.

    Of a double it is the index of the second one.
    """
    fates: dict[tuple[int, int, int], list[str]] = {}
    moments: set[tuple[int, int, int]] = set()
    for each in _told_of(trial):
        if isinstance(each, SignalFate):
            fates.setdefault((each.sender, each.receiver, each.k), []).append(each.fate)
        elif isinstance(each, LinkRule) and is_moment(each) and each.senders and each.receivers:
            moments.add((each.start, each.senders[0], each.receivers[0]))
    found: list[tuple[int, str]] = []
    for index, event in enumerate(trial.trace.events):
        if event[0] == tr.SEND:
            found += ((index, fate) for fate in fates.get((event[3], event[4], event[5]), ()))
            if (event[1], event[3], event[4]) in moments:
                found.append((index, _fate_of(event)))
            elif event[5] < 0 and found and found[-1][1] == "double":
                found[-1] = index, "double"
    return found


def _told_of(trial: Trial) -> Iterator[Intervention]:
    """The decisions that met something, and are not merely that all else is quick."""
    trace = trial.trace
    for each in trial.schedule.interventions:
        if each not in trace.unmet and each != calm(trace.world) and not isinstance(each, SkippedOperation):
            yield each


def _first_from(trace: Trace, tick: int) -> int:
    return next((index for index, event in enumerate(trace.events) if event[1] >= tick), len(trace.events))


def _fate_of(event: tr.TraceEvent) -> str:
    """What became of a signal, when that was decided for all of its link and tick."""
    return "drop" if event[9] is None else "double" if event[5] < 0 else "hold"


def _gathered(befallen: list[tuple[int, str]], trace: Trace) -> list[list[tuple[int, str]]]:
    """What befell signals, in one group what befell likewise all that one node sent in a tick, or else was sent."""
    left, found = befallen, []
    for end in (3, 4):
        groups: dict[object, list[tuple[int, str]]] = {}
        for index, fate in left:
            event = trace.events[index]
            groups.setdefault((fate, event[1], event[end], label_of(event[8])), []).append((index, fate))
        found += [group for group in groups.values() if len(group) > 1 or end == 4]
        left = [group[0] for group in groups.values() if len(group) == 1]
    return found


def _fate_told(events: list[tr.TraceEvent], fate: str) -> str:
    senders, receivers = (_nodes(tuple(sorted({event[end] for event in events}))) for end in (3, 4))
    signal = f"{label_of(events[0][8])} from {senders} to {receivers}"
    if fate == "drop":
        return f"{signal} is lost"
    due = sorted({event[9] for event in events if event[9] is not None})
    until = "" if not due else f" {due[0]}" if len(due) == 1 else f" {due[0]} to {due[-1]}"
    if fate == "double":
        return f"{signal} comes twice, again at tick{until}"
    return f"{signal} is held until tick{until}" if until else f"{signal} is held"


def _fewer_told(fewer: FewerNodes) -> str:
    count = len(fewer.nodes)
    words = f"the same happens with {count} node{'s' * (count > 1)}"
    if fewer.nodes == tuple(range(1, count + 1)):
        return words
    here = f"here 1 to {count}" if count > 1 else "here 1"
    return f"{words}: the level's {_nodes(fewer.nodes)}, {here}"


def _fault_told(fault: NodeFault) -> str:
    if fault.kind == "pause":
        clock = ", and so does its clock" if fault.freezes_clock else ""
        return f"node {fault.node} stands still for {fault.ticks} ticks{clock}"
    if fault.kind == "restart":
        return f"node {fault.node} starts again" + (" with an empty disk" if fault.lose_disk else "")
    return f"node {fault.node} crashes"


def _clock_told(rule: ClockRule, end: int) -> str:
    until = f" until tick {rule.end}" if rule.end is not None and rule.end < end else ""
    return f"the clock of node {rule.node} runs at {rule.rate:g} of its rate{until}"


def _links_told(rule: LinkRule, end: int) -> str:
    senders, receivers = (_nodes(each) for each in (rule.senders, rule.receivers))
    until = f" until tick {rule.end}" if rule.end is not None and rule.end < end else ""
    if rule.cut:
        return f"the way from {senders} to {receivers} is cut{until}"
    if rule.loss == 1.0:
        return f"what {senders} sends to {receivers} is lost{until}"
    span = "" if rule.delay is None else _span(rule.delay)
    return f"the way from {senders} to {receivers} takes {span} ticks{until}"


def _span(delay: tuple[int, int]) -> str:
    return f"{delay[0]}" if delay[0] == delay[1] else f"{delay[0]} to {delay[1]}"


def _nodes(ids: tuple[int, ...] | None) -> str:
    if ids is None:
        return "every node"
    return f"node {ids[0]}" if len(ids) == 1 else f"nodes {', '.join(map(str, ids[:-1]))} and {ids[-1]}"
