"""From a file to a program: the player's file and, by following its imports, the modules of its own folder."""

from __future__ import annotations

import ast
import os
import sys
import threading
import warnings
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from distgame.engine.imports import ALLOWED
from distgame.engine.program import Program, Source
from distgame.game.play.files import FileError
from distgame.game.play.player_file import code_digest, read_module, read_player_file, text_of

# What these names mean is settled: a file of the same name is not what an import of them gets.
RESERVED = ALLOWED | {"distgame", "engine", "random"}

_PARSING = threading.Lock()


def read_program(path: Path) -> Program:
    """Reads the player's file and the modules of its folder that it imports, directly or through each other.

    Nothing outside the folder is read. A file with a syntax error is part of the program, what it imports is not:
    compiling it will tell. Raises FileError where a file cannot be read.
    """
    data = read_player_file(path)
    main, *modules = read_sources(path, data).values()
    return Program(main, tuple(modules), code_digest(data))


def read_sources(path: Path, data: bytes | None = None) -> dict[Path, Source]:
    """The sources by the files they were read from; the main file, whose bytes `data` may be, comes first."""
    try:
        path = Path(os.path.abspath(os.path.expanduser(path)))
    except FileNotFoundError:
        raise FileError(f"{path} cannot be found: the current folder is gone") from None
    folder = path.parent
    main = Source(_main_module(path), shown(path), text_of(read_player_file(path) if data is None else data))
    sources = {path: main}
    modules = {main.module}
    waiting = [(main, "")]
    while waiting:
        source, package = waiting.pop(0)
        for name in _imported(source.text, package):
            if name in modules:
                continue
            file = _find(folder, name)
            if file is None or file == path:
                continue
            modules.add(name)
            found = Source(name, shown(file), _module_text(file, folder))
            sources[file] = found
            waiting.append((found, name if file.name == "__init__.py" else name.rpartition(".")[0]))
    return sources


def shown(path: Path) -> str:
    """The path as people are told it: relative to the current folder where it is inside, else absolute."""
    try:
        return str(path.relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(path)


def _main_module(path: Path) -> str:
    stem = path.stem.replace(".", "_")
    return "__main__" if stem in RESERVED or stem in sys.stdlib_module_names else stem


def _find(folder: Path, name: str) -> Path | None:
    base = folder.joinpath(*name.split("."))
    package, module = base / "__init__.py", base.with_name(f"{base.name}.py")
    for file in (package, module):
        if os.path.isfile(file):
            return file
    # A folder without __init__.py is a package too, as if it had an empty one.
    return package if os.path.isdir(base) and any(base.glob("*.py")) else None


def _module_text(file: Path, folder: Path) -> str:
    if not os.path.isfile(file):
        return ""
    if not file.resolve().is_relative_to(folder.resolve()):
        raise FileError(f"{file} leads out of the folder of your program: put a copy of the module there")
    return text_of(read_module(file))


def _imported(text: str, package: str) -> Iterator[str]:
    """The dotted names that may be modules of the folder, each after the packages it lies in."""
    for level, module, items in _import_statements(text):
        if level:
            above = package.split(".") if package else []
            if level - 1 > len(above):
                continue
            base = above[: len(above) - level + 1] + (module.split(".") if module else [])
        else:
            base = module.split(".")
        if base and base[0] in RESERVED:
            continue
        yield from (".".join(base[:count]) for count in range(1, len(base) + 1))
        yield from (".".join([*base, item]) for item in items if base or item not in RESERVED)


@lru_cache(maxsize=64)
def _import_statements(text: str) -> tuple[tuple[int, str, tuple[str, ...]], ...]:
    """Each import as (level, module, names imported from it); level 0 is absolute."""
    try:
        # The lock is there because catch_warnings changes what the whole process has.
        with _PARSING, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    found: list[tuple[int, str, tuple[str, ...]]] = []
    for part in ast.walk(tree):
        if isinstance(part, ast.Import):
            found += [(0, alias.name, ()) for alias in part.names]
        elif isinstance(part, ast.ImportFrom):
            items = tuple(alias.name for alias in part.names if alias.name != "*")
            found.append((part.level, part.module or "", items))
    return tuple(found)
