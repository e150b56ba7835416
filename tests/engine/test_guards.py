"""What a program may not do to the game or to other nodes ends as one clear error, whatever else its classes say."""

import pytest
from playing import FILE, REGISTER, line_of, mistake, one_client, play, register, said, scripted

from distgame.engine.endpoints import MAX_HANDLERS
from distgame.engine.trace import label_of, text_of
from distgame.engine.wording import told

READS = scripted(clients=one_client(writes=0.0))

# A line in a class, the words of the error, and whether it names that very line.
NAMES = {
    "a number for a method": ("process = 3  # here", "process is a method of every node"),
    "a number for an id": ("id = 5  # here", "id is what the game gives each node"),
    "nothing for the disk": ("storage = None  # here", "storage is what the game gives each node"),
    "a method for the disk": ("def storage(self): return {}  # here", "storage is what the game gives each node"),
    "an annotated list": ("other_nodes: list = []  # here", "other_nodes is what the game gives each node"),
    "a text for on_start": ("on_start = 'now'  # here", "on_start is a method of every node, which must be a function"),
    "an endpoint of the API's name": (
        "@WebServer.endpoint(str)  # here\ndef add_message(self, message): pass",
        "add_message is a method of every node: an endpoint or timer needs another name",
    ),
    "a timer of the API's name": ("@WebServer.timer(3)  # here\ndef sleep(self): pass", "sleep is a method of every"),
    "a number for a handler": ("process_read_request = 5  # here", "process_read_request is a method of every node"),
}


@pytest.mark.parametrize(("lines", "words"), NAMES.values(), ids=NAMES)
def test_a_name_of_the_api_is_not_taken_for_something_else(lines: str, words: str) -> None:
    head, _, body = REGISTER.partition("Register(Node):\n")
    indented = "".join(f"    {line}\n" for line in lines.splitlines())
    for text in (f"{head}Base(Node):\n{indented}\nclass Register(Base):\n{body}", register(lines)):
        problem = mistake(text, world=READS)
        assert words in problem.message
        assert (problem.kind, problem.place) == ("load", f"{FILE}:{line_of(text)}")


@pytest.mark.parametrize(
    "lines",
    [
        "majority = 2",
        "@property\ndef random(self): return 4",
        "def send_message(self, *a, **b): return super().send_message(*a, **b)",
        "def process(self): super().process()",
        "def add_message(self, message): super().add_message(message)",
        "other = storage_size = 5",
        "@staticmethod\ndef on_start(): pass",
    ],
)
def test_other_names_are_free(lines: str) -> None:
    assert play(register(lines), world=READS).problem is None


REFUSED = {
    "eval('1')": "eval() is not for nodes: a node's program is what stands in its files; for text that holds a value",
    "exec('x = 1')": "exec() is not for nodes",
    "compile('1', 'x', 'eval')": "compile() is not for nodes",
    "help()": "help() is not for nodes",
    "random.SystemRandom()": "SystemRandom() is not for nodes: randomness must be the same in every run",
    "__import__('time')": "cannot import time: nodes have no wall clock",
    "__import__('logging')": "cannot import logging: print(...) goes to the node's log",
    "__import__('pickle')": "cannot import pickle: messages carry",
    "__import__('ctypes')": "cannot import ctypes: a node cannot reach into the interpreter",
}


@pytest.mark.parametrize(("expression", "words"), REFUSED.items(), ids=REFUSED)
def test_it_is_refused_with_a_reason(expression: str, words: str) -> None:
    code = register(f"def process_read_request(self, request): {expression}  # here", top="import random")
    problem = mistake(code, world=READS)
    assert problem.message.startswith(words)
    assert (problem.place, problem.node) == (f"{FILE}:{line_of(code)}", 1)


def test_a_module_of_pythons_own_is_no_shared_memory() -> None:
    code = register(
        """
        def on_start(self):
            import json, collections.abc
            from collections import abc
            from math import floor
            assert isinstance([], collections.abc.Sequence) and abc.Sequence is collections.abc.Sequence
            print(floor(1.5), json.dumps([1]), hasattr(json, "shared"), math.pi)
            json.shared = math.pi = 3
            print(json.shared)
        """,
        top="import math",
    )
    trace = play(code)
    assert said(trace) == ["1 [1] False 3.141592653589793", "3"] * 3
    assert said(play(code)) == said(trace)


# What a read handler does with a class of its own, and words of what is told.
HOSTILE = {
    "an exception that cannot be shown": (
        "class E(Exception):\n    def __str__(self): raise KeyError",
        "E, which fails",
    ),
    "an exception shown for ever": (
        "class E(Exception):\n    def __str__(self):\n        while True: pass",
        "E, which",
    ),
    "an exception shown as no text": ("class E(Exception):\n    def __str__(self): return 5", "E, which fails"),
    "an exception of another kind of text": (
        "class Text(str):\n    def __getitem__(self, key): return 5\n"
        "class E(Exception):\n    def __str__(self): return Text('so')",
        "E: so",
    ),
    "an exception without a name": (
        "class Meta(type):\n    __name__ = property(lambda cls: 1 / 0)\nclass E(Exception, metaclass=Meta): pass",
        "E",
    ),
    "an exception that claims to be another": (
        "class E(Exception):\n    __class__ = property(lambda self: 1 / 0)",
        "E",
    ),
    "an exception without a traceback": ("class E(Exception):\n    __traceback__ = None", "E"),
    "an exception that moves the cursor": (
        "class E(Exception):\n    def __str__(self): return '\\x1b[2J'",
        r"E: \x1b[2J",
    ),
    "the end of a generator": ("E = GeneratorExit", "GeneratorExit"),
    "the end of an iteration": ("E = StopIteration", "StopIteration"),
    "the end of the game": ("E = KeyboardInterrupt", "KeyboardInterrupt"),
    "an error of the walls": (
        "class E(PermissionError):\n    filename = property(lambda self: 1 / 0)",
        "E, which fails",
    ),
}


@pytest.mark.parametrize(("lines", "words"), HOSTILE.values(), ids=HOSTILE)
def test_an_exception_is_told_whatever_its_class_says(lines: str, words: str) -> None:
    code = register("def process_read_request(self, request): raise E  # here", top=lines)
    problem = mistake(code, world=READS)
    assert problem.message.startswith(words)
    assert (problem.place, problem.node) == (f"{FILE}:{line_of(code)}", 1)


# Methods of a register, the kind of error, words, and where it is said to be.
PLACES = {
    "an answer without a result": (
        "def process_read_request(self, request):  # here\n    return object.__new__(ClientReadResponse)",
        "exception",
        "AttributeError: 'ClientReadResponse' object has no attribute 'result'",
    ),
    "an answer that cannot be shown": (
        "def process_read_request(self, request):  # here\n    return Odd()",
        "answer",
        "process_read_request must return a ClientReadResponse, not Odd <Odd>",
    ),
    "a new that makes nothing": ("def __new__(cls): return None", "load", "the __new__ of Register gives None"),
    "a handler that is an instance": (
        "say = WebServer.endpoint(str)(Odd())",
        "load",
        "say cannot be called as a handler",
    ),
    "a handler wrapped around itself": (
        "@WebServer.endpoint(str)\ndef say(self, text): pass\nsay.__wrapped__ = say",
        "load",
        "say cannot be called as a handler: it is no function",
    ),
    "a handler with a signature of its own": (
        "@WebServer.endpoint(str)\ndef say(self, text): pass\nsay.__signature__ = 5",
        "load",
        "say cannot be called as a handler",
    ),
    "too many endpoints": (
        f"for i in range({MAX_HANDLERS}):\n"
        "    locals()[f'endpoint_{i}'] = WebServer.endpoint(type(f'M{i}', (), {}))(lambda self, message: None)",
        "load",
        f"Register has {MAX_HANDLERS + 2} endpoints and timers; {MAX_HANDLERS} is the most",
    ),
    "a very long sleep": (
        "def process_read_request(self, request):\n    yield from self.sleep(10 ** 5000)  # here",
        "api",
        "sleep takes a number of ticks, 0 or more, not <int>",
    ),
    "a very long timeout": (
        "def process_read_request(self, request):\n    self.send_message(2, 1, 10 ** 5000)  # here",
        "api",
        "send_message takes a number of ticks",
    ),
    "a receiver nobody can write down": (
        "def process_read_request(self, request):\n    self.send_message(10 ** 5000, 1)  # here",
        "api",
        "there is no server <int>",
    ),
}


@pytest.mark.parametrize(("lines", "kind", "words"), PLACES.values(), ids=PLACES)
def test_an_error_without_a_line_of_the_players_names_the_handler_or_the_class(lines, kind, words) -> None:
    code = register(lines, top="class Odd:\n    def __repr__(self): return 5")
    problem = mistake(code, world=READS)
    assert words in problem.message
    marked = (
        code if "# here" in code else code.replace("def process_read_request", "def process_read_request # here", 1)
    )
    assert (problem.kind, problem.place) == (kind, f"{FILE}:{line_of(marked)}")


def test_classes_that_lie_about_themselves_are_loaded_as_they_are() -> None:
    code = REGISTER + (
        "class Liar:\n    __class__ = property(lambda self: type)\nliar = Liar()\n"
        "class Meta(type(Node)):\n    def __subclasscheck__(cls, other): raise KeyError\n"
        "    __mro__ = property(lambda cls: 1 / 0)\n"
        "class Mine(Register, metaclass=Meta): pass\n"
    )
    assert play(code, world=READS).problem is None


def test_names_and_values_move_no_cursor() -> None:
    wires = [
        ("c", "\x1b[2J", "\x1b[3J", "\x1b[4J"),
        ("e", "\x1b[2J", "\x1b[3J"),
        ("x", "<\x1b[2J>"),
        ("n", "\x1b[2J", 1),
    ]
    for wire in wires:
        assert text_of(wire).isprintable()
    for wire in (wires[0], wires[1], wires[3]):
        assert label_of(wire).isprintable()
    assert told("\x1b[2J").isprintable()
    assert told([0] * 10**6) == "[0, 0, 0, 0, 0, 0, ...]"
