"""Encoders and decoders written out for one list of fields, as `dataclasses` writes out an `__init__`.

Most of a run's time would go by in loops over the two or three parts of a message. The source depends on the names of
the fields alone, so it is compiled once for all nodes and runs; nothing of a player's class is called.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

# A part that stands for itself goes by without a call.
_ENCODE_PART = "p{0} if (t := type(p{0})) is int and LOW < p{0} < HIGH or t in ATOMS else encoders[t](p{0}, depth)"
_DECODE_PART = "p{0} if type(p{0}) is not tuple else decode(p{0})"


@lru_cache(maxsize=512)
def encoder_maker(names: tuple[str, ...]) -> Callable[..., Callable[[Any, int], Any]]:
    """`make(name, encoders, otherwise, LOW, HIGH, ATOMS, SHALLOW, go_deep)` gives an encoder of the form "o".

    It leaves a value to `otherwise(value, depth)` whose attributes are not exactly the fields, in their order.
    """
    parts = ", ".join(_ENCODE_PART.format(index) for index in range(len(names)))
    keys = ", ".join(f"k{index}" for index in range(len(names)))
    others = " or ".join(f"k{index} != {name!r}" for index, name in enumerate(names)) or "False"
    return _compile(
        "name, encoders, otherwise, LOW, HIGH, ATOMS, SHALLOW, go_deep",
        f"""
    def encode(value, depth):
        if depth > SHALLOW:
            go_deep(depth)
        state = attributes(value, "__dict__")
        if len(state) != {len(names)}:
            return otherwise(value, depth)
        [{keys}] = state
        if {others}:
            return otherwise(value, depth)
        [{_targets(names)}] = state.values()
        depth += 1
        return ("o", name, {parts})
    return encode""",
    )


@lru_cache(maxsize=512)
def decoder_maker(names: tuple[str, ...], settable: bool) -> Callable[..., Callable[[Any], Any]]:
    """`make(cls, decode, otherwise)` gives a decoder that sets the fields of a new instance, without `__init__`.

    `settable` says that nothing of the class has a say when a field is set: then that is faster than by way of the
    instance's dict. The decoder leaves a wire form that is not of the form "o" to `otherwise(wire)`.
    """
    target = "value.{}" if settable else "attributes(value, '__dict__')[{!r}]"
    lines = "".join(f"        {target.format(name)} = {_DECODE_PART.format(i)}\n" for i, name in enumerate(names))
    return _compile(
        "cls, decode, otherwise",
        f"""
    def rebuild(wire):
        if wire[0] != "o":
            return otherwise(wire)
        [_, _, {_targets(names)}] = wire
        value = new(cls)
{lines}        return value
    return rebuild""",
    )


def _targets(names: tuple[str, ...]) -> str:
    return ", ".join(f"p{index}" for index in range(len(names)))


def _compile(arguments: str, body: str) -> Callable[..., Any]:
    # A player's own __getattribute__ must not run here.
    names: dict[str, Any] = {"attributes": object.__getattribute__, "new": object.__new__}
    exec(compile(f"def make({arguments}):{body}", __file__, "exec"), names)
    maker: Callable[..., Any] = names["make"]
    return maker
