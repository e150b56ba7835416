"""Opens history files of either kind, JSON lines or EDN, and refuses what is no text with one clear message."""

import re
from collections.abc import Iterable
from itertools import chain
from os import PathLike, fspath
from pathlib import Path

from distgame.checker import jepsen, jsonl
from distgame.checker.history import HistoryError
from distgame.checker.pairing import Loaded

_PACKED = {
    b"\x1f\x8b": ("gzip", "gzip -dc"),
    b"BZh": ("bzip2", "bzip2 -dc"),
    b"\xfd7zXZ": ("xz", "xz -dc"),
    b"\x28\xb5\x2f\xfd": ("zstd", "zstd -dc"),
    b"PK\x03\x04": ("zip", "unzip -p"),
}
_UTF_8_MARK = b"\xef\xbb\xbf"
_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
# A map or vector of keywords, a tagged map, a list or a comment; JSON begins with an object or array of texts.
_EDN_OPENING = re.compile(rb"[\s,]*(?:[#;(]|[{\[][\s,{\[]*(?:[:#;]|$))")


def load(path: str | PathLike[str]) -> Loaded:
    """Read the history in the file at `path`. Raises HistoryError with file and line."""
    try:
        with Path(path).open("rb") as lines:
            return parse(lines, fspath(path))
    except OSError as error:
        raise HistoryError(f"{path}: cannot be read: {error.strerror}") from None
    except ValueError as error:
        if isinstance(error, HistoryError):
            raise
        raise HistoryError(f"{path!r}: cannot be read: {error}") from None


def parse(lines: Iterable[bytes], source: str) -> Loaded:
    """Read a history from the lines of a file named `source`, which errors and warnings use.

    A name that ends with .edn means EDN, one with .json or .jsonl JSON lines; for others the first character
    that is neither blank nor comma decides. Raises HistoryError with source and line number.
    """
    rest = iter(lines)
    first = next(rest, b"")
    packed = next((kind for start, kind in _PACKED.items() if first.startswith(start)), None)
    if packed:
        name, unpack = packed
        raise HistoryError(f"{source}: packed with {name}; unpack it, as in `{unpack} FILE | distgame check -`")
    if first.startswith(_UTF_16_MARKS):
        raise HistoryError(f"{source}: UTF-16 text; expected UTF-8")
    if b"\0" in first:
        raise HistoryError(f"{source}: a binary file; expected text, JSON lines or EDN")
    blank = []
    first = first.removeprefix(_UTF_8_MARK)
    while first and not first.strip():
        blank.append(first)
        first = next(rest, b"")
    reader = jepsen.parse if _is_edn(source, first) else jsonl.parse
    return reader(chain(blank, (first,), rest), source)


def _is_edn(source: str, opening: bytes) -> bool:
    suffix = Path(source).suffix.lower()
    return suffix == ".edn" or (suffix not in (".json", ".jsonl") and _EDN_OPENING.match(opening) is not None)
