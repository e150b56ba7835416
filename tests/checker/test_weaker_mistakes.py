"""The battery rejects every small mistake of this table, put into the checkers of the weaker models one at a time."""

from functools import partial

import pytest

from . import weaker_battery as battery


def truths():
    return battery.table() + battery.drawn(3_000_000, 1_000)


GRAPH = partial(pytest.param, "session_graph")
CYCLES = partial(pytest.param, "graphs")
EXPLAIN = partial(pytest.param, "explain_sessions")
SESSIONS = partial(pytest.param, "sessions")
SEQUENTIAL = partial(pytest.param, "sequential")
CAUSAL = partial(pytest.param, "causal")
TELL = partial(pytest.param, "explain_causal")
REGISTERS = partial(pytest.param, "registers")
REGULAR = partial(pytest.param, "regular")
SAFE = partial(pytest.param, "safe")
EVENTUAL = partial(pytest.param, "eventual")

MISTAKES = [
    GRAPH("if len(found) == len(self.places) else", "if len(components(self.edges)) == len(self.edges) else",
          id="sessions: a plain test for no cycle"),
    GRAPH("[nodes for nodes in found if nodes]", "[[node] for nodes in found for node in nodes]",
          id="sessions: two values on a cycle allowed"),
    GRAPH("            if operation.outcome is ok:\n", "            if True:\n",
          id="sequential: edges out of what has no outcome"),
    GRAPH("operation.kind in before and operation.outcome is ok", "operation.kind in before",
          id="guarantees: edges out of what has no outcome"),
    GRAPH("outcome is ok or (outcome is unknown and operation.kind is write)", "outcome is ok",
          id="sessions: what has no outcome dropped"),
    GRAPH("outcome is ok or (outcome is unknown and operation.kind is write)", "outcome in (ok, unknown)",
          id="sessions: unanswered reads kept"),
    GRAPH("outcome is ok or (outcome is unknown and operation.kind is write)", "True", id="sessions: all kept"),
    GRAPH("found.setdefault(session(operation.process), [])", "found.setdefault(len(found), [])",
          id="sessions: their order ignored"),
    GRAPH("found.setdefault(session(operation.process), [])", "found.setdefault(operation.process, [])",
          id="sessions: every process a session"),
    GRAPH('            steps.sort(key=attrgetter("invoked"))\n', "            pass\n", id="sessions: unsorted"),
    GRAPH("        steps.sort(key=by_invocation)\n", "", id="sessions of clients: unsorted"),
    GRAPH("op.kind is write and op.outcome is not failed]", "op.kind is write]", id="sessions: failed writes kept"),
    GRAPH("            graph.edges[numbers[place[0], initial]].append(numbers[place])\n", "            pass\n",
          id="sessions: initial value unconstrained"),
    GRAPH("self.phantoms.append(operation)", "pass", id="sessions: phantoms allowed"),
    GRAPH("if self.phantoms or self.early:", "if self.phantoms:", id="sessions: a later own write read"),
    GRAPH("operation.completed < write.invoked and own(write)", "operation.completed < write.invoked",
          id="sessions: anybody's later write"),
    GRAPH("operation.completed < write.invoked and own(write)", "own(write)", id="sessions: any own write is later"),
    GRAPH("session(op.process) == number)", "op.process == number)", id="sessions: own writes of the process alone"),
    GRAPH('"read-your-writes": (_W, _R)', '"read-your-writes": (_R + _W, _R)', id="read your writes: reads too"),
    GRAPH('"read-your-writes": (_W, _R)', '"read-your-writes": (_W, _W)', id="read your writes: of writes"),
    GRAPH('"monotonic-reads": (_R, _R)', '"monotonic-reads": (_R, _R + _W)', id="monotonic reads: writes too"),
    GRAPH('"monotonic-reads": (_R, _R)', '"monotonic-reads": (_R + _W, _R)', id="monotonic reads: after writes too"),
    GRAPH('"monotonic-writes": (_W, _W)', '"monotonic-writes": (_R + _W, _W)', id="monotonic writes: reads too"),
    GRAPH('"writes-follow-reads": (_R, _W)', '"writes-follow-reads": (_W, _R)', id="writes follow reads: reversed"),
    GRAPH('"sequential": (_R + _W, _R + _W)', '"sequential": (_W, _R + _W)', id="sequential: not after reads"),
    GRAPH("                    if used:\n", "                    if False:\n", id="guarantees: the last step alone"),
    GRAPH("                if used or helper < 0:\n", "                if helper < 0:\n",
          id="guarantees: one helper for a session"),
    GRAPH("                used = True\n", "                pass\n", id="guarantees: a helper used again"),
    GRAPH("if node != last and last >= 0:", "if last >= 0 and node > last:", id="sequential: older values allowed"),
    CYCLES("                if lowest < low[node]:\n                    low[node] = lowest\n", "",
           id="cycles: no way back"),
    CYCLES("                        low[parent] = lowest\n", "                        pass\n",
           id="cycles: short ones only"),
    CYCLES("                        low[component[-1]] = done\n", "                        pass\n",
           id="cycles: a known component again"),
    CYCLES("    found.reverse()\n", "", id="cycles: the newest first"),
    SEQUENTIAL("rank[operation.key, operation.value], operation.kind is Kind.READ,",
               "rank[operation.key, operation.value], operation.kind is Kind.WRITE,", id="order: reads before writes"),
    SEQUENTIAL("operation.kind is Kind.READ, by_invocation(operation)",
               "operation.kind is Kind.READ, -operation.invoked", id="order: later reads first"),
    SESSIONS("for place in graph.agreed() or ()", "for place in graph.places", id="order of writes: by call"),
    SESSIONS('("read-your-writes", "monotonic-reads")', '("monotonic-reads",)', id="read your writes: keys together"),
    SESSIONS('("read-your-writes", "monotonic-reads")', '("read-your-writes",)', id="monotonic reads: keys together"),
    SESSIONS('("read-your-writes", "monotonic-reads")',
             '("read-your-writes", "monotonic-reads", "writes-follow-reads")', id="writes follow reads: keys apart"),
    EXPLAIN("Kind.READ), first, op.kind in after", "Kind.READ) and 0, first, op.kind in after",
            id="explain: reads are free"),
    EXPLAIN("push(reached + 1, (_VALUE,", "push(reached, (_VALUE,", id="explain: values are free"),
    EXPLAIN("                    if step.first:\n", "                    if False:\n",
            id="explain: no turning on the spot"),
    EXPLAIN("                    if way == _BACK:\n", "                    if True:\n",
            id="explain: a value its own rival"),
    EXPLAIN("            leave(source, 1, _AWAY, None)", "            leave(source, 1, _BACK, None)",
            id="explain: a value its own rival from the start"),
    EXPLAIN("                if not step.second:\n", "                if False:\n",
            id="explain: all operations second"),
    EXPLAIN("op.kind in before and op.outcome is Outcome.OK", "op.kind in before",
            id="explain: ways out of what has no outcome"),
    EXPLAIN("            if found:\n                size", "            if found and not best:\n                size",
            id="explain: the first cycle for the smallest"),
    EXPLAIN("    used |= {", "    {", id="explain: writes left out"),
    CAUSAL("step.outcome is Outcome.OK)", "True)", id="causal: order after what has no outcome"),
    CAUSAL("past = self.open_writes[place], clock.copy()", "past = self.open_writes[place], [0] * len(clock)",
           id="causal: no order before what has no outcome"),
    CAUSAL("                    wrong.append(step)\n", "                    pass\n", id="causal: no wrong reads"),
    CAUSAL("    return wrong, stuck", "    return wrong, []", id="causal: cycles allowed"),
    CAUSAL("if clock[made.component] < made.place:", "if False:", id="causal: reads tell nothing"),
    CAUSAL("clock[:] = map(max, clock, made.clock)", "clock[made.component] = made.place",
           id="causal: reads tell of one write alone"),
    CAUSAL("place[1] == self.initial and not any(", "place[1] == self.initial or any(",
           id="causal: initial value always"),
    CAUSAL("not any(clock[at] >= first[0]", "not any(clock[at] > first[0]", id="causal: >= for > at the initial value"),
    CAUSAL("return place[1] == self.initial and", "return", id="causal: phantoms allowed"),
    CAUSAL("bisect_right(places, mine)", "len(places)", id="causal: the future counts"),
    CAUSAL("[made.component] >= made.place and", "[made.component] > made.place and", id="causal: > for >="),
    CAUSAL("writes[count - 1].clock[made.component] >= made.place and writes", "writes",
           id="causal: any other write known is newer"),
    CAUSAL("if mine > its and at in of_key:", "if mine > its + 1 and at in of_key:", id="causal: one step forgotten"),
    CAUSAL("self.of_key.setdefault(place[0], {})", "self.of_key.setdefault(None, {})", id="causal: keys mixed up"),
    TELL("found, 2, (found, (step, trail))", "found, 1, (found, (step, trail))", id="explain causal: writes are free"),
    TELL("now_over = over or write.key == start.key", "now_over = True", id="explain causal: over any key"),
    TELL("                if step.outcome is not Outcome.OK:\n", "                if False:\n",
         id="explain causal: ways out of what has no outcome"),
    TELL("        for start in (read, write) if write else (read,):", "        for start in (read,):",
         id="explain causal: no cycles"),
    TELL("            if found:\n                best", "            if found and not best:\n                best",
         id="explain causal: the first for the smallest"),
    TELL("if not limit or weight < limit:", "if True:", id="explain causal: no limit"),
    TELL("                    if over:\n", "                    if True:\n", id="explain causal: over nothing"),
    REGISTERS('for each in ("violated", "undecided")', 'for each in ("undecided", "violated")', id="undecided first"),
    REGISTERS("return min(told, key=lambda explanation: len(explanation.operations))", "return list(told)[-1]",
              id="the last register explains"),
    REGISTERS("    if len(verdicts) == 1:\n", "    if verdicts:\n", id="the first register alone"),
    SAFE("if alone(read))", ")", id="safe: overlapping writes"),
    SAFE("bisect_right(calls", "bisect_left(calls", id="safe: a write called at the answer"),
    SAFE("bisect_left(returns", "bisect_right(returns", id="safe: a write answered at the call"),
    SAFE("read.completed) ==", "read.invoked) ==", id="safe: writes called meanwhile"),
    SAFE("op.kind is Kind.WRITE and op.outcome is not Outcome.FAILED", "op.kind is Kind.WRITE",
         id="safe: failed writes overlap"),
    SAFE("op.kind is Kind.WRITE and op.outcome is not Outcome.FAILED", "op.outcome is Outcome.OK",
         id="safe: timed-out writes overlap nothing"),
    SAFE("op.kind is Kind.WRITE or op in wrong", "True", id="safe: any wrong read explains"),
    EVENTUAL("> settled + grace", ">= settled + grace", id="eventual: >= for > where a write settles"),
    EVENTUAL("max((_settled(op, ticks) for", "min((_settled(op, ticks) for", id="eventual: the first write settles"),
    EVENTUAL("inf if operation.completed_at is None else", "0 if operation.completed_at is None else",
             id="eventual: an open write settles"),
    EVENTUAL("if ticks and operation.invoked_at is not None else operation.invoked", "if False else -inf",
             id="eventual: no quiet reads"),
    EVENTUAL("        lasting.add(initial)\n", "        pass\n", id="eventual: the initial value never lasts"),
    EVENTUAL("    if not any(_may_write(op) and op.outcome is Outcome.OK for op in register):\n", "    if True:\n",
             id="eventual: the initial value always lasts"),
    EVENTUAL("if read.value != quiet[0].value), [])", "if False), [])", id="eventual: any values"),
    EVENTUAL("if read.value not in lasting:", "if False:", id="eventual: phantoms allowed"),
    EVENTUAL("min(2, max(1, len(readers)))", "1", id="eventual: one reader is enough"),
    EVENTUAL("min(2, max(1, len(readers)))", "2", id="eventual: one reader is never enough"),
    EVENTUAL("min(2, max(1, len(readers)))", "min(2, len(readers))", id="eventual: silence is enough"),
    EVENTUAL("len({session(op.process) for op in quiet})", "len({op.process for op in quiet})",
             id="eventual: processes for sessions"),
    EVENTUAL("return operation.kind is Kind.WRITE and operation.outcome is not Outcome.FAILED",
             "return operation.kind is Kind.WRITE", id="eventual: failed writes count"),
    EVENTUAL("if op.kind is Kind.READ and op.outcome is Outcome.OK]", "if op.kind is Kind.READ]",
             id="eventual: unanswered reads count"),
]  # fmt: skip


@pytest.mark.mistake
@pytest.mark.parametrize(("module", "old", "new"), MISTAKES)
def test_a_mistake_is_found(module, old, new):
    assert battery.disagreement(battery.modules(module, old, new), truths())


def test_the_code_itself_is_right():
    assert battery.disagreement(battery.modules(), truths()) is None
