"""Requests and waits: answers, timeouts and their ticks, alignment, counts and conditions."""

import pytest
from playing import events, play, program, register, said, scripted

from distgame.engine.clock import draw_clock
from distgame.engine.host import Host
from distgame.engine.referee import simulate
from distgame.engine.runtime import MANY_REQUESTS
from distgame.engine.trace import PRINT, SEND
from distgame.engine.world import Clocks

# A node answers an Ask after as many ticks as it says for that node; None means never.
ASK = """
from dataclasses import dataclass

@dataclass
class Ask:
    after: dict
"""
ANSWER = """
@WebServer.endpoint(message_type=Ask)
def answer(self, ask):
    ticks = ask.after[self.id]
    if ticks is None:
        return None
    yield from self.sleep(ticks)
    return f"from {self.id}"

def ask(self, after, **timeouts):
    message = Ask(after)
    return [self.send_message(node, message, timeouts.get(f"n{node}", -1)) for node in self.other_nodes]

def show(self, *outcomes):
    print(self.local_time, *["timeout" if isinstance(each, RequestTimeout) else each for each in outcomes])

def on_start(self):
    if self.id == 1:
"""


def at_node_1(lines: str, nodes: int = 4) -> list[str]:
    """What node 1 prints when it runs the lines at tick 0. A message takes 2 ticks, so an answer at once takes 4."""
    body = "".join(f"        {line.strip()}\n" for line in lines.strip().splitlines())
    return said(play(register(ANSWER + body, top=ASK), world=scripted(nodes=nodes)))


CASES = {
    "a wait ends with the answer": (
        """r = self.send_message(2, Ask({2: 0}))
        self.show((yield from r.wait()))""",
        ["4 from 2"],
    ),
    "a wait for an answer that has come already ends at once": (
        """r = self.send_message(2, Ask({2: 0}))
        yield from self.sleep(9)
        self.show((yield from r.wait()))
        self.show((yield from r.wait()))""",
        ["9 from 2", "9 from 2"],
    ),
    "a wait ends with a RequestTimeout when the request's timeout is over": (
        """r = self.send_message(2, Ask({2: 1}), timeout=4)
        answer = yield from r.wait()
        print(self.local_time, type(answer).__name__, answer == RequestTimeout())""",
        ["4 RequestTimeout True"],
    ),
    "an answer in the timeout's own tick counts as an answer": (
        """r = self.send_message(2, Ask({2: 1}), timeout=5)
        self.show((yield from r.wait()))""",
        ["5 from 2"],
    ),
    "a timeout of no ticks is over in the same tick": (
        """r = self.send_message(2, Ask({2: 0}), timeout=0)
        self.show((yield from r.wait()))""",
        ["0 timeout"],
    ),
    "an answer after the timeout changes nothing": (
        """r = self.send_message(2, Ask({2: 3}), timeout=4)
        yield from self.sleep(30)
        self.show((yield from r.wait()))""",
        ["30 timeout"],
    ),
    "the timeout is the third argument, and -1 waits for ever": (
        """a, b = self.send_message(2, Ask({2: 90}), -1), self.send_message(3, Ask({3: None}), 6)
        self.show(*(yield from self.wait_all([a, b])))""",
        ["94 from 2 timeout"],
    ),
    "wait_any ends when min_count is reached": (
        "self.show(*(yield from self.wait_any(self.ask({2: 5, 3: 1, 4: 3}), 2)))",
        ["7 None from 3 from 4"],
    ),
    "wait_any takes its arguments by name": (
        "self.show(*(yield from self.wait_any(requests=self.ask({2: 0, 3: 1, 4: 3}), min_count=1, timeout=9)))",
        ["4 from 2 None None"],
    ),
    "wait_any gives a list aligned with requests, whatever came first": (
        "self.show(*(yield from self.wait_any(self.ask({2: 5, 3: 1, 4: 3}), min_count=3)))",
        ["9 from 2 from 3 from 4"],
    ),
    "wait_any ends at its own timeout, with None where a request is open": (
        "self.show(*(yield from self.wait_any(self.ask({2: 1, 3: 9, 4: None}), 3, timeout=8)))",
        ["8 from 2 None None"],
    ),
    "an answer in the tick of the shared timeout is in the list": (
        "self.show(*(yield from self.wait_any(self.ask({2: 1, 3: 4, 4: None}), 3, timeout=8)))",
        ["8 from 2 from 3 None"],
    ),
    "wait_any gives a RequestTimeout where a request's own timeout has passed": (
        "self.show(*(yield from self.wait_any(self.ask({2: 1, 3: 9, 4: 20}, n3=6), 3, timeout=8)))",
        ["8 from 2 timeout None"],
    ),
    "without a condition a timeout counts as settled": (
        "self.show(*(yield from self.wait_any(self.ask({2: 9, 3: 9, 4: 9}, n3=6), 1)))",
        ["6 None timeout None"],
    ),
    "with a condition a timeout does not count": (
        "self.show(*(yield from self.wait_any(self.ask({2: 9, 3: 9, 4: 9}, n3=6), 1, condition=lambda x: True)))",
        ["13 from 2 timeout None"],
    ),
    "with a condition only answers for which it is true count": (
        "self.show(*(yield from self.wait_any(self.ask({2: 1, 3: 3, 4: 5}), 1, condition=lambda x: x == 'from 3')))",
        ["7 from 2 from 3 None"],
    ),
    "a condition that never holds ends when every request is settled": (
        "self.show(*(yield from self.wait_any(self.ask({2: 1, 3: 3, 4: 5}), 1, condition=lambda x: False)))",
        ["9 from 2 from 3 from 4"],
    ),
    "a condition is asked about answers alone": (
        "self.show(*(yield from self.wait_any(self.ask({2: 1, 3: 3, 4: 9}, n4=6), 3, condition=len)))",
        ["7 from 2 from 3 timeout"],
    ),
    "answers that are there already count only where the condition is true": (
        """requests = self.ask({2: 1, 3: 3, 4: 9}, n4=7)
        yield from self.sleep(8)
        self.show(*(yield from self.wait_any(requests, 1, 5, lambda x: x == "from 4")))
        requests.append(self.send_message(2, Ask({2: 2})))
        self.show(*(yield from self.wait_any(requests, 3, 3, lambda x: True)))""",
        ["8 from 2 from 3 timeout", "11 from 2 from 3 timeout None"],
    ),
    "answers that are there already count": (
        """requests = self.ask({2: 1, 3: 3, 4: 9})
        yield from self.sleep(8)
        self.show(*(yield from self.wait_any(requests, 2)))""",
        ["8 from 2 from 3 None"],
    ),
    "the rest can be waited for later": (
        """requests = self.ask({2: 1, 3: 3, 4: 9})
        self.show(*(yield from self.wait_any(requests, 1)))
        self.show(*(yield from self.wait_any(requests, 2)))
        self.show(*(yield from self.wait_all(requests)))""",
        ["5 from 2 None None", "7 from 2 from 3 None", "13 from 2 from 3 from 4"],
    ),
    "a min_count larger than the number of requests waits until all are settled": (
        "self.show(*(yield from self.wait_any(self.ask({2: 1, 3: 3, 4: 5}), min_count=7)))",
        ["9 from 2 from 3 from 4"],
    ),
    "a min_count of 0 waits for nothing": (
        "self.show(*(yield from self.wait_any(self.ask({2: 0, 3: 0, 4: 0}), 0)))",
        ["0 None None None"],
    ),
    "a wait for no requests ends at once": (
        "self.show(*(yield from self.wait_any([], 1)), *(yield from self.wait_all([])))",
        ["0"],
    ),
    "wait_all waits until every request is settled, timeouts included": (
        "self.show(*(yield from self.wait_all(self.ask({2: 5, 3: None, 4: 1}, n3=12))))",
        ["12 from 2 timeout from 4"],
    ),
    "requests may come from a generator": (
        "self.show(*(yield from self.wait_all(self.send_message(n, Ask({n: 0})) for n in (4, 2))))",
        ["4 from 4 from 2"],
    ),
    "two handlers may wait for the same request": (
        """r = self.send_message(2, Ask({2: 0}))
        self.show(*(yield from self.wait_any([r, r], 2)))""",
        ["4 from 2 from 2"],
    ),
    "wait_for_responses asks every other node, not this one": (
        "self.show(*(yield from self.wait_for_responses(Ask({2: 0, 3: 0, 4: 0}), lambda x: True, 3)))",
        ["4 from 2 from 3 from 4"],
    ),
    "wait_for_responses ends at count answers, and gives those that came": (
        "self.show(*(yield from self.wait_for_responses(Ask({2: 9, 3: 0, 4: 5}), lambda x: True, 2)))",
        ["9 from 3 from 4"],
    ),
    "wait_for_responses counts the answers that satisfy the check, and gives the others too": (
        """self.show(*(yield from self.wait_for_responses(
            request=Ask({2: 1, 3: 3, 4: 5}), check_response=lambda x: x == "from 3", count=1)))""",
        ["7 from 2 from 3"],
    ),
    "wait_for_responses ends when all have answered, whatever the check says": (
        "self.show(*(yield from self.wait_for_responses(Ask({2: 1, 3: 3, 4: 5}), lambda x: False, 1)))",
        ["9 from 2 from 3 from 4"],
    ),
    "wait_for_responses ends at its timeout": (
        "self.show(*(yield from self.wait_for_responses(Ask({2: 1, 3: None, 4: 9}), lambda x: True, 3, timeout=8)))",
        ["8 from 2"],
    ),
    "wait_for_responses gives a list that can grow": (
        """answers = yield from self.wait_for_responses(Ask({2: 0, 3: 9, 4: 9}), lambda x: True, 1)
        answers.append("mine")
        self.show(*answers)""",
        ["4 from 2 mine"],
    ),
    "sleep goes on after as many ticks": (
        """yield from self.sleep(7)
        print(self.local_time)
        yield from self.sleep(0)
        print(self.local_time)""",
        ["7", "7"],
    ),
}


@pytest.mark.parametrize(("lines", "expected"), CASES.values(), ids=CASES)
def test_a_generator_waits(lines: str, expected: list[str]) -> None:
    assert at_node_1(lines) == expected


@pytest.mark.parametrize(("lines", "expected"), CASES.values(), ids=CASES)
def test_a_coroutine_waits_alike(lines: str, expected: list[str]) -> None:
    awaiting = lines.replace("yield from", "await")
    body = "".join(f"        {line.strip()}\n" for line in awaiting.strip().splitlines())
    code = register(ANSWER.replace("def on_start", "async def on_start") + body, top=ASK)
    assert said(play(code, world=scripted(nodes=4))) == expected


def test_a_single_node_has_nobody_to_wait_for() -> None:
    lines = "self.show(self.other_nodes, self.majority, (yield from self.wait_for_responses('hi', None, 0)))"
    assert at_node_1(lines, nodes=1) == ["0 [] 1 []"]


def test_a_timeout_runs_on_the_nodes_own_clock() -> None:
    clocks = Clocks(offset=500, drift=0.01)
    clock = draw_clock(5, 1, clocks)
    assert clock.rate not in (10_000, 9_999, 10_001)
    start = (
        "def on_start(self):\n    yield from self.send_message(2 if self.id == 1 else 1, 7, 1000).wait()\n    print()"
    )
    world = scripted(duration=1_200, clocks=clocks)
    code = register("@WebServer.endpoint(int)\ndef ignore(self, number): pass", start)
    trace = play(code, world=world, seed=5)
    (tick,) = [event[1] for event in events(trace, PRINT) if event[2] == 1]
    assert tick == clock.true(clock.local(0) + 1_000) != 1_000


@pytest.mark.parametrize(
    "lines",
    [
        "self.send_message(3 - self.id, 'x')",
        "sent = [self.send_message(3 - self.id, 'x')]; yield from self.wait_any(sent, 1, timeout=3)",
        "yield from self.wait_for_responses('x', None, 1, timeout=3)",
    ],
    ids=["one-way", "with a limit", "to all"],
)
def test_messages_that_nobody_answers_are_forgotten(lines: str) -> None:
    code = register(
        f"""
        @WebServer.timer(1)
        def tell(self):
            {lines}

        @WebServer.endpoint(str)
        def hear(self, word):
            pass
        """
    )
    host = Host(program(code))
    world = scripted(nodes=2, duration=5 * MANY_REQUESTS)
    trace = simulate(host, world, 1)
    assert trace.problem is None
    assert len(events(trace, SEND)) > 8 * MANY_REQUESTS
    assert all(len(each._runtime.open_requests) <= MANY_REQUESTS for each in host.replicas.values())


def test_a_kept_request_hears_its_answer_however_many_others_are_forgotten() -> None:
    code = register(
        f"""
        def on_start(self):
            if self.id == 1:
                self.kept = self.send_message(2, "late")
                for n in range({2 * MANY_REQUESTS}):
                    self.send_message(2, "x")
                    if n % 250 == 0:
                        yield from self.sleep(8)
                print((yield from self.kept.wait()), self.kept.outcome)

        @WebServer.endpoint(str)
        def hear(self, word):
            if word == "late":
                yield from self.sleep(100)
                return "at last"
        """
    )
    assert said(play(code, world=scripted(nodes=2))) == ["at last at last"]
