"""Reading a TOML file into dataclasses, with errors for its author: file, line, what is wrong, what was expected."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, is_dataclass
from itertools import count
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin

from cattrs import AttributeValidationNote, BaseValidationError, Converter, IterableValidationNote
from cattrs.errors import ForbiddenExtraKeysError
from cattrs.gen import make_dict_structure_fn, override

T = TypeVar("T")

# Where something stands in a file: names of tables and fields, and numbers (from 0) of tables in a row of [[tables]].
Where = tuple[str | int, ...]
Problem = tuple[Where, str]

_WORDS: dict[Any, tuple[str, str]] = {
    int: ("a whole number", "whole numbers"),
    float: ("a number", "numbers"),
    str: ("a text", "texts"),
    bool: ("true or false", "true or false"),
}


class LevelError(Exception):
    """A level that cannot be found or read; the message says what, where (file:line), and what was expected."""


class TomlFile:
    """A TOML file as it was read: its table, and the line on which each field stands."""

    def __init__(self, path: Path) -> None:
        """Reads the file. Raises LevelError."""
        self.path = path
        try:
            self.text = path.read_text(encoding="utf-8-sig")
        except OSError as error:
            raise LevelError(f"{path}: cannot be read: {error.strerror}") from None
        except UnicodeDecodeError:
            raise LevelError(f"{path}: is no text file in UTF-8") from None
        try:
            self.table = tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            message, _, place = str(error).rpartition(" (at ")
            found = re.match(r"line (\d+)", place)
            line = int(found.group(1)) if found else self.text.count("\n") + 1
            raise LevelError(f"{path}:{line}: not valid TOML: {message}") from None
        except ValueError:
            raise LevelError(f"{path}: a number in it has too many digits to read") from None
        except RecursionError:
            raise LevelError(f"{path}: lists within lists, too deep to read") from None
        self._lines = _lines(self.text, self.table)

    def line(self, where: Where) -> int:
        """The line of a field; of its table where the field itself has none; 1 for the file as a whole."""
        while where and where not in self._lines:
            where = where[:-1]
        return self._lines.get(where, 1)

    def read(self, shape: type[T]) -> T:
        """The file's content as a dataclass. Raises LevelError for the first problem in the file."""
        try:
            return _CONVERTER.structure(self.table, shape)
        except BaseValidationError as error:
            self.complain(_problems(error))
            raise

    def complain(self, problems: Iterable[Problem]) -> None:
        """Raises LevelError for the problem that stands first in the file, if there is one."""
        found = min(((self.line(where), message) for where, message in problems), default=None)
        if found is not None:
            raise LevelError(f"{self.path}:{found[0]}: {found[1]}") from None


def named(where: Where) -> str:
    """A field as its author knows it: world.nodes."""
    return ".".join(part for part in where if isinstance(part, str))


def _lines(text: str, table: dict[str, Any]) -> dict[Where, int]:
    """Each field's and table's line. What only looks like one, inside a text or list, is not in the table."""
    found: dict[Where, int] = {}
    home: Where = ()
    fence = ""
    for number, line in enumerate(text.splitlines(), 1):
        if fence:
            fence = "" if line.count(fence) % 2 else fence
            continue
        fence = next((mark for mark in ('"""', "'''") if line.count(mark) % 2), "")
        header = re.match(r"\s*(\[\[?)([^\[\]]+)\]", line)
        field = re.match(r"\s*([\w.\"' -]+?)\s*=", line)
        if header:
            where: Where = _names(header.group(2))
            if header.group(1) == "[[":
                found.setdefault(where, number)
                where = (*where, next(index for index in count() if (*where, index) not in found))
            if _stands_in(table, where):
                home = where
                found[home] = number
        elif field and _stands_in(table, where := (*home, *_names(field.group(1)))):
            found.setdefault(where, number)
    return found


def _names(dotted: str) -> tuple[str, ...]:
    return tuple(name.strip().strip("\"'") for name in dotted.split("."))


def _stands_in(table: Any, where: Where) -> bool:
    for part in where:
        try:
            table = table[part]
        except (KeyError, IndexError, TypeError):
            return False
    return True


def _problems(error: BaseValidationError) -> Iterator[Problem]:
    """Every problem that cattrs has found. A field that is missing beside an unknown one is that one, misspelt."""
    return _walk(error, ())


def _walk(error: BaseValidationError, where: Where) -> Iterator[Problem]:
    shape = error.cl
    spelling = any(isinstance(inner, ForbiddenExtraKeysError) for inner in error.exceptions)
    table = f"[{named(where)}]" if where else "the level"
    if where and isinstance(where[-1], int):
        table = f"[{table}]"
    for inner in error.exceptions:
        here = (*where, *_step(inner, shape))
        if isinstance(inner, BaseValidationError):
            yield from _walk(inner, here)
        elif isinstance(inner, ForbiddenExtraKeysError):
            known = [_key(field) for field in fields(shape) if _key(field)]
            for name in inner.extra_fields:
                yield (*where, name), f"unknown field {name!r} in {table}{_nearest(name, known)}"
        elif isinstance(inner, KeyError):
            if not spelling:
                yield here, f"the field {here[-1]!r} is missing in {table}"
        else:
            yield here, f"{named(here)}: {inner}"


def _step(error: Exception, shape: Any) -> Where:
    for note in getattr(error, "__notes__", ()):
        if isinstance(note, AttributeValidationNote):
            return (next(_key(field) for field in fields(shape) if field.name == note.name),)
        if isinstance(note, IterableValidationNote):
            return (note.index,)
    return ()


def _nearest(word: str, known: list[str]) -> str:
    close = difflib.get_close_matches(word, known, 1)
    return f"; did you mean {close[0]!r}?" if close else f"; known are {', '.join(known)}"


def _key(field: Any) -> str:
    """What a dataclass field is called in a file: metadata `toml`, else its name; "" for one no file can set."""
    return str(field.metadata.get("toml", field.name))


def _converter() -> Converter:
    converter = Converter()

    def plain(value: Any, kind: type[Any]) -> Any:
        # bool is an int to Python, but "nodes = true" is a slip.
        if type(value) is not kind and not (kind is float and type(value) is int):
            raise ValueError(f"expected {_WORDS[kind][0]}, got {_shown(value)}")
        return float(value) if kind is float else value

    def row(kind: Any) -> Callable[[Any, Any], Any]:
        item: Any
        item, *others = get_args(kind)
        length = None if Ellipsis in others else 1 + len(others)
        words = "tables, each under its own [[...]]" if is_dataclass(item) else f"a list of {_WORDS[item][1]}"
        expected = words if length is None else f"a list of {length} {_WORDS[item][1]}"

        def structure(value: Any, _: Any) -> Any:
            if not isinstance(value, list) or length not in (None, len(value)):
                raise ValueError(f"expected {expected}, got {_shown(value)}")
            items: Any = list[item]
            return tuple(converter.structure(value, items))

        return structure

    def choice(value: Any, kind: Any) -> Any:
        if value not in get_args(kind):
            raise ValueError(f"expected one of {', '.join(map(repr, get_args(kind)))}, got {_shown(value)}")
        return value

    def table(shape: Any) -> Callable[[Any, Any], Any]:
        names: dict[str, Any] = {
            field.name: override(rename=_key(field)) if _key(field) else override(omit=True) for field in fields(shape)
        }
        structure: Any = make_dict_structure_fn(shape, converter, _cattrs_forbid_extra_keys=True, **names)

        def checked(value: Any, kind: Any) -> Any:
            if not isinstance(value, dict):
                raise ValueError(f"expected a table, got {_shown(value)}")
            return structure(value, kind)

        return checked

    for kind in _WORDS:
        converter.register_structure_hook(kind, plain)
    converter.register_structure_hook_func(lambda kind: _origin(kind) is Literal, choice)
    converter.register_structure_hook_factory(lambda kind: _origin(kind) is tuple, row)
    converter.register_structure_hook_factory(is_dataclass, table)
    return converter


def _origin(kind: Any) -> Any:
    return get_origin(kind)


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value) if len(repr(value)) <= 40 else f"{repr(value)[:37]}..."


_CONVERTER = _converter()
