"""A node's storage: a dict that can say which of its keys have changed since it was last asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from distgame.engine.wire import CannotTravel, Wire

_PLAIN = frozenset((int, str, bool, float, bytes, type(None)))


class Storage(dict[Any, Any]):
    """`dirty` are the keys that were set or removed; `watched` the wire forms of values that can change in place.

    Those values (lists, dicts, objects) are compared by wire form each time it is asked.
    """

    __slots__ = ("dirty", "watched")

    def __init__(self) -> None:
        super().__init__()
        self.dirty: dict[Any, None] = {}
        self.watched: dict[Any, Wire] = {}

    def __setitem__(self, key: Any, value: Any) -> None:
        dict.__setitem__(self, key, value)
        self.dirty[key] = None

    def __delitem__(self, key: Any) -> None:
        super().__delitem__(key)
        self.dirty[key] = None

    def __ior__(self, other: Any) -> Storage:  # type: ignore[misc]
        self.update(other)
        return self

    def clear(self) -> None:
        """Removes every key."""
        self.dirty.update(dict.fromkeys(self))
        super().clear()

    def pop(self, key: Any, *default: Any) -> Any:
        """Removes a key and gives its value."""
        self.dirty[key] = None
        return super().pop(key, *default)

    def popitem(self) -> tuple[Any, Any]:
        """Removes the newest key and gives it with its value."""
        key, value = super().popitem()
        self.dirty[key] = None
        return key, value

    def setdefault(self, key: Any, default: Any = None) -> Any:
        """The value of a key, which is set to the default where it was missing."""
        if key not in self:
            self[key] = default
        return self[key]

    def update(self, *others: Any, **named: Any) -> None:
        """Sets many keys."""
        for key, value in dict(*others, **named).items():
            self[key] = value

    def load(self, items: Iterable[tuple[Any, Any]]) -> None:
        """Fills the storage with what was durable, which is no change."""
        for key, value in items:
            super().__setitem__(key, value)
            if not _is_fixed(value):
                self.dirty[key] = None

    def changes(self, encode: Callable[[Any], Wire]) -> list[tuple[Wire, ...]]:
        """(key, value) wire forms of what has changed, (key,) where a key is gone.

        What cannot travel is ("x", "<Type>"), for show alone; it does not survive a crash.
        """
        watched = self.watched
        found: list[tuple[Wire, ...]] = []
        for key in watched:
            if key not in self.dirty and key in self:
                wire = _encoded(self[key], encode)
                if wire != watched[key]:
                    watched[key] = wire
                    found.append((_encoded(key, encode), wire))
        for key in self.dirty:
            watched.pop(key, None)
            if key not in self:
                found.append((_encoded(key, encode),))
                continue
            value = self[key]
            wire = _encoded(value, encode)
            found.append((_encoded(key, encode), wire))
            if not _is_fixed(value):
                watched[key] = wire
        self.dirty.clear()
        return found


def _encoded(value: Any, encode: Callable[[Any], Wire]) -> Wire:
    try:
        return encode(value)
    except (CannotTravel, RecursionError):
        return ("x", f"<{type(value).__name__}>")


def _is_fixed(value: Any) -> bool:
    """Whether a value cannot change in place."""
    if type(value) is not tuple:
        return type(value) in _PLAIN
    return all(type(part) in _PLAIN or _is_fixed(part) for part in value)
