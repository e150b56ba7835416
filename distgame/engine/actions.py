"""What passes between referee and host: events for the nodes one way, the nodes' actions the other, all plain data.

Both are tuples whose first item is one of the kinds below, so that they survive JSON. The host answers a batch of
events with one list of actions for each event, in the same order.
"""

from __future__ import annotations

from typing import Any, Protocol

# Events: (kind, node, local time, ...)
START = 0  # how often it has crashed, storage: tuple of (key, value) wire forms, suspects: tuple of ids
DELIVER = 1  # sender, request number (0 = one-way), is it an answer, wire form
WAKE = 2
SYNCED = 3  # token
CRASH = 4
SUSPECT = 5  # suspects: tuple of ids

# Actions: (kind, ...)
SEND = 0  # receiver, request number, is it an answer, wire form
WAKE_AT = 1  # local time
STORE = 2  # key wire form, value wire form, or only the key where it was deleted
WAITS = 3  # handler number, handler name, file, line, answers got, answers needed
ENDS = 4  # handler number
PRINT = 5  # text
SYNC = 6  # token
PROBLEM = 7  # kind, message, file, line

Event = tuple[Any, ...]
Action = tuple[Any, ...]


class Nodes(Protocol):
    """A place where the player's nodes live: this process, a worker, or a process for each node."""

    def begin(self, nodes: int, seeds: tuple[int, ...]) -> None:
        """Makes `nodes` fresh nodes, each with a seed for its randomness. Raises PlayerError if the code fails."""

    def handle(self, events: list[Event]) -> list[list[Action]]:
        """Gives a batch of events to the nodes; the answer has one list of actions for each event."""
