"""Loads a player's program: one fresh instance of its modules for each node."""

from __future__ import annotations

import ast
import builtins
import random as real_random
import sys
import threading
from collections.abc import Callable
from random import Random
from types import FunctionType, ModuleType
from typing import Any

from distgame.engine.dataclass_code import compile_once
from distgame.engine.endpoints import is_marked, place_of
from distgame.engine.errors import PlayerError, Problem
from distgame.engine.imports import ALLOWED, REASONS, REFUSED, api_module, api_names, refuse
from distgame.engine.node import Node
from distgame.engine.program import Compiled, Source
from distgame.engine.steps import Steps
from distgame.engine.webserver import WebServer
from distgame.engine.wire import CannotTravel
from distgame.engine.wording import bases_of, class_name

_PREFIX = "player."
_LOADING = threading.RLock()
# What every node has from the game; a class that hides one of them would be of two minds about it.
_GIVEN = frozenset(("id", "storage", "other_nodes", "is_leader", "local_time", "suspects", "incarnation"))

compile_once()


class Loaded:
    """A program's modules as one node sees them. `print_line` takes what the program prints, while it says True."""

    def __init__(self, compiled: Compiled, random: Random, print_line: Callable[[str], bool], steps: Steps) -> None:
        self._compiled = compiled
        self._random = random
        self._print = print_line
        self._takes_prints = True
        self._modules: dict[str, ModuleType] = {}
        self._shared: dict[str, ModuleType] = {}
        self._builtins = {**self._make_builtins(), **steps.names()}
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
        if WebServer in bases_of(cls):
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
        for name, reason in REFUSED.items():
            table[name] = refuse(name, reason)
        return table

    def _print_values(self, *values: Any, sep: str | None = " ", end: str | None = "\n", **_: Any) -> None:
        if self._takes_prints:
            self._takes_prints = self._print((" " if sep is None else sep).join(str(value) for value in values))

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
            return api_module(name, fromlist)
        if name in self._compiled.codes:
            return self._own_module(name, fromlist)
        if name == "random":
            return self._random_module()
        if top in ALLOWED:
            return self._shared_module(name, fromlist)
        reason = REASONS.get(top)
        if reason is None:
            reason = "it is neither beside your file nor among the modules a node may use"
        raise ImportError(f"cannot import {name}: {reason}")

    def _shared_module(self, name: str, fromlist: Any) -> ModuleType:
        """A module of Python's own, as a copy: what one node changes in it no other node sees, nor does the game."""
        real = builtins.__import__(name, {}, {}, fromlist, 0)
        module = self._shared.get(real.__name__)
        if module is None:
            module = self._shared[real.__name__] = ModuleType(real.__name__)
            module.__dict__.update(real.__dict__)
        for item in fromlist or name.split(".")[1:2]:
            if item not in module.__dict__ and hasattr(real, item):
                setattr(module, item, getattr(real, item))
        return module

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
            module.__dict__["SystemRandom"] = refuse("SystemRandom", REASONS["secrets"])
        return module


def leaf_class(module: ModuleType, compiled: Compiled) -> type[Node]:
    """The player's class: the one concrete leaf among the Node classes of the main file.

    Raises PlayerError where there is none, or more than one, or where it takes the API's names for something else.
    """
    main = compiled.main
    classes: list[Any] = [thing for thing in list(vars(module).values()) if issubclass(type(thing), type)]
    own = list(dict.fromkeys(cls for cls in classes if Node in bases_of(cls) and cls is not Node))
    leaves = [cls for cls in own if not any(other is not cls and cls in bases_of(other) for other in own)]
    concrete = [cls for cls in leaves if not getattr(cls, "__abstractmethods__", None)]
    if len(concrete) == 1:
        leaf: type[Node] = concrete[0]
        _check_names(leaf, compiled)
        return leaf
    if concrete:
        names = ", ".join(f"{class_name(cls)} (line {_class_line(main, class_name(cls))})" for cls in concrete)
        message = f"found {len(concrete)} Node classes, {names}; keep one, or derive one from the other"
        raise PlayerError(Problem("load", message, main.path, _class_line(main, class_name(concrete[-1]))))
    if leaves:
        name = class_name(leaves[0])
        missing = " and ".join(sorted(getattr(leaves[0], "__abstractmethods__", ())))
        raise PlayerError(
            Problem("load", f"{name} is no whole Node yet: it lacks {missing}", main.path, _class_line(main, name))
        )
    others = [class_name(cls) for cls in classes if class_name(cls) not in api_names()]
    found = f"only {', '.join(others)}" if others else "no class"
    raise PlayerError(Problem("load", f"found no class derived from Node ({found})", main.path, 1))


def _check_names(cls: type[Node], compiled: Compiled) -> None:
    """Raises PlayerError where a class of the player's has something else under a name that the game relies on."""
    for base in bases_of(cls)[: bases_of(cls).index(Node)]:
        for name, thing in vars(base).items():
            given = next((vars(api)[name] for api in (Node, WebServer) if name in vars(api)), None)
            if given is None or name.startswith("_"):
                continue
            if name in _GIVEN:
                message = f"{name} is what the game gives each node: choose another name"
            elif isinstance(given, FunctionType) and not callable(thing) and not hasattr(type(thing), "__get__"):
                message = f"{name} is a method of every node, which must be a function: choose another name"
            elif is_marked(thing) and not is_marked(given):
                message = f"{name} is a method of every node: an endpoint or timer needs another name"
            else:
                continue
            place = place_of(thing) if isinstance(thing, FunctionType) else (compiled.main.path, 0)
            line = place[1] or _name_line(compiled.main, class_name(base), name)
            raise PlayerError(Problem("load", message, place[0], line))


def _class_line(source: Source, name: str) -> int:
    for part in ast.walk(ast.parse(source.text)):
        if isinstance(part, ast.ClassDef) and part.name == name:
            return part.lineno
    return 1


def _name_line(source: Source, cls: str, name: str) -> int:
    """The last line in a class, its methods left out, that gives a value to a name; else the line of the class."""
    lines = [_class_line(source, cls)]
    classes = [part for part in ast.walk(ast.parse(source.text)) if isinstance(part, ast.ClassDef) and part.name == cls]
    parts: list[Any] = [part for each in classes[:1] for part in each.body]
    for part in parts:
        is_name = isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store) and part.id == name
        if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            is_name = getattr(part, "name", None) == name
        else:
            parts += ast.iter_child_nodes(part)
        if is_name:
            lines.append(part.lineno)
    return max(lines)
