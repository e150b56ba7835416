"""A player's program as data: its sources, compiled once, and what to tell the player when it fails."""

from __future__ import annotations

import ast
import threading
import warnings
from dataclasses import dataclass
from types import CodeType

from distgame.engine.errors import ApiError, PlayerError, Problem, innermost_line
from distgame.engine.steps import count_steps

# Warnings are switched off for the whole process while a file is compiled, so one file at a time.
_COMPILING = threading.Lock()


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
            with _COMPILING, warnings.catch_warnings():
                # A warning would be written across the screen.
                warnings.simplefilter("ignore")
                tree = ast.parse(source.text, source.path)
                codes[source.module] = compile(count_steps(tree), source.path, "exec", dont_inherit=True)
        except (SyntaxError, ValueError) as error:
            line = getattr(error, "lineno", None)
            message = f"syntax error: {getattr(error, 'msg', None) or error}"
            raise PlayerError(Problem("syntax", message, source.path, line)) from None
        except (RecursionError, MemoryError):
            raise PlayerError(Problem("syntax", "the file is nested too deep", source.path)) from None
    packages = frozenset(s.module for s in program.modules if s.path.endswith("__init__.py"))
    files = frozenset(source.path for source in (program.main, *program.modules))
    return Compiled(program.main, codes, packages, files)


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
    if isinstance(error, PermissionError):
        what = f": {error.filename}" if error.filename else ""
        rule = "a node has no files, no processes and no network"
        message = f"the program tried to leave its node, and was refused{what}; {rule}"
        return Problem("wall", message, file, line)
    text = _text_of(error)
    return Problem(kind, f"{type(error).__name__}: {text}" if text else type(error).__name__, file, line)


def _text_of(error: BaseException) -> str:
    try:
        return str(error)[:500]
    except BaseException:
        return ""
