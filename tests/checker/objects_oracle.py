"""Brute force for objects of every kind, and random tiny histories of them to hold the search against."""

import math
from dataclasses import replace
from functools import cache

from distgame.checker import History, Kind, Operation, Outcome

from .oracle import _spread

OK, FAILED, UNKNOWN = Outcome.OK, Outcome.FAILED, Outcome.UNKNOWN


def after(state, op):
    """What the registers hold after `op`, or None when they would not have answered so."""
    held = state.get(op.key)
    match op.kind:
        case Kind.READ:
            return state if held == op.value else None
        case Kind.SNAPSHOT:
            return state if all(state.get(key) == value for key, value in op.parts) else None
        case Kind.WRITE:
            return {**state, op.key: op.value}
        case Kind.CAS:
            if op.outcome is FAILED:
                return state if held != op.old else None
            return {**state, op.key: op.value} if held == op.old else None
        case Kind.ADD:
            if isinstance(held, str):
                return None
            ticket = 1 if held is None else held + 1
            return {**state, op.key: ticket} if op.outcome is UNKNOWN or op.value == ticket else None


def must(op):
    return op.outcome is OK or (op.kind is Kind.CAS and op.outcome is FAILED)


def may(op):
    return op.outcome is UNKNOWN and op.kind in (Kind.WRITE, Kind.CAS, Kind.ADD)


def follows(op, other):
    """Whether real time puts `op` after `other`."""
    return other.completed < op.invoked


def in_session(op, other):
    """Whether the client sent `op` after `other`."""
    return op.process == other.process and other.invoked < op.invoked


def left_open(operations, answers, moment):
    """The operations beside `answers` that may have happened by `moment`, their outcomes not known yet."""
    for op in operations:
        changing = op.kind in (Kind.WRITE, Kind.CAS) and op.outcome is not FAILED
        if op not in answers and changing and op.invoked <= moment:
            yield replace(op, completed=math.inf, outcome=UNKNOWN)


def explained(operations, initial=None, comes_after=follows):
    """Whether some order of all that was answered, and of some of what was not, gives the answers."""
    operations = [op for op in operations if must(op) or may(op)]
    keys = {op.key for op in operations} | {key for op in operations for key, _ in op.parts}
    earlier = [{n for n, other in enumerate(operations) if must(other) and comes_after(op, other)} for op in operations]
    needed = {n for n, op in enumerate(operations) if must(op)}

    @cache
    def some_order(left, state):
        if not needed & left:
            return True
        for n in left:
            then = None if earlier[n] & left else after(dict(state), operations[n])
            if then is not None and some_order(left - {n}, tuple(then.items())):
                return True
        return False

    return some_order(frozenset(range(len(operations))), tuple(dict.fromkeys(keys, initial).items()))


def apart(operations):
    """Snapshots as reads of their keys."""
    for op in operations:
        if op.kind is Kind.SNAPSHOT:
            for key, value in op.parts:
                yield Operation(op.process, Kind.READ, value, op.invoked, op.completed, op.outcome, key=key)
        else:
            yield op


def random_history(random, most=9):
    """A tiny history of compare-and-set, increments, values written twice; of several registers in a third.

    Answers come from registers that do everything at once at some moment of its interval; then some are changed.
    """
    keys = random.choice(([None], [None], ["x", "y"]))
    snapshots = 0.8 if len(keys) > 1 and random.random() < 0.8 else 0
    kinds = random.choice(("rrw", "rrwcc", "rcc", "rwa", "rwcca"))
    values = range(1, 5 if snapshots else random.randint(2, 4))
    clock = [0.0] * (4 if snapshots else random.randint(1, 4))
    drafts = []
    for _ in range(random.randint(min(4, most), most)):
        process = random.randrange(len(clock))
        if clock[process] == math.inf:
            process = len(clock)
            clock.append(random.randrange(8))
        start = clock[process] + random.randint(1, 3)
        kind = random.choice(kinds)
        if snapshots:
            kind = "w" if process % 2 else "r"
        end = start + (random.randint(3, 15) if snapshots and kind == "r" else random.choice((0, 1, 2, 3, 5, 8, 30)))
        lost = random.random() < 0.2
        drafts.append([process, kind, start, end, lost])
        clock[process] = math.inf if lost else end
    if random.random() < 0.5:
        _spread(random, drafts)
    state = dict.fromkeys(keys)
    wrong = random.choice((0.0, 0.15, 0.5))
    past = [dict(state)]
    operations = []
    for process, kind, start, end, lost in sorted(drafts, key=lambda draft: random.uniform(draft[2], draft[3])):
        outcome = UNKNOWN if lost else FAILED if random.random() < 0.03 else OK
        key, old, value, parts = random.choice(keys), None, None, ()
        happens = outcome is OK or (outcome is UNKNOWN and random.random() < 0.7)
        held = state[key]
        lie = random.random() < wrong
        match kind:
            case "r" if random.random() < snapshots:
                made, key = Kind.SNAPSHOT, None
                if outcome is OK:
                    parts = tuple((each, state[each]) for each in keys)
                    if random.random() < 0.5:
                        parts = tuple((each, random.choice(past[-4:])[each]) for each in keys)
            case "r":
                made = Kind.READ
                if outcome is OK:
                    value = random.choice((None, *values)) if lie else held
            case "w":
                made, value = Kind.WRITE, random.choice(values)
                if happens:
                    state[key] = value
            case "c":
                made, value = Kind.CAS, random.choice(values)
                old = held if random.random() < 0.6 else random.choice((None, *values))
                if outcome is not UNKNOWN:
                    outcome = OK if (old == held) is not lie else FAILED
                if happens and old == held:
                    state[key] = value
            case "a":
                made = Kind.ADD
                if outcome is OK:
                    value = (held or 0) + (2 if lie else 1)
                if happens:
                    state[key] = (held or 0) + 1
        if state != past[-1]:
            past.append(dict(state))
        end = math.inf if outcome is UNKNOWN else end
        operations.append(Operation(process, made, value, start, end, outcome, key=key, old=old, parts=parts))
    random.shuffle(operations)
    return History(operations)
