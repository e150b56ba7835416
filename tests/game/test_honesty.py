"""Honesty: runs that do not come out the same again are found, with the event, the likely cause and its line."""

from dataclasses import replace

import pytest

from distgame.engine.program import Program, Source
from distgame.game.campaign.level_tables import Seeds
from distgame.game.campaign.levels import find_level
from distgame.game.play.game import Game
from distgame.game.play.places import algorithms_folder
from distgame.game.play.session import Version
from distgame.game.running.program import read_program
from distgame.game.running.seeds import open_pool, score_seeds
from distgame.game.scores.honesty import is_honest
from distgame.game.scores.suspects import of_differing, of_sharing

LEVEL = replace(find_level("2"), seeds=Seeds(scored=(101, 104)))
REGISTER = """\
from distgame import ClientReadResponse, ClientWriteResponse, Node, ResponseType, WebServer
{top}

class Thing:
    pass


class Register(Node):
    def process_read_request(self, request):
        return ClientReadResponse(ResponseType.Success, self.read())

    def read(self):
        return self.storage.get("x")

    def keep(self, value):
        self.storage["x"] = value

    def process_write_request(self, request):
        self.keep(request.value)
        yield from self.wait_for_responses([request.value], None, 2)
        return ClientWriteResponse(ResponseType.Success)

    @WebServer.endpoint(list)
    def store(self, message):
        self.keep(message[0])
        return "stored"

{methods}
"""


def program(methods="", top=""):
    return Program(Source("register", "register.py", REGISTER.format(methods=methods, top=top)), (), "digest")


def line_of(program, marker="# here"):
    (line,) = [number for number, text in enumerate(program.main.text.splitlines(), 1) if marker in text]
    return line


@pytest.fixture(scope="module")
def pool():
    with open_pool(1) as executor:
        yield executor


def test_an_honest_program_notices_nothing(pool):
    checks = []
    score = score_seeds(program(), LEVEL, None, pool, on_check=lambda: checks.append(1))
    assert score.passed
    assert is_honest(score)
    # Each seed again, and one with a process for each node.
    assert len(checks) == 5


def test_practice_is_not_checked(pool):
    checks = []
    assert score_seeds(program(), LEVEL, range(3), pool, on_check=lambda: checks.append(1)).passed
    assert checks == []


DIFFER = {
    "the order of a set of texts": (
        "    def keep(self, value):\n"
        "        names = {'ant', 'bee', 'cat', 'dog', 'eel', str(value)}\n"
        "        for name in names:  # here\n"
        "            self.storage[name] = value\n"
        "        self.storage['x'] = value",
        "",
        "elements of a set in no certain order: use sorted",
    ),
    "the order of a set of objects": (
        "    def on_start(self):\n        self.things = set()\n"
        "    def keep(self, value):\n"
        "        for n in range(7):\n"
        "            thing = Thing(); thing.n = n; self.things.add(thing)\n"
        "        self.storage['order'] = tuple(thing.n for thing in self.things)\n"
        "        self.storage['list'] = [thing.n for thing in self.things]  # here\n"
        "        self.storage['x'] = value",
        "",
        "elements of a set in no certain order",
    ),
    "an address": (
        "    def keep(self, value):\n"
        "        things = [Thing() for _ in range(5)]\n"
        "        self.storage['least'] = things.index(min(things, key=id))  # here\n"
        "        self.storage['x'] = value",
        "",
        "uses id(), an address",
    ),
    "a hash": (
        "    def keep(self, value):\n"
        "        self.storage['h'] = hash('text') % 97  # here\n"
        "        self.storage['x'] = value",
        "",
        "uses hash()",
    ),
    "a clock": (
        "    def keep(self, value):\n"
        "        self.storage['t'] = dataclasses.sys.modules['time'].time_ns()  # here\n"
        "        self.storage['x'] = value",
        "import dataclasses",
        "reads a clock or dice outside of the run",
    ),
    "what is kept from run to run": (
        "    def on_start(self):\n"
        "        if self.id == 1:\n"
        "            json.decoder.runs = getattr(json.decoder, 'runs', 0) + 1  # here\n"
        "        self.storage['runs'] = getattr(json.decoder, 'runs', 0) if self.id == 1 else 0",
        "import json",
        "changes something in an imported module",
    ),
}


@pytest.mark.parametrize(("methods", "top", "words"), DIFFER.values(), ids=DIFFER)
def test_runs_that_differ_are_found(pool, methods, top, words):
    odd = program(methods, top)
    score = score_seeds(odd, LEVEL, None, pool)
    problem = score.problem
    assert problem is not None
    assert problem.kind == "nondeterminism"
    assert words in problem.message
    assert "two runs of seed 10" in problem.message
    assert "stores" in problem.message
    assert (problem.file, problem.line) == ("register.py", line_of(odd))
    assert problem.node in (1, 2, 3)
    assert (score.passed, score.stars, is_honest(score)) == (False, 0, False)
    assert score.first_failure is not None
    assert "two runs" in score.first_failure.reason


SHARE = {
    "a module": (
        "    def process_write_request(self, request):\n        json.decoder.cell = request.value  # here\n"
        "        return ClientWriteResponse(ResponseType.Success)\n"
        "    def read(self):\n        return getattr(json.decoder, 'cell', None)\n"
        "    def on_start(self):\n        setattr(json.decoder, 'cell', None)",
        "import json",
        "changes something in an imported module",
    ),
    "the stack": (
        "    def keep(self, value):\n"
        "        self.storage['x'] = value\n"
        "        try:\n            raise ValueError\n"
        "        except ValueError as error:\n"
        "            frame = error.__traceback__.tb_frame  # here\n"
        "        while frame is not None:\n"
        "            for each in getattr(frame.f_locals.get('self'), 'replicas', {}).values():\n"
        "                if getattr(each, '_node', None): each._node.storage['x'] = value\n"
        "            frame = frame.f_back\n",
        "",
        "reaches into the interpreter",
    ),
}


@pytest.mark.parametrize(("methods", "top", "words"), SHARE.values(), ids=SHARE)
def test_nodes_that_share_memory_are_found(pool, methods, top, words):
    odd = program(methods, top)
    score = score_seeds(odd, LEVEL, None, pool)
    problem = score.problem
    assert problem is not None
    assert problem.kind == "shared-memory"
    assert problem.message.startswith("your nodes share memory: seed 104 comes out otherwise")
    assert words in problem.message
    assert (problem.file, problem.line) == ("register.py", line_of(odd))
    assert (score.passed, score.stars, is_honest(score)) == (False, 0, False)


def test_what_is_not_honest_is_not_stored(pool):
    score = score_seeds(program(*DIFFER["a hash"][:2]), LEVEL, None, pool)
    game = Game()
    try:
        assert game.record(score, Version(1, program()), algorithms_folder() / "any.py") is None
        assert game.scoreboard.scores() == []
        honest = score_seeds(program(), LEVEL, None, pool)
        game.record(honest, Version(1, program()), algorithms_folder() / "any.py")
        assert len(game.scoreboard.scores()) == 1
    finally:
        game.close()


def test_a_program_that_fails_is_not_run_again(pool):
    checks = []
    fails = program("    def read(self):\n        raise KeyError(5)")
    score = score_seeds(fails, LEVEL, None, pool, on_check=lambda: checks.append(1))
    assert (score.problem.kind, checks) == ("exception", [])


def test_a_check_can_be_cancelled(pool):
    class Stop(Exception):
        pass

    def stop():
        raise Stop

    with pytest.raises(Stop):
        score_seeds(program(), LEVEL, None, pool, on_check=stop)


SIGNS = [
    ("a = {1, 2}\nfor x in a: pass", "set", 2),
    ("a: set[int] = make()\nb = list(a)", "set", 2),
    ("def f(a: set):\n    return [x for x in a]", "set", 2),
    ("a = b | set(c)\n(x,) = (*a,)", "set", 2),
    ("self.a = set()\nself.a.pop()", "set", 2),
    ("a = defaultdict(set)\nfor x in a[1]: pass", "set", 2),
    ("a: dict[int, set[int]] = {}\nfor x in a[1].union(b): pass", "set", 2),
    ("a = {1}\nb = a\n','.join(b)", "set", 3),
    ("x = sorted(y, key=id)", "id", 1),
    ("x = hash(y) % 3", "hash", 1),
    ("x = time.time()", "clock", 1),
    ("class A:\n    def __del__(self): pass", "__del__", 2),
    ("import json\njson.x = 1", "module", 2),
    ("from json import JSONEncoder as J\nJ.x[1] = 2", "module", 2),
    ("import json\nsetattr(json, 'x', 1)", "module", 2),
    ("import json\njson.x.append(1)", "module", 2),
]
INNOCENT = """
import json
a = {1, 2}
b = sorted(a); c = len(a); d = 3 in a; e = {x + 1 for x in a}; f = sum(x for x in a); a.add(5)
g = [1]; g.pop(); list(g); self.x = 5; self.y[1] = 2; h = {}; h.pop(1); json.dumps([])
def now(): return 5
now()
for k in {1: 2}: pass
"""


@pytest.mark.parametrize(("text", "kind", "line"), SIGNS, ids=[text for text, *_ in SIGNS])
def test_signs_are_seen(text, kind, line):
    source = Program(Source("m", "m.py", text))
    assert [suspect.line for suspect in of_differing(source)] == [line]
    assert [suspect.line for suspect in of_sharing(source)] == ([line] if kind == "module" else [])


def test_the_innocent_are_not_suspected():
    assert of_differing(Program(Source("m", "m.py", INNOCENT))) == []


def test_every_reference_is_honest_and_free_of_suspicion():
    for path in sorted(algorithms_folder().glob("*.py")):
        assert of_sharing(read_program(path)) == [], path
