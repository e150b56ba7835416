"""The referee: it keeps the clock, carries the signals, runs clients and gateway, and writes the trace.

It never imports the player's file and believes nothing the nodes say but the messages they send.

A tick is worked in rounds. All events due in a phase of the tick are one batch; what they cause is numbered in the
order of the causes, whichever process answered first; and so on until the tick is empty. The phases are: faults,
arrivals, the nodes' own clocks, the clients' patience; so an answer that arrives in the tick of a timeout counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from distgame.engine import actions as act
from distgame.engine import trace as tr
from distgame.engine.actions import Action, Event, Nodes
from distgame.engine.clock import PRECISION
from distgame.engine.collector import rare_collections
from distgame.engine.draws import number
from distgame.engine.errors import ApiError, PlayerError, Problem
from distgame.engine.faults import ARRIVE, CHECK, CLOCK, DETECT, FAULT, LINKS, TELL, WAKE, Faults
from distgame.engine.fewer import checked_world_of
from distgame.engine.front import Front
from distgame.engine.network import LOST, Network
from distgame.engine.operations import Call
from distgame.engine.schedule import ARRIVALS, CLOCKS, FAULTS, PATIENCE, Schedule, Scheduled
from distgame.engine.swarm import drawn
from distgame.engine.trace import Trace, TraceEvent
from distgame.engine.world import (
    GATEWAY,
    FewerNodes,
    Intervention,
    SignalFate,
    SkippedOperation,
    World,
)

# What goes to and fro without a delay is over after a few rounds.
MAX_ROUNDS = 1_000

# Scheduled events beside those of faults, (kind, ...).
_SYNCED = 5  # node, token, life
_DURABLE = 6  # node, change, life
_OF_FAULTS = frozenset((FAULT, LINKS, CLOCK, DETECT, CHECK))


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
    with rare_collections():
        referee = Referee(nodes, world, seed, interventions, observe)
        try:
            return referee.run()
        finally:
            referee.let_go()


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
        self._world = world = drawn(checked_world_of(world, interventions), seed)
        self._seed = seed
        self._interventions = interventions
        self._observe = observe
        self._events: list[TraceEvent] = []
        self._record: Callable[[TraceEvent], None] = self._record_and_tell if observe else self._events.append
        self._rounds: list[int] = []
        self._schedule = Schedule()
        self._tick = 0
        self._budget = world.message_budget
        self._problem: Problem | None = None
        skips = tuple(each for each in interventions if isinstance(each, SkippedOperation))
        self._front = Front(world, seed, skips, self._on_leader, self._on_report, self._on_skip)
        on_health = self._front.gateway.set_health
        self._faults = Faults(world, seed, interventions, self._schedule, self._record, on_health)
        self._machines = self._faults.machines
        fates = tuple(each for each in interventions if isinstance(each, SignalFate))
        self._network = Network(world, seed, self._faults.rules, fates, self._schedule, self._record)
        self._wakes: dict[int, int] = {}

    def run(self) -> Trace:
        """The whole run."""
        world, seed = self._world, self._seed
        self._nodes.begin(world.nodes, tuple(number(seed, "node", node) for node in self._machines))
        self._faults.schedule()
        self._rounds.append(0)
        self._start()
        rounds = 0
        for tick, phase, batch in self._schedule.until(world.duration):
            if self._problem is not None:
                break
            rounds = rounds + 1 if tick == self._tick else 0
            self._tick = tick
            self._rounds.append(len(self._events))
            if rounds > MAX_ROUNDS:
                message = "this tick does not end: something goes on and on without waiting a tick"
                self._fail(Problem("storm", message, *self._last_wait(), tick=self._tick))
            elif phase == FAULTS:
                # A fault may undo what another one of the same tick has done.
                for event in batch:
                    if self._problem is None:
                        self._work([event])
            else:
                self._work(batch)
        met = self._faults.met | self._network.met | self._front.met
        met |= {each for each in self._interventions if isinstance(each, FewerNodes)}
        unmet = tuple(each for each in self._interventions if each not in met)
        events = tuple(self._events)
        # The parts of a run know each other, so they stay until the collector comes; the events go with their trace.
        self._events.clear()
        return Trace(
            world,
            seed,
            self._interventions,
            events,
            tuple(self._rounds),
            min(self._tick, world.duration) if self._problem else world.duration,
            self._problem,
            unmet,
        )

    def let_go(self) -> None:
        """Keeps nothing of what it has recorded: as its parts know each other, it may be around for a while."""
        self._events.clear()
        self._rounds.clear()

    @property
    def tick(self) -> int:
        """The tick that is worked now."""
        return self._tick

    def clock(self, node: int, tick: int) -> int:
        """What a node's clock shows at a tick, if it goes on as it does now."""
        return self._machines[node].clock.local(tick)

    # Before the first tick

    def _start(self) -> None:
        starts = [(act.START, node, machine.local_time(0), 0, (), ()) for node, machine in self._machines.items()]
        for event, actions in zip(starts, self._ask(starts), strict=True):
            self._apply(event[1], actions)
            if self._problem is not None:
                return
        for server, actions in self._front.start():
            self._apply(server, actions)

    # One round

    def _record_and_tell(self, event: TraceEvent) -> None:
        self._events.append(event)
        assert self._observe is not None
        self._observe(event)

    def _work(self, batch: list[Scheduled]) -> None:
        # By far the most frequent case: all of these are signals that arrive, and at nodes that are up.
        tick, machines = self._tick, self._machines
        asked: list[Event] = []
        for event in batch:
            if event[0] != ARRIVE:
                return self._work_mixed(batch)
            _, _, _, sender, receiver, _, request, is_answer, wire, _ = event
            if receiver > GATEWAY:
                machine = machines[receiver]
                if not machine.up or machine.paused:
                    return self._work_mixed(batch)
                local_time = machine.offset + tick * machine.rate // PRECISION
                asked.append((act.DELIVER, receiver, local_time, sender, request, is_answer, wire))
        answers = iter(self._ask(asked) if asked else ())
        record = self._record
        for event in batch:
            record((tr.DELIVER, tick, event[2]))
            server = event[4]
            actions = next(answers) if server > GATEWAY else self._receive(event)
            if actions:
                self._apply(server, actions)
            if self._problem is not None:
                break
        return None

    def _work_mixed(self, batch: list[Scheduled]) -> None:
        # What happens, and the node that is asked what it does then, or None.
        due: list[tuple[Scheduled, int | None]] = []
        asked: list[Event] = []
        for event in batch:
            if self._still_applies(event):
                for_node = self._for_node(event)
                if for_node is not None:
                    asked.append(for_node)
                due.append((event, None if for_node is None else for_node[1]))
        answers = iter(self._ask(asked)) if asked else iter(())
        for event, node in due:
            self._happen(event)
            if node is not None:
                self._apply(node, next(answers))
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

    def _still_applies(self, event: Scheduled) -> bool:
        """Drops what befalls nobody any more; holds back what a paused node does not notice."""
        kind = event[0]
        if kind == ARRIVE:
            if event[4] <= GATEWAY:
                return True
            machine = self._machines[event[4]]
            if not machine.up:
                self._record((tr.LOSE, self._tick, event[2], "down"))
                return False
        elif kind == WAKE:
            if event[1] not in self._machines:
                return bool(self._wakes.get(event[1]) == event[2])
            machine = self._machines[event[1]]
            if not machine.up or machine.wake != event[2]:
                return False
        elif kind in (_SYNCED, _DURABLE):
            machine = self._machines[event[1]]
            if not machine.up or machine.life != event[3]:
                return False
            if kind == _DURABLE:
                return True
        elif kind == TELL:
            machine = self._machines[event[1]]
            if not machine.up or machine.life != event[3]:
                return False
        else:
            return self._faults.applies(event)
        if machine.paused:
            machine.held.append(event)
            return False
        return True

    def _for_node(self, event: Scheduled) -> Event | None:
        """The event as the host is given it; None where it is none of the nodes' business."""
        kind = event[0]
        if kind == ARRIVE:
            _, _, _, sender, receiver, _, request, is_answer, wire, _ = event
            if receiver > GATEWAY:
                local_time = self._machines[receiver].local_time(self._tick)
                return (act.DELIVER, receiver, local_time, sender, request, is_answer, wire)
        elif kind in (WAKE, _SYNCED):
            if event[1] in self._machines:
                local = self._machines[event[1]].local_time(self._tick)
                return (act.WAKE, event[1], local) if kind == WAKE else (act.SYNCED, event[1], local, event[2])
        elif kind in (FAULT, TELL):
            return self._faults.for_node(event, self._tick)
        return None

    def _happen(self, event: Scheduled) -> None:
        """Writes down what happens, and lets it happen to clients, gateway and links."""
        kind = event[0]
        if kind == ARRIVE:
            self._record((tr.DELIVER, self._tick, event[2]))
            if event[4] <= GATEWAY:
                self._apply(event[4], self._receive(event))
        elif kind == LOST:
            self._record((tr.LOSE, self._tick, event[1], event[2]))
        elif kind == WAKE and event[1] in self._front:
            self._apply(event[1], self._front.wake(event[1], self._tick))
        elif kind in _OF_FAULTS:
            self._faults.happen(event, self._tick)
        elif kind == _DURABLE:
            self._machines[event[1]].write(event[2])

    def _receive(self, event: Scheduled) -> list[Action]:
        """What a client or the gateway does with a signal."""
        _, _, _, sender, receiver, _, request, is_answer, wire, _ = event
        try:
            return self._front.receive(receiver, self._tick, sender, request, is_answer, wire)
        except ApiError as error:
            self._fail(Problem(error.kind, str(error), None, None, sender, self._tick))
        except (TypeError, ValueError, LookupError, AttributeError):
            # What the node's process made of a message of the API is none.
            message = "a node sent what is no message: does the program reach into the game's own objects?"
            self._fail(Problem("exit", message, None, None, sender, self._tick))
        return []

    # What servers do

    def _apply(self, server: int, actions: list[Action]) -> None:
        """Carries out what a server has done."""
        links, tick = self._network.links[server], self._tick
        for action in actions:
            kind = action[0]
            if kind == act.SEND:
                _, receiver, request, is_answer, wire = action
                if links[receiver].send(tick, request, is_answer, wire) > self._budget:
                    self._fail(self._storm(server))
            elif server <= GATEWAY:
                self._wake_front(server, action)
            elif kind == act.WAITS:
                self._record((tr.WAITS, tick, server, *action[1:]))
            elif kind == act.PROBLEM:
                self._fail(Problem(action[1], action[2], action[3], action[4], server, tick))
                break
            else:
                self._apply_to_node(server, action)

    def _wake_front(self, server: int, action: Action) -> None:
        """A client or the gateway has asked to be woken."""
        assert action[0] == act.WAKE_AT
        token = self._wakes[server] = self._wakes.get(server, 0) + 1
        phase = PATIENCE if self._front.waits_for_answer(server) else ARRIVALS
        self._schedule.add(max(action[1], self._tick), phase, (WAKE, server, token))

    def _apply_to_node(self, node: int, action: Action) -> None:
        """Carries out what a node has done beside sending."""
        kind, tick, machine = action[0], self._tick, self._machines[node]
        if kind == act.ENDS:
            self._record((tr.ENDS, tick, node, action[1]))
        elif kind == act.STORE:
            self._record((tr.STORE, tick, node, *action[1:]))
            if self._world.disk_latency == 0:
                machine.write(action[1:])
            else:
                due = tick + self._world.disk_latency
                self._schedule.add(due, ARRIVALS, (_DURABLE, node, action[1:], machine.life))
        elif kind == act.WAKE_AT:
            machine.wake += 1
            machine.wake_at = action[1]
            due = max(machine.clock.true(action[1]), tick)
            self._schedule.add(due, CLOCKS, (WAKE, node, machine.wake))
        elif kind == act.PRINT:
            self._record((tr.PRINT, tick, node, action[1]))
        elif kind == act.SYNC:
            due = tick + self._world.disk_latency
            self._schedule.add(due, ARRIVALS, (_SYNCED, node, action[1], machine.life))

    # What is reported

    def _on_leader(self, node: int) -> None:
        self._record((tr.LEADER, self._tick, node))

    def _on_skip(self, client: int, node: int) -> None:
        # What is asked later keeps the draws that it would have had.
        for sender, receiver in ((client, GATEWAY), (GATEWAY, node), (node, GATEWAY), (GATEWAY, client)):
            self._network.links[sender][receiver].skip()

    def _on_report(self, client: int, process: int, call: Call, kind: str, value: Any) -> None:
        key = () if call.key is None else (call.key,)
        if kind == "invoke":
            self._record((tr.INVOKE, self._tick, client, process, call.f, value, *key))
        else:
            self._record((tr.RETURN, self._tick, client, process, call.f, kind, value, *key))

    def _last_wait(self, node: int | None = None) -> tuple[str | None, int | None, int | None]:
        """File, line and node of the handler that was the last to wait, at a node if one is named."""
        for event in reversed(self._events):
            if event[0] == tr.WAITS and node in (None, event[2]):
                return event[5], event[6], event[2]
        return None, None, None

    def _storm(self, server: int) -> Problem:
        file, line, _ = self._last_wait(server)
        message = f"the nodes sent more than {self._budget} messages, most of them {self._commonest()}: a storm"
        return Problem("storm", message, file, line, server if server > GATEWAY else None, self._tick)

    def _commonest(self) -> str:
        """The label that most messages have."""
        labels = Counter(tr.label_of(event[8]) for event in self._events if event[0] == tr.SEND)
        return labels.most_common(1)[0][0]

    def _fail(self, problem: Problem) -> None:
        if self._problem is None:
            self._problem = problem
            self._record((tr.PROBLEM, self._tick, problem.node, problem.kind))
