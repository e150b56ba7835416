"""What nodes do, asked once and then remembered: a node is a function of what has befallen it, in order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from distgame.engine import actions as act
from distgame.engine.actions import Action, Event
from distgame.engine.clock import Clock
from distgame.engine.errors import PlayerError, Problem
from distgame.engine.machine import Machine
from distgame.hunt.tiny import Play

Rounds = tuple[tuple[Action, ...], ...]
"""What a node does at once, then when all that it stored is durable, and so on for each time that it waits for that."""

MOST_ROUNDS = 100
"""How often a node may go on at once."""


@dataclass(frozen=True, slots=True)
class Past:
    """A node by all that has befallen it so far; whether it is down and has ever lost its disk; what it waits for.

    `life` counts its crashes, `disk` is what it has stored, and `safe` what of that is durable already, since it has
    waited for its disk so many times (`waits`) in its last event. `wake` is the time (ticks) at which its clock must
    wake it.
    """

    node: int
    events: tuple[Event, ...]
    down: bool = False
    emptied: bool = False
    life: int = 0
    disk: Mapping[Any, Any] = field(default_factory=dict)
    safe: Mapping[Any, Any] = field(default_factory=dict)
    wake: int | None = None
    waits: int = 0


class Memory:
    """The pasts of nodes, by their numbers."""

    def __init__(self, play: Play) -> None:
        self._play = play
        self._pasts: list[Past] = []
        self._after: dict[tuple[int, Event], tuple[int, Rounds]] = {}
        self.has_timers = False

    def __getitem__(self, number: int) -> Past:
        return self._pasts[number]

    def begin(self, node: int) -> tuple[int, Rounds]:
        """The past of a node that has just started, and what it does then. Raises PlayerError."""
        return self._longer(Past(node, ()), (act.START, node, 0, 0, (), ()))

    def after(self, number: int, event: Event) -> tuple[int, Rounds]:
        """The past that is one event longer, and what the node does at that event. Raises PlayerError."""
        known = self._after.get((number, event))
        if known is None:
            known = self._after[number, event] = self._longer(self._pasts[number], event)
        return known

    def crash(self, number: int, torn: bool) -> Event:
        """The event with which a node crashes; a `torn` one loses what was not durable yet."""
        return (act.CRASH, self._pasts[number].node, 0, torn)

    def restart(self, number: int, now: int, emptied: bool, suspects: tuple[int, ...]) -> Event:
        """The event with which a node that is down starts again."""
        past = self._pasts[number]
        disk = () if emptied else tuple(past.disk.items())
        return (act.START, past.node, now, past.life, disk, suspects)

    def _longer(self, past: Past, event: Event) -> tuple[int, Rounds]:
        if event[0] == act.CRASH:
            disk = past.safe if event[3] else past.disk
            life = past.life + 1
            return self._keep(Past(past.node, (*past.events, event), True, past.emptied, life, disk, disk)), ()
        events, rounds, wake = self._played(past, event)
        starts = event[0] == act.START
        disk = past.disk if not starts or event[4] else {}
        emptied = past.emptied or (starts and past.down and len(disk) < len(past.disk))
        safe = _stored(disk, rounds[:-1])
        disk = _stored(safe, rounds[-1:])
        longer = Past(past.node, events, False, emptied, past.life, disk, safe, wake, len(rounds) - 1)
        return self._keep(longer), rounds

    def _played(self, past: Past, event: Event) -> tuple[tuple[Event, ...], Rounds, int | None]:
        """All events that follow at once, what the node does, and when it must be woken."""
        node, now = past.node, event[2]
        wake = None if event[0] in (act.START, act.WAKE) else past.wake
        events = [*past.events, event]
        rounds: list[list[Action]] = [[]]
        tokens: list[int] = []
        fresh = 1
        for _ in range(MOST_ROUNDS):
            for action in chain.from_iterable(self._play(node, events)[-fresh:]):
                rounds[-1].append(action)
                if action[0] == act.SYNC:
                    tokens.append(action[1])
                elif action[0] == act.WAKE_AT:
                    wake = action[1]
                    self.has_timers = True
            if wake is not None and wake <= now:
                more: list[Event] = [(act.WAKE, node, now)]
                wake = None
            elif tokens:
                more = [(act.SYNCED, node, now, token) for token in tokens]
                tokens.clear()
                rounds.append([])
            else:
                return tuple(events), tuple(map(tuple, rounds)), wake
            events += more
            fresh = len(more)
        message = "this does not end: something goes on and on without waiting a tick"
        raise PlayerError(Problem("storm", message, None, None, node))

    def _keep(self, past: Past) -> int:
        self._pasts.append(past)
        return len(self._pasts) - 1


def _stored(disk: Mapping[Any, Any], rounds: Rounds) -> Mapping[Any, Any]:
    stores = [action[1:] for action in chain.from_iterable(rounds) if action[0] == act.STORE]
    if not stores:
        return disk
    machine = Machine(Clock())
    machine.disk.update(disk)
    for change in stores:
        machine.write(change)
    return machine.disk
