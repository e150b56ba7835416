"""A node may send and store so much and no more: a flood ends with its line, and honest programs never notice."""

from textwrap import indent

import pytest
from playing import FILE, line_of, mistake, one_client, play, register, scripted

from distgame.engine import runtime
from distgame.engine.allowance import A_TICK, AT_ONCE, MAX_STORAGE
from distgame.engine.runtime import MESSAGE_COST

READS = scripted(clients=one_client(writes=0.0))
MESSAGES = AT_ONCE // MESSAGE_COST
ENDPOINTS = """
@WebServer.endpoint(str)
def text(self, message): pass
@WebServer.endpoint(list)
def items(self, message): pass
@WebServer.endpoint(int)
def number(self, message): pass
"""

# What a node does when it starts, and the words of the error.
FLOODS = {
    "a long text": (f"self.send_message(2, 'x' * {AT_ONCE})", "a flood"),
    "many bytes": (f"self.send_message(2, [b'x' * {AT_ONCE}])", "a flood"),
    "a list of numbers": (f"self.send_message(2, [*range({AT_ONCE})])", "a flood"),
    "a tuple of numbers": (f"self.send_message(2, [tuple(range({AT_ONCE}))])", "a flood"),
    "a dict": (f"self.send_message(2, dict.fromkeys(range({AT_ONCE})))", "a flood"),
    "a text in an object": (f"self.send_message(2, Note('x' * {AT_ONCE}))", "a flood"),
    "lists that hold each other many times": (
        "x = [0] * 10\nfor _ in range(30): x = [x] * 10\nself.send_message(2, x)",
        "a flood",
    ),
    "objects that hold each other many times": (
        "x = Two(0, 0)\nfor _ in range(38): x = Two(x, x)\nself.send_message(2, x)",
        "a flood",
    ),
    "many messages": (f"for _ in range({MESSAGES + 1}): self.send_message(2, 1)", "each message counts as 256"),
    "many messages to all": (
        f"for _ in range({MESSAGES}): yield from self.wait_for_responses(1, None, 0, timeout=0)",
        "a flood",
    ),
    "many messages for long": (
        "while True:\n    for _ in range(90): self.send_message(2, 1)\n    yield from self.sleep(1)",
        "a tick in the long run",
    ),
    "a long answer": ("", "a flood"),
}


@pytest.mark.parametrize(("lines", "words"), FLOODS.values(), ids=FLOODS)
def test_a_flood_ends_with_its_line(lines: str, words: str) -> None:
    top = """
    from dataclasses import dataclass
    @dataclass
    class Note:
        text: str
    @dataclass
    class Two:
        one: object
        other: object
    """
    if lines:
        body = indent(lines, "    ")
        code = register(ENDPOINTS, f"def on_start(self):\n    if self.id != 1: return\n{body}\n    yield", top=top)
        sends = "send_message" if "send_message" in lines else "yield from self.wait_for"
        line = code[: code.index(sends)].count("\n") + 1
    else:
        answer = f"return ClientReadResponse(ResponseType.Success, 'x' * {AT_ONCE})"
        code = register(f"def process_read_request(self, request):  # here\n    {answer}")
        line = line_of(code)
    problem = mistake(code, world=READS)
    assert words in problem.message
    assert (problem.kind, problem.place, problem.node) == ("flood", f"{FILE}:{line}", 1)


STORES = {
    "a long text": f"self.storage['x'] = 'x' * {AT_ONCE}",
    "many keys": f"for n in range({AT_ONCE // 64 + 1}): self.storage[n] = n",
    "a list that grows": f"x = self.storage['x'] = []\nwhile len(x) < {AT_ONCE}:\n    x += range(1000)\n    yield",
    "more and more keys": (
        f"for n in range({MAX_STORAGE // A_TICK * 2}):\n    self.storage[n] = 'x' * {A_TICK - 100}\n    yield"
    ),
}


@pytest.mark.parametrize("lines", STORES.values(), ids=STORES)
def test_a_storage_that_is_too_large_is_told(lines: str) -> None:
    body = "\n    ".join(lines.splitlines())
    code = register(f"def on_start(self):\n    {body}\n    yield").replace(
        "def process_read", "def process_read # here", 1
    )
    problem = mistake(code.replace(" # here", ""), world=scripted(duration=5_000))
    assert problem.kind == "flood"
    assert ("storage holds more than 4 MiB" in problem.message) == ("more" in lines or "n in range(1024)" in lines)
    assert problem.file == FILE
    assert problem.line is not None


def test_what_is_spent_is_earned_again() -> None:
    code = register(
        ENDPOINTS,
        f"def on_start(self):\n    for _ in range(5):\n"
        f"        for _ in range({MESSAGES // 2 - 20}): self.send_message(self.other_nodes[0], 1)\n"
        f"        yield from self.sleep({AT_ONCE // A_TICK})",
        f"@WebServer.timer(1)\ndef tell(self): self.send_message(self.other_nodes[1], 'x' * {A_TICK // 4})",
    )
    world = scripted(duration=600, message_budget=10**6)
    assert play(code, world=world).problem is None


def test_a_refused_message_is_not_sent_and_the_next_one_is_refused_as_well() -> None:
    code = register(
        ENDPOINTS,
        f"def on_start(self):\n    if self.id == 1:\n        for _ in range({MESSAGES + 50}):\n            try:\n"
        "                self.send_message(2, 1)\n            except Exception: pass",
    )
    assert play(code).sends_between_nodes == MESSAGES


def test_too_many_waiting_handlers_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime, "MAX_WAITING", 20)
    code = register("@WebServer.timer(1)\ndef wait(self):\n    yield from self.sleep(10_000)  # here")
    problem = mistake(code)
    assert "more than 20 handlers wait at once" in problem.message
    assert (problem.kind, problem.place) == ("flood", f"{FILE}:{line_of(code)}")
    short = register("@WebServer.timer(1)\ndef wait(self):\n    yield from self.sleep(10)")
    assert play(short).problem is None
