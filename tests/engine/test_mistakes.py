"""A wrong thing gets an error a learner can act on: file, line, node, tick, and words that say what was expected."""

import pytest
from playing import FILE, REGISTER, line_of, mistake, one_client, play, register, scripted

READS = scripted(clients=one_client(writes=0.0))
WRITES = scripted(clients=one_client(writes=1.0))


def starting(line: str) -> str:
    """Node 2 runs a line at its fifth tick."""
    return register(
        f"""
        @WebServer.endpoint(str)
        def answer(self, message): return message
        def on_start(self):
            yield from self.sleep(5)
            if self.id == 2:
                {line}  # here
        """,
        top="import json\nclass Thing: pass\nclass Wrong(Exception): pass",
    )


# What node 2 does at tick 5, the kind of problem, and words of the message.
AT_WORK = {
    "an unknown id": ("self.send_message(7, 'x')", "api", "there is no server 7 to send to; the other nodes are 1, 3"),
    "an id that is no number": ("self.send_message('1', 'x')", "api", "there is no server '1'"),
    "an id that is a float": ("self.send_message(1.0, 'x')", "api", "there is no server 1.0"),
    "an id that is a bool": ("self.send_message(True, 'x')", "api", "there is no server True"),
    "oneself": ("self.send_message(self.id, 'x')", "api", "node 2 sends a message to itself: call the method instead"),
    "a timeout that is no number": ("self.send_message(1, 'x', timeout='soon')", "api", "not 'soon'"),
    "a timeout of None": ("self.send_message(1, 'x', timeout=None)", "api", "a number of ticks, 0 or more, or -1"),
    "a timeout that is a float": ("self.send_message(1, 'x', 2.5)", "api", "send_message takes a number of ticks"),
    "a timeout below -1": ("self.send_message(1, 'x', -2)", "api", "not -2"),
    "a wait_any with a bad timeout": ("yield from self.wait_any([], 1, timeout=-5)", "api", "wait_any takes a number"),
    "a wait_any of answers": ("yield from self.wait_any(['x'], 1)", "api", "wait_any takes requests, as send_message"),
    "a wait_any of one request": ("yield from self.wait_any(self.send_message(1, 'x'), 1)", "api", "list of requests"),
    "a wait_all of ids": ("yield from self.wait_all(self.other_nodes)", "api", "not 1"),
    "a min_count that is no number": ("yield from self.wait_any([], None)", "api", "min_count is a whole number"),
    "a condition that cannot be called": (
        "yield from self.wait_any([self.send_message(1, 'x')], 1, condition=5)",
        "api",
        "condition is a function of an answer, not 5",
    ),
    "a check that cannot be called": ("yield from self.wait_for_responses('x', 5, 1)", "api", "not 5"),
    "a count that is no number": (
        "yield from self.wait_for_responses('x', len, '2')",
        "api",
        "count is a whole number",
    ),
    "sleeping for a text": ("yield from self.sleep('long')", "api", "sleep takes a number of ticks, 0 or more"),
    "sleeping backwards": ("yield from self.sleep(-1)", "api", "not -1"),
    "yielding a request": ("yield self.send_message(1, 'x')", "api", "on_start yields a Request; use `yield from`"),
    "yielding a wait": ("yield self.wait_all([])", "api", "on_start yields a generator; use `yield from`"),
    "yielding a number": ("yield 5", "api", "on_start yields a int"),
    "an exception": ("1 / 0", "exception", "ZeroDivisionError: division by zero"),
    "an exception of one's own": ("raise Wrong('no way')", "exception", "Wrong: no way"),
    "an exception without words": ("raise Wrong", "exception", "Wrong"),
    "an assertion": ("assert self.id == 1, 'not one'", "exception", "AssertionError: not one"),
    "a recursion without an end": ("f = lambda: f(); f()", "exception", "RecursionError"),
    "SystemExit": ("raise SystemExit(3)", "exit", "asked to exit"),
    "KeyboardInterrupt": ("raise KeyboardInterrupt", "exception", "KeyboardInterrupt"),
    "open": ("open('/etc/passwd')", "api", "open() is not for nodes: a node has no files; keep what must survive"),
    "input": ("input('name? ')", "api", "input() is not for nodes"),
    "exit": ("exit()", "api", "exit() is not for nodes: a node cannot leave"),
    "quit": ("quit()", "api", "quit() is not for nodes"),
    "breakpoint": ("breakpoint()", "api", "breakpoint() is not for nodes"),
    "an import at work": ("import time", "import", "cannot import time: nodes have no wall clock; use self.local_time"),
    "an attribute of Node": (
        "Node.shared = []",
        "api",
        "Node belongs to the game: its attribute shared cannot be changed",
    ),
    "an attribute of WebServer": ("WebServer.shared = 1", "api", "WebServer belongs to the game"),
    "an attribute of a message": ("ClientReadRequest.shared = 1", "api", "ClientReadRequest belongs to the game"),
    "a method of a message": ("ClientReadResponse.__eq__ = None", "api", "ClientReadResponse belongs to the game"),
    "an attribute of a Request": ("type(self.send_message(1, 'x')).shared = 1", "api", "Request belongs to the game"),
    "a field of a message": ("ClientReadRequest().value = 5", "exception", "cannot assign to field 'value'"),
    "an attribute of an enum": ("ResponseType.shared = []", "api", "ResponseType belongs to the game"),
    "deleting from a class of the API": ("del Node.majority", "api", "Node belongs to the game"),
    "a message with no endpoint at the gateway": ("self.send_message(0, 'hello')", "api", "the gateway"),
    "a client's request sent to the gateway": ("self.send_message(0, ClientReadRequest())", "api", "the gateway"),
}


@pytest.mark.parametrize(("line", "kind", "words"), AT_WORK.values(), ids=AT_WORK)
def test_a_node_is_told_about(line: str, kind: str, words: str) -> None:
    code = starting(line)
    problem = mistake(code)
    assert words in problem.message
    assert (problem.kind, problem.node, problem.tick) == (kind, 2, 5)
    if "gateway" not in words:
        assert problem.place == f"{FILE}:{line_of(code)}"
        assert str(problem) == f"{problem.message} ({FILE}:{line_of(code)}, node 2, tick 5)"


def test_a_condition_that_fails_is_told_at_its_own_line() -> None:
    code = starting("yield from self.wait_any([self.send_message(1, 'x')], 1, condition=lambda answer: answer.age)")
    problem = mistake(code)
    assert problem.message == "AttributeError: 'str' object has no attribute 'age'"
    assert (problem.line, problem.tick) == (line_of(code), 9)


def test_a_run_ends_where_the_exception_was() -> None:
    trace = play(starting("1 / 0"))
    assert trace.end == 5
    assert trace.events[-1][:2] == (12, 5)


ANSWERS = {
    "a number for a read": (READS, "process_read_request(self, request):\n    return 5", "not int 5"),
    "a write's answer for a read": (
        READS,
        "process_read_request(self, request):\n    return ClientWriteResponse(ResponseType.Success)",
        "process_read_request must return a ClientReadResponse, not ClientWriteResponse",
    ),
    "a read's answer for a write": (
        WRITES,
        "process_write_request(self, request):\n    return ClientReadResponse(ResponseType.Success, 1)",
        "process_write_request must return a ClientWriteResponse, not ClientReadResponse",
    ),
    "a coroutine's wrong answer": (
        WRITES,
        "process_write_request(self, request):\n    yield from self.sleep(1)\n    return True",
        "process_write_request must return a ClientWriteResponse, not bool True",
    ),
    "a result that is no ResponseType": (
        READS,
        "process_read_request(self, request):\n    return ClientReadResponse(5)",
        "result is ResponseType.Success or ResponseType.Fail, not 5",
    ),
    "a result that is a bool": (
        WRITES,
        "process_write_request(self, request):\n    return ClientWriteResponse(True)",
        "result is ResponseType.Success or ResponseType.Fail, not True",
    ),
}


@pytest.mark.parametrize(("world", "handler", "words"), ANSWERS.values(), ids=ANSWERS)
def test_a_wrong_answer_is_named_with_its_handler(world, handler: str, words: str) -> None:
    code = register(f"def {handler}".replace(":\n", ":  # here\n", 1))
    problem = mistake(code, world=world)
    assert words in problem.message
    assert (problem.kind, problem.place) == ("answer", f"{FILE}:{line_of(code)}")


LOADING = {
    "a read handler without a parameter": (
        "def process_read_request(self): pass  # here",
        "process_read_request takes 0 argument(s) beside self; it is called with the message",
    ),
    "a handler with three parameters": (
        "@WebServer.endpoint(str)  # here\ndef answer(self, message, sender, more): pass",
        "answer takes 3 argument(s) beside self; it is called with the message, and if you like the sender's id",
    ),
    "a handler with a named parameter that nobody gives": (
        "@WebServer.endpoint(str)  # here\ndef answer(self, message, *, more): pass",
        "answer needs more, which nobody gives it",
    ),
    "a timer with a parameter": (
        "@WebServer.timer(5)  # here\ndef ring(self, message): pass",
        "ring takes 1 argument(s) beside self; it is called with nothing",
    ),
    "an on_start with a parameter": ("def on_start(self, now): pass  # here", "on_start takes 1 argument(s)"),
    "an async generator": (
        "@WebServer.endpoint(str)  # here\nasync def answer(self, message): yield 5",
        "answer is an async generator: use `await` alone, without `yield`",
    ),
    "two endpoints for a type": (
        "@WebServer.endpoint(str)\ndef one(self, m): pass\n@WebServer.endpoint(str)  # here\ndef two(self, m): pass",
        "Register has two endpoints for str: one and two",
    ),
    "an endpoint for a value": ("@WebServer.endpoint('str')  # here\ndef a(self, m): pass", "not 'str'"),
    "an endpoint without a type": ("@WebServer.endpoint  # here\ndef a(self, m): pass", "the type of a message"),
    "a timer of no ticks": ("@WebServer.timer(0)  # here\ndef ring(self): pass", "1 or more, not 0"),
    "a timer of half a tick": ("@WebServer.timer(interval=0.5)  # here\ndef ring(self): pass", "not 0.5"),
    "a constructor that fails": ("def __init__(self):\n    self.x = y  # here", "name 'y' is not defined"),
    "a constructor that wants more": ("def __init__(self, colour): pass  # here", "__init__"),
    "a name that is not there": ("x = y  # here", "NameError: name 'y' is not defined"),
    "exit while loading": ("raise SystemExit  # here", "asked to exit"),
}


@pytest.mark.parametrize(("lines", "words"), LOADING.values(), ids=LOADING)
def test_a_program_does_not_begin_with(lines: str, words: str) -> None:
    code = register(lines)
    problem = mistake(code, world=READS)
    assert words in problem.message
    assert problem.place == f"{FILE}:{line_of(code)}"


IMPORTS = {
    "time": "nodes have no wall clock; use self.local_time and self.sleep(ticks)",
    "threading": "a node does one thing at a time",
    "asyncio": "the game runs your coroutines itself",
    "socket": "nodes talk with self.send_message",
    "os": "keep what must survive in self.storage",
    "os.path": "keep what must survive in self.storage",
    "sys": "cannot reach into the interpreter",
    "uuid": "self.id and a counter, or self.random",
    "secrets": "use self.random",
    "numpy": "neither beside your file nor among the modules a node may use",
    "distgame.engine.host": "import Node, WebServer and the messages from distgame",
    "engine.network": "import Node, WebServer and the messages from distgame",
}


@pytest.mark.parametrize(("name", "reason"), IMPORTS.items(), ids=IMPORTS)
@pytest.mark.parametrize("form", ["import {}  # here", "from {} import anything  # here"])
def test_an_import_is_refused_with_a_reason(form: str, name: str, reason: str) -> None:
    code = register(top=form.format(name))
    problem = mistake(code)
    assert problem.message.startswith(f"cannot import {name}: ")
    assert reason in problem.message
    assert (problem.kind, problem.place) == ("import", f"{FILE}:{line_of(code)}")


def test_a_name_the_api_does_not_have_is_refused() -> None:
    problem = mistake(register(top="from distgame import simulate"))
    assert (problem.kind, problem.line) == ("import", 4)
    assert "simulate" in problem.message


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("class Register(Node:\n", 1, "syntax error"),
        ("x = 1\n  y = 2\n", 2, "syntax error: unexpected indent"),
        ("x = '\0'\n", None, "syntax error"),
        ("x = " + "(" * 3000 + ")" * 3000, 1, "too many nested parentheses"),
    ],
    ids=["an open bracket", "an indent", "a null character", "too many brackets"],
)
def test_a_syntax_error_is_named_with_its_line(text: str, line: int | None, words: str) -> None:
    problem = mistake(text)
    assert words in problem.message
    assert problem.kind == "syntax"
    assert problem.file == FILE
    assert line is None or problem.line == line


LEAF = {
    "an empty file": ("", "found no class derived from Node (no class)", 1),
    "a class of another kind": ("class Thing: pass", "found no class derived from Node (only Thing)", 1),
    "the API alone": ("from distgame import *", "found no class derived from Node (no class)", 1),
    "two leaves": (
        REGISTER + REGISTER.replace("Register", "Second").replace("from distgame import *", ""),
        "found 2 Node classes, Register (line 4), Second (line 14); keep one, or derive one from the other",
        14,
    ),
    "an abstract class": (
        "from distgame import *\nclass Half(Node):\n    def process_read_request(self, r): pass",
        "Half is no whole Node yet: it lacks process_write_request",
        2,
    ),
}


@pytest.mark.parametrize(("code", "message", "line"), LEAF.values(), ids=LEAF)
def test_no_single_leaf_class(code: str, message: str, line: int) -> None:
    problem = mistake(code)
    assert (problem.kind, problem.message, problem.line) == ("load", message, line)


@pytest.mark.parametrize(
    "more",
    [
        "class Base(Node): pass\nclass Other: pass",
        "from distgame import *\nAlias = Register",
        "class Mine(Register): pass",
        "class Half(Node):\n    def process_read_request(self, r): pass",
    ],
    ids=["an abstract class and others beside it", "another name for it", "a class derived from it", "a half class"],
)
def test_the_one_concrete_leaf_class_plays(more: str) -> None:
    assert play(REGISTER + more).problem is None


def test_a_key_that_cannot_be_compared_is_the_players_mistake() -> None:
    code = register(
        """
        def on_start(self):
            key = Key()
            self.storage[key] = [1]
            Key.broken = True
        """,
        top="class Key:\n    broken = False\n    def __hash__(self):\n        return 1 // (not Key.broken)",
    )
    problem = mistake(code)
    assert problem.kind == "exception"
    assert "ZeroDivisionError" in problem.message
