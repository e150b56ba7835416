"""The player's API: handlers and endpoints, a node's properties, its life, and what its answers come to."""

import pytest
from playing import FILE, NOBODY, answers, events, history, mistake, one_client, play, register, said, scripted

from distgame.engine import trace as tr
from distgame.engine.world import ClientSpec, NodeFault

READS = one_client(writes=0.0)
WRITES = one_client(writes=1.0)


def asking(message: str) -> str:
    """Node 1 asks node 2 and prints the answer."""
    return f"""
    def on_start(self):
        if self.id == 1:
            print((yield from self.send_message(2, {message}).wait()))
    """


HANDLERS = {
    "a plain function": """
        @WebServer.endpoint(str)
        def answer(self, message):
            return message.upper()
        """,
    "a generator": """
        @WebServer.endpoint(str)
        def answer(self, message):
            yield from self.sleep(3)
            return message.upper()
        """,
    "a coroutine": """
        @WebServer.endpoint(str)
        async def answer(self, message):
            await self.sleep(3)
            return message.upper()
        """,
    "a coroutine that never waits": """
        @WebServer.endpoint(str)
        async def answer(self, message):
            return message.upper()
        """,
    "a generator with helpers that wait": """
        @WebServer.endpoint(str)
        def answer(self, message):
            return (yield from self.first(message))
        def first(self, message):
            letters = yield from self.second(message)
            return "".join(letters)
        def second(self, message):
            yield from self.send_message(3, 5).wait()
            return [letter.upper() for letter in message]
        @WebServer.endpoint(int)
        def number(self, number):
            return number
        """,
    "a coroutine with a helper that waits": """
        @WebServer.endpoint(str)
        async def answer(self, message):
            return await self.first(message)
        async def first(self, message):
            answer, = await self.wait_all([self.send_message(3, 5)])
            return message.upper() if answer == 5 else "?"
        @WebServer.endpoint(int)
        def number(self, number):
            return number
        """,
    "a plain function that hands on a generator": """
        @WebServer.endpoint(str)
        def answer(self, message):
            return self.later(message)
        def later(self, message):
            yield from self.sleep(1)
            return message.upper()
        """,
    "a handler whose type is given by name": """
        @WebServer.endpoint(message_type=str)
        def answer(self, message):
            return message.upper()
        """,
    "a handler for two types": """
        @WebServer.endpoint(int)
        @WebServer.endpoint(str)
        def answer(self, message):
            return message.upper()
        """,
    "a handler with more parameters that have defaults": """
        @WebServer.endpoint(str)
        def answer(self, message, sender=None, mark="!"):
            return message.upper() if (sender, mark) == (1, "!") else "?"
        """,
}


@pytest.mark.parametrize("methods", HANDLERS.values(), ids=HANDLERS)
def test_a_handler_may_be(methods: str) -> None:
    assert said(play(register(methods, asking("'hello'")))) == ["HELLO"]


def test_a_handler_with_a_second_parameter_gets_the_senders_id() -> None:
    code = register(
        """
        @WebServer.endpoint(str)
        def answer(self, message, who):
            return f"{self.id} hears {message} from {who}"
        def on_start(self):
            if self.id == 3:
                print(*(yield from self.wait_all([self.send_message(n, "x") for n in self.other_nodes])), sep="; ")
        """
    )
    assert said(play(code)) == ["1 hears x from 3; 2 hears x from 3"]


def test_the_sender_of_a_clients_request_is_the_gateway() -> None:
    methods = "def process_read_request(self, request, sender):\n    print(sender)"
    assert set(said(play(register(methods), world=scripted(clients=READS)))) == {"0"}


def test_a_result_of_none_is_not_sent() -> None:
    code = register("@WebServer.endpoint(str)\ndef ignore(self, message):\n    return None", asking("'hello'"))
    trace = play(code)
    assert said(trace) == []
    assert len(events(trace, tr.SEND)) == 1


TYPES = ["True", "1", "1.5", "'1'", "(1, 2)", "[1]", "None", "Small()", "Big()", "Same()"]


@pytest.mark.parametrize("message", TYPES)
def test_endpoints_match_the_exact_type(message: str) -> None:
    top = """
        from dataclasses import dataclass
        class Big: pass
        class Small(Big): pass
        @dataclass
        class Same: pass
        """
    handlers = "".join(
        f"@WebServer.endpoint(type({value}))\ndef on_{index}(self, message):\n    return {value!r}\n"
        for index, value in enumerate(TYPES)
    )
    assert said(play(register(handlers, asking(message), top=top))) == [message]


def test_a_message_of_a_derived_class_is_not_a_message_of_its_base() -> None:
    handler = "@WebServer.endpoint(Big)\ndef on_big(self, message): pass"
    problem = mistake(register(handler, asking("Small()"), top="class Big: pass\nclass Small(Big): pass"))
    assert problem.message == "Register has no endpoint for Small; it has Big, ClientReadRequest, ClientWriteRequest"


BASE = """
    class Base(Node):
        @WebServer.endpoint(str)
        def answer(self, message):
            return "base " + message
        @WebServer.timer(30)
        def ring(self):
            if self.id == 1: print("base")
        def process_read_request(self, request): return None
        def process_write_request(self, request): return None
    """
INHERITED = {
    "inherited": ("pass", "base hello"),
    "overridden without the decorator": ("def answer(self, message): return 'derived ' + message", "derived hello"),
    "overridden with the decorator": (
        "@WebServer.endpoint(str)\ndef answer(self, message): return super().answer(message) + '!'",
        "base hello!",
    ),
    "claimed by another method": ("@WebServer.endpoint(str)\ndef other(self, message): return 'other'", "other"),
}


@pytest.mark.parametrize(("methods", "expected"), INHERITED.values(), ids=INHERITED)
def test_an_endpoint_of_a_base_class_may_be(methods: str, expected: str) -> None:
    code = register(methods, asking("'hello'"), top=BASE).replace("Register(Node)", "Register(Base)")
    assert said(play(code, world=scripted(duration=29, timeout=5))) == [expected]


@pytest.mark.parametrize(
    ("methods", "expected"),
    [
        ("pass", ["base", "base"]),
        ("def ring(self):\n    if self.id == 1: print('derived')", ["derived", "derived"]),
        ("@WebServer.timer(50)\ndef ring(self):\n    if self.id == 1: print('derived')", ["derived"]),
    ],
    ids=["inherited", "overridden without the decorator", "given another interval"],
)
def test_a_timer_of_a_base_class_may_be(methods: str, expected: list[str]) -> None:
    code = register(methods, top=BASE).replace("Register(Node)", "Register(Base)")
    assert said(play(code, world=scripted(duration=60))) == expected


@pytest.mark.parametrize("head", ["@WebServer.timer(interval=20)", "@WebServer.timer(20)"])
def test_a_timer_rings_at_its_interval_and_may_wait(head: str) -> None:
    code = register(
        head + "\ndef ring(self):\n"
        "    if self.id == 2:\n        yield from self.sleep(5)\n        print(self.local_time)\n"
    )
    assert said(play(code, world=scripted(duration=70))) == ["25", "45", "65"]


# A node


def test_a_node_knows_itself_and_the_others() -> None:
    code = register("def on_start(self):\n    print(self.id, self.other_nodes, self.majority, self.is_leader)")
    assert said(play(code, world=scripted(nodes=4))) == [
        "1 [2, 3, 4] 3 True",
        "2 [1, 3, 4] 3 False",
        "3 [1, 2, 4] 3 False",
        "4 [1, 2, 3] 3 False",
    ]


@pytest.mark.parametrize(("nodes", "majority"), [(1, 1), (2, 2), (3, 2), (4, 3), (5, 3), (6, 4), (7, 4)])
def test_a_majority_is_more_than_half_of_all_nodes(nodes: int, majority: int) -> None:
    code = register("def on_start(self):\n    print(self.majority)")
    assert said(play(code, world=scripted(nodes=nodes)), 1) == [str(majority)]


@pytest.mark.parametrize("draw", ["self.random.random()", "random.random()", "random.Random().random()"])
def test_random_is_seeded_per_node_and_run(draw: str) -> None:
    code = register(f"def on_start(self):\n    print({draw})", top="import random")
    once, again, other = (said(play(code, seed=seed)) for seed in (1, 1, 2))
    assert once == again
    assert len({*once, *other}) == 6


def test_notify_leadership_makes_a_leader_and_the_gateway_follows() -> None:
    code = register(
        """
        def on_start(self):
            if self.id == 3:
                self.notify_leadership()
            print(self.id, self.is_leader)
        def process_read_request(self, request):
            print("read at", self.id)
        """
    )
    trace = play(code, world=scripted(clients=READS))
    assert said(trace) == ["1 True", "2 False", "3 True"] + ["read at 3"] * 3
    assert events(trace, tr.LEADER) == [(tr.LEADER, 0, 3)]


def test_on_start_may_wait_and_runs_again_after_a_restart() -> None:
    code = register("def on_start(self):\n    yield from self.sleep(3)\n    print(self.id, self.local_time)")
    faults = (NodeFault(kind="crash", node=2, tick=20), NodeFault(kind="restart", node=2, tick=30))
    assert said(play(code, world=scripted(faults=faults))) == ["1 3", "2 3", "3 3", "2 33"]


def test_storage_survives_a_crash_and_attributes_do_not() -> None:
    code = register(
        """
        seen = 0
        def on_start(self):
            self.seen += 1
            self.storage["starts"] = self.storage.get("starts", 0) + 1
            if self.id == 2:
                print(self.seen, self.storage["starts"], self.is_leader)
        """
    )
    faults = tuple(
        NodeFault(kind=kind, node=2, tick=tick)
        for tick, kind in ((10, "crash"), (20, "restart"), (30, "crash"), (40, "restart"))
    )
    assert said(play(code, world=scripted(faults=faults))) == ["1 1 False", "1 2 False", "1 3 False"]


STORED = {
    "a value": ("self.storage['a'] = 7", "{'a': 7}"),
    "a value changed in place": ("self.storage['a'] = [1]; self.storage['a'].append(2)", "{'a': [1, 2]}"),
    "a value changed in a later event": (
        "self.storage['a'] = [1]\n    yield from self.sleep(5)\n    self.storage['a'].append({2})",
        "{'a': [1, {2}]}",
    ),
    "a key that is gone": (
        "self.storage.update(a=1, b=2, c=3); del self.storage['b']; self.storage.pop('c')",
        "{'a': 1}",
    ),
    "a missing key that was popped": ("self.storage['a'] = 1; self.storage.pop('b', None)", "{'a': 1}"),
    "a default": ("self.storage.setdefault('a', []).append(5)", "{'a': [5]}"),
    "a merge": ("self.storage |= {'a': 1}", "{'a': 1}"),
    "a new dict": ("self.storage['a'] = 1; self.storage = {'b': 2}", "{'b': 2}"),
    "a cleared dict": ("self.storage['a'] = 1; self.storage.clear()", "{}"),
    "a dict cleared later": (
        "self.storage.update(a=1, b=2)\n    yield from self.sleep(3)\n    self.storage.clear()",
        "{}",
    ),
    "a key deleted later": (
        "self.storage.update(a=1, b=2)\n    yield from self.sleep(3)\n    del self.storage['a']",
        "{'b': 2}",
    ),
    "a key popped later": (
        "self.storage.update(a=1, b=2)\n    yield from self.sleep(3)\n    self.storage.pop('a')",
        "{'b': 2}",
    ),
    "an item taken out later": (
        "self.storage.update(a=1, b=2)\n    yield from self.sleep(3)\n    self.storage.popitem()",
        "{'a': 1}",
    ),
    "a new dict later": (
        "self.storage.update(a=1, b=2)\n    yield from self.sleep(3)\n    self.storage = {'c': 3}",
        "{'c': 3}",
    ),
    "a key set anew later": (
        "self.storage.update(a=1, b=2)\n    yield from self.sleep(3)\n    self.storage |= {'a': 5}",
        "{'a': 5, 'b': 2}",
    ),
    "the newest item taken out": ("self.storage['a'] = 1; self.storage['b'] = 2; self.storage.popitem()", "{'a': 1}"),
    "a key of several parts": ("self.storage['a', 1] = (1.5, None, b'x', True)", "{('a', 1): (1.5, None, b'x', True)}"),
    "an object of the file": ("self.storage['a'] = Tag(3, 1)", "{'a': Tag(number=3, node=1)}"),
    "a text in angle brackets": ("self.storage['a'] = '<b>'; self.storage['<a>'] = '<>'", "{'a': '<b>', '<a>': '<>'}"),
}


@pytest.mark.parametrize(("change", "left"), STORED.values(), ids=STORED)
def test_a_crash_leaves_in_storage(change: str, left: str) -> None:
    code = register(
        f"def on_start(self):\n    if self.local_time > 9 and self.id == 1:\n        print(dict(self.storage))\n"
        f"        return\n    {change}\n    yield from self.sleep(0)",
        top="from dataclasses import dataclass\n@dataclass\nclass Tag:\n    number: int\n    node: int",
    )
    faults = (NodeFault(kind="crash", node=1, tick=10), NodeFault(kind="restart", node=1, tick=20))
    assert said(play(code, world=scripted(faults=faults))) == [left]


def test_what_cannot_travel_can_be_stored_but_does_not_survive() -> None:
    code = register("def on_start(self):\n    print(list(self.storage))\n    self.storage.update(a=1, f=lambda: 2)")
    faults = (NodeFault(kind="crash", node=1, tick=10), NodeFault(kind="restart", node=1, tick=20))
    trace = play(code, world=scripted(faults=faults))
    assert said(trace, 1) == ["[]", "['a']"]


# What answers come to

READ_VALUES = {
    "7": ("ok", 7),
    "0": ("ok", 0),
    "-3": ("ok", -3),
    "None": ("ok", None),
    "'N'": ("ok", None),
    "True": ("ok", "true"),
    "1.0": ("ok", '["f","0x1.0000000000000p+0"]'),
    "'abc'": ("ok", '"abc"'),
    "[1]": ("ok", '["l",1]'),
    "{1: 2}": ("ok", '["d",1,2]'),
    "Tag(1)": ("ok", '["c","Tag","number",1]'),
}


@pytest.mark.parametrize(("value", "expected"), READ_VALUES.items(), ids=READ_VALUES)
def test_a_read_of(value: str, expected: tuple[str, object]) -> None:
    code = register(
        f"def process_read_request(self, request): return ClientReadResponse(ResponseType.Success, {value})",
        top="class Tag:\n    def __init__(self, number): self.number = number",
    )
    found = answers(play(code, world=scripted(clients=READS)), "read")
    assert set(found) == {expected}
    assert type(found[0][1]) is type(expected[1])


def test_a_failed_read_is_fail_and_the_client_keeps_its_process() -> None:
    code = register("def process_read_request(self, request): return ClientReadResponse(ResponseType.Fail, 5)")
    trace = play(code, world=scripted(clients=READS))
    assert set(answers(trace, "read")) == {("fail", None)}
    assert {line.process for line in history(trace)} == {1}


def test_a_failed_write_is_info_and_the_client_goes_on_as_a_new_process() -> None:
    code = register("def process_write_request(self, request): return ClientWriteResponse(result=ResponseType.Fail)")
    trace = play(code, world=scripted(clients=WRITES * 3, duration=80))
    assert {kind for kind, _ in answers(trace, "write")} == {"info"}
    for client in (1, 2, 3):
        ended = [line.process for line in history(trace) if line.client == client and line.type == "info"]
        assert ended == [client + 3 * n for n in range(len(ended))]
        assert len(ended) > 1


def test_a_handler_that_returns_none_leaves_the_client_waiting() -> None:
    code = register("def process_read_request(self, request): return None")
    trace = play(code, world=scripted(clients=READS, timeout=50))
    lines = history(trace)
    assert [(line.tick, line.type) for line in lines[:3]] == [(11, "invoke"), (61, "info"), (71, "invoke")]


def test_a_register_answers_reads_with_what_was_written() -> None:
    trace = play(register(), world=scripted(nodes=1, clients=one_client(writes=0.5), duration=600))
    last = None
    for line in history(trace):
        if line.f == "write":
            last = line.value
        elif line.type == "ok":
            assert line.value == last
    assert len(answers(trace, "read")) > 5
    assert len(answers(trace, "write")) > 5


# The trace of a handler at work


def test_a_waiting_handler_is_shown_with_its_line_and_what_it_has() -> None:
    code = register(
        """
        @WebServer.endpoint(str)
        def answer(self, message):
            return message
        def on_start(self):
            if self.id == 1:
                yield from self.all()
        def all(self):
            yield from self.wait_all([self.send_message(n, "x") for n in self.other_nodes])  # here
        """
    )
    trace = play(code)
    line = 1 + code.splitlines().index(next(text for text in code.splitlines() if "# here" in text))
    assert events(trace, tr.WAITS) == [
        (tr.WAITS, 0, 1, 1, "on_start", FILE, line, 0, 2),
        (tr.WAITS, 4, 1, 1, "on_start", FILE, line, 1, 2),
    ]
    assert events(trace, tr.ENDS) == [(tr.ENDS, 4, 1, 1)]


def test_add_message_and_process_are_what_the_game_calls() -> None:
    code = register(
        """
        def add_message(self, message):
            self.seen = getattr(self, "seen", 0) + 1
            super().add_message(message)
        def process(self):
            super().process()
            print(self.id, self.seen)
        @WebServer.endpoint(str)
        def answer(self, message): return message
        """,
        asking("'x'"),
    )
    assert said(play(code)) == ["2 1", "x", "1 1"]


def test_a_player_may_not_serve_the_clients_by_an_override_of_init_alone() -> None:
    # The original's nodes passed these on; the game gives a constructor what it asks for by these names.
    code = register(
        """
        def __init__(self, node_id, timer, is_leader=False):
            super().__init__(node_id, timer, is_leader)
            self.starts = [node_id, is_leader]
        def on_start(self):
            print(self.starts)
        """
    )
    assert said(play(code)) == ["[1, True]", "[2, False]", "[3, False]"]


def test_a_pinned_client_and_a_silent_one() -> None:
    clients = (ClientSpec(writes=0.0, think=(10, 10), node=2), *NOBODY)
    code = register("def process_read_request(self, request):\n    print(self.id)")
    assert set(said(play(code, world=scripted(clients=clients)))) == {"2"}
