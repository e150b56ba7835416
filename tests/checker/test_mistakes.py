"""The battery rejects every small mistake of this table, put into the code one at a time."""

import importlib
import inspect
import types
from bisect import bisect_right
from functools import partial
from itertools import chain

import pytest

from distgame.checker import objects, search, verify

from . import battery, objects_battery
from .test_verify import wrongly_judged

TRUTHS = (1_000_000, 3_000)
OBJECTS = (3_000_000, 3_000)


def mutant(module, old, new):
    """The module with `old` (which must be there once) replaced by `new`."""
    source = inspect.getsource(importlib.import_module(f"distgame.checker.{module}"))
    assert source.count(old) == 1, f"{old!r} is {source.count(old)} times in {module}"
    changed = types.ModuleType(f"mutant_of_{module}")
    changed.bisect_right = bisect_right  # What mistakes about equal moments need.
    exec(compile(source.replace(old, new), f"mutant of {module}", "exec"), changed.__dict__)
    return changed


def disagreement(module, changed):
    truths = tuple(chain(battery.table(), battery.drawn(*TRUTHS)))
    of_objects = objects_battery.drawn(*OBJECTS)
    # The search knows the answer of one enumeration alone.
    vars(changed).update(IMPOSSIBLE=objects.IMPOSSIBLE, MANY_VALUES=objects.MANY_VALUES)
    checks = {
        "search": [
            lambda: objects_battery.search(changed.Search, objects.model_of, of_objects),
            lambda: objects_battery.stuck(changed.Search, objects.model_of, of_objects),
        ],
        "objects": [lambda: objects_battery.search(search.Search, changed.model_of, of_objects)],
        "local": [lambda: objects_battery.merging(changed.merged, of_objects)],
        "strict_serializable": [lambda: objects_battery.strict(changed.check, of_objects)],
        "interleavings": [lambda: objects_battery.interleavings(changed.Interleavings, of_objects)],
        "explain_search": [lambda: objects_battery.explanation(changed.smallest, of_objects)],
        "verify": [lambda: objects_battery.refutation(changed.explanation_refutes, of_objects)],
        "zones": [
            lambda: battery.holds(changed.holds, truths),
            lambda: battery.order(changed.order, verify.order_explains, truths),
        ],
        "regular": [lambda: battery.wrong_reads(changed.wrong_reads, truths)],
        "judge": [
            lambda: battery.judge(changed.Judge, truths),
            lambda: battery.regular_judge(changed.RegularJudge, truths),
        ],
        "explain": [lambda: battery.explanation(changed.smallest, truths)],
    }
    return next(filter(None, (check() for check in checks[module])), None)


ZONES = partial(pytest.param, "zones")
REGULAR = partial(pytest.param, "regular")
JUDGE = partial(pytest.param, "judge")
EXPLAIN = partial(pytest.param, "explain")
SEARCH = partial(pytest.param, "search")
OBJECTS_ALONE = partial(pytest.param, "objects")
LOCAL = partial(pytest.param, "local")
STRICT = partial(pytest.param, "strict_serializable")
SESSIONS = partial(pytest.param, "interleavings")
CORE = partial(pytest.param, "explain_search")
VERIFY = partial(pytest.param, "verify")

MISTAKES = [
    ZONES(" or earliest < called[value]:", ":", id="no future test"),
    ZONES(
        "value not in called or earliest < called[value]",
        "earliest < called.get(value, -inf)",
        id="no phantom test",
    ),
    ZONES("earliest < high and low", "earliest < high and earliest < latest and low", id="no backward in forward"),
    ZONES("earliest < high and low", "earliest < high and latest <= earliest and low", id="no forward overlap"),
    ZONES("first: dict[Value, float] = {initial: -inf}", "first = {}", id="initial value unconstrained"),
    ZONES("earliest < called[value]", "earliest <= called[value]", id="<= for < in the future test"),
    ZONES("earliest < high", "earliest <= high", id="<= for < at the end of the zone before"),
    ZONES("low < latest", "low <= latest", id="<= for < at the start of the zone before"),
    ZONES("        if earliest < latest:\n", "        if earliest <= latest:\n", id="<= for < in a forward zone"),
    ZONES("            if outcome is failed:", "            if outcome is not ok:", id="timed-out writes dropped"),
    ZONES(
        "completed = operation.completed",
        "completed = min(operation.completed, invoked + 8)",
        id="timed-out writes ended at their timeout",
    ),
    ZONES("            if outcome is failed:", "            if outcome is None:", id="failed writes kept"),
    ZONES("elif outcome is not ok:", "elif outcome is failed:", id="unanswered reads kept"),
    ZONES("if completed < first.get(value, inf)", "if True", id="any return for the least"),
    ZONES("if invoked > last.get(value, -inf)", "if True", id="any call for the greatest"),
    ZONES("return start, forward,", "return start, not forward,", id="order: forward before backward"),
    ZONES("start = earliest if forward else latest", "start = earliest", id="order: by least return"),
    ZONES("operation.kind is Kind.READ, by_invocation", "by_invocation", id="order: write not first"),
    ZONES("forward, rank[value],", "forward,", id="order: clusters that start together mixed"),
    REGULAR("read.completed < called or ", "", id="regular: no future test"),
    REGULAR("read.completed < called", "read.completed <= called", id="regular: <= for < in the future test"),
    REGULAR("returned < latest_call", "returned <= latest_call", id="regular: <= for <"),
    REGULAR("latest_call[bisect_left(", "latest_call[bisect_right(", id="regular: touching writes precede"),
    REGULAR("operation.outcome is not Outcome.FAILED", "True", id="regular: failed writes kept"),
    REGULAR("(-inf, -inf)", "(-inf, inf)", id="regular: initial value unconstrained"),
    REGULAR(", max)]", ", lambda _, called: called)]", id="regular: last call for the latest"),
    JUDGE("bisect_left(self._first, called)", "bisect_right(self._first, called)", id="judge: <= for <"),
    JUDGE("self._last[rival] > first", "self._last[rival] >= first", id="judge: >= for >"),
    JUDGE("((0, min(place, before)), (place + 1, before))", "((0, before),)", id="judge: a value its own rival"),
    JUDGE("((0, min(place, before)), (place + 1, before))", "((place + 1, before),)", id="judge: no earlier rival"),
    JUDGE("(0, min(place, before)), (place + 1, before)", "(0, min(place, before)),", id="judge: no later rival"),
    JUDGE("max(called, self._called[value])", "called", id="judge: the write's call forgotten"),
    JUDGE("self._last.raise_to(place, called)", "pass", id="judge: the read's call forgotten"),
    JUDGE("self._open_zone(initial, -inf, -inf)", "pass", id="judge: initial value unconstrained"),
    JUDGE("            self.raise_to(index, number)\n", "            pass\n", id="judge: growing forgets"),
    JUDGE("bisect_left(self._returns, called)", "bisect_right(self._returns, called)", id="judge: touching precede"),
    JUDGE("< self._called[newest]:", "<= self._called[newest]:", id="judge: <= for < between writes"),
    JUDGE("value if self._called[value] > self._called[newest] else newest", "value", id="judge: last for newest"),
    EXPLAIN('(1, Rule.PHANTOM, evidence.phantom), ', "", id="explain: no phantoms"),
    EXPLAIN(', (2, Rule.FUTURE, evidence.future)', "", id="explain: no future reads"),
    EXPLAIN("read.completed < write.invoked", "read.completed <= write.invoked", id="explain: <= for < in the future"),
    EXPLAIN("pair = second if best[1].value == read.value else best", "pair = best", id="explain: own rival"),
    EXPLAIN("second = best\n", "pass\n", id="explain: no second best"),
    EXPLAIN("bisect_left(self._returns", "bisect_right(self._returns", id="explain: touching precede"),
    EXPLAIN("own.completed < pair[1].invoked", "own.completed <= pair[1].invoked", id="explain: <= for <"),
    EXPLAIN("known = self.failed if operation.outcome is Outcome.FAILED else self.writes", "known = self.writes",
            id="explain: failed writes kept"),
    EXPLAIN("in reversed(self.answered)", "in self.answered", id="explain: last answered for first"),
    SEARCH("same, effect = self._alike[what]",
           "same, effect = self._alike.setdefault(slot, self._alike[what])[0], self._alike[what][1]",
           id="search: what does the same kept per slot instead of per operation"),
    SEARCH(" or by.operation.kind is not Kind.WRITE:", ":", id="search: unseen writes placed before what reads"),
    SEARCH("            readers = plan.new_readers[index]",
           "            unseen = (w for ws in plan.writers[index : index + 1] for w in ws if w.unseen)\n"
           "            readers = (*plan.new_readers[index], *unseen)",
           id="search: unseen writes placed in a read step"),
    SEARCH("if step.operation.key == key]", "]", id="search: unseen writes placed before a write to another key"),
    SEARCH(" or operation.key in careless:", ":", id="search: unseen although many values are looked for"),
    SEARCH("for spent in self._dead.get((index, mask, state), ()):\n            if spent & used == spent:",
           "for _ in self._dead.get((index, mask, state), ()):\n            if True:",
           id="search: dead whatever was used"),
    SEARCH("if spent & used == spent", "if spent & used == used", id="search: dead with more used, so with less"),
    SEARCH("yield optional, _with(mask, self._overwritten(index, mask, optional)), used | optional.bit, after",
           "yield optional, _with(mask, self._overwritten(index, mask, optional)), used, after",
           id="search: what has no outcome happens twice"),
    SEARCH(" or optional.bit >= plan.called[index]:", ":", id="search: what has no outcome happens before its call"),
    SEARCH("asking += [step.operation for step in makers]", "pass", id="search: no chains of what has no outcome"),
    SEARCH("calls[-1].invoked <= returning.completed:",
           "(calls[-1].invoked < returning.completed or calls[-1].completed <= returning.completed):",
           id="search: < for <="),
    SEARCH("            mask ^= bit\n", "", id="search: slots never empty"),
    SEARCH("if mask & bit or same in tried or", "if same in tried or", id="search: writes happen twice"),
    SEARCH("readers = plan.readers[index]\n", "readers = plan.new_readers[index]\n", id="search: old reads forgotten"),
    SEARCH("        if index > self._farthest:", "        if True:", id="search: the last return for the farthest"),
    OBJECTS_ALONE("IMPOSSIBLE if state == old else state", "state", id="objects: failed compare-and-sets tell nothing"),
    OBJECTS_ALONE("lambda state: new if state == old else IMPOSSIBLE", "lambda state: new", id="objects: no compare"),
    OBJECTS_ALONE("ticket is None or after == ticket", "True", id="objects: tickets not looked at"),
    OBJECTS_ALONE("(state or 0) + 1", "(state or 1) + 1", id="objects: null counts as 1"),
    OBJECTS_ALONE("if all(state", "if any(state", id="objects: a snapshot is right by one key"),
    LOCAL("least = min(least, operation.completed)", "least = operation.invoked", id="merge: by call"),
    LOCAL("least = min(least, operation.completed)", "least = operation.completed", id="merge: by return"),
    STRICT("            together[root(key)] = root(first)", "            pass", id="strict: snapshots join no keys"),
    SESSIONS("found = by.kind is Kind.WRITE", "found = True", id="sessions: unseen writes placed before what reads"),
    SESSIONS("step.operation.key == by.key and ", "", id="sessions: unseen writes placed before another key's"),
    SESSIONS(" or (key, MANY_VALUES) in asked", "", id="sessions: nobody looks for many values"),
    SESSIONS(" or steps[position].operation.completed == inf", "", id="sessions: what has no outcome has happened"),
    SESSIONS("if other != chain and count)", "if other < 0)", id="sessions: no order before what has no outcome"),
    SESSIONS("yield _next(self._before(positions, operation, chain), chain), after, chain",
             "yield _next(self._before(positions, operation, chain), chain), state, chain",
             id="sessions: nothing changes"),
    CORE("[replace(op, completed=inf) for op in others]", "[]", id="core: writes deleted"),
    CORE("others = (op for op in self._changes if op.completed >= start and",
         "others = (op for op in self._changes if op.invoked >= start and", id="core: open writes deleted"),
    CORE("values = (_starts(before[key]", "values = ([self._initial] or _starts(before[key]",
         id="core: the past forgotten, but its values too"),
    CORE("            if rules_out(trial):", "            if True:", id="core: anything goes"),
    CORE("        size //= 2", "        size = 0", id="core: one round"),
    VERIFY("operation.invoked > first_return", "operation.invoked >= first_return", id="refutes: >= for >"),
    VERIFY("spent & used == spent", "True", id="refutes: whatever was used"),
    VERIFY("if op.key in forgotten and op.invoked < start", "if False", id="refutes: the past forgotten"),
    VERIFY("if op.completed >= start and", "if op.invoked >= start and", id="refutes: open operations forgotten"),
    VERIFY("if taken >> place & 1 or operation", "if operation", id="refutes: operations happen twice"),
    VERIFY("_of_use([replace(op, completed=inf) for op in perhaps], needed)", "[]", id="refutes: writes deleted"),
]  # fmt: skip

SHAPES = [
    'STALE_INITIAL, True, Kind.WRITE, "by_write"',
    'STALE, False, Kind.WRITE, "by_write"',
    'INITIAL_AGAIN, True, Kind.WRITE, "by_read_and_write"',
    'INVERSION, False, Kind.WRITE, "by_read_and_write"',
    'SANDWICH, False, Kind.WRITE, "by_read"',
    'REREAD, False, Kind.READ, "by_write"',
    'CONTRADICTION, False, Kind.WRITE, "by_write_and_read"',
    'FLIP_FLOP, False, Kind.READ, "by_read"',
    'CONTRADICTION, False, Kind.WRITE, "by_two_reads"',
    'CONTRADICTION, False, Kind.READ, "by_read_and_write"',
    'CONTRADICTION, False, Kind.READ, "by_two_reads"',
]


@pytest.mark.mistake
@pytest.mark.parametrize(("module", "old", "new"), MISTAKES)
def test_a_mistake_is_found(module, old, new):
    assert disagreement(module, mutant(module, old, new))


@pytest.mark.mistake
@pytest.mark.parametrize("shape", SHAPES)
def test_a_missing_shape_is_found(shape):
    source = inspect.getsource(importlib.import_module("distgame.checker.explain"))
    (row,) = (line for line in source.splitlines(keepends=True) if f"Rule.{shape})" in line)
    assert disagreement("explain", mutant("explain", row, ""))


def test_the_code_itself_is_right():
    for module in ("zones", "regular", "judge", "explain"):
        assert disagreement(module, importlib.import_module(f"distgame.checker.{module}")) is None


VERIFIER = [
    pytest.param("operation.completed < latest_call", "False", id="real time not kept"),
    pytest.param("return held if held == value else _WRONG", "return held", id="answers not looked at"),
    pytest.param("elif _was_answered(operation):", "elif False:", id="operations left out"),
    pytest.param("if not candidates == len(placed) == len(order)", "if False", id="operations made up"),
    pytest.param("operation.completed < latest_call", "operation.completed <= latest_call", id="<= for <"),
]


@pytest.mark.mistake
@pytest.mark.parametrize(("old", "new"), VERIFIER)
def test_a_verifier_that_looks_away_is_found(old, new):
    assert wrongly_judged(mutant("verify", old, new).order_explains)
