"""What a player's file may import and call: the API under its new and its old names, and what is fair of the rest.

What is refused here is refused for fairness and for good errors; it is no wall against a hostile program.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from distgame.engine import messages
from distgame.engine.errors import ApiError
from distgame.engine.node import Node
from distgame.engine.requests import Request
from distgame.engine.webserver import WebServer

ALLOWED = frozenset(
    (
        "__future__",
        "abc",
        "array",
        "base64",
        "bisect",
        "cmath",
        "collections",
        "contextlib",
        "copy",
        "dataclasses",
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
        "zlib",
    )
)
_NO_CLOCK = "nodes have no wall clock; use self.local_time and self.sleep(ticks)"
_ONE_THING = "a node does one thing at a time; write a handler that waits with `yield from`"
_NO_FILES = "a node has no files; keep what must survive in self.storage"
_NO_PROCESSES = "a node has no files or processes; keep what must survive in self.storage"
_NO_NETWORK = "nodes talk with self.send_message(...)"
_NO_INSIDE = "a node cannot reach into the interpreter"
_NO_CODE = "a node's program is what stands in its files"
REASONS = {
    **dict.fromkeys(("time", "datetime", "calendar", "sched", "timeit", "zoneinfo"), _NO_CLOCK),
    **dict.fromkeys(("threading", "multiprocessing", "concurrent", "queue", "_thread"), _ONE_THING),
    **dict.fromkeys(
        ("io", "pathlib", "tempfile", "shutil", "glob", "fileinput", "sqlite3", "dbm", "shelve"), _NO_FILES
    ),
    **dict.fromkeys(("os", "subprocess", "pty", "fcntl", "mmap", "resource"), _NO_PROCESSES),
    **dict.fromkeys(("socket", "ssl", "http", "urllib", "select", "selectors", "requests", "xmlrpc"), _NO_NETWORK),
    **dict.fromkeys(
        ("sys", "gc", "inspect", "ctypes", "builtins", "traceback", "weakref", "atexit", "faulthandler", "dis"),
        _NO_INSIDE,
    ),
    **dict.fromkeys(("importlib", "code", "ast", "runpy", "pkgutil"), _NO_CODE),
    "asyncio": "the game runs your coroutines itself: `await self.wait_all(...)` is enough",
    "logging": "print(...) goes to the node's log",
    "warnings": "print(...) goes to the node's log",
    "pickle": "messages carry plain values, lists, dicts and dataclasses as they are",
    "marshal": "messages carry plain values, lists, dicts and dataclasses as they are",
    "uuid": "ids must be the same in every run; use self.id and a counter, or self.random",
    "secrets": "randomness must be the same in every run; use self.random",
    "signal": "a node has no files or processes; messages are sent with self.send_message(...)",
}
REFUSED = {
    "open": "a node has no files; keep what must survive in self.storage",
    "input": "a node cannot ask anybody; it answers messages",
    "breakpoint": "a node cannot stop the game; print(...) goes to its log",
    "help": "a node has nobody to read it; print(...) goes to its log",
    "exit": "a node cannot leave; a handler ends with return",
    "quit": "a node cannot leave; a handler ends with return",
    "eval": f"{_NO_CODE}; for text that holds a value there is json.loads",
    "exec": _NO_CODE,
    "compile": _NO_CODE,
}
_LEGACY = {
    "engine.node": ("Node",),
    "engine.web_server": ("WebServer",),
    "engine.contracts": tuple(cls.__name__ for cls in messages.API_MESSAGES),
    "engine.signal": ("Signal",),
    "engine.gateway": ("Gateway",),
    "engine.client": ("Client",),
}


def refuse(name: str, reason: str) -> Callable[..., None]:
    def refused(*_: Any, **__: Any) -> None:
        raise ApiError(f"{name}() is not for nodes: {reason}")

    refused.__name__ = name
    return refused


def api_names() -> dict[str, Any]:
    from distgame.engine.client import Client
    from distgame.engine.gateway import Gateway
    from distgame.engine.trace import Signal

    names: dict[str, Any] = {cls.__name__: cls for cls in messages.API_MESSAGES}
    for cls in (Node, WebServer, Request, Signal, Gateway, Client):
        names[cls.__name__] = cls
    return names


def api_module(name: str, fromlist: Any) -> ModuleType:
    names = api_names()
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
