"""Loads a player's program: one fresh instance of the module for each node, with the imports and builtins it may use.

What is refused here is refused for fairness and for good errors; it is no wall against a hostile program.
"""

from __future__ import annotations

import ast
import builtins
import random as real_random
import sys
import threading
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from types import CodeType, ModuleType
from typing import Any

from distgame.engine import messages
from distgame.engine.errors import ApiError, PlayerError, Problem, innermost_line
from distgame.engine.node import Node
from distgame.engine.requests import Request
from distgame.engine.webserver import WebServer
from distgame.engine.wire import CannotTravel

ALLOWED = frozenset(
    [
        "__future__",
        "abc",
        "array",
        "base64",
        "bisect",
        "calendar",
        "cmath",
        "collections",
        "contextlib",
        "copy",
        "dataclasses",
        "datetime",
        "decimal",
        "enum",
        "fractions",
        "functools",
        "graphlib",
        "hashlib",
        "heapq",
        "itertools",
        "json",
        "keyword",
        "math",
        "numbers",
        "operator",
        "pprint",
        "re",
        "statistics",
        "string",
        "struct",
        "textwrap",
        "types",
        "typing",
        "typing_extensions",
        "warnings",
        "zlib",
    ]
)
REASONS = {
    "time": "nodes have no wall clock; use self.local_time and self.sleep(ticks)",
    "threading": "a node does one thing at a time; write a handler that waits with `yield from`",
    "multiprocessing": "a node does one thing at a time; write a handler that waits with `yield from`",
    "asyncio": "the game runs your coroutines itself: `await self.wait_all(...)` is enough",
    "socket": "nodes talk with self.send_message(...)",
    "uuid": "ids must be the same in every run; use self.id and a counter, or self.random",
    "secrets": "randomness must be the same in every run; use self.random",
    "os": "a node has no files or processes; keep what must survive in self.storage",
    "io": "a node has no files; keep what must survive in self.storage",
    "pathlib": "a node has no files; keep what must survive in self.storage",
    "sys": "a node cannot reach into the interpreter",
    "gc": "a node cannot reach into the interpreter",
    "inspect": "a node cannot reach into the interpreter",
    "subprocess": "a node has no files or processes",
    "signal": "a node has no files or processes; messages are sent with self.send_message(...)",
}
_PREFIX = "player."
_LOADING = threading.RLock()
_REFUSED = {
    "open": "a node has no files; keep what must survive in self.storage",
    "input": "a node cannot ask anybody; it answers messages",
    "breakpoint": "a node cannot stop the game; print(...) goes to its log",
    "exit": "a node cannot leave; a handler ends with return",
    "quit": "a node cannot leave; a handler ends with return",
}
_LEGACY = {
    "engine.node": ("Node",),
    "engine.web_server": ("WebServer",),
    "engine.contracts": tuple(cls.__name__ for cls in messages.API_MESSAGES),
    "engine.signal": ("Signal",),
    "engine.gateway": ("Gateway",),
    "engine.client": ("Client",),
}


@dataclass(frozen=True, slots=True)
class Source:
    """One file of a program: the name of its module, its path as shown to people, its text."""

    module: str
    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Program:
    """A player's program: its main file, and the modules of its own folder that it imports.

    `digest` is the SHA-256 of the main file's bytes ("" where there was no file).
    """

    main: Source
    modules: tuple[Source, ...] = ()
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Compiled:
    """A program compiled once, to be loaded for every node."""

    main: Source
    codes: dict[str, CodeType]
    packages: frozenset[str]
    files: frozenset[str]


def compile_program(program: Program) -> Compiled:
    """Compiles every file. Raises PlayerError (syntax) with file and line."""
    codes = {}
    for source in (program.main, *program.modules):
        try:
            with _LOADING, warnings.catch_warnings():
                # A warning would be written across the screen.
                warnings.simplefilter("ignore")
                codes[source.module] = compile(source.text, source.path, "exec", dont_inherit=True)
        except (SyntaxError, ValueError) as error:
            line = getattr(error, "lineno", None)
            message = f"syntax error: {getattr(error, 'msg', None) or error}"
            raise PlayerError(Problem("syntax", message, source.path, line)) from None
        except RecursionError:
            raise PlayerError(Problem("syntax", "the file is nested too deep", source.path)) from None
    packages = frozenset(s.module for s in program.modules if s.path.endswith("__init__.py"))
    files = frozenset(source.path for source in (program.main, *program.modules))
    return Compiled(program.main, codes, packages, files)


class Loaded:
    """A program's modules as one node sees them. `print_line` takes what the program prints."""

    def __init__(self, compiled: Compiled, random: Random, print_line: Callable[[str], None]) -> None:
        self._compiled = compiled
        self._random = random
        self._print = print_line
        self._modules: dict[str, ModuleType] = {}
        self._builtins = self._make_builtins()
        self.main = self._load(compiled.main.module)

    def find(self, name: str) -> type | None:
        """The class of a dotted name, as `name_of` gives it."""
        module, _, path = name.rpartition(":")
        found: Any = self._modules.get(module or self._compiled.main.module)
        for part in path.split("."):
            found = getattr(found, "__dict__", {}).get(part)
        return found if isinstance(found, type) else None

    def name_of(self, cls: type) -> str:
        """The name by which another node finds the class. Raises CannotTravel where it cannot."""
        if issubclass(cls, WebServer):
            raise CannotTravel("a node cannot travel in a message: send its id")
        name = cls.__qualname__
        module = cls.__module__.removeprefix(_PREFIX)
        if module != self._compiled.main.module:
            name = f"{module}:{name}"
        if "<locals>" in name:
            raise CannotTravel(f"{cls.__name__} is made inside a function: other nodes cannot know it; move it out")
        if self.find(name) is not cls:
            raise CannotTravel(f"a {cls.__name__} cannot travel in a message: it is not a class of your file")
        return name

    def _load(self, name: str) -> ModuleType:
        module = ModuleType(_PREFIX + name)
        module.__dict__["__builtins__"] = self._builtins
        module.__dict__["__file__"] = self._compiled.codes[name].co_filename
        if name in self._compiled.packages:
            module.__dict__["__path__"] = []
        self._modules[name] = module
        # dataclasses looks up the module of a class in sys.modules while it is made; afterwards ours is not there.
        with _LOADING:
            before = sys.modules.get(module.__name__)
            sys.modules[module.__name__] = module
            try:
                exec(self._compiled.codes[name], module.__dict__)
            finally:
                if before is None:
                    del sys.modules[module.__name__]
                else:
                    sys.modules[module.__name__] = before
        return module

    def _make_builtins(self) -> dict[str, Any]:
        table = dict(vars(builtins))
        table["__import__"] = self._import
        table["print"] = self._print_values
        for name, reason in _REFUSED.items():
            table[name] = _refuse(name, reason)
        return table

    def _print_values(self, *values: Any, sep: str | None = " ", end: str | None = "\n", **_: Any) -> None:
        self._print((" " if sep is None else sep).join(str(value) for value in values))

    def _import(
        self, name: str, globals_: Any = None, locals_: Any = None, fromlist: Any = (), level: int = 0
    ) -> ModuleType:
        if level:
            package = (globals_ or {}).get("__name__", "").removeprefix(_PREFIX)
            if package not in self._compiled.packages:
                package = package.rpartition(".")[0]
            for _ in range(level - 1):
                package = package.rpartition(".")[0]
            name = f"{package}.{name}".strip(".") if name else package
            if not name:
                return self._folder(fromlist)
        top = name.partition(".")[0]
        if top in ("engine", "distgame"):
            return _api_module(name, fromlist)
        if name in self._compiled.codes:
            return self._own_module(name, fromlist)
        if name == "random":
            return self._random_module()
        if top in ALLOWED:
            return builtins.__import__(name, {}, {}, fromlist, 0)
        reason = REASONS.get(top)
        if reason is None:
            reason = "it is neither beside your file nor among the modules a node may use"
        raise ImportError(f"cannot import {name}: {reason}")

    def _folder(self, names: Any) -> ModuleType:
        """What `from . import name` finds: the modules beside the main file."""
        folder = ModuleType(_PREFIX)
        for name in names or ():
            setattr(folder, name, self._import(name, fromlist=("*",)))
        return folder

    def _own_module(self, name: str, fromlist: Any) -> ModuleType:
        parts = name.split(".")
        for count in range(1, len(parts) + 1):
            prefix = ".".join(parts[:count])
            if prefix not in self._modules:
                self._load(prefix)
            if count > 1:
                setattr(self._modules[".".join(parts[: count - 1])], parts[count - 1], self._modules[prefix])
        for item in fromlist or ():
            inner = f"{name}.{item}"
            if inner in self._compiled.codes and not hasattr(self._modules[name], item):
                setattr(self._modules[name], item, self._own_module(inner, ("*",)))
        return self._modules[name] if fromlist else self._modules[parts[0]]

    def _random_module(self) -> ModuleType:
        module = self._modules.get("random")
        if module is None:
            module = self._modules["random"] = ModuleType("random")
            for name in real_random.__all__:
                if hasattr(self._random, name) and name not in ("seed", "SystemRandom"):
                    setattr(module, name, getattr(self._random, name))
            seeds = Random(self._random.random())

            class NodeRandom(Random):
                """Random whose default seed follows from the run's seed."""

                def __init__(self, seed: Any = None) -> None:
                    super().__init__(seeds.random() if seed is None else seed)

            module.__dict__["Random"] = NodeRandom
            module.__dict__["seed"] = self._random.seed
        return module


def _refuse(name: str, reason: str) -> Callable[..., None]:
    def refused(*_: Any, **__: Any) -> None:
        raise ApiError(f"{name}() is not for nodes: {reason}")

    refused.__name__ = name
    return refused


def _api_names() -> dict[str, Any]:
    from distgame.engine.client import Client
    from distgame.engine.gateway import Gateway
    from distgame.engine.trace import Signal

    names: dict[str, Any] = {cls.__name__: cls for cls in messages.API_MESSAGES}
    for cls in (Node, WebServer, Request, Signal, Gateway, Client):
        names[cls.__name__] = cls
    return names


def _api_module(name: str, fromlist: Any) -> ModuleType:
    names = _api_names()
    if name == "distgame":
        module = ModuleType("distgame")
        module.__dict__.update(names)
        module.__dict__["__all__"] = sorted(names)
        return module
    if name == "engine":
        known: tuple[str, ...] = ()
    elif name in _LEGACY:
        known = _LEGACY[name]
    else:
        raise ImportError(f"cannot import {name}: import Node, WebServer and the messages from distgame")
    module = ModuleType(name)
    module.__dict__.update({item: names[item] for item in known})
    if fromlist and name != "engine":
        return module
    root = ModuleType("engine")
    for legacy, items in _LEGACY.items():
        inner = ModuleType(legacy)
        inner.__dict__.update({item: names[item] for item in items})
        setattr(root, legacy.partition(".")[2], inner)
    return root


def leaf_class(module: ModuleType, compiled: Compiled) -> type[Node]:
    """The player's class: the one concrete leaf among the Node classes of the main file.

    Raises PlayerError where there is none, or more than one.
    """
    main = compiled.main
    own = [
        thing
        for thing in vars(module).values()
        if isinstance(thing, type) and issubclass(thing, Node) and thing is not Node
    ]
    own = list(dict.fromkeys(own))
    leaves = [cls for cls in own if not any(other is not cls and issubclass(other, cls) for other in own)]
    concrete = [cls for cls in leaves if not getattr(cls, "__abstractmethods__", None)]
    if len(concrete) == 1:
        return concrete[0]
    if concrete:
        names = ", ".join(f"{cls.__name__} (line {_class_line(main, cls.__name__)})" for cls in concrete)
        message = f"found {len(concrete)} Node classes, {names}; keep one, or derive one from the other"
        raise PlayerError(Problem("load", message, main.path, _class_line(main, concrete[-1].__name__)))
    if leaves:
        cls = leaves[0]
        missing = " and ".join(sorted(getattr(cls, "__abstractmethods__", ())))
        message = f"{cls.__name__} is no whole Node yet: it lacks {missing}"
        raise PlayerError(Problem("load", message, main.path, _class_line(main, cls.__name__)))
    found = [name for name, thing in vars(module).items() if isinstance(thing, type)]
    others = [name for name in found if name not in _api_names()]
    classes = f"only {', '.join(others)}" if others else "no class"
    raise PlayerError(Problem("load", f"found no class derived from Node ({classes})", main.path, 1))


def _class_line(source: Source, name: str) -> int:
    for part in ast.walk(ast.parse(source.text)):
        if isinstance(part, ast.ClassDef) and part.name == name:
            return part.lineno
    return 1


def problem_of(error: BaseException, compiled: Compiled, kind: str = "exception") -> Problem:
    """What to tell the player about an exception from their code."""
    file, line = innermost_line(error.__traceback__, compiled.files)
    if isinstance(error, PlayerError):
        return error.problem
    if isinstance(error, ApiError):
        if file is None and error.place is not None:
            file, line = error.place
        return Problem(error.kind, str(error), file, line)
    if isinstance(error, SystemExit):
        return Problem("exit", "the program asked to exit; a handler ends with return", file, line)
    if isinstance(error, MemoryError):
        return Problem("memory", "the program used more memory than a run may", file, line)
    if isinstance(error, ImportError):
        return Problem("import", str(error), file, line)
    text = _text_of(error)
    return Problem(kind, f"{type(error).__name__}: {text}" if text else type(error).__name__, file, line)


def _text_of(error: BaseException) -> str:
    try:
        return str(error)[:500]
    except BaseException:
        return ""
