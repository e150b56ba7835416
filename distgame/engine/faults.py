"""Faults: what befalls machines, clocks and links at which tick, and who hears of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from distgame.engine import actions as act
from distgame.engine import trace as tr
from distgame.engine.actions import Event
from distgame.engine.clock import draw_clock
from distgame.engine.machine import Machine
from distgame.engine.schedule import ARRIVALS, CLOCKS, FAULTS, Schedule, Scheduled
from distgame.engine.trace import TraceEvent
from distgame.engine.world import ClockRule, Intervention, LinkRule, NodeFault, World

# Scheduled events, (kind, ...). A signal on its way is the very event of its sending in the trace.
ARRIVE = tr.SEND
WAKE = 2  # server, token
FAULT = 3  # what, node, the fault (for a resume: the machine's life)
LINKS = 4  # rule index, begins
CLOCK = 7  # rule index, begins
DETECT = 8  # node, whether it is silent, the machine's stops
CHECK = 9  # node, the machine's life
TELL = 10  # node, suspects, the machine's life


class Faults:
    """The machines of a run and what is done to them. `met` are the faults and rules that found what they are for.

    `on_health` is told of each node that the gateway leaves out (True) or takes back.
    """

    def __init__(
        self,
        world: World,
        seed: int,
        interventions: tuple[Intervention, ...],
        schedule: Schedule,
        record: Callable[[TraceEvent], None],
        on_health: Callable[[int, bool], None],
    ) -> None:
        self.machines = {node: Machine(draw_clock(seed, node, world.clocks)) for node in range(1, world.nodes + 1)}
        self.met: set[Intervention] = set()
        self.rules = (*world.rules, *(each for each in interventions if isinstance(each, LinkRule)))
        self._faults = (*world.faults, *(each for each in interventions if isinstance(each, NodeFault)))
        self._clocks = (*world.clock_rules, *(each for each in interventions if isinstance(each, ClockRule)))
        self._detector = world.detector
        self._health_check = world.gateway.health_check
        self._schedule = schedule
        self._record = record
        self._on_health = on_health
        self._suspects: set[int] = set()
        self._left_out: set[int] = set()
        self._bent: dict[int, set[int]] = {}

    def schedule(self) -> None:
        """Puts all that is known beforehand on the schedule."""
        for fault in self._faults:
            self._schedule.add(fault.tick, FAULTS, (FAULT, fault.kind, fault.node, fault))
        for index, rule in enumerate(self.rules):
            if rule.start == 0:
                self.met.add(rule)
            if rule.start > 0 or rule.end is not None:
                self._schedule_rule(LINKS, index, rule)
        for index, clock in enumerate(self._clocks):
            self._schedule_rule(CLOCK, index, clock)

    def _schedule_rule(self, kind: int, index: int, rule: LinkRule | ClockRule) -> None:
        self._schedule.add(rule.start, FAULTS, (kind, index, True))
        if rule.end is not None:
            self._schedule.add(rule.end, FAULTS, (kind, index, False))

    def applies(self, event: Scheduled) -> bool:
        """Whether a fault, or what follows from one, still finds what it is for."""
        kind = event[0]
        if kind == DETECT:
            _, node, silent, stops = event
            machine = self.machines[node]
            return machine.stops == stops and self._is_silent(machine) is silent is not (node in self._suspects)
        if kind == CHECK:
            machine = self.machines[event[1]]
            return not machine.up and machine.life == event[2]
        if kind != FAULT:
            return True
        what, machine, fault = event[1], self.machines[event[2]], event[3]
        if what == "resume":
            return machine.paused and machine.life == fault
        applies = {"crash": machine.up, "restart": not machine.up, "pause": machine.up and not machine.paused}[what]
        if applies:
            self.met.add(fault)
        return applies

    def for_node(self, event: Scheduled, tick: int) -> Event | None:
        """The event as the host is given it; None where it is none of the nodes' business."""
        if event[0] == TELL:
            return (act.SUSPECT, event[1], self.machines[event[1]].local_time(tick), event[2])
        if event[0] == FAULT and event[1] == "crash":
            return (act.CRASH, event[2], 0)
        if event[0] == FAULT and event[1] == "restart":
            machine = self.machines[event[2]]
            disk = () if event[3].lose_disk else tuple(machine.disk.items())
            return (act.START, event[2], machine.local_time(tick), machine.life, disk, self._told())
        return None

    def happen(self, event: Scheduled, tick: int) -> None:
        """Writes down what happens, and lets it happen."""
        kind = event[0]
        if kind == FAULT:
            self._happen_to_node(event[1], event[2], event[3], tick)
        elif kind == LINKS:
            self.met.add(self.rules[event[1]])
            self._record((tr.LINKS, tick, event[1], event[2]))
        elif kind == CLOCK:
            self._bend(event[1], event[2], tick)
        elif kind == DETECT:
            self._detect(event[1], event[2], tick)
        elif kind == CHECK:
            self._set_health(event[1], True, tick)

    def _happen_to_node(self, what: str, node: int, fault: Any, tick: int) -> None:
        machine = self.machines[node]
        self._record((tr.FAULT, tick, what, node))
        if what == "crash":
            for event in machine.crash():
                if event[0] == ARRIVE:
                    self._record((tr.LOSE, tick, event[2], "down"))
            self._set_clock(machine, node, tick, machine.pace)
            if self._health_check:
                self._schedule.add(tick + self._health_check, FAULTS, (CHECK, node, machine.life))
        elif what == "restart":
            machine.up = True
            if fault.lose_disk:
                machine.disk.clear()
            self._set_health(node, False, tick)
        elif what == "pause":
            machine.pause()
            if fault.freezes_clock:
                self._set_clock(machine, node, tick, machine.pace, frozen=True)
            self._schedule.add(tick + fault.ticks, FAULTS, (FAULT, "resume", node, machine.life))
        else:
            held = machine.resume()
            self._schedule.add_before(tick, ARRIVALS, [event for event in held if event[0] != WAKE])
            self._schedule.add_before(tick, CLOCKS, [event for event in held if event[0] == WAKE])
            self._set_clock(machine, node, tick, machine.pace)
        if self._detector is not None:
            event = (DETECT, node, self._is_silent(machine), machine.stops)
            self._schedule.add(tick + self._detector.delay, FAULTS, event)

    # Who hears of it

    def _is_silent(self, machine: Machine) -> bool:
        assert self._detector is not None
        return not machine.up or (machine.paused and not self._detector.perfect)

    def _told(self) -> tuple[int, ...]:
        return tuple(sorted(self._suspects))

    def _detect(self, node: int, silent: bool, tick: int) -> None:
        (self._suspects.add if silent else self._suspects.discard)(node)
        self._record((tr.FAULT, tick, "suspected" if silent else "no longer suspected", node))
        for other, machine in self.machines.items():
            if machine.up:
                self._schedule.add(tick, ARRIVALS, (TELL, other, self._told(), machine.life))

    def _set_health(self, node: int, out: bool, tick: int) -> None:
        if out is not (node in self._left_out):
            (self._left_out.add if out else self._left_out.discard)(node)
            self._record((tr.FAULT, tick, "left out by the gateway" if out else "served by the gateway again", node))
            self._on_health(node, out)

    # Clocks

    def _bend(self, index: int, begins: bool, tick: int) -> None:
        rule = self._clocks[index]
        self.met.add(rule)
        bent = self._bent.setdefault(rule.node, set())
        (bent.add if begins else bent.discard)(index)
        pace = self._clocks[max(bent)].rate if bent else 1.0
        self._record((tr.FAULT, tick, "clock as usual" if pace == 1 else f"clock at {pace:g} of its rate", rule.node))
        machine = self.machines[rule.node]
        self._set_clock(machine, rule.node, tick, pace, machine.frozen)

    def _set_clock(self, machine: Machine, node: int, tick: int, pace: float, frozen: bool = False) -> None:
        """From now on the clock goes at that pace; what waits for it comes earlier or later."""
        if machine.set_clock(tick, pace, frozen) and machine.wake_at is not None:
            machine.wake += 1
            self._schedule.add(max(machine.clock.true(machine.wake_at), tick), CLOCKS, (WAKE, node, machine.wake))
