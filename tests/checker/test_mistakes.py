"""The battery rejects every small mistake of this table, put into the code one at a time."""

import importlib
import inspect
import types
from bisect import bisect_right
from functools import partial
from itertools import chain

import pytest

from distgame.checker import verify

from . import battery
from .test_verify import wrongly_judged

TRUTHS = (1_000_000, 3_000)


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
    checks = {
        "linearizable": [
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


ZONES = partial(pytest.param, "linearizable")
REGULAR = partial(pytest.param, "regular")
JUDGE = partial(pytest.param, "judge")
EXPLAIN = partial(pytest.param, "explain")

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
    for module in ("linearizable", "regular", "judge", "explain"):
        assert disagreement(module, importlib.import_module(f"distgame.checker.{module}")) is None


VERIFIER = [
    pytest.param("operation.completed < latest_call", "False", id="real time not kept"),
    pytest.param("elif operation.value != state", "elif False", id="answers not looked at"),
    pytest.param("elif operation.outcome is Outcome.OK:", "elif False:", id="operations left out"),
    pytest.param("if not candidates == len(placed) == len(order)", "if False", id="operations made up"),
    pytest.param("operation.completed < latest_call", "operation.completed <= latest_call", id="<= for <"),
]


@pytest.mark.mistake
@pytest.mark.parametrize(("old", "new"), VERIFIER)
def test_a_verifier_that_looks_away_is_found(old, new):
    assert wrongly_judged(mutant("verify", old, new).order_explains)
