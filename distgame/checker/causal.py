"""Causal consistency of registers with unique written values: nobody reads what it must know to be overwritten.

"CC" of A. Bouajjani, C. Enea, R. Guerraoui and J. Hamza, "On Verifying Causal Consistency", POPL 2017. The causal
order is made of the order of each session and of every write before the reads of it. By their theorem a history of
unique values is causally consistent exactly when that order has no cycle, no read is of a value nobody wrote, no read
of v comes after another write of its register that comes after the write of v, and no read of the initial value comes
after a write of its register. Clients may disagree on the order of writes that do not know of each other; one client
may even go back and forth between two of those. An operation without outcome comes before nothing of its session.

The causal past of an operation is a vector clock (C. Fidge, 1988; F. Mattern, 1989): how many operations of each
session it holds. There is no single order to show for what holds.
"""

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import partial

from distgame.checker import explain_causal
from distgame.checker.history import History, Key, Kind, Operation, Outcome, Value
from distgame.checker.session_graph import Place, SessionOf, itself, sessions_of, writes_of
from distgame.checker.verdict import Verdict


def check(history: History, initial: Value = None, session: SessionOf = itself) -> Verdict:
    """Judge `history` in O(n * s) for s sessions, all keys together. Raises HistoryError and DuplicateValue."""
    history.require_kinds((Kind.READ, Kind.WRITE), "causal")
    wrong, circular = wrong_reads(history, initial, session)
    if not wrong and not circular:
        return Verdict("causal", "holds", len(history))
    explanation = partial(explain_causal.smallest, history, wrong, circular, initial, session)
    return Verdict("causal", "violated", len(history), find_explanation=explanation)


def wrong_reads(
    history: History, initial: Value = None, session: SessionOf = itself
) -> tuple[list[Operation], list[Operation]]:
    """The reads whose causal past forbids their value; and those on a cycle of the causal order, or after one."""
    writes = writes_of(history, initial)
    sessions = list(sessions_of(history, session).values())
    values_read = {(op.key, op.value) for steps in sessions for op in steps if op.kind is Kind.READ}
    open_writes = [place for place, op in writes.items() if op.outcome is Outcome.UNKNOWN and place in values_read]
    components = {place: len(sessions) + number for number, place in enumerate(open_writes)}
    pasts = _Pasts(initial, components)
    waiting: dict[Place, list[int]] = {}
    clocks = [[0] * (len(sessions) + len(components)) for _ in sessions]
    done = [0] * len(sessions)
    ready = list(range(len(sessions) - 1, -1, -1))
    wrong = []
    while ready:
        number = ready.pop()
        clock, steps = clocks[number], sessions[number]
        while done[number] < len(steps):
            step = steps[done[number]]
            place = step.key, step.value
            if step.kind is Kind.WRITE:
                pasts.add(place, number, clock, step.outcome is Outcome.OK)
                ready += waiting.pop(place, [])
            else:
                if place in writes and place not in pasts.made:
                    waiting.setdefault(place, []).append(number)
                    break
                clock[number] += 1
                if not pasts.allow(place, clock):
                    wrong.append(step)
            done[number] += 1
    stuck = [op for steps, count in zip(sessions, done, strict=True) for op in steps[count:] if op.kind is Kind.READ]
    return wrong, stuck


@dataclass(slots=True)
class _Made:
    """A write and its causal past: it is operation `place` of `component`."""

    component: int
    place: int
    clock: list[int]


@dataclass
class _Pasts:
    """The causal pasts of the writes so far. Every write without outcome that is read has a component of its own."""

    initial: Value
    open_writes: dict[Place, int]
    made: dict[Place, _Made] = field(default_factory=dict)
    of_key: dict[Key, dict[int, tuple[list[int], list[_Made]]]] = field(default_factory=dict)

    def add(self, place: Place, component: int, clock: list[int], completed: bool) -> None:
        """Adds a write by a session whose past is `clock`."""
        past = clock
        if not completed:
            if place not in self.open_writes:
                return
            component, past = self.open_writes[place], clock.copy()
        past[component] += 1
        made = self.made[place] = _Made(component, past[component], past.copy())
        places, writes = self.of_key.setdefault(place[0], {}).setdefault(component, ([], []))
        places.append(made.place)
        writes.append(made)

    def allow(self, place: Place, clock: list[int]) -> bool:
        """Whether a read of `place` by a session whose past is `clock` is right; its write joins the past."""
        of_key = self.of_key.get(place[0], {})
        made = self.made.get(place)
        if made is None:
            return place[1] == self.initial and not any(clock[at] >= first[0] for at, (first, _) in of_key.items())
        if clock[made.component] < made.place:
            clock[:] = map(max, clock, made.clock)
        for at, (mine, its) in enumerate(zip(clock, made.clock, strict=True)):
            if mine > its and at in of_key:
                places, writes = of_key[at]
                count = bisect_right(places, mine)
                if count and writes[count - 1].clock[made.component] >= made.place and writes[count - 1] is not made:
                    return False
        return True
