"""Files kept safe: written whole or not at all, set aside when damaged, and errors told to people."""

from __future__ import annotations

import os
import tempfile
from itertools import count
from pathlib import Path


class FileError(Exception):
    """A file or folder that cannot be used as asked; the message says which, why, and what to do."""


def write_atomically(path: Path, data: bytes) -> None:
    """Replaces the file's content in one step: a reader, or a crash, sees the old file or the new one.

    Makes the folder where it is missing. Raises OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def set_aside(path: Path, companions: tuple[str, ...] = ()) -> Path:
    """Renames a damaged file to the first free `NAME.damaged-N`, and returns that path.

    `companions` are suffixes of files that belong to it; those that exist are renamed with it. Raises OSError.
    """
    target = next(
        candidate
        for number in count(1)
        if not os.path.lexists(candidate := path.with_name(f"{path.name}.damaged-{number}"))
    )
    for suffix in companions:
        companion = path.with_name(path.name + suffix)
        if companion.exists():
            os.replace(companion, target.with_name(target.name + suffix))
    os.replace(path, target)
    return target


def reason(error: OSError) -> str:
    """What an OSError says, without its number and path: "no space left on device"."""
    text = error.strerror or str(error) or type(error).__name__
    return text[:1].lower() + text[1:]
