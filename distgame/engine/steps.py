"""The step budget: counts put into a player's code by its syntax tree, so that an endless loop ends at the same line
on every machine, which a clock never does.

A step is a call of a function, a turn of a loop, or an element of a comprehension. Counting is `0 in LEFT or OUT()`,
where LEFT is an iterator over as many zeros as there are steps: one look-up and one comparison in C, no call. It stays
empty when it has run out, so that a program which catches what OUT raises comes no further. It is fair to honest
programs and no wall against others.
"""

from __future__ import annotations

import ast
import sys
from typing import Any, NoReturn

from distgame.engine.errors import Problem

MAX_STEPS = 200_000
# Names that no program can write, so that none is hidden by ours, and none hides them.
_LEFT = "steps left"
_OUT = "out of steps"
_ZEROS = bytes(MAX_STEPS)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class OutOfSteps(BaseException):
    """Ends a handler that has used up its steps. What the player is told is in `Steps.problem`."""


class Steps:
    """The steps one node may still take. `problem` says where they ran out, None while they have not."""

    def __init__(self) -> None:
        left: Any = iter(_ZEROS)
        self._names = {_LEFT: left, _OUT: self._out}
        self._loading = True
        self.problem: Problem | None = None
        self.refill = left.__setstate__

    def names(self) -> dict[str, Any]:
        """What the counts look up among the builtins of the program's modules."""
        return self._names

    def loaded(self) -> None:
        """The program is loaded: from here on, each event has a budget of its own, filled by `refill(0)`."""
        self._loading = False

    def _out(self) -> NoReturn:
        if self.problem is None:
            frame = sys._getframe(1)
            if self._loading:
                message = f"the file takes more than {MAX_STEPS:,} steps to load: what is the loop to end?"
            else:
                message = (
                    f"more than {MAX_STEPS:,} steps without an end: a handler must return, or wait in its loop with "
                    "`yield from` (or `await`)"
                )
            self.problem = Problem("steps", message, frame.f_code.co_filename, frame.f_lineno)
        raise OutOfSteps


def count_steps(tree: ast.Module) -> ast.Module:
    """The same tree with counts in it, which change neither lines, docstrings nor names."""
    for part in ast.walk(tree):
        if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef):
            part.body.insert(ast.get_docstring(part, clean=False) is not None, ast.Expr(_count(part), **_place(part)))
        elif isinstance(part, _LOOPS):
            part.body.insert(0, ast.Expr(_count(part), **_place(part)))
        elif isinstance(part, ast.Lambda):
            part.body = ast.BoolOp(ast.And(), [_count(part), part.body], **_place(part))
        elif isinstance(part, _COMPREHENSIONS):
            for generator in part.generators:
                generator.ifs.insert(0, _count(generator.target))
    return tree


def _count(part: Any) -> ast.BoolOp:
    has_one = ast.Compare(ast.Constant(0), [ast.In()], [ast.Name(_LEFT, ast.Load())])
    count = ast.BoolOp(ast.Or(), [has_one, ast.Call(ast.Name(_OUT, ast.Load()), [], [])])
    for each in ast.walk(count):
        each.__dict__.update(_place(part))
    return count


def _place(part: Any) -> dict[str, int]:
    line, column = part.lineno, part.col_offset
    return {"lineno": line, "col_offset": column, "end_lineno": line, "end_col_offset": column}
