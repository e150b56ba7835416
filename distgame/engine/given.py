"""Node classes that are there already, in a notebook or a test, rather than in a player's file."""

from __future__ import annotations

import sys
from types import FunctionType
from typing import Any

from distgame.engine.errors import PlayerError, Problem
from distgame.engine.node import Node
from distgame.engine.program import Compiled, Source
from distgame.engine.wire import CannotTravel, Codec
from distgame.engine.wording import bases_of

_HERE = __file__.rpartition("given")[0]


def given_program(node_class: type[Node]) -> Compiled:
    """What is known of the program of a given class. Raises PlayerError if it is no whole Node."""
    if Node not in bases_of(node_class):
        raise PlayerError(Problem("load", f"{node_class.__name__} is not derived from Node"))
    missing = " and ".join(sorted(getattr(node_class, "__abstractmethods__", ())))
    if missing:
        raise PlayerError(Problem("load", f"{node_class.__name__} is no whole Node yet: it lacks {missing}"))
    methods = [method for base in node_class.__mro__ for method in vars(base).values()]
    files = {method.__code__.co_filename for method in methods if isinstance(method, FunctionType)}
    own = frozenset(file for file in files if not file.startswith(_HERE))
    return Compiled(Source(node_class.__module__, "", ""), {}, frozenset(), own)


def given_codec(node_class: type[Node]) -> Codec:
    """Messages of the classes that the methods of the given class can name."""
    names = _globals_of(node_class)

    def find(name: str) -> type | None:
        found = names.get(name)
        return found if isinstance(found, type) else None

    def name_of(cls: type) -> str:
        if Node in bases_of(cls):
            raise CannotTravel("a node cannot travel in a message: send its id")
        if names.get(cls.__name__) is not cls:
            raise CannotTravel(f"{cls.__name__} cannot travel in a message: it must stand beside the Node's class")
        return str(cls.__name__)

    return Codec(find, name_of)


def _globals_of(node_class: type[Node]) -> dict[str, Any]:
    for method in vars(node_class).values():
        if isinstance(method, FunctionType):
            return method.__globals__
    return vars(sys.modules[node_class.__module__])
