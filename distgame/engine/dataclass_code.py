"""The dataclasses of a program are made anew for each node of each run, and must be made quickly.

`dataclasses` makes a class's methods as text and gives it to `exec`: here it is compiled once a process. For a class
without a docstring it makes one out of the class's signature, which takes longer than all else: here its name does.
"""

from __future__ import annotations

import ast
import builtins
import dataclasses
from functools import lru_cache
from types import CodeType
from typing import Any

_MOST = 1_000


@lru_cache(_MOST)
def _compiled(text: str) -> CodeType:
    return compile(text, "<string>", "exec", dont_inherit=True)


def _exec(text: Any, *namespaces: Any) -> None:
    builtins.exec(_compiled(text) if type(text) is str else text, *namespaces)


def with_docstrings(tree: ast.Module) -> ast.Module:
    """The same tree, in which every dataclass has a docstring."""
    for part in ast.walk(tree):
        if not (isinstance(part, ast.ClassDef) and any(map(_makes_dataclass, part.decorator_list))):
            continue
        if ast.get_docstring(part, clean=False) is None:
            name = ast.copy_location(ast.Expr(ast.Constant(part.name)), part.body[0])
            part.body.insert(0, ast.fix_missing_locations(name))
    return tree


def _makes_dataclass(decorator: ast.expr) -> bool:
    made = decorator.func if isinstance(decorator, ast.Call) else decorator
    return "dataclass" in (getattr(made, "id", None), getattr(made, "attr", None))


def compile_once() -> None:
    """From now on `dataclasses` in this process finds code that it had compiled before."""
    setattr(dataclasses, "exec", _exec)  # noqa: B010
