"""How long judging takes: reading files, whole histories, one read at a time, and the explanation of one stale read."""

import json
from functools import cache
from math import inf
from random import Random

import pytest

from distgame.checker import History, Judge, Kind, Operation, Outcome, RegularJudge, check, files, jsonl, strongest
from distgame.checker.explain import smallest
from distgame.checker.judge import judge_reads
from distgame.checker.verify import order_explains

CLIENTS = 10
SIZES = [10_000, 100_000]


@cache
def history(count, stale=False):
    """A linearizable history of `count` operations, half of them writes, one in a hundred without outcome.

    Every operation takes effect at a random moment of its own; with `stale`, one read in the middle answers
    with the value before the one before.
    """
    random = Random(count)
    free = [(random.random(), client) for client in range(CLIENTS)]
    drafts = []
    processes = CLIENTS
    for _ in range(count):
        free.sort()
        start, process = free.pop(0)
        end = start + random.expovariate(1)
        lost = random.random() < 0.01
        processes += lost
        free.append((end + random.expovariate(1), processes if lost else process))
        kind = random.choice((Kind.READ, Kind.WRITE))
        drafts.append((random.uniform(start, end), start, end, process, kind, lost))
    moments = sorted(moment for _, start, end, *_ in drafts for moment in (start, end))
    order = {moment: number for number, moment in enumerate(moments)}
    operations, values = [], [None]
    for number, (_, start, end, process, kind, lost) in enumerate(sorted(drafts)):
        if kind is Kind.WRITE:
            values.append(number)
        value = values[-1]
        if stale and kind is Kind.READ and not lost and number > count // 2:
            value, stale = values[-2 * CLIENTS], False
        completed = inf if lost else order[end]
        outcome = Outcome.UNKNOWN if lost else Outcome.OK
        operations.append(Operation(process, kind, value, order[start], completed, outcome, int(start), int(end)))
    operations.sort(key=lambda operation: operation.invoked)
    return History(operations)


@pytest.mark.parametrize("count", SIZES)
@pytest.mark.parametrize("model", ["linearizable", "regular"])
def test_check(benchmark, model, count):
    verdict = benchmark(check, history(count), model)
    assert verdict


def test_check_of_a_million(benchmark):
    made = history(1_000_000)
    assert benchmark.pedantic(check, (made,), rounds=3)


def test_a_bare_loop_over_a_million(benchmark):
    made = history(1_000_000)

    def loop():
        for operation in made.operations:
            operation.kind, operation.value, operation.invoked, operation.completed  # noqa: B018

    benchmark.pedantic(loop, rounds=3)


@pytest.mark.parametrize("count", SIZES)
@pytest.mark.parametrize("judge", [Judge, RegularJudge])
def test_judge_every_read(benchmark, judge, count):
    made = history(count)
    events = list(_events(made))

    def run():
        judging = judge()
        write_invoked, write_completed = judging.write_invoked, judging.write_completed
        read_completed = judging.read_completed
        wrong = 0
        for order, returns, operation in events:
            if operation.kind is Kind.READ:
                wrong += not read_completed(operation.value, operation.invoked, order).ok
            elif returns:
                write_completed(operation.value, order)
            else:
                write_invoked(operation.value, order)
        return wrong

    assert benchmark(run) == 0
    benchmark.extra_info["microseconds per operation"] = benchmark.stats["min"] / count * 1e6


def _events(made):
    events = []
    for operation in made:
        if operation.kind is Kind.WRITE:
            events.append((operation.invoked, 0, operation))
        if operation.outcome is Outcome.OK:
            events.append((operation.completed, 1, operation))
    return sorted(events, key=lambda event: event[:2])


def test_judge_a_finished_history(benchmark):
    made = history(10_000)
    assert benchmark(lambda: all(verdict.ok for _, verdict in judge_reads(made, Judge())))


@pytest.mark.parametrize("count", SIZES)
def test_explain_one_stale_read(benchmark, count):
    made = history(count, stale=True)
    assert not check(made)
    assert len(benchmark(smallest, made).operations) == 3


@pytest.mark.parametrize("count", SIZES)
def test_find_an_order(benchmark, count):
    made = history(count)
    order = benchmark(lambda: check(made).order)
    assert order_explains(made, order)


@pytest.mark.parametrize("count", SIZES)
def test_verify_an_order(benchmark, count):
    made = history(count)
    assert benchmark(order_explains, made, check(made).order)


def test_validate_a_history(benchmark):
    operations = history(100_000).operations
    assert len(benchmark(History, operations)) == 100_000


WEAKER = ["sequential", "read-your-writes", "monotonic-reads", "monotonic-writes", "writes-follow-reads", "safe"]


@pytest.mark.parametrize("model", WEAKER)
def test_check_of_a_weaker_model(benchmark, model):
    assert benchmark(check, history(100_000), model)


def test_check_of_causal_consistency(benchmark):
    assert benchmark(check, history(10_000), "causal")


def test_check_of_eventual_consistency(benchmark):
    made = history(100_000)
    assert benchmark(check, made, "eventual", quiet_from=0).status == "undecided"


@pytest.mark.parametrize("count", SIZES)
def test_explain_sequential_consistency(benchmark, count):
    verdict = check(history(count, stale=True), "sequential")
    assert not verdict
    assert len(benchmark(verdict.explain).operations) <= 6


def test_explain_causal_consistency(benchmark):
    verdict = check(history(10_000, stale=True), "causal")
    assert not verdict
    assert len(benchmark(verdict.explain).operations) <= 12


@pytest.mark.parametrize("count", SIZES)
def test_load_json_lines(benchmark, count):
    lines = [f"{line}\n".encode() for line in jsonl.dump(history(count))]
    loaded = benchmark.pedantic(files.parse, (lines, "h.jsonl"), rounds=3)
    assert len(loaded.history) == count
    benchmark.extra_info["microseconds per line"] = benchmark.stats["min"] / len(lines) * 1e6


def test_load_edn(benchmark):
    lines = [_as_edn(json.loads(line)) for line in jsonl.dump(history(10_000))]
    loaded = benchmark.pedantic(files.parse, (lines, "h.edn"), rounds=3)
    assert len(loaded.history) == 10_000
    benchmark.extra_info["microseconds per line"] = benchmark.stats["min"] / len(lines) * 1e6


def _as_edn(record):
    value = "nil" if record["value"] is None else record["value"]
    told = f":process {record['process']}, :type :{record['type']}, :f :{record['f']}, :value {value}"
    return f"{{{told}, :time {record['time']}}}\n".encode()


def test_strongest(benchmark):
    made = history(10_000, stale=True)
    assert benchmark.pedantic(strongest, (made,), rounds=3).violated


@cache
def changes(count, wrong=False, clients=CLIENTS, lost=10, values=5):
    """A linearizable history of reads, writes and compare-and-sets of few values, `lost` of them without outcome.

    With `wrong`, a read in the middle answers with a value that was there long before.
    """
    random = Random(count)
    free = [(random.random(), client) for client in range(clients)]
    gone = {*random.sample(range(count), lost)}
    drafts = []
    for number in range(count):
        free.sort()
        start, process = free.pop(0)
        end = start + random.expovariate(1)
        free.append((end + random.expovariate(1), clients + number if number in gone else process))
        kind = Kind.CAS if number in gone else random.choice((Kind.READ, Kind.WRITE, Kind.CAS, Kind.CAS))
        drafts.append((random.uniform(start, end), start, end, process, kind, number in gone))
    moments = sorted(moment for _, start, end, *_ in drafts for moment in (start, end))
    order = {moment: number for number, moment in enumerate(moments)}
    operations, state = [], 0
    for number, (_, start, end, process, kind, no_outcome) in enumerate(sorted(drafts)):
        outcome, old, value = Outcome.UNKNOWN if no_outcome else Outcome.OK, None, random.randrange(values)
        if kind is Kind.READ:
            value = state
            if wrong and number > count // 2:
                value, wrong = values, False
        elif kind is Kind.CAS:
            old = state if random.random() < 0.7 else random.randrange(values)
            if not no_outcome and old != state:
                outcome = Outcome.FAILED
            state = value if old == state else state
        else:
            state = value
        completed = inf if no_outcome else order[end]
        operations.append(Operation(process, kind, value, order[start], completed, outcome, old=old))
    operations.append(Operation(-1, Kind.WRITE, values, -4, -3, Outcome.OK))
    operations.append(Operation(-1, Kind.WRITE, 0, -2, -1, Outcome.OK))
    operations.sort(key=lambda operation: operation.invoked)
    return History(operations)


@pytest.mark.parametrize("wrong", [False, True], ids=["right", "one wrong answer in the middle"])
def test_search(benchmark, wrong):
    made = changes(10_000, wrong)
    verdict = benchmark.pedantic(check, (made,), {"initial": 0}, rounds=3)
    assert verdict.status == ("violated" if wrong else "holds")


def test_explain_one_wrong_answer_of_many_changes(benchmark):
    made = changes(10_000, wrong=True)
    verdict = check(made, initial=0)
    explanation = benchmark.pedantic(verdict.explain, rounds=1)
    assert len(explanation.operations) <= 8


def test_verify_the_order_of_a_search(benchmark):
    made = changes(10_000)
    assert benchmark(order_explains, made, check(made, initial=0).order, 0)


def test_sequential_of_changes(benchmark):
    made = changes(10_000)
    assert benchmark.pedantic(check, (made, "sequential"), {"initial": 0}, rounds=3)
