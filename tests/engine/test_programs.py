"""Programs as they are loaded and what travels between them: values of every kind, modules beside the file, the log."""

import pytest
from playing import FILE, REGISTER, line_of, mistake, one_client, play, register, said, scripted

from distgame.engine.host import MAX_LOG_LETTERS, MAX_LOG_LINE, MAX_LOG_LINES
from distgame.engine.world import Link

TOP = """
    import collections, dataclasses, enum, fractions, types, typing
    from dataclasses import dataclass, field

    class Colour(enum.Enum):
        RED = 1
        BLUE = 2
    class Level(enum.IntEnum):
        LOW = 1
    class Word(str, enum.Enum):
        YES = "yes"
    Pair = collections.namedtuple("Pair", "left right")
    class Tag(typing.NamedTuple):
        number: int
        node: int = 0
        def __lt__(self, other): return self.number < other.number
    @dataclass(order=True)
    class Store:
        tag: object
        value: object = None
        more: list = field(default_factory=list)
    @dataclass(frozen=True, slots=True)
    class Slim:
        a: object
    class Plain:
        def __init__(self, value):
            assert not hasattr(self, "value"), "built twice"
            self.value = value
            self.seen = [value]
    class Slotted:
        __slots__ = ("value", "__secret")
        def __init__(self, value):
            self.value, self.__secret = value, value
        def secret(self): return self.__secret
    class Strict:
        def __init__(self, value, *, must): raise AssertionError("not on the way")
    class Outer:
        class Inner:
            kind = "inner"
    T = typing.TypeVar("T")
    @dataclass
    class Box(typing.Generic[T]):
        content: T
    def strict():
        made = Strict.__new__(Strict)
        made.value = 7
        return made
    class Queue(collections.deque): pass
    class Words(dict): pass
    class Wrong(Exception): pass
    def local():
        @dataclass
        class Local:
            x: int = 1
        return Local()
    cyclic = []
    cyclic.append(cyclic)
    """
ECHO = """
    @WebServer.endpoint(list)
    def echo(self, message):
        return message
    """


def sending(value: str, look: str) -> str:
    """Node 1 sends a value to node 2, which sends it back; node 1 prints what it makes of it."""
    return register(
        ECHO,
        f"""
        def on_start(self):
            if self.id == 1:
                sent = {value}
                (came,) = yield from self.send_message(2, [sent]).wait()
                print({look})
        """,
        top=TOP,
    )


SAME = "came == sent and type(came) is type(sent) and came is not sent"
EQUAL = "came == sent and type(came) is type(sent)"
VALUES = {
    "None": EQUAL,
    "True": "came is True",
    "7": EQUAL,
    "-(1 << 1000)": EQUAL,
    "1.5": EQUAL,
    "float('inf')": EQUAL,
    "float('nan')": "type(came) is float and came != came",
    "'text with \\ud800 and 语'": EQUAL,
    "b'bytes'": EQUAL,
    "(1, (2, [3]))": SAME,
    "[1, [2, (3,)]]": SAME,
    "{1: 'a', 'b': {2: (3,)}, (4, 5): None}": SAME + " and list(came) == list(sent)",
    "{1, 'a', (2, 3)}": SAME,
    "frozenset({1, frozenset({2})})": SAME,
    "Colour.RED": "came is Colour.RED",
    "Level.LOW": "came is Level.LOW",
    "Word.YES": "came is Word.YES",
    "ResponseType.Fail": "came is ResponseType.Fail",
    "Pair(1, [2])": SAME + " and came.right == [2]",
    "Tag(4, 1)": EQUAL + " and came.number == 4",
    "{Tag(4, 1): {Tag(5): 1}}": SAME,
    "Store(Tag(4, 1), 7)": SAME + " and came.tag < Tag(5)",
    "Store(Store(1), [Store(2)])": SAME,
    "Slim({1: 2})": SAME,
    "{Slim(1), Slim(2)}": SAME,
    "Plain(5)": "type(came) is Plain and came.value == 5 and came.seen == [5] and came is not sent",
    "Plain(Plain(5))": "came.value.value == 5",
    "Slotted(5)": "type(came) is Slotted and came.value == 5 and came.secret() == 5",
    "strict()": "type(came) is Strict and came.value == 7",
    "Outer.Inner()": "type(came) is Outer.Inner and came.kind == 'inner'",
    "Box([1])": SAME,
    "Box[int](3)": EQUAL,
    "ClientReadRequest()": EQUAL,
    "ClientWriteRequest(5)": EQUAL,
    "ClientReadResponse(ResponseType.Success, Tag(1))": EQUAL,
    "RequestTimeout()": EQUAL,
}


@pytest.mark.parametrize(("value", "look"), VALUES.items(), ids=VALUES)
def test_a_value_travels(value: str, look: str) -> None:
    assert said(play(sending(value, look))) == ["True"]


REFUSED = {
    "lambda: 1": "a function cannot travel in a message: send data, not code",
    "self.echo": "a method cannot travel in a message: send data, not code",
    "print": "a method cannot travel",
    "(x for x in [1])": "a generator cannot travel in a message: send a list of its items, or put `yield from`",
    "self.wait_all([])": "a generator cannot travel",
    "collections.deque([1])": "a deque cannot travel in a message: send list(...) of it",
    "collections.Counter('aab')": "a Counter cannot travel in a message: send dict(...) of it",
    "collections.defaultdict(int)": "a defaultdict cannot travel in a message: send dict(...) of it",
    "collections.OrderedDict()": "a OrderedDict cannot travel in a message: send dict(...) of it",
    "bytearray(b'x')": "a bytearray cannot travel in a message: send bytes(...) of it",
    "range(3)": "a range cannot travel",
    "{}.items()": "a dict_items cannot travel",
    "object()": "a object cannot travel",
    "local()": "Local is made inside a function: other nodes cannot know it; move it out",
    "Queue([1])": "Queue is no plain class and cannot travel",
    "Words(a=1)": "Words is a kind of dict and cannot travel: send a plain dict",
    "Wrong('x')": "Wrong cannot travel in a message: send data that says what it means",
    "ValueError('x')": "a ValueError cannot travel",
    "Colour": "EnumType cannot travel",
    "int": "a type cannot travel",
    "fractions.Fraction(1, 2)": "a Fraction cannot travel in a message: it is not a class of your file",
    "types.SimpleNamespace(a=1)": "a SimpleNamespace cannot travel in a message: it is not a class of your file",
    "self.send_message(2, [])": "a Request cannot travel in a message: requests stay at their node",
    "self": "a node cannot travel in a message: send its id",
    "self.random": "a Random cannot travel",
    "cyclic": "a message nested more than 40 deep (or containing itself) cannot travel",
    "1 << 1024": "a whole number of more than 1,024 bits cannot travel in a message",
    "[{'a': (1, lambda: 2)}]": "a function cannot travel",
    "{lambda: 1}": "a function cannot travel",
    "{print: 1}": "a method cannot travel",
    "Plain(lambda: 1)": "a function cannot travel",
    "Store(1, more=(i for i in ()))": "a generator cannot travel",
}


@pytest.mark.parametrize(("value", "words"), REFUSED.items(), ids=REFUSED)
@pytest.mark.parametrize(
    "how",
    [
        "self.send_message(2, [{}])  # here",
        "yield from self.wait_for_responses([{}], None, 1)  # here",
    ],
    ids=["send_message", "wait_for_responses"],
)
def test_anything_else_is_refused_at_the_line_that_sends_it(how: str, value: str, words: str) -> None:
    code = register(ECHO, f"def on_start(self):\n    yield from self.sleep(2)\n    {how.format(value)}", top=TOP)
    problem = mistake(code)
    assert words in problem.message
    assert (problem.kind, problem.node, problem.tick) == ("message", 1, 2)
    assert problem.place == f"{FILE}:{line_of(code)}"


@pytest.mark.parametrize("handler", ["return lambda: 1", "yield from self.sleep(1)\n    return lambda: 1"])
def test_an_answer_that_cannot_travel_is_told_with_its_handler(handler: str) -> None:
    asking = "def on_start(self):\n    if self.id == 1: self.send_message(2, 'x')"
    code = register(f"@WebServer.endpoint(str)  # here\ndef answer(self, message):\n    {handler}", asking)
    problem = mistake(code)
    assert problem.message == "a function cannot travel in a message: send data, not code"
    assert (problem.kind, problem.node, problem.place) == ("message", 2, f"{FILE}:{line_of(code)}")


def test_a_message_is_what_it_was_when_it_was_sent() -> None:
    code = register(
        """
        @WebServer.endpoint(list)
        def hear(self, message):
            message.append("heard")
            print(self.id, message)
        def on_start(self):
            if self.id == 1:
                message = ["sent"]
                for node in self.other_nodes:
                    self.send_message(node, message)
                message.append("changed")
                yield from self.sleep(9)
                print(message)
        """
    )
    assert said(play(code)) == ["2 ['sent', 'heard']", "3 ['sent', 'heard']", "['sent', 'changed']"]


def test_a_doubled_message_comes_as_two_values() -> None:
    code = register(
        """
        @WebServer.endpoint(list)
        def hear(self, message):
            message.append(1)
            print(message)
        def on_start(self):
            if self.id == 1: self.send_message(2, [])
        """
    )
    assert said(play(code, world=scripted(links=Link(delay=(1, 9), duplicate=1.0)))) == ["[1]", "[1]"]


def test_every_node_has_a_module_of_its_own() -> None:
    code = register(
        """
        seen = []
        def on_start(self):
            Register.seen.append(self.id)
            shared.append(self.id)
            helper.shared.append(self.id)
            print(Register.seen, shared, helper.shared)
        """,
        top="import helper\nshared = []",
    )
    assert said(play(code, modules={"helper": "shared = []"})) == [f"[{n}] [{n}] [{n}]" for n in (1, 2, 3)]


# Modules beside the file

BESIDE = {
    "helper": "from dataclasses import dataclass\n@dataclass\nclass Note:\n    text: str\ndef double(x): return 2 * x",
    "tools": "",
    "tools.deep": "from helper import double as twice\nclass Base:\n    pass",
    "one": "import two\nname = 'one'\ndef both(): return name + two.name",
    "two": "import one\nname = 'two'",
}
IMPORTS = {
    "import helper": "helper.double(4)",
    "import helper as h": "h.double(4)",
    "from helper import double": "double(4)",
    "from helper import double as twice": "twice(4)",
    "from helper import *": "double(4)",
    "import tools.deep": "tools.deep.twice(4)",
    "import tools.deep as deep": "deep.twice(4)",
    "from tools import deep": "deep.twice(4)",
    "from tools.deep import twice": "twice(4)",
    "from one import both": "8 if both() == 'onetwo' else 0",
}


@pytest.mark.parametrize(("line", "value"), IMPORTS.items(), ids=IMPORTS)
def test_modules_of_the_files_own_folder_are_imported(line: str, value: str) -> None:
    code = register(f"def on_start(self): print({value})", top=line)
    assert set(said(play(code, modules=BESIDE))) == {"8"}


def test_classes_of_another_module_travel() -> None:
    code = register(
        """
        @WebServer.endpoint(Note)
        def hear(self, note): return Note(note.text.upper())
        def on_start(self):
            if self.id == 1: print((yield from self.send_message(2, Note("hi")).wait()))
        """,
        top="from helper import Note",
    )
    assert said(play(code, modules=BESIDE)) == ["Note(text='HI')"]


def test_the_players_class_may_derive_from_one_of_another_module() -> None:
    code = "import base\nclass Mine(base.Register):\n    def on_start(self): print(type(self).__name__)"
    assert set(said(play(code, modules={"base": REGISTER}))) == {"Mine"}


@pytest.mark.parametrize(
    ("text", "words", "line"),
    [
        ("x = 1\ny = (", "syntax error", 2),
        ("x = 1\ny = z", "NameError: name 'z' is not defined", 2),
        ("import time", "cannot import time", 1),
    ],
)
def test_a_mistake_in_another_module_is_told_with_its_file(text: str, words: str, line: int) -> None:
    problem = mistake(register(top="import helper"), modules={"helper": text})
    assert words in problem.message
    assert problem.place == f"helper.py:{line}"


ALLOWED = (
    "abc bisect collections copy dataclasses enum functools hashlib heapq itertools json math operator re statistics"
)


@pytest.mark.parametrize("module", [*ALLOWED.split(), "random", "string", "typing", "collections.abc"])
def test_useful_modules_of_python_may_be_imported(module: str) -> None:
    assert play(register(top=f"import {module}\nfrom {module} import *")).problem is None


def test_future_annotations_and_their_dataclasses_work() -> None:
    top = "from dataclasses import dataclass\n@dataclass\nclass Note:\n    text: str | Missing = 'x'"
    code = "from __future__ import annotations\n" + register("def on_start(self): print(Note())", top=top)
    assert set(said(play(code))) == {"Note(text='x')"}


# The log


def test_print_goes_to_the_log_in_order() -> None:
    code = register(
        "def on_start(self):\n    print(1, 'a', None, sep='-', end='')\n    print()\n    print('x\\n\\x1b[2Jy')"
    )
    assert said(play(code), 1) == ["1-a-None", "", "x\\n\\x1b[2Jy"]


@pytest.mark.parametrize(("letters", "lines"), [(10, MAX_LOG_LINES), (1_000, MAX_LOG_LETTERS // MAX_LOG_LINE)])
def test_a_log_is_bounded(letters: int, lines: int) -> None:
    code = register(f"def on_start(self):\n    for n in range({2 * MAX_LOG_LINES}):\n        print('x' * {letters})")
    printed = said(play(code), 2)
    assert len(printed) == lines
    assert printed[0] == "x" * min(letters, MAX_LOG_LINE)
    assert printed[-1] == "(this node prints too much: the rest is left out)"


def test_a_node_that_prints_still_keeps_its_appointments() -> None:
    code = register(
        "def on_start(self):\n    for _ in range(3):\n        print(self.local_time)\n        yield from self.sleep(4)"
    )
    assert said(play(code, world=scripted(clients=one_client())), 3) == ["0", "4", "8"]
