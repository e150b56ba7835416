"""The referee: it keeps the clock, carries the signals, runs clients and gateway, and writes the trace.

It never imports the player's file and believes nothing the nodes say but the messages they send.

A tick is worked in rounds. All events due in a phase of the tick are one batch; what they cause is numbered in the
order of the causes, whichever process answered first; and so on until the tick is empty. The phases are: faults,
arrivals, the nodes' own clocks, the clients' patience; so an answer that arrives in the tick of a timeout counts.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from random import Random
from typing import Any

from distgame.engine import actions as act
from distgame.engine import trace as tr
from distgame.engine.actions import Action, Event, Nodes
from distgame.engine.client import Client, Workload
from distgame.engine.clock import Clock, draw_clock
from distgame.engine.draws import number
from distgame.engine.endpoints import read_table
from distgame.engine.errors import ApiError, PlayerError, Problem
from distgame.engine.gateway import Gateway
from distgame.engine.network import Network
from distgame.engine.runtime import Runtime
from distgame.engine.trace import Trace, TraceEvent
from distgame.engine.webserver import WebServer, make_server
from distgame.engine.wire import Codec
from distgame.engine.world import GATEWAY, Intervention, LinkRule, NodeFault, SignalFate, World, check_intervention

FAULTS, ARRIVALS, CLOCKS, PATIENCE = range(4)
# What goes to and fro without a delay is over after a few rounds.
MAX_ROUNDS = 1_000

# Scheduled events, (kind, ...).
_ARRIVE = 0  # signal, sender, receiver, request, is an answer, wire
_LOST = 1  # signal, reason
_WAKE = 2  # server, token
_FAULT = 3  # what, node, index
_LINKS = 4  # rule index, begins
_SYNCED = 5  # node, token, life
_DURABLE = 6  # node, change, life


class _NodeState:
    """What the referee knows of a node: its clock, whether it runs, its disk, and what waits at its door."""

    __slots__ = ("clock", "disk", "held", "life", "paused", "up", "wake")

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.up = True
        self.paused = False
        self.life = 0
        self.wake = 0
        self.held: list[tuple[Any, ...]] = []
        self.disk: dict[Any, Any] = {}


def simulate(
    nodes: Nodes,
    world: World,
    seed: int,
    interventions: tuple[Intervention, ...] = (),
    observe: Callable[[TraceEvent], None] | None = None,
) -> Trace:
    """Runs a world to its end: a pure function of its arguments. `observe` sees each event as it happens.

    The player's mistakes end the run and are in the trace's `problem`; only a program that does not load raises
    PlayerError. Raises ValueError where an intervention names what the world does not have.
    """
    return Referee(nodes, world, seed, interventions, observe).run()


class Referee:
    """One run, from its first tick to its last."""

    def __init__(
        self,
        nodes: Nodes,
        world: World,
        seed: int,
        interventions: tuple[Intervention, ...] = (),
        observe: Callable[[TraceEvent], None] | None = None,
    ) -> None:
        self._nodes = nodes
        self._world = world
        self._seed = seed
        self._interventions = interventions
        self._observe = observe
        self._events: list[TraceEvent] = []
        self._record: Callable[[TraceEvent], None] = self._record_and_tell if observe else self._events.append
        self._rounds: list[int] = []
        self._buckets: dict[int, list[tuple[Any, ...]]] = {}
        self._due: list[int] = []
        self._tick = 0
        self._signals = 0
        self._node_sends = 0
        self._opaque = 0
        self._problem: Problem | None = None
        self._met: set[Intervention] = set()
        for each in interventions:
            check_intervention(each, world)
        self._rules = (*world.rules, *(each for each in interventions if isinstance(each, LinkRule)))
        fates = tuple(each for each in interventions if isinstance(each, SignalFate))
        self._network = Network(world, seed, self._rules, fates)
        self._states = {node: _NodeState(draw_clock(seed, node, world.clocks)) for node in range(1, world.nodes + 1)}
        self._servers: dict[int, WebServer] = {}
        self._runtimes: dict[int, Runtime] = {}
        self._wakes: dict[int, int] = {}

    def run(self) -> Trace:
        """The whole run."""
        world, seed = self._world, self._seed
        self._nodes.begin(world.nodes, tuple(number(seed, "node", node) for node in self._states))
        self._schedule_faults()
        self._start_servers()
        self._record_round()
        starts = [(act.START, node, state.clock.local(0), False, ()) for node, state in self._states.items()]
        self._handle(starts)
        for runtime in self._runtimes.values():
            runtime.start()
            self._drain(runtime)
        last = world.duration * 4 + PATIENCE
        due, buckets = self._due, self._buckets
        rounds = 0
        while due and due[0] <= last and self._problem is None:
            key = heapq.heappop(due)
            rounds = rounds + 1 if key >> 2 == self._tick else 0
            self._tick = key >> 2
            self._record_round()
            if rounds > MAX_ROUNDS:
                message = "this tick does not end: something goes on and on without waiting a tick"
                self._fail(Problem("storm", message, tick=self._tick))
            elif key & 3 == FAULTS:
                # A fault may undo what another one of the same tick has done.
                for event in buckets.pop(key):
                    if self._problem is None:
                        self._work([event])
            else:
                self._work(buckets.pop(key))
        unmet = tuple(each for each in self._interventions if each not in self._met | self._network.met)
        return Trace(
            world,
            seed,
            self._interventions,
            tuple(self._events),
            tuple(self._rounds),
            min(self._tick, world.duration) if self._problem else world.duration,
            self._problem,
            unmet,
        )

    # Before the first tick

    def _schedule_faults(self) -> None:
        faults = (*self._world.faults, *(each for each in self._interventions if isinstance(each, NodeFault)))
        for fault in faults:
            self._schedule(fault.tick, FAULTS, (_FAULT, fault.kind, fault.node, fault))
        for index, rule in enumerate(self._rules):
            if rule.start == 0:
                self._met.add(rule)
            if rule.start > 0 or rule.end is not None:
                self._schedule(rule.start, FAULTS, (_LINKS, index, True))
                if rule.end is not None:
                    self._schedule(rule.end, FAULTS, (_LINKS, index, False))

    def _start_servers(self) -> None:
        world = self._world
        workload = Workload(world, self._seed)
        everyone = (*range(1, world.nodes + 1), *range(-1, -len(world.clients) - 1, -1))
        self._add_server(GATEWAY, Gateway, everyone, world, self._on_leader)
        for index, spec in enumerate(world.clients, 1):
            self._add_server(-index, Client, (GATEWAY,), index, spec, workload, world, self._on_report)

    def _add_server(self, server_id: int, cls: type[WebServer], known: tuple[int, ...], *arguments: Any) -> None:
        runtime = Runtime(server_id, known, Codec(), self._opaque_id, Random(0))
        server = make_server(cls, runtime, *arguments)
        runtime.attach(read_table(server))
        self._servers[server_id] = server
        self._runtimes[server_id] = runtime

    def _opaque_id(self) -> int:
        # A gateway that numbers its requests would be a sequencer for the players.
        self._opaque += 1
        return number(self._seed, "request", self._opaque)

    # The queue

    def _schedule(self, tick: int, phase: int, event: tuple[Any, ...]) -> None:
        key = tick * 4 + phase
        bucket = self._buckets.get(key)
        if bucket is None:
            self._buckets[key] = [event]
            heapq.heappush(self._due, key)
        else:
            bucket.append(event)

    def _record_and_tell(self, event: TraceEvent) -> None:
        self._events.append(event)
        assert self._observe is not None
        self._observe(event)

    def _record_round(self) -> None:
        self._rounds.append(len(self._events))

    # One round

    def _work(self, batch: list[tuple[Any, ...]]) -> None:
        due: list[tuple[tuple[Any, ...], Event | None]] = []
        asked: list[Event] = []
        tick, states = self._tick, self._states
        for event in batch:
            if event[0] == _ARRIVE:
                # By far the most frequent case, so it goes by without a call.
                _, _, sender, receiver, request, is_answer, wire = event
                state = states.get(receiver)
                if state is None:
                    due.append((event, None))
                    continue
                if state.up and not state.paused:
                    local = state.clock.local(tick)
                    delivery = (act.DELIVER, receiver, local, sender, request, is_answer, wire)
                    asked.append(delivery)
                    due.append((event, delivery))
                    continue
            if self._still_applies(event):
                for_node = self._for_node(event)
                if for_node is not None:
                    asked.append(for_node)
                due.append((event, for_node))
        answers = iter(self._ask(asked)) if asked else iter(())
        record = self._record
        for event, for_node in due:
            if event[0] == _ARRIVE:
                record((tr.DELIVER, tick, event[1]))
                if for_node is None:
                    self._receive(event)
            else:
                self._happen(event)
            if for_node is not None:
                actions = next(answers)
                if actions:
                    self._apply(for_node[1], actions)
            if self._problem is not None:
                return

    def _handle(self, events: list[Event]) -> None:
        for event, actions in zip(events, self._ask(events), strict=True):
            self._apply(event[1], actions)
            if self._problem is not None:
                return

    def _ask(self, events: list[Event]) -> list[list[Action]]:
        try:
            return self._nodes.handle(events)
        except PlayerError as error:
            # The host is gone. What it did in this round nobody knows, so the round is the last.
            problem = error.problem
            asked = {event[1] for event in events}
            node = problem.node or (asked.pop() if len(asked) == 1 else None)
            self._fail(Problem(problem.kind, problem.message, problem.file, problem.line, node, self._tick))
            return [[] for _ in events]

    def _still_applies(self, event: tuple[Any, ...]) -> bool:
        """Drops what befalls nobody any more; holds back what a paused node does not notice."""
        kind = event[0]
        if kind == _ARRIVE:
            state = self._states[event[3]]
            if not state.up:
                self._record((tr.LOSE, self._tick, event[1], "down"))
                return False
        elif kind == _WAKE:
            if event[1] not in self._states:
                return bool(self._wakes.get(event[1]) == event[2])
            state = self._states[event[1]]
            if not state.up or state.wake != event[2]:
                return False
        elif kind in (_SYNCED, _DURABLE):
            state = self._states[event[1]]
            if not state.up or state.life != event[3]:
                return False
            if kind == _DURABLE:
                return True
        elif kind == _FAULT:
            return self._fault_applies(event)
        else:
            return True
        if state.paused:
            state.held.append(event)
            return False
        return True

    def _fault_applies(self, event: tuple[Any, ...]) -> bool:
        what, state, fault = event[1], self._states[event[2]], event[3]
        if what == "resume":
            return bool(state.paused and state.life == fault)
        applies = {"crash": state.up, "restart": not state.up, "pause": state.up and not state.paused}[what]
        if applies:
            self._met.add(fault)
        return bool(applies)

    def _for_node(self, event: tuple[Any, ...]) -> Event | None:
        """The event as the host is given it; None where it is none of the nodes' business."""
        kind = event[0]
        if kind in (_WAKE, _SYNCED):
            if event[1] in self._states:
                local = self._states[event[1]].clock.local(self._tick)
                return (act.WAKE, event[1], local) if kind == _WAKE else (act.SYNCED, event[1], local, event[2])
        elif kind == _FAULT and event[1] == "crash":
            return (act.CRASH, event[2], 0)
        elif kind == _FAULT and event[1] == "restart":
            state = self._states[event[2]]
            disk = () if event[3].lose_disk else tuple(state.disk.items())
            return (act.START, event[2], state.clock.local(self._tick), True, disk)
        return None

    def _happen(self, event: tuple[Any, ...]) -> None:
        """Writes down what happens, and lets it happen to clients, gateway and links."""
        kind = event[0]
        if kind == _LOST:
            self._record((tr.LOSE, self._tick, event[1], event[2]))
        elif kind == _WAKE:
            runtime = self._runtimes.get(event[1])
            if runtime is not None:
                runtime.local_time = self._tick
                runtime.wake()
                self._drain(runtime)
        elif kind == _FAULT:
            self._happen_to_node(event[1], event[2], event[3])
        elif kind == _LINKS:
            self._met.add(self._rules[event[1]])
            self._record((tr.LINKS, self._tick, event[1], event[2]))
        elif kind == _DURABLE:
            self._write_disk(event[1], event[2])

    def _receive(self, event: tuple[Any, ...]) -> None:
        """A client or the gateway gets a signal."""
        runtime, server = self._runtimes[event[3]], self._servers[event[3]]
        runtime.local_time = self._tick
        server.add_message((event[2], event[4], event[5], event[6]))
        try:
            server.process()
        except ApiError as error:
            self._fail(Problem(error.kind, str(error), None, None, event[2], self._tick))
        self._drain(runtime)

    def _happen_to_node(self, what: str, node: int, fault: NodeFault) -> None:
        state = self._states[node]
        self._record((tr.FAULT, self._tick, what, node))
        if what == "crash":
            state.up = state.paused = False
            state.life += 1
            state.wake += 1
            # What had reached the door of a paused node dies with it.
            for event in state.held:
                if event[0] == _ARRIVE:
                    self._record((tr.LOSE, self._tick, event[1], "down"))
            state.held.clear()
        elif what == "restart":
            state.up = True
            if fault.lose_disk:
                state.disk.clear()
        elif what == "pause":
            state.paused = True
            self._schedule(self._tick + fault.ticks, FAULTS, (_FAULT, "resume", node, state.life))
        else:
            state.paused = False
            for event in state.held:
                self._schedule(self._tick, CLOCKS if event[0] == _WAKE else ARRIVALS, event)
            state.held.clear()

    # What servers do

    def _drain(self, runtime: Runtime) -> None:
        """Carries out what a client or the gateway has done."""
        runtime.ask_for_wake()
        actions, runtime.outbox = runtime.outbox, []
        for action in actions:
            if action[0] == act.SEND:
                self._send(runtime.id, action[1], action[2], action[3], action[4])
            elif action[0] == act.WAKE_AT:
                token = self._wakes[runtime.id] = self._wakes.get(runtime.id, 0) + 1
                phase = PATIENCE if runtime.open_requests else ARRIVALS
                self._schedule(max(action[1], self._tick), phase, (_WAKE, runtime.id, token))

    def _apply(self, node: int, actions: list[Action]) -> None:
        """Carries out what a node has done."""
        state = self._states[node]
        for action in actions:
            kind = action[0]
            if kind == act.SEND:
                self._send(node, action[1], action[2], action[3], action[4])
            elif kind == act.WAITS:
                self._record((tr.WAITS, self._tick, node, *action[1:]))
            elif kind == act.ENDS:
                self._record((tr.ENDS, self._tick, node, action[1]))
            elif kind == act.STORE:
                self._record((tr.STORE, self._tick, node, *action[1:]))
                if self._world.disk_latency == 0:
                    self._write_disk(node, action[1:])
                else:
                    due = self._tick + self._world.disk_latency
                    self._schedule(due, ARRIVALS, (_DURABLE, node, action[1:], state.life))
            elif kind == act.WAKE_AT:
                state.wake += 1
                due = max(state.clock.true(action[1]), self._tick)
                self._schedule(due, CLOCKS, (_WAKE, node, state.wake))
            elif kind == act.PRINT:
                self._record((tr.PRINT, self._tick, node, action[1]))
            elif kind == act.SYNC:
                due = self._tick + self._world.disk_latency
                self._schedule(due, ARRIVALS, (_SYNCED, node, action[1], state.life))
            elif kind == act.PROBLEM:
                self._fail(Problem(action[1], action[2], action[3], action[4], node, self._tick))
                return

    def _write_disk(self, node: int, change: tuple[Any, ...]) -> None:
        disk = self._states[node].disk
        if len(change) == 1:
            disk.pop(change[0], None)
        elif not any(type(wire) is tuple and wire[0] == "x" for wire in change):
            disk[change[0]] = change[1]

    def _send(self, sender: int, receiver: int, request: int, is_answer: bool, wire: Any) -> None:
        tick = self._tick
        k, delay, lost, double = self._network.send(sender, receiver, tick)
        signal = self._signals = self._signals + 1
        if lost:
            self._record((tr.SEND, tick, signal, sender, receiver, k, request, is_answer, wire, None))
            self._schedule(tick + (delay + 1) // 2, ARRIVALS, (_LOST, signal, lost))
        else:
            due = tick + delay
            self._record((tr.SEND, tick, signal, sender, receiver, k, request, is_answer, wire, due))
            event = (_ARRIVE, signal, sender, receiver, request, is_answer, wire)
            bucket = self._buckets.get(due * 4 + ARRIVALS)
            if bucket is None:
                self._schedule(due, ARRIVALS, event)
            else:
                bucket.append(event)
            if double is not None:
                self._signals += 1
                due = tick + double
                self._record((tr.SEND, tick, self._signals, sender, receiver, -1, request, is_answer, wire, due))
                event = (_ARRIVE, self._signals, sender, receiver, request, is_answer, wire)
                self._schedule(due, ARRIVALS, event)
        if self._signals > self._world.message_budget:
            message = f"the nodes sent more than {self._world.message_budget} messages: a storm"
            self._fail(Problem("storm", message, None, None, sender if sender > 0 else None, tick))

    # What is reported

    def _on_leader(self, node: int) -> None:
        self._record((tr.LEADER, self._tick, node))

    def _on_report(self, client: int, process: int, f: str, kind: str, value: Any) -> None:
        if kind == "invoke":
            self._record((tr.INVOKE, self._tick, client, process, f, value))
        else:
            self._record((tr.RETURN, self._tick, client, process, f, kind, value))

    def _fail(self, problem: Problem) -> None:
        if self._problem is None:
            self._problem = problem
            self._record((tr.PROBLEM, self._tick, problem.node, problem.kind))
