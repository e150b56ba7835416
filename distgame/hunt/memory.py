"""What nodes do, asked once and then remembered: a node is a function of what has befallen it, in order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from distgame.engine import actions as act
from distgame.engine.actions import Action, Event
from distgame.engine.clock import Clock
from distgame.engine.errors import PlayerError, Problem
from distgame.engine.machine import Machine
from distgame.hunt.tiny import Play


@dataclass(frozen=True, slots=True)
class Past:
    """A node by all that has befallen it so far; whether it is down and has ever lost its disk; what it waits for.

    `life` counts its crashes, `disk` is what is durable, and `wake` the time (ticks) at which its clock must wake it.
    """

    node: int
    events: tuple[Event, ...]
    down: bool = False
    emptied: bool = False
    life: int = 0
    disk: Mapping[Any, Any] | None = None
    wake: int | None = None


MOST_ROUNDS = 100
"""How often a node may go on at once."""


class Memory:
    """The pasts of nodes, by their numbers. What a node stores is durable at once."""

    def __init__(self, play: Play) -> None:
        self._play = play
        self._pasts: list[Past] = []
        self._after: dict[tuple[int, Event], tuple[int, tuple[Action, ...]]] = {}
        self.has_timers = False

    def __getitem__(self, number: int) -> Past:
        return self._pasts[number]

    def begin(self, node: int) -> tuple[int, tuple[Action, ...]]:
        """The past of a node that has just started, and what it does then. Raises PlayerError."""
        start = (act.START, node, 0, 0, (), ())
        return self._longer(Past(node, ()), start)

    def after(self, number: int, event: Event) -> tuple[int, tuple[Action, ...]]:
        """The past that is one event longer, and what the node does at that event. Raises PlayerError."""
        known = self._after.get((number, event))
        if known is None:
            known = self._after[number, event] = self._longer(self._pasts[number], event)
        return known

    def restart(self, number: int, now: int, empty: bool, suspects: tuple[int, ...]) -> Event:
        """The event with which a node that is down starts again."""
        past = self._pasts[number]
        disk = () if empty or past.disk is None else tuple(past.disk.items())
        return (act.START, past.node, now, past.life, disk, suspects)

    def _longer(self, past: Past, event: Event) -> tuple[int, tuple[Action, ...]]:
        node, kind, before = past.node, event[0], len(past.events)
        events = [*past.events, event]
        if kind == act.CRASH:
            return self._keep(Past(node, tuple(events), True, past.emptied, past.life + 1, past.disk)), ()
        wake = None if kind in (act.START, act.WAKE) else past.wake
        for _ in range(MOST_ROUNDS):
            done = self._play(node, events)
            for action in (each for some in done[before:] for each in some if each[0] == act.WAKE_AT):
                wake = action[1]
                self.has_timers = True
            # What a node waits to have on its disk is there at once, and so is what its clock shows already.
            more: list[Event] = [
                (act.SYNCED, node, event[2], action[1]) for action in done[-1] if action[0] == act.SYNC
            ]
            if not more and wake is not None and wake <= event[2]:
                more, wake = [(act.WAKE, node, event[2])], None
            if not more:
                break
            events += more
        else:
            message = "this does not end: something goes on and on without waiting a tick"
            raise PlayerError(Problem("storm", message, None, None, node))
        actions = tuple(action for some in done[before:] for action in some)
        emptied = past.emptied or (kind == act.START and past.down and bool(past.disk) and not event[4])
        disk = _disk({} if kind == act.START and not event[4] else past.disk, actions)
        return self._keep(Past(node, tuple(events), False, emptied, past.life, disk, wake)), actions

    def _keep(self, past: Past) -> int:
        self._pasts.append(past)
        return len(self._pasts) - 1


def _disk(before: Mapping[Any, Any] | None, actions: tuple[Action, ...]) -> Mapping[Any, Any] | None:
    stores = [action[1:] for action in actions if action[0] == act.STORE]
    if not stores:
        return before
    machine = Machine(Clock())
    machine.disk.update(before or {})
    for change in stores:
        machine.write(change)
    return machine.disk
