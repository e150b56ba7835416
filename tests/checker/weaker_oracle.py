"""Brute force for the weaker models straight from their definitions, and random tiny histories of sessions."""

import math
from dataclasses import dataclass, replace
from itertools import combinations, permutations
from typing import Any

from distgame.checker import History, Kind, Operation, Outcome

R, W = Kind.READ, Kind.WRITE
GUARANTEES = {
    "read-your-writes": (W, R),
    "monotonic-reads": (R, R),
    "monotonic-writes": (W, W),
    "writes-follow-reads": (R, W),
}


@dataclass(frozen=True)
class Sessions:
    """The session of a process: its own, or that of the client it goes on for."""

    clients: int | None = None

    def __call__(self, process):
        return process % self.clients if self.clients else process


def follows(one, other, session):
    """Whether `other` comes after `one` in their session; nothing comes after what has no outcome."""
    return session(one.process) == session(other.process) and one.completed < other.invoked


def choices(operations):
    """Every choice of what may have happened: all that was answered, and some writes without outcome."""
    must = [op for op in operations if op.outcome is Outcome.OK]
    may = [op for op in operations if op.outcome is Outcome.UNKNOWN and op.kind is W]
    for count in range(len(may) + 1):
        for chosen in combinations(may, count):
            yield [*must, *chosen]


def sequential(operations, initial=None, session=int):
    return any(_placed(tuple(chosen), {}, initial, session) for chosen in choices(operations))


def _placed(left, state, initial, session):
    if not left:
        return True
    for op in left:
        rest = tuple(other for other in left if other is not op)
        if any(follows(other, op, session) for other in rest):
            continue
        if op.kind is W:
            if _placed(rest, {**state, op.key: op.value}, initial, session):
                return True
        elif state.get(op.key, initial) == op.value and _placed(rest, state, initial, session):
            return True
    return False


def guarantee(model, operations, initial=None, session=int):
    """Whether some order of some writes keeps every pair: an earlier and a later operation of one session."""
    before, after = GUARANTEES[model]
    for chosen in choices(operations):
        pairs = [
            (one, other)
            for one in chosen
            for other in chosen
            if one.kind is before and other.kind is after and follows(one, other, session)
        ]
        if after is R:
            pairs = [(one, other) for one, other in pairs if one.key == other.key]
        writes = [op for op in chosen if op.kind is W]
        values = {(op.key, op.value) for op in writes} | {(op.key, initial) for op in chosen}
        if not all((op.key, op.value) in values for op in chosen):
            continue
        for order in permutations(writes):
            rank = {(op.key, op.value): number for number, op in enumerate(order)}

            def kept(one, other, rank=rank):
                older, newer = (rank.get((op.key, op.value), -1) for op in (one, other))
                # What is written after a read is newer than what was read; two writes differ anyway.
                return older < newer if other.kind is W else older <= newer

            if all(kept(*pair) for pair in pairs):
                return True
    return False


def causal_order(operations, session):
    """What comes before each operation: its session, what it reads, and what came before those."""
    past = {op: {other for other in operations if follows(other, op, session)} for op in operations}
    for read in operations:
        if read.kind is R:
            past[read] |= {op for op in operations if op.kind is W and (op.key, op.value) == (read.key, read.value)}
    changed = True
    while changed:
        changed = False
        for op, before in past.items():
            more = before.union(*(past[other] for other in before))
            changed |= more != before
            past[op] = more
    return past


def causal(operations, initial=None, session=int):
    """Whether for every operation some order of its causal past, answers hidden but its own, is legal."""
    taken = [op for op in operations if op.outcome is Outcome.OK or (op.kind is W and op.outcome is Outcome.UNKNOWN)]
    past = causal_order(taken, session)
    if any(op in before for op, before in past.items()):
        return False
    for read in taken:
        if read.kind is R:
            writes = [op for op in past[read] if op.kind is W]
            if not any(_legal_past(order, read, past, initial) for order in permutations(writes)):
                return False
    return True


def _legal_past(order, read, past, initial):
    if any(order[j] in past[order[i]] for j in range(len(order)) for i in range(j)):
        return False
    state = {op.key: op.value for op in order}
    return state.get(read.key, initial) == read.value


def convergent(operations, initial=None, session=int):
    """CCv: causal, and the causal order with the conflict order has no cycle."""
    if not causal(operations, initial, session):
        return False
    taken = [op for op in operations if op.outcome is Outcome.OK or (op.kind is W and op.outcome is Outcome.UNKNOWN)]
    past = causal_order(taken, session)
    writes = {(op.key, op.value): op for op in taken if op.kind is W}
    for read in taken:
        write = writes.get((read.key, read.value))
        if read.kind is R and write:
            past[write] = past[write] | {
                op for op in past[read] if op.kind is W and op.key == read.key and op is not write
            }
    for _ in taken:
        for op in taken:
            past[op] = past[op].union(*(past[other] for other in past[op]))
    return not any(op in before for op, before in past.items())


def effective_writes(operations, key):
    return [op for op in operations if op.kind is W and op.key == key and op.outcome is not Outcome.FAILED]


def wrong_alone(operations, initial=None):
    """The reads that no order of the writes of their register and the one read explains."""
    reads = [op for op in operations if op.kind is R and op.outcome is Outcome.OK]
    return [read for read in reads if not _regular_read(effective_writes(operations, read.key), read, initial)]


def _regular_read(writes, read, initial):
    for chosen in choices([*writes, read]):
        for order in permutations(chosen):
            timely = all(order[j].completed >= order[i].invoked for j in range(len(order)) for i in range(j))
            at = order.index(read)
            if timely and (order[at - 1].value if at else initial) == read.value:
                return True
    return False


def overlaps_a_write(operations, read):
    writes = effective_writes(operations, read.key)
    return any(op.invoked <= read.completed and op.completed >= read.invoked for op in writes)


def regular(operations, initial=None, session=int):
    return not wrong_alone(operations, initial)


def safe(operations, initial=None, session=int, whole=None):
    """As regular, for the reads that overlap no write (of the `whole` history)."""
    return all(overlaps_a_write(whole or operations, read) for read in wrong_alone(operations, initial))


def eventual(operations, initial=None, session=int):
    """ "holds", "violated" or "undecided" for operations whose ticks are their times."""
    found = {
        _eventual([op for op in operations if op.key == key], initial, session) for key in {op.key for op in operations}
    }
    return next((status for status in ("violated", "undecided") if status in found), "holds")


def _eventual(operations, initial, session):
    writes = [op for op in operations if op.kind is W and op.outcome is not Outcome.FAILED]
    settled = [math.inf if op.completed_at is None else op.completed_at for op in writes]
    reads = [op for op in operations if op.kind is R and op.outcome is Outcome.OK]
    quiet = [op for op in reads if all(op.invoked > moment for moment in settled)]
    values = {op.value for op in quiet}
    final = {op.value for op in writes}
    if not any(op.outcome is Outcome.OK for op in writes):
        final.add(initial)
    if len(values) > 1 or not values <= final:
        return "violated"
    asked, answered = ({session(op.process) for op in ops} for ops in (reads, quiet))
    return "holds" if answered and (len(answered) > 1 or len(asked) == 1) else "undecided"


ORACLES: dict[str, Any] = {
    "sequential": sequential,
    "causal": causal,
    "regular": regular,
    "safe": safe,
    **{name: lambda *args, name=name, **more: guarantee(name, *args, **more) for name in GUARANTEES},
}


def smallest_bad(operations, model, initial=None, session=int):
    """The size of the smallest part that breaks the model and holds every write of a value it reads."""
    good = ORACLES[model]
    more = {"whole": operations} if model == "safe" else {}
    for size in range(len(operations) + 1):
        for part in combinations(operations, size):
            if _closed(part, operations, initial) and not good(part, initial, session=session, **more):
                return size
    return None


def _closed(part, operations, initial):
    places = {(op.key, op.value) for op in part if op.kind is R and op.outcome is Outcome.OK and op.value != initial}
    writes = [op for op in operations if op.kind is W and op.outcome is not Outcome.FAILED]
    return all(op in part for op in writes if (op.key, op.value) in places)


FORESEEN = -1
"""Stands for a value that is chosen when all that will be written is known."""


def random_sessions(random, most=9):
    """A tiny history of a few clients with several operations each, and the sessions it is to be judged by.

    Every client has its own view of the writes so far: mostly it goes on, sometimes back; how often is drawn for each
    history, and whether it may even see the future. A client whose write got no answer goes on as a new process, in
    the same session or in another.
    """
    clients = random.choice((1, 2, 2, 2, 3, 3))
    keys = ("x", "y") if random.random() < 0.25 else (None,)
    ties, lost = random.random() < 0.5, random.choice((0, 0.15, 0.4))
    foreseen = random.random() < 0.3
    chaos, lag = random.choice((0, 0.2, 0.5, 0.8, 0.9)), random.choice((0, 0.3, 0.7))
    processes, free = list(range(clients)), [random.randint(0, 3) for _ in range(clients)]
    written = {key: [None] for key in keys}
    view = [dict.fromkeys(keys, 0) for _ in range(clients)]
    writes_left = random.randint(1, 4)
    last = random.random() < 0.5
    operations, value = [], 0
    count = random.randint(4, most)
    for number in range(count):
        client = random.randrange(clients)
        key = random.choice(keys)
        start = free[client] + random.randint(1, 3)
        end = start + random.randint(0, 6 if random.random() < 0.7 else 20)
        writing = writes_left and random.random() < (0.45 if not last or number < count - 3 else 0)
        outcome = Outcome.OK
        if random.random() < 0.04:
            outcome = Outcome.FAILED
        elif random.random() < (lost if writing else lost / 4):
            outcome = Outcome.UNKNOWN
        seen, log = view[client], written[key]
        if writing:
            value += 1
            writes_left -= 1
            answer = value
            if outcome is not Outcome.FAILED:
                log.append(value)
                if outcome is Outcome.OK:
                    seen[key] = len(log) - 1
        else:
            if random.random() >= lag:
                seen[key] = random.randint(seen[key], len(log) - 1) if random.random() < lag else len(log) - 1
            answer = log[seen[key]]
            if random.random() < chaos:
                answer = random.choice([*log, value + 1, 99] if random.random() < 0.1 else log)
            if foreseen and random.random() < 0.6:
                answer = FORESEEN
        unknown = outcome is Outcome.UNKNOWN
        moment = end if not unknown or random.random() < 0.9 else None
        completed = math.inf if unknown else end
        answer = None if unknown and not writing else answer
        kind = W if writing else R
        operations.append(Operation(processes[client], kind, answer, start, completed, outcome, start, moment, key))
        free[client] = end
        if unknown:
            processes[client] += clients
    operations = [
        replace(op, value=random.choice(written[op.key][1:] or [None])) if op.value == FORESEEN else op
        for op in operations
    ]
    if not ties:
        operations = _untied(random, operations)
    random.shuffle(operations)
    return History(operations), Sessions(clients if random.random() < 0.5 else None)


def _untied(random, operations):
    """The same with an order of its own for every call and answer (calls first at their own answer)."""
    ends = []
    for number, op in enumerate(operations):
        chance = random.random()
        ends.append((op.invoked_at, chance, 0, number))
        if op.completed_at is not None:
            ends.append((op.completed_at, chance if op.completed_at == op.invoked_at else random.random(), 1, number))
    rank = {(number, end): order for order, (_, _, end, number) in enumerate(sorted(ends))}
    made = []
    for number, op in enumerate(operations):
        start, end = rank[number, 0], rank.get((number, 1))
        completed = math.inf if op.outcome is Outcome.UNKNOWN else end
        made.append(Operation(op.process, op.kind, op.value, start, completed, op.outcome, start, end, op.key))
    return made
