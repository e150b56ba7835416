"""Which operation each signal of a run came of: what a server sends while it handles a signal follows from that one."""

from __future__ import annotations

from bisect import bisect_right

from distgame.engine import trace as tr
from distgame.engine.trace import Trace
from distgame.engine.world import GATEWAY


def operations_of_signals(trace: Trace) -> list[int | None]:
    """For signal `n`, at n - 1, the event in which the operation was invoked that it came of; None for no operation.

    What a timer or a timeout sends comes of no operation; an answer belongs to the operation of its question.
    """
    found: list[int | None] = []
    calls: dict[int, int] = {}
    # The server that handles something in this round, and the operation that is about.
    server, operation, round_end = 0, None, 0
    for index, event in enumerate(trace.events):
        if index >= round_end:
            place = bisect_right(trace.rounds, index)
            round_end = trace.rounds[place] if place < len(trace.rounds) else len(trace.events)
            operation = None
        kind = event[0]
        if kind == tr.DELIVER:
            server, operation = trace.sends[event[2] - 1][4], found[event[2] - 1]
        elif kind == tr.INVOKE:
            calls[-event[2]] = index
        elif kind == tr.SEND:
            if event[3] < GATEWAY:
                found.append(calls.get(event[3]))
            else:
                found.append(operation if event[3] == server else None)
    return found
