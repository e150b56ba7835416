"""The Node tab: all that is known of one server at an instant."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from operator import itemgetter

from distgame.engine import trace as tr
from distgame.engine.inspecting import Inside
from distgame.engine.trace import Trace
from distgame.engine.world import GATEWAY, name_of
from distgame.game.play.playback import ClientState, Instant, NodeState

from .page import Page
from .rows import LOST, Row, folded, prose, row
from .wording import answers, short_label

Sources = Mapping[str, Sequence[str]]
"""The lines of the player's files, by the files' names."""

LAST_MESSAGES = 12
LONGEST_VALUE = 300


def server_rows(
    server: int,
    instant: Instant,
    trace: Trace,
    sources: Sources,
    width: int,
    inside: Mapping[int, Inside] | None = None,
) -> list[Row]:
    """The rows about a server: what it holds, what its handlers wait for, its inbox and its last messages.

    `sources` are the lines of the player's files; `inside` is what the nodes look like from inside, where it is known.
    """
    rows: list[Row] = []
    if server > GATEWAY:
        rows += _node(instant.nodes[server], server, sources, width, None if inside is None else inside.get(server))
    elif server == GATEWAY:
        rows += [
            row(("gateway", "gateway-title")),
            row(f" {instant.forwarded} requests sent on, {instant.counts.open} operations open"),
        ]
    else:
        rows += _client(instant.clients[server], server)
    if coming := _coming(server, instant):
        rows += [row(""), row(("on their way here", "name")), *coming]
    rows += [row(""), row(("last messages", "name"))]
    messages = last_messages(server, instant.event, trace)
    rows += messages or [row((" none yet", "client"))]
    if printed := last_prints(server, instant.event, trace, width):
        rows += [row(""), row(("printed", "name")), *printed]
    return rows


def _coming(server: int, instant: Instant) -> list[Row]:
    found = []
    for flight in instant.flights:
        signal = flight.signal
        if signal.receiver == server and not flight.dead and signal.due is not None:
            late = " waits at its door" if instant.time > signal.due else f" arrives {signal.due}"
            role = "reply" if signal.is_answer else "request"
            found.append(row((f" {short_label(signal)}", role), f" from {name_of(signal.sender)}", (late, "client")))
    return found


def last_prints(server: int, event: int, trace: Trace, width: int) -> list[Row]:
    """The last lines a node printed before an event, the newest first."""
    found: list[Row] = []
    for place in range(bisect_left(trace.prints, event, key=itemgetter(0)) - 1, -1, -1):
        _, (_, tick, node, text) = trace.prints[place]
        if node == server:
            found += folded(row((f" {tick:04d} ", "client"), text), width, " " * 6)
            if len(found) >= LAST_MESSAGES:
                break
    return found


def _node(state: NodeState, node: int, sources: Sources, width: int, inside: Inside | None) -> list[Row]:
    condition = "down" if not state.up else "paused" if state.paused else "up"
    role = {"up": "node-title", "paused": "slow-title", "down": "cut-title"}[condition]
    leads = ", leader" if state.leader else ""
    handled = f", {state.delivered} messages handled"
    rows = [row((f"node {node} ", role), (f"{condition}{leads}{handled}", "text"))]
    if inside is not None:
        rows.append(row(f"its clock shows {inside.clock}"))
    rows.append(row(("holds", "name")))
    for key, text in state.storage.items():
        shown = text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"
        rows += folded(row((f" {key}", "node"), f" = {shown}"), width, "   ")
    if not state.storage:
        rows.append(row((" nothing", "client")))
    if inside is not None and inside.attributes:
        rows.append(row(("attributes", "name")))
        for name, text in inside.attributes:
            rows += folded(row((f" {name}", "slow"), f" = {text}"), width, "   ")
    rows.append(row(("handlers that wait", "name")))
    for wait in state.waits:
        what = "sleeps" if wait.need == 0 else answers(wait.got, wait.need)
        rows += folded(row((f" {wait.name}", "request"), f" {what}"), width, "   ")
        if wait.line:
            lines = sources.get(wait.file, ())
            code = lines[wait.line - 1].strip() if wait.line <= len(lines) else ""
            place = f"{wait.line}" if len(sources) == 1 else f"{wait.file}:{wait.line}"
            rows += folded(row((f"   {place} ", "client"), code), width, "      ")
        for frame in inside.handlers.get(wait.handler, ()) if inside is not None else ():
            for name, text in frame.values:
                rows += folded(row((f"     {name}", "slow"), f" = {text}"), width, "       ")
    if not state.waits:
        rows.append(row((" none", "client")))
    return rows


def _client(state: ClientState, client: int) -> list[Row]:
    asks = f" waits for its {state.asks}" if state.asks else " thinks"
    last = f" last: {state.last}{' (wrong)' if state.wrong else ''}" if state.last else " no answer yet"
    return [
        row((f"client {-client}", "client-title")),
        row(asks),
        row(last),
        row(f" {state.done} answered, {state.unanswered} not"),
    ]


def last_messages(server: int, event: int, trace: Trace) -> list[Row]:
    """The last messages sent, received and lost by a server before an event, the newest first."""
    found: list[Row] = []
    for index in range(event - 1, -1, -1):
        kind, tick, number = trace.events[index][:3]
        if kind not in (tr.SEND, tr.DELIVER, tr.LOSE):
            continue
        signal = trace.signals[number]
        sent = signal.sender == server
        if not (sent and kind != tr.DELIVER) and not (signal.receiver == server and kind == tr.DELIVER):
            continue
        role = "reply" if signal.is_answer else "request"
        label = (f" {short_label(signal)}", role)
        if kind == tr.LOSE:
            rest = (f" to {name_of(signal.receiver)} {LOST} lost", "lost")
        else:
            rest = (f" to {name_of(signal.receiver)}" if sent else f" from {name_of(signal.sender)}", "text")
        found.append(row((f" {tick:04d}", "client"), label, rest))
        if len(found) == LAST_MESSAGES:
            break
    return found


class ServerPage(Page):
    """What is known of the chosen server."""

    HELP = (
        "All that is known of one server at this instant; while the run stands still also a node's attributes, its "
        "clock, and the local variables of its waiting handlers. Choose another server with Tab and Enter, or a click "
        "on its box."
    )

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._facts: tuple[int, Instant, Trace, Sources] | None = None
        self._inside: Mapping[int, Inside] | None = None

    def show(
        self, server: int, instant: Instant, trace: Trace, sources: Sources, inside: Mapping[int, Inside] | None
    ) -> None:
        """Shows a server at an instant, from inside where that is known."""
        self._facts, self._inside = (server, instant, trace, sources), inside
        self.rebuild()

    def rows(self, width: int) -> list[Row]:
        return prose("no run yet", width) if self._facts is None else server_rows(*self._facts, width, self._inside)
