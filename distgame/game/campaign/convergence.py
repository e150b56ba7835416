"""Convergence: how soon all reads agree, once nobody writes any more and nothing befalls the nodes and links.

The verdict is that of eventual consistency (W. Vogels, "Eventually Consistent", CACM 52(1), 2009), with a bound.
"""

from __future__ import annotations

from distgame.checker import History, Kind, Outcome, Verdict, check
from distgame.engine.world import World


def whole_from(world: World) -> int:
    """The tick from which nothing befalls nodes, clocks and links any more, as far as it ever ends."""
    ends = [rule.end for rule in world.rules if rule.end is not None]
    ends += [rule.end for rule in world.clock_rules if rule.end is not None]
    ends += [fault.tick + fault.ticks for fault in world.faults]
    return max(ends, default=0)


def converged(world: World, history: History, within: int) -> Verdict:
    """Whether all reads agree that are called more than `within` ticks after the last write and the last fault."""
    clients = len(world.clients)
    return check(
        history,
        "eventual",
        session=lambda process: (process - 1) % clients,
        grace=within,
        quiet_from=whole_from(world) + within,
    )


def ticks_to_agree(world: World, history: History) -> int:
    """How many ticks after the last write and the last fault the last read is called that differs from the final one.

    0 where no such read differs. What was not answered is left out.
    """
    settled = [op.completed_at for op in history if op.kind is not Kind.READ and op.completed_at is not None]
    quiet = max([whole_from(world), *settled])
    reads = [op for op in history if op.kind is Kind.READ and op.outcome is Outcome.OK]
    asked = [(op.invoked_at, op.value) for op in reads if op.invoked_at is not None and op.invoked_at >= quiet]
    asked.sort(key=lambda each: each[0])
    differing = [tick for tick, value in asked if value != asked[-1][1]]
    return differing[-1] + 1 - quiet if differing else 0
