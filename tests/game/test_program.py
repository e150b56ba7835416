"""A program is the player's file and what it imports from its own folder."""

import os
import warnings

import pytest

from distgame.engine.errors import PlayerError
from distgame.engine.host import Host
from distgame.engine.referee import simulate
from distgame.engine.trace import RETURN
from distgame.engine.world import ClientSpec, World
from distgame.game.play.files import FileError
from distgame.game.running.program import read_program


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder, files):
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def modules(path):
    return [source.module for source in read_program(path).modules]


PACKAGE = ["p", "p.a", "p.b"]


@pytest.mark.parametrize(
    ("main", "others", "expected"),
    [
        ("x = 1", {"a.py": ""}, []),
        ("import a", {"a.py": ""}, ["a"]),
        ("import a as b, c", {"a.py": "", "b.py": "", "c.py": ""}, ["a", "c"]),
        ("from a import x", {"a.py": ""}, ["a"]),
        ("from a import *", {"a.py": ""}, ["a"]),
        ("from .a import x", {"a.py": ""}, ["a"]),
        ("from . import a, b", {"a.py": "", "b.py": ""}, ["a", "b"]),
        ("def f():\n    import a", {"a.py": ""}, ["a"]),
        ("import a", {"a.py": "import b", "b.py": "import c", "c.py": "x = 1"}, ["a", "b", "c"]),
        ("import a", {"a.py": "import b", "b.py": "import a, register"}, ["a", "b"]),
        ("import p", {"p/__init__.py": "", "p/a.py": ""}, ["p"]),
        ("import p.a", {"p/__init__.py": "", "p/a.py": ""}, ["p", "p.a"]),
        ("from p import a, x", {"p/__init__.py": "x = 1", "p/a.py": ""}, ["p", "p.a"]),
        ("from p.a import x", {"p/__init__.py": "", "p/a.py": ""}, ["p", "p.a"]),
        (
            "import p",
            {"p/__init__.py": "from .a import x", "p/a.py": "from . import b", "p/b.py": ""},
            ["p", "p.a", "p.b"],
        ),
        ("import p.q.a", {"p/q/a.py": "from ..b import x", "p/b.py": ""}, ["p", "p.q", "p.q.a", "p.b"]),
        ("import p.a", {"p/a.py": ""}, ["p", "p.a"]),
        ("import p", {"p/__init__.py": "", "p.py": "import a", "a.py": ""}, ["p"]),
        ("import p", {"p/notes.txt": ""}, []),
        ("import math, os, nothing_like_it", {}, []),
        ("import random, json, dataclasses", {"random.py": "", "json.py": "", "dataclasses/__init__.py": ""}, []),
        ("import queue", {"queue.py": ""}, ["queue"]),
        ("from distgame import Node", {"distgame.py": "", "distgame/__init__.py": ""}, []),
        ("from engine.node import Node", {"engine/__init__.py": "", "engine/node.py": ""}, []),
        ("import a", {"a.py": "def broken(:\nimport b", "b.py": ""}, ["a"]),
        ("import " + "x" * 300, {}, []),
    ],
)
def test_the_modules_that_belong_to_a_program(folder, main, others, expected):
    write(folder, {"register.py": main, **others})
    assert modules(folder / "register.py") == expected


@pytest.mark.parametrize(
    "main", ["from .. import secret", "from ..secret import x", "import secret", "import inner.x", "from ...a import b"]
)
def test_nothing_outside_the_folder_is_read(folder, main):
    write(folder, {"secret.py": "", "inner/register.py": main})
    assert modules(folder / "inner" / "register.py") == []


def test_a_link_that_leads_out_of_the_folder_is_refused(folder):
    write(folder, {"secret.py": "x = 1", "inner/register.py": "import a"})
    (folder / "inner" / "a.py").symlink_to(folder / "secret.py")
    with pytest.raises(FileError, match=r"inner/a\.py leads out of the folder"):
        read_program(folder / "inner" / "register.py")


def test_paths_are_told_from_the_current_folder_where_it_holds_them(folder, monkeypatch):
    write(folder, {"here/register.py": "import p.a", "here/p/__init__.py": "", "here/p/a.py": ""})
    program = read_program(folder / "here" / "register.py")
    assert program.main.path == "here/register.py"
    assert [source.path for source in program.modules] == ["here/p/__init__.py", "here/p/a.py"]
    monkeypatch.chdir("here")
    assert read_program(folder / "here" / "register.py").main.path == "register.py"
    assert read_program(folder / "here" / ".." / "here" / "register.py").main.path.endswith("register.py")
    monkeypatch.chdir("p")
    assert read_program(folder / "here" / "register.py").main.path == str(folder / "here" / "register.py")


@pytest.mark.parametrize(
    ("name", "module"),
    [
        ("register.py", "register"),
        ("my-register.py", "my-register"),
        ("v1.2.py", "v1_2"),
        ("json.py", "__main__"),
        ("time.py", "__main__"),
        ("distgame.py", "__main__"),
    ],
)
def test_the_main_module_takes_its_name_from_the_file_but_hides_no_other_module(folder, name, module):
    write(folder, {name: "import json, time, distgame, a", "a.py": "import time, json"})
    program = read_program(folder / name)
    assert program.main.module == module
    assert [source.module for source in program.modules] == ["a"]


@pytest.mark.parametrize("text", ["import a\ndef broken(:", "(" * 5000 + ")" * 5000, "import a\nx = 1 +"])
def test_a_syntax_error_still_makes_a_program_and_compiling_tells_where(folder, text):
    write(folder, {"register.py": text, "a.py": ""})
    program = read_program(folder / "register.py")
    assert (program.main.text, program.modules) == (text, ())
    with pytest.raises(PlayerError, match=r"register\.py"):
        Host(program)


def test_reading_prints_no_warning_about_the_players_code(folder):
    write(folder, {"register.py": "import a\nx = '\\d' is 1", "a.py": "y = '\\d'"})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert modules(folder / "register.py") == ["a"]


@pytest.mark.parametrize(
    ("name", "make", "told"),
    [
        ("register.py", lambda path: path.unlink(), "there is no file"),
        ("a.py", lambda path: path.write_bytes(b"\0"), r"a\.py is not text"),
        ("a.py", lambda path: path.write_bytes(b"x\n\xff"), r"a\.py:2: not text in UTF-8"),
        ("a.py", lambda path: os.truncate(path, 2 << 20), r"a\.py is larger"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(folder, name, make, told):
    write(folder, {"register.py": "import a", "a.py": "x = 1"})
    make(folder / name)
    with pytest.raises(FileError, match=told):
        read_program(folder / "register.py")


NODE = """
from distgame import ClientReadResponse, ClientWriteResponse, Node, ResponseType, WebServer
from parts import Store
from parts.ack import Ack
import helpers

class Register(Node):
    def process_read_request(self, request):
        return ClientReadResponse(ResponseType.Success, self.storage.get(helpers.KEY))

    def process_write_request(self, request):
        self.storage[helpers.KEY] = request.value
        answers = yield from self.wait_for_responses(Store(request.value), Ack.is_one, len(self.other_nodes))
        assert [type(answer) for answer in answers] == [Ack, Ack]
        return ClientWriteResponse(ResponseType.Success)

    @WebServer.endpoint(Store)
    def store(self, message):
        self.storage[helpers.KEY] = message.value
        return Ack()
"""
PARTS = {
    "helpers.py": "from parts.names import KEY\n",
    "parts/__init__.py": "from .messages import Store\n",
    "parts/names.py": "KEY = 'value'\n",
    "parts/messages.py": "from dataclasses import dataclass\n\n@dataclass(frozen=True)\nclass Store:\n    value: int\n",
    "parts/ack.py": "class Ack:\n    def is_one(message):\n        return isinstance(message, Ack)\n",
}
WORLD = World(nodes=3, clients=(ClientSpec(), ClientSpec()))


def test_a_program_of_several_files_runs(folder):
    write(folder, {"register.py": NODE, **PARTS})
    trace = simulate(Host(read_program(folder / "register.py")), WORLD, seed=7)
    assert trace.problem is None
    returned = [event[4:] for event in trace.events if event[0] == RETURN]
    assert len({value for f, outcome, value in returned if (f, outcome) == ("read", "ok")}) > 2


def test_a_mistake_in_another_file_is_told_where_it_is(folder):
    wrong = PARTS["parts/ack.py"].replace("isinstance", "is_instance")
    write(folder, {"register.py": NODE, **PARTS, "parts/ack.py": wrong})
    trace = simulate(Host(read_program(folder / "register.py")), WORLD, seed=7)
    assert (trace.problem.file, trace.problem.line) == ("parts/ack.py", 3)
    assert "is_instance" in trace.problem.message
