"""What the referee takes for an action: a worker holds the player's code, which may send anything in its name."""

from __future__ import annotations

from typing import Any

from distgame.engine import actions as act
from distgame.engine.actions import Action
from distgame.engine.wire import LARGEST_INT, MAX_DEPTH, Wire

MAX_NUMBER = 1 << 64
# A line of the log, where every letter may have been written out.
MAX_TEXT = 6_000
_ATOMS = frozenset((str, bool, type(None)))
_FREE = frozenset("tlsz")
_NUMBERED = frozenset((act.WAKE_AT, act.ENDS, act.SYNC))


class Nonsense(ValueError):
    """What came is no action."""


def checked_actions(answers: Any, events: int, nodes: int) -> list[list[Action]]:
    """The actions that JSON made lists of, one list for each of so many events of `nodes` nodes. Raises Nonsense."""
    if type(answers) is not list or len(answers) != events:
        raise Nonsense
    return [[_action(action, nodes) for action in _list(actions)] for actions in answers]


def _list(content: Any) -> list[Any]:
    if type(content) is not list:
        raise Nonsense
    return content


def _action(content: Any, nodes: int) -> Action:
    _check(type(content) is list and len(content) > 0 and type(content[0]) is int)
    kind, size = content[0], len(content)
    if kind == act.SEND and size == 5:
        _, receiver, number, is_answer, wire = content
        _check(_is_number(receiver) and 0 <= receiver <= nodes and _is_number(number) and type(is_answer) is bool)
        return kind, receiver, number, is_answer, _wire(wire, 0)
    if kind == act.WAITS and size == 7:
        _, number, handler, file, line, got, needed = content
        _check(_is_text(handler) and type(file) is str and _is_number(number))
        _check(_is_number(line) and _is_number(got) and _is_number(needed))
    elif kind in _NUMBERED and size == 2:
        _check(_is_number(content[1]))
    elif kind == act.STORE and size in (2, 3):
        return kind, *map(_shown, content[1:])
    elif kind == act.PRINT and size == 2:
        _check(_is_text(content[1]))
    elif kind == act.PROBLEM and size == 5:
        _, kind_of_problem, message, file, line = content
        _check(_is_text(kind_of_problem) and _is_text(message) and (file is None or type(file) is str))
        _check(line is None or _is_number(line))
    else:
        raise Nonsense
    return tuple(content)


def _check(holds: bool) -> None:
    if not holds:
        raise Nonsense


def _is_number(value: Any) -> bool:
    return type(value) is int and -MAX_NUMBER < value < MAX_NUMBER


def _is_text(value: Any) -> bool:
    return type(value) is str and len(value) <= MAX_TEXT and value.isprintable()


def _shown(content: Any) -> Wire:
    """A stored value: also ("x", "<Type>"), for what cannot travel."""
    if type(content) is list and len(content) == 2 and content[0] == "x" and type(content[1]) is str:
        return tuple(content)
    return _wire(content, 0)


def _wire(content: Any, depth: int) -> Wire:
    """A wire form that is well made, whatever it means."""
    kind = type(content)
    if kind is not list:
        _check(kind in _ATOMS or (kind is int and -LARGEST_INT < content < LARGEST_INT))
        return content
    _check(len(content) > 0 and depth <= MAX_DEPTH + 1 and type(content[0]) is str)
    tag, depth = content[0], depth + 1
    parts = [part if type(part) in _ATOMS else _wire(part, depth) for part in content]
    if tag not in _FREE:
        _check_form(tag, parts)
    return tuple(parts)


def _check_form(tag: str, parts: list[Any]) -> None:
    named = len(parts) > 1 and type(parts[1]) is str
    if tag == "o" or tag == "n":
        _check(named)
    elif tag == "e":
        _check(named and len(parts) == 3)
    elif tag == "c":
        _check(named and len(parts) % 2 == 0 and all(type(name) is str for name in parts[2::2]))
    elif tag == "d":
        _check(len(parts) % 2 == 1)
    elif tag == "f":
        _check(named and len(parts) == 2)
        try:
            float.fromhex(parts[1])
        except OverflowError:
            raise Nonsense from None
    elif tag == "b":
        _check(named and len(parts) == 2)
        bytes.fromhex(parts[1])
    else:
        raise Nonsense
