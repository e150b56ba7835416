"""Keeps the classes of the API as they are: all nodes of a process share them, and nodes may share nothing."""

from __future__ import annotations

from typing import Any, TypeVar

from distgame.engine.errors import ApiError

Class = TypeVar("Class", bound=type)
_SEALED: set[type] = set()


class Sealed(type):
    """The class of classes whose attributes cannot be changed once they have been given to `seal`."""

    def __setattr__(cls, name: str, value: Any) -> None:
        _refuse(cls, name)
        super().__setattr__(name, value)

    def __delattr__(cls, name: str) -> None:
        _refuse(cls, name)
        super().__delattr__(name)


def seal(cls: Class) -> Class:
    """A decorator: the class is finished. Classes derived from it are their authors' own."""
    _SEALED.add(cls)
    return cls


def _refuse(cls: type, name: str) -> None:
    if cls in _SEALED:
        raise ApiError(f"{cls.__name__} belongs to the game: its attribute {name} cannot be changed")
