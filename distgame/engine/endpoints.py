"""Which method of a server's class handles which message: read off the decorators once for each instance."""

from __future__ import annotations
import __future__

import inspect
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from types import CodeType, FunctionType, MappingProxyType, MethodType
from typing import Any, TypeVar

from distgame.engine.errors import ApiError
from distgame.engine.wording import bases_of, printable, told

Method = TypeVar("Method", bound=Callable[..., Any])
ENDPOINT = "__distgame_endpoint__"
TIMER = "__distgame_timer__"
LEFT_OPEN = "__distgame_left_open__"
MAX_HANDLERS = 500
# What a function or a class keeps its attributes in.
_DICTS = (dict, MappingProxyType)
_MARKS = {ENDPOINT, TIMER, LEFT_OPEN}
# Functions, generators and coroutines, without stars or the like.
_USUAL = (
    inspect.CO_OPTIMIZED | inspect.CO_NEWLOCALS | inspect.CO_NESTED | inspect.CO_GENERATOR | inspect.CO_COROUTINE
) | __future__.annotations.compiler_flag


@dataclass(frozen=True, slots=True)
class Handler:
    """A bound method, its name, whether it takes the sender's id as a second argument, and where it is written."""

    name: str
    call: Callable[..., Any]
    wants_sender: bool
    place: tuple[str, int]


@dataclass(frozen=True, slots=True)
class Table:
    """All handlers of one server."""

    name: str
    place: tuple[str, int]
    endpoints: dict[type, Handler]
    timers: tuple[tuple[Handler, int], ...]
    on_start: Handler | None

    def no_endpoint(self, kind: type) -> str:
        """The message for a message that nothing handles."""
        written = (endpoint for endpoint, handler in self.endpoints.items() if not is_left_open(handler.call))
        known = ", ".join(sorted(endpoint.__name__ for endpoint in written)) or "none"
        return f"{self.name} has no endpoint for {kind.__name__}; it has {known}"


def mark_endpoint(message_type: type) -> Callable[[Method], Method]:
    """Marks a method as the handler of messages of exactly this type."""
    if not isinstance(message_type, type):
        raise ApiError(f"endpoint takes the type of a message, not {told(message_type)}")

    def mark(method: Method) -> Method:
        method.__dict__[ENDPOINT] = (*method.__dict__.get(ENDPOINT, ()), message_type)
        return method

    return mark


def mark_timer(interval: int) -> Callable[[Method], Method]:
    """Marks a method to be called every `interval` ticks of the server's own clock."""
    if type(interval) is not int or not 1 <= interval <= 2**53:
        raise ApiError(f"timer takes a whole number of ticks, 1 or more, not {told(interval)}")

    def mark(method: Method) -> Method:
        method.__dict__[TIMER] = interval
        return method

    return mark


def left_open(method: Method) -> Method:
    """Marks an endpoint that a player's class need not have, and that answers nothing until it has it."""
    method.__dict__[LEFT_OPEN] = True
    return method


def is_left_open(method: Any) -> bool:
    """Whether a method is such an endpoint, and not the player's own."""
    marks = getattr(method, "__dict__", None)
    return isinstance(marks, _DICTS) and LEFT_OPEN in marks


def is_marked(method: Any) -> bool:
    """Whether a method is an endpoint or a timer."""
    marks = getattr(method, "__dict__", None)
    return isinstance(marks, _DICTS) and (ENDPOINT in marks or TIMER in marks)


def read_table(server: object) -> Table:
    """The handlers of a server. Raises ApiError where two methods of one class claim one message type."""
    cls = type(server)
    by_type: dict[type, str] = {}
    timers: dict[str, int] = {}
    for base in reversed(bases_of(cls)):
        claimed: dict[type, str] = {}
        for name, method in vars(base).items():
            marks = getattr(method, "__dict__", None)
            if not isinstance(marks, _DICTS):
                continue
            for message_type in marks.get(ENDPOINT, ()):
                if message_type in claimed:
                    raise ApiError(
                        f"{base.__name__} has two endpoints for {message_type.__name__}: "
                        f"{claimed[message_type]} and {name}",
                        "load",
                        place_of(method),
                    )
                claimed[message_type] = name
            if TIMER in marks:
                timers[name] = marks[TIMER]
        by_type.update(claimed)
    many = len(timers) + sum(not is_left_open(getattr(server, name)) for name in by_type.values())
    if many > MAX_HANDLERS:
        message = f"{cls.__name__} has {many} endpoints and timers; {MAX_HANDLERS} is the most"
        raise ApiError(message, "load", place_of(cls))
    on_start = getattr(server, "on_start", None)
    return Table(
        cls.__name__,
        place_of(cls),
        {message_type: _handler(server, name, 1) for message_type, name in by_type.items()},
        tuple((_handler(server, name, 0), interval) for name, interval in timers.items()),
        None if on_start is None else _handler(server, "on_start", 0),
    )


def _handler(server: object, name: str, arguments: int) -> Handler:
    method = getattr(server, name)
    if type(method) is MethodType and type(method.__func__) is FunctionType:
        # By far the most frequent case, and the quickest to tell: a method that takes just what it must.
        function = method.__func__
        code = function.__code__
        if code.co_flags == code.co_flags & _USUAL and not function.__dict__.keys() - _MARKS:
            positional, needs = code.co_argcount - 1, code.co_kwonlyargcount or function.__defaults__
            if not needs and arguments <= positional <= arguments * 2:
                return Handler(printable(name), method, positional == 2, (code.co_filename, code.co_firstlineno))
    return _unusual_handler(server, name, method, arguments)


def _unusual_handler(server: object, name: str, method: Any, arguments: int) -> Handler:
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    try:
        parameters = list(inspect.signature(method).parameters.values())
    except (TypeError, ValueError):
        where = place_of(type(server))
        raise ApiError(f"{printable(name)} cannot be called as a handler: it is no function", "load", where) from None
    positional = [parameter for parameter in parameters if parameter.kind in kinds]
    needed = [parameter for parameter in positional if parameter.default is inspect.Parameter.empty]
    starred = any(parameter.kind is inspect.Parameter.VAR_POSITIONAL for parameter in parameters)
    takes = f"takes {len(positional)} argument(s) beside self"
    if len(needed) > arguments * 2 or (len(positional) < arguments and not starred):
        wants = "the message, and if you like the sender's id" if arguments else "nothing"
        raise ApiError(f"{name} {takes}; it is called with {wants}", "load", place_of(method))
    keywords = [parameter for parameter in parameters if parameter.kind is inspect.Parameter.KEYWORD_ONLY]
    for parameter in keywords:
        if parameter.default is inspect.Parameter.empty:
            raise ApiError(f"{name} needs {parameter.name}, which nobody gives it", "load", place_of(method))
    if inspect.isasyncgenfunction(method):
        raise ApiError(f"{name} is an async generator: use `await` alone, without `yield`", "load", place_of(method))
    return Handler(printable(name), method, arguments == 1 and len(positional) >= 2, place_of(method))


def place_of(thing: Any) -> tuple[str, int]:
    """File and line where a function, or a class, is written."""
    with suppress(ValueError):
        thing = inspect.unwrap(thing) if callable(thing) else thing
    code = getattr(thing, "__code__", None)
    if isinstance(code, CodeType):
        return code.co_filename, code.co_firstlineno
    # A class does not know its line; its first method does.
    for method in vars(thing).values() if isinstance(thing, type) else ():
        inner = getattr(method, "__code__", None)
        if isinstance(inner, CodeType):
            return inner.co_filename, inner.co_firstlineno
    return "", 0
