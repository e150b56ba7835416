"""From an instant of a run to what the network diagram shows: a pure function."""

from __future__ import annotations

from collections.abc import Collection
from itertools import combinations
from typing import Literal

from distgame.engine.world import GATEWAY, Link, LinkRule, World
from distgame.game.play.playback import ClientState, Instant, NodeState
from distgame.tui.diagram.scene import Box, Flight, LinkMark, Scene

from .rows import WRONG
from .wording import answers, short_label, short_storage

# Cells for text in a box of the usual width, and in one of 13 cells.
ROOM, SHORT_ROOM = 14, 10
_KINDS: tuple[Literal["cut", "slow", "lossy"], ...] = ("cut", "slow", "lossy")


def scene_of(instant: Instant, world: World, lit: Collection[int] | None = None) -> Scene:
    """What the diagram shows of an instant; of `lit` signals all others are faint."""
    marks = link_marks(instant.broken, world)
    cut = {frozenset((mark.a, mark.b)) for mark in marks if mark.kind == "cut"}
    return Scene(
        clients=tuple(_client(-i, instant.clients[-i]) for i in range(1, len(world.clients) + 1)),
        gateway=_gateway(instant, world),
        nodes=tuple(
            _node(node, state, _is_alone(node, world.nodes, cut)) for node, state in sorted(instant.nodes.items())
        ),
        signals=tuple(
            Flight(
                flight.signal.id,
                flight.signal.sender,
                flight.signal.receiver,
                flight.progress,
                short_label(flight.signal),
                "reply" if flight.signal.is_answer else "request",
                flight.dead,
                lit is not None and flight.signal.id not in lit,
            )
            for flight in instant.flights
        ),
        links=marks,
    )


def link_marks(broken: tuple[LinkRule, ...], world: World) -> tuple[LinkMark, ...]:
    """The pairs between which a link, one way or both, is cut, or slower or worse than the level's links are.

    Later rules win over earlier ones, as in the simulation.
    """
    if not broken:
        return ()
    marks = []
    nodes = range(1, world.nodes + 1)
    pairs = [*combinations((GATEWAY, *nodes), 2), *((-c, GATEWAY) for c in range(1, len(world.clients) + 1))]
    for a, b in pairs:
        usual = world.links if a > GATEWAY else world.front
        there, back = _kind(broken, usual, a, b), _kind(broken, usual, b, a)
        for kind in _KINDS:
            if kind in (there, back):
                one_way = kind == "cut" and there != back
                marks.append(LinkMark(a, b, kind, (b if there == "cut" else a) if one_way else None))
                break
    return tuple(marks)


def _kind(rules: tuple[LinkRule, ...], usual: Link, sender: int, receiver: int) -> str:
    cut, slowest, loss = usual.cut, usual.delay[1], usual.loss
    for rule in rules:
        if rule.covers(sender, receiver):
            cut = cut if rule.cut is None else rule.cut
            slowest = slowest if rule.delay is None else rule.delay[1]
            loss = loss if rule.loss is None else rule.loss
    if cut or loss >= 1.0:
        return "cut"
    if slowest > usual.delay[1]:
        return "slow"
    return "lossy" if loss > usual.loss else ""


def _is_alone(node: int, nodes: int, cut: set[frozenset[int]]) -> bool:
    others = [other for other in range(1, nodes + 1) if other != node]
    return bool(others) and all(frozenset((node, other)) in cut for other in others)


def _node(node: int, state: NodeState, alone: bool) -> Box:
    if not state.up:
        shown = "down"
    elif state.paused:
        shown = "paused"
    else:
        shown = "cut off" if alone else "up"
    return Box(
        node,
        f"node {node} ◆" if state.leader else f"node {node}",
        (short_storage(state.storage, ROOM), _waits(state, ROOM), f"handled {state.delivered}"),
        (short_storage(state.storage, SHORT_ROOM, "="), _waits(state, SHORT_ROOM), f"handled {state.delivered}"),
        shown,
    )


def _waits(state: NodeState, room: int) -> str:
    """What the oldest waiting handler waits for, and how many more wait."""
    if not state.waits:
        return "idle"
    wait, more = state.waits[0], len(state.waits) - 1
    if wait.need == 0:
        texts = ["sleeps"]
    else:
        progress = f"{wait.got} of {wait.need}"
        texts = [answers(wait.got, wait.need), progress]
    tail = f" +{more}" if more else ""
    return next((text + tail for text in texts if len(text + tail) <= room), texts[-1])


def _client(client: int, state: ClientState) -> Box:
    words, sign = _doing(state)
    if state.wrong and not state.asks:
        words, sign = words + WRONG, sign + WRONG
    done = [f"done {state.done}"]
    if state.unanswered:
        done.append(f"unanswered {state.unanswered}")
    return Box(client, f"client {-client}", (words, *done), (sign, *done))


def _doing(state: ClientState) -> tuple[str, str]:
    """What a client asks, else its last answer: in words, and in the signs that its signals have."""
    if state.sign:
        return (state.asks, f"{state.sign}?") if state.asks else (state.last, state.sign)
    if state.asks:
        what, _, value = state.asks.partition(" ")
        return (state.asks, f"W{value}?") if what == "write" else ("read ?", "R?")
    if state.last in ("", "no answer"):
        return state.last or "thinks", "-"
    what, _, value = state.last.partition(" ")
    if what == "wrote":
        return state.last, f"W{value}"
    value = "∅" if value == "nothing yet" else value
    return f"read {value}", f"R{value}"


def _gateway(instant: Instant, world: World) -> Box:
    leader = next((node for node, state in instant.nodes.items() if state.leader), None)
    if leader is not None:
        target = f"leader: {leader}"
    elif any(client.node is not None for client in world.clients):
        target = f"to node {instant.last_node}" if instant.last_node else "to its node"
    else:
        target = f"next node {instant.last_node % world.nodes + 1}"
    sent, waiting = f"sent on {instant.forwarded}", f"{instant.counts.open} open"
    short = f"sent {instant.forwarded}", target.replace("next node", "next:"), waiting
    return Box(GATEWAY, "gateway", (sent, target, waiting), short)
