"""Brute force straight from the definitions, and random tiny histories to hold the checkers against."""

import math
from itertools import combinations

from distgame.checker import History, Kind, Operation, Outcome


def write(process, value, invoked, completed=math.inf, outcome=None):
    """A write; without `completed` its outcome is unknown."""
    outcome = outcome or (Outcome.OK if completed < math.inf else Outcome.UNKNOWN)
    return Operation(process, Kind.WRITE, value, invoked, completed, outcome)


def read(process, value, invoked, completed=math.inf, outcome=None):
    """A read that returned `value`; without `completed` it was never answered."""
    outcome = outcome or (Outcome.OK if completed < math.inf else Outcome.UNKNOWN)
    return Operation(process, Kind.READ, value, invoked, completed, outcome)


def orders(operations):
    """Every order of every choice of operations that may have happened, real time kept."""
    must = [op for op in operations if op.outcome is Outcome.OK]
    may = [op for op in operations if op.outcome is Outcome.UNKNOWN and op.kind is Kind.WRITE]
    for count in range(len(may) + 1):
        for chosen in combinations(may, count):
            yield from _arrangements([*must, *chosen])


def _arrangements(operations):
    if not operations:
        yield ()
    for first in operations:
        rest = [op for op in operations if op is not first]
        if not any(op.completed < first.invoked for op in rest):
            for order in _arrangements(rest):
                yield (first, *order)


def legal(order, initial=None):
    """Whether a register that starts with `initial` gives the answers of `order`."""
    state = initial
    for operation in order:
        if operation.kind is Kind.WRITE:
            state = operation.value
        elif operation.value != state:
            return False
    return True


def linearizable(operations, initial=None):
    return any(legal(order, initial) for order in orders(operations))


def regular_read(operations, wrong, initial=None):
    """Whether some order of the writes and this one read explains it."""
    return linearizable([op for op in operations if op.kind is Kind.WRITE or op == wrong], initial)


def regular(operations, initial=None):
    reads = [op for op in operations if op.kind is Kind.READ and op.outcome is Outcome.OK]
    return all(regular_read(operations, op, initial) for op in reads)


def closed(subset, operations, initial=None):
    """Whether the subset holds every write of a value it reads."""
    values = {op.value for op in subset if op.kind is Kind.READ and op.outcome is Outcome.OK} - {initial}
    writes = [op for op in operations if op.kind is Kind.WRITE and op.outcome is not Outcome.FAILED]
    return all(op in subset for op in writes if op.value in values)


def smallest_bad(operations, good, initial=None):
    """The size of the smallest closed subset that is not `good`, or None."""
    for size in range(len(operations) + 1):
        for subset in combinations(operations, size):
            if closed(subset, operations, initial) and not good(subset, initial):
                return size
    return None


def prefix(operations, moment):
    """What was known at `moment`: later calls are not there, later answers are still awaited."""
    known = []
    for op in operations:
        if op.invoked > moment:
            continue
        if op.completed > moment and op.outcome is not Outcome.FAILED:
            op = Operation(op.process, op.kind, op.value, op.invoked, math.inf, Outcome.UNKNOWN)
        known.append(op)
    return known


def blamed_reads(operations, initial=None, good=linearizable):
    """The reads whose answer makes the history so far bad, each left out once it is blamed."""
    blamed = []
    answered = [op for op in operations if op.kind is Kind.READ and op.outcome is Outcome.OK]
    for op in sorted(answered, key=lambda op: (op.completed, op.process)):
        later = [other for other in answered if (other.completed, other.process) > (op.completed, op.process)]
        left = [other for other in operations if other not in blamed and other not in later]
        if not good(prefix(left, op.completed), initial):
            blamed.append(op)
    return blamed


def random_history(random, most=8):
    """A tiny history of unique values: half have equal orders, half have operations without outcome.

    Answers come from a register that does everything at once at some moment of its interval; then, in most
    histories, some answers are exchanged for other values.
    """
    ties, unknown, wrong = random.random() < 0.5, random.random() < 0.5, random.random() < 0.85
    slow_writes = random.random() < 0.4
    clock = [0.0] * random.randint(1, 5)
    drafts = []
    for _ in range(random.randint(4, most)):
        process = random.randrange(len(clock))
        if clock[process] == math.inf:
            process = len(clock)
            clock.append(random.randrange(8))
        kind = Kind.WRITE if random.random() < 0.4 else Kind.READ
        start = clock[process] + random.randint(1, 3)
        end = start + random.randint(0, 30 if slow_writes and kind is Kind.WRITE else 5)
        drafts.append([process, kind, start, end])
        clock[process] = math.inf if unknown and random.random() < 0.25 else end
    if not ties:
        _spread(random, drafts)
    return History(_answered(random, drafts, clock, 0.8 if wrong else 0.0))


def _spread(random, drafts):
    """Give every call and return an order of its own, equal ones in random order, calls before own returns."""
    ends = [(draft[at], at == 3, random.random(), draft, at) for draft in drafts for at in (2, 3)]
    ends.sort(key=lambda end: (end[0], end[2] + end[1] * (end[3][2] == end[3][3])))
    for order, (*_, draft, at) in enumerate(ends):
        draft[at] = order


def _answered(random, drafts, clock, wrong):
    state, written, operations = None, 0, []
    order = sorted(drafts, key=lambda draft: random.uniform(draft[2], draft[3]))
    calls = [start for _, kind, start, _ in order if kind is Kind.WRITE]
    for process, kind, start, end in order:
        last = not any(other[0] == process and other[2] > start for other in drafts)
        outcome = Outcome.UNKNOWN if last and clock[process] == math.inf else Outcome.OK
        if outcome is Outcome.OK and random.random() < 0.03:
            outcome = Outcome.FAILED
        if kind is Kind.WRITE:
            value = written = written + 1
            if outcome is Outcome.OK or (outcome is Outcome.UNKNOWN and random.random() < 0.7):
                state = value
        else:
            value = state if outcome is Outcome.OK else None
            if outcome is Outcome.OK and random.random() < wrong:
                begun = [number for number, call in enumerate(calls, 1) if call <= end]
                anything = [None, 99, *range(1, len(calls) + 1)]
                value = random.choice(anything if random.random() < 0.25 else begun or [state])
        end = math.inf if outcome is Outcome.UNKNOWN else end
        operations.append(Operation(process, kind, value, start, end, outcome))
    random.shuffle(operations)
    return operations
