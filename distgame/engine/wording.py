"""How the names and values of a player's program are told to people: short, and harmless to a terminal."""

from __future__ import annotations

from reprlib import Repr
from typing import Any

_CLASS_NAME = type.__dict__["__name__"].__get__
_BASES = type.__dict__["__mro__"].__get__


class _Short(Repr):
    """Long values are cut, and nothing is told by its address, which is another one in every run."""

    def repr_instance(self, x: Any, level: int) -> str:
        says: Any = type(x).__repr__
        return f"<{class_name(type(x))}>" if says is object.__repr__ else repr(x)[:60]


_SHORT = _Short()
_SHORT.maxstring = 60


def class_name(cls: type) -> str:
    """The name of a class, whatever its metaclass says."""
    name: str = _CLASS_NAME(cls)
    return name


def bases_of(cls: type) -> tuple[type, ...]:
    """A class and all that it is derived from, nearest first, whatever its metaclass says."""
    bases: tuple[type, ...] = _BASES(cls)
    return bases


def told(value: Any) -> str:
    """A value in the words of an error: a short repr, or the name of its class where that fails."""
    try:
        text = str.__getitem__(_SHORT.repr(value), slice(60))
    except BaseException:
        text = f"<{class_name(type(value))}>"
    return printable(text)


def printable(text: str) -> str:
    """The text with every control character written as Python does: no value moves a terminal's cursor."""
    return text if text.isprintable() else "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
