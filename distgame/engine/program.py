"""A player's program as data: its sources, compiled once, and what to tell the player when it fails."""

from __future__ import annotations

import ast
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import CodeType, TracebackType

from distgame.engine.dataclass_code import with_docstrings
from distgame.engine.endpoints import Handler
from distgame.engine.errors import ApiError, PlayerError, Problem, innermost_line
from distgame.engine.steps import count_steps
from distgame.engine.wording import class_name, printable

# Warnings are switched off for the whole process while a file is compiled, so one file at a time.
_COMPILING = threading.Lock()
# As Python has it, not as a class of the player's may give it.
_TRACEBACK = BaseException.__dict__["__traceback__"].__get__


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
        with _telling_syntax(source):
            tree = count_steps(with_docstrings(ast.parse(source.text, source.path)))
            codes[source.module] = compile(tree, source.path, "exec", dont_inherit=True)
    packages = frozenset(s.module for s in program.modules if s.path.endswith("__init__.py"))
    files = frozenset(source.path for source in (program.main, *program.modules))
    return Compiled(program.main, codes, packages, files)


def parse_program(program: Program) -> None:
    """Parses every file, which finds nearly all that keeps it from being compiled, in a fifth of the time.

    Raises PlayerError (syntax) with file and line.
    """
    for source in (program.main, *program.modules):
        with _telling_syntax(source):
            ast.parse(source.text, source.path)


@contextmanager
def _telling_syntax(source: Source) -> Iterator[None]:
    try:
        with _COMPILING, warnings.catch_warnings():
            # A warning would be written across the screen.
            warnings.simplefilter("ignore")
            yield
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        message = f"syntax error: {getattr(error, 'msg', None) or error}"
        raise PlayerError(Problem("syntax", message, source.path, line)) from None
    except (RecursionError, MemoryError):
        raise PlayerError(Problem("syntax", "the file is nested too deep", source.path)) from None


def problem_of(error: BaseException, compiled: Compiled, kind: str = "exception") -> Problem:
    """What to tell the player about an exception from their code, whatever its class does to hide it."""
    traceback = _TRACEBACK(error)
    file, line = innermost_line(traceback, compiled.files)
    found = type(error)
    if issubclass(found, PlayerError):
        return error.problem  # type: ignore[attr-defined, no-any-return]
    if file is None:
        place = getattr(error, "place", None) if issubclass(found, ApiError) else None
        file, line = place or _handler_at_work(traceback) or ("", None)
        if not file:
            file, line = compiled.main.path or None, None
    name = printable(class_name(found))
    try:
        kind, message = _said(error, kind, name)
    except BaseException:
        message = f"{name}, which fails when it is shown"
    return Problem(kind, message, file, line)


def _said(error: BaseException, kind: str, name: str) -> tuple[str, str]:
    """Kind and message. Raises anything: the exception's class may be the player's, with a mind of its own."""
    found = type(error)
    if issubclass(found, SystemExit):
        return "exit", "the program asked to exit; a handler ends with return"
    if issubclass(found, MemoryError):
        return "memory", "the program used more memory than a run may"
    if issubclass(found, RecursionError):
        return kind, "RecursionError: a function calls itself too often without coming to an end"
    if issubclass(found, PermissionError):
        what = f": {error.filename}" if error.filename else ""  # type: ignore[attr-defined]
        rule = "a node has no files, no processes and no network"
        return "wall", printable(f"the program tried to leave its node, and was refused{what}; {rule}")
    text = printable(str.__getitem__(str(error), slice(500)))
    if issubclass(found, ApiError):
        return error.kind, text  # type: ignore[attr-defined]
    if issubclass(found, ImportError):
        return "import", text
    return kind, f"{name}: {text}" if text else name


def _handler_at_work(traceback: TracebackType | None) -> tuple[str, int] | None:
    """Where the handler is written that was at work, when the error came from no line of the player's."""
    place = None
    while traceback is not None:
        names = traceback.tb_frame.f_locals
        handler = names.get("handler", getattr(names.get("task"), "handler", None))
        if type(handler) is Handler:
            place = handler.place
        traceback = traceback.tb_next
    return place
