"""The step budget ends endless code at one line on every machine, and is nowhere else to be noticed."""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path
from textwrap import indent
from types import CodeType

import pytest
from digests import EVERYTHING, INTERVENTIONS, PLAYERS, WORLD
from playing import FILE, line_of, mistake, one_client, play, register, said, scripted

from distgame.engine import program as programs
from distgame.engine.steps import MAX_STEPS, count_steps

ROOT = Path(__file__).parents[2]
READS = scripted(clients=one_client(writes=0.0))
HONEST = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for folder in (PLAYERS, ROOT / "algorithms")
    for path in sorted(folder.rglob("*.py"))
}

# What a read handler does; the steps run out on the marked line.
ENDLESS = {
    "a loop of nothing": "while True: pass  # here",
    "a loop that goes on at once": "while 1:  # here\n    continue",
    "a loop that catches everything": "while True:  # here\n    try:\n        x = 1 / 0\n    except BaseException:\n"
    "        continue",
    "a loop inside what catches everything": "while True:\n    try:\n        while True: pass  # here\n"
    "    except BaseException:\n        pass",
    "a loop with a finally": "while True:  # here\n    try:\n        pass\n    finally:\n        continue",
    "a loop whose end is swallowed": "try:\n    while True: pass  # here\nfinally:\n    return None",
    "a loop over an endless iterator": "for x in itertools.count():  # here\n    pass",
    "a loop with an else": "while self.id:  # here\n    pass\nelse:\n    pass",
    "a list of everything": "[x for x in itertools.repeat(1)]  # here",
    "a comprehension with nothing inside": "[y for x in itertools.count() for y in ()]  # here",
    "a set of everything": "{x % 2 for x in itertools.count()}  # here",
    "a dict of everything": "{1: x for x in itertools.count()}  # here",
    "a sum in C": "sum(x for x in itertools.count())  # here",
    "a call in C": "list(iter(lambda: 0, 1))  # here",
    "functions that catch their depth": "def deeper():  # here\n    try:\n        deeper()\n"
    "    except RecursionError:\n        pass\nwhile True: deeper()",
    "a method of Python's own": "class Hall:\n    def __iter__(self): return self\n"
    "    def __next__(self): return 0  # here\nsum(Hall())",
    "a loop in a class": "class Hall:\n    while True: pass  # here",
    "a match": "while True:  # here\n    match self.id:\n        case 1: continue\n        case _: continue",
    "two loops": "for x in range(10**6):\n    for y in range(10**6):  # here\n        pass",
    "a loop in a generator": "def numbers():\n    while True: yield 1  # here\nfor x in numbers(): pass",
    "an await of nothing": "async def nothing(): return 1\nasync def main():\n    while True: await nothing()  # here\n"
    "yield from main().__await__()",
    "a key": "sorted(range(10**6), key=lambda x: -x)  # here",
}


@pytest.mark.parametrize("lines", ENDLESS.values(), ids=ENDLESS)
def test_endless_code_ends_at_its_line(lines: str) -> None:
    handler = "def process_read_request(self, request):\n" + indent(lines, "    ")
    code = register(handler, top="import itertools")
    problem = mistake(code, world=READS)
    assert problem.kind == "steps"
    assert f"more than {MAX_STEPS:,} steps without an end" in problem.message
    assert (problem.place, problem.node) == (f"{FILE}:{line_of(code)}", 1)
    assert problem.tick is not None
    assert problem == mistake(code, world=READS)


@pytest.mark.parametrize("lines", ["while True: pass", "try:\n    while True: pass\nexcept BaseException: pass"])
def test_a_file_that_never_ends_loading_is_told_so(lines: str) -> None:
    code = register(top=lines.replace("pass", "pass  # here", 1))
    problem = mistake(code)
    assert (problem.kind, problem.place, problem.node) == ("steps", f"{FILE}:{line_of(code)}", None)
    assert "to load" in problem.message


def test_each_event_has_a_budget_of_its_own() -> None:
    work = f"for _ in range({MAX_STEPS - 10}): pass"
    code = register(
        f"def process_read_request(self, request):\n    {work}\n    yield from self.sleep(1)\n    {work}\n"
        "    return ClientReadResponse(ResponseType.Success, None)",
        f"def on_start(self):\n    {work}",
        top=f"for _ in range({MAX_STEPS - 10}): pass",
    )
    assert play(code, world=READS).problem is None


def test_one_step_too_many_ends_the_run() -> None:
    def reading(turns: int) -> str:
        return register(f"def process_read_request(self, request):\n    for _ in range({turns}): pass  # here")

    assert play(reading(MAX_STEPS - 1), world=READS).problem is None
    assert mistake(reading(MAX_STEPS), world=READS).kind == "steps"


@pytest.mark.parametrize("name", [*HONEST, "everything"])
def test_an_honest_program_plays_the_same_without(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    code = HONEST.get(name, EVERYTHING)
    counted = play(code, world=WORLD, interventions=INTERVENTIONS)
    monkeypatch.setattr(programs, "count_steps", lambda tree: tree)
    plain = play(code, world=WORLD, interventions=INTERVENTIONS)
    assert counted.problem is None
    assert counted.events == plain.events
    assert counted.digest == plain.digest


def codes_of(code: CodeType) -> Iterator[CodeType]:
    """The code of a file and of all functions and classes in it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from codes_of(constant)


def facts(code: CodeType) -> tuple[object, ...]:
    """What anybody can see of a function beside its instructions."""
    arguments = code.co_argcount, code.co_kwonlyargcount, code.co_posonlyargcount, code.co_varnames
    names = code.co_qualname, code.co_freevars, code.co_cellvars
    has_docstring = code.co_consts and code.co_flags & inspect.CO_OPTIMIZED and not code.co_name.startswith("<")
    first = code.co_consts[0] if has_docstring else None
    docstring = first if isinstance(first, str) else None
    return code.co_firstlineno, code.co_flags, arguments, names, docstring


def lines(code: CodeType) -> set[int]:
    return {line for *_, line in code.co_lines() if line is not None}


@pytest.mark.parametrize("folder", ["distgame/engine", "distgame/game", "tests/engine", "algorithms"])
def test_counts_change_no_line_no_name_and_no_docstring(folder: str) -> None:
    for path in (ROOT / folder).rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        tree = ast.parse(text)
        heads = {part.lineno for part in ast.walk(tree) if isinstance(part, ast.FunctionDef | ast.For | ast.While)}
        plain = compile(text, path.name, "exec", dont_inherit=True)
        counted = compile(count_steps(tree), path.name, "exec", dont_inherit=True)
        for one, other in zip(codes_of(plain), codes_of(counted), strict=True):
            assert facts(one) == facts(other)
            assert lines(one) <= lines(other) <= lines(one) | heads


STYLE = '''
from __future__ import annotations
import functools

def shout(function):
    """A decorator."""
    @functools.wraps(function)
    def louder(*args): return function(*args).upper()
    return louder

@shout
def greet(name: Name):
    """Says hello."""
    return f"hello {name}"

class Odd:
    """A class."""
    squares = [n * n for n in range(3)]
    pairs = {a: b for a in range(2) for b in range(3) if b > a}
    __secret = 5
    reveal = lambda self: self.__secret

    def empty(self): "only a docstring"
'''
SHOWN = {
    "greet('you')": "HELLO YOU",
    "greet.__doc__": "Says hello.",
    "greet.__annotations__": "{'name': 'Name'}",
    "Odd().empty.__doc__": "only a docstring",
    "Odd().empty()": "None",
    "Odd.squares": "[0, 1, 4]",
    "Odd.pairs": "{0: 2, 1: 2}",
    "Odd().reveal()": "5",
    "sorted(n for n in (3, 1, 2) if n - 1)": "[2, 3]",
    "[n for n in range(6) if n % 2 if n > 1]": "[3, 5]",
    "(lambda: 0)()": "0",
    "(lambda *a, b=1, **c: (a, b, c))(2, d=3)": "((2,), 1, {'d': 3})",
    "(lambda x: (yield x))(1).__class__.__name__": "generator",
    "[name for name in dir() if 'step' in name]": "[]",
    "[name for name in globals() if 'step' in name]": "[]",
    "sorted(locals())": "['self']",
}


@pytest.mark.parametrize(("expression", "value"), SHOWN.items(), ids=SHOWN)
def test_python_is_as_ever(expression: str, value: str) -> None:
    code = STYLE + register(f"def on_start(self): print({expression})")
    assert said(play(code), 1) == [value]
