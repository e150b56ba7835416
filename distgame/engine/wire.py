"""The wire form of messages: immutable plain data that stands for a value and is rebuilt in the receiver's own classes.

None, bool, int and str stand for themselves; all else is a tuple with a tag: f float, b bytes, t tuple, l list,
d dict, s set, z frozenset, e enum member, n named tuple, o dataclass (its fields in order), c plain class (names and
values of its attributes). Classes go by name, with "distgame." before those of the API. The form survives JSON.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from types import MemberDescriptorType
from typing import Any, cast

from distgame.engine.errors import ApiError
from distgame.engine.messages import API_MESSAGES

Wire = Any
# A player's own __getattribute__ must not run while the engine encodes.
_get = object.__getattribute__
MAX_DEPTH = 40
LARGEST_INT = 1 << 1024
_ATOMS = frozenset((str, bool, type(None)))
API_PREFIX = "distgame."
_ADVICE = {
    "deque": "send list(...) of it",
    "defaultdict": "send dict(...) of it",
    "OrderedDict": "send dict(...) of it",
    "Counter": "send dict(...) of it",
    "generator": "send a list of its items, or put `yield from` before the call that made it",
    "coroutine": "put `await` before the call that made it",
    "Request": "requests stay at their node; wait for the answer and send that",
    "function": "send data, not code",
    "method": "send data, not code",
    "bytearray": "send bytes(...) of it",
}


class CannotTravel(ApiError):
    """A value that cannot be a message or a part of one."""

    def __init__(self, message: str) -> None:
        super().__init__(message, "message")


@dataclass(frozen=True, slots=True)
class Foreign:
    """On the referee's side: a value of a class of the player's, which is never rebuilt there."""

    wire: Wire


def wire_text(wire: Wire) -> str:
    """The canonical text of a wire form, for ordering sets and for digests."""
    return json.dumps(wire, separators=(",", ":"))


def frozen(wire: Wire) -> Wire:
    """A wire form as tuples again after JSON made lists of them."""
    return tuple([frozen(part) for part in wire]) if type(wire) is list else wire


class Codec:
    """Encodes values to wire form and rebuilds them in the classes that `find` knows by name.

    `find(name)` gives a class of the player's module or None; `name_of(cls)` gives its name there, or raises
    CannotTravel. Without them (the referee's side) a class of the player's becomes a Foreign value.
    """

    def __init__(
        self,
        find: Callable[[str], type | None] | None = None,
        name_of: Callable[[type], str] | None = None,
    ) -> None:
        self._find = find
        self._name_of = name_of
        self._encoders: dict[type, Callable[[Any, int], Wire]] = dict(_BASE_ENCODERS)
        self._classes: dict[str, type | None] = {API_PREFIX + cls.__name__: cls for cls in API_MESSAGES}
        self._decoders: dict[str, Callable[[Wire], Any]] = {}

    def encode(self, value: Any, depth: int = 0) -> Wire:
        """The wire form of a value. Raises CannotTravel with a reason and advice."""
        kind = type(value)
        if kind is int:
            if -LARGEST_INT < value < LARGEST_INT:
                return value
            raise CannotTravel("a whole number of more than 1,024 bits cannot travel in a message")
        if kind is str or value is None or kind is bool:
            return value
        if depth > MAX_DEPTH:
            raise CannotTravel(f"a message nested more than {MAX_DEPTH} deep (or containing itself) cannot travel")
        encoder = self._encoders.get(kind)
        if encoder is None:
            encoder = self._encoders[kind] = self._encoder_for(kind)
        return encoder(self, value, depth + 1)  # type: ignore[call-arg]

    def decode(self, wire: Wire) -> Any:
        """The value that a wire form stands for. Raises CannotTravel for a class that is not known here."""
        if type(wire) is not tuple:
            return wire
        tag = wire[0]
        if tag == "o" or tag == "c" or tag == "e" or tag == "n":
            decoder = self._decoders.get(wire[1])
            if decoder is None:
                decoder = self._decoders[wire[1]] = self._decoder_for(wire)
            return decoder(wire)
        decode = self.decode
        if tag == "t":
            return tuple([decode(part) if type(part) is tuple else part for part in wire[1:]])
        if tag == "l":
            return [decode(part) if type(part) is tuple else part for part in wire[1:]]
        if tag == "d":
            return {decode(wire[i]): decode(wire[i + 1]) for i in range(1, len(wire), 2)}
        if tag == "s":
            return {decode(part) for part in wire[1:]}
        if tag == "z":
            return frozenset([decode(part) for part in wire[1:]])
        if tag == "f":
            return float.fromhex(wire[1])
        if tag == "b":
            return bytes.fromhex(wire[1])
        raise CannotTravel(f"no message begins with {tag!r}")

    def _class_name(self, cls: type) -> str:
        if cls in API_MESSAGES:
            return API_PREFIX + cls.__name__
        if self._name_of is None:
            raise CannotTravel(f"{cls.__name__} is not a message of the API")
        return self._name_of(cls)

    def _encoder_for(self, cls: type) -> Callable[..., Wire]:
        if cls is Foreign:
            return lambda codec, value, depth: value.wire
        if cls.__module__ in ("builtins", "collections") or cls.__module__.startswith("distgame.engine."):
            advice = _ADVICE.get(cls.__name__)
            if cls not in API_MESSAGES:
                raise CannotTravel(f"a {cls.__name__} cannot travel in a message" + (f": {advice}" if advice else ""))
        if issubclass(cls, Enum):
            name = self._class_name(cls)
            return _enum_encoder(name, cls)
        if issubclass(cls, tuple) and hasattr(cls, "_fields"):
            name = self._class_name(cls)
            return lambda codec, value, depth: (
                "n",
                name,
                *[codec.encode(part, depth) for part in tuple.__iter__(value)],
            )
        for base in (int, float, str, bytes, list, dict, set, frozenset, tuple, BaseException, type):
            if issubclass(cls, base):
                raise CannotTravel(
                    f"{cls.__name__} is a kind of {base.__name__} and cannot travel: send a plain {base.__name__}"
                    if base is not type and base is not BaseException
                    else f"{cls.__name__} cannot travel in a message: send data that says what it means"
                )
        name = self._class_name(cls)
        try:
            object.__new__(cls)
        except TypeError:
            message = f"{cls.__name__} is no plain class and cannot travel: send a list or dict of what it holds"
            raise CannotTravel(message) from None
        if is_dataclass(cls) and not _slots_of(cls):
            return _dataclass_encoder(name, cls)
        return _plain_encoder(name, cls)

    def _decoder_for(self, wire: Wire) -> Callable[[Wire], Any]:
        tag, name = wire[0], wire[1]
        cls = self._classes.get(name)
        if cls is None and self._find is not None:
            cls = self._classes[name] = self._find(name)
        if cls is None:
            if self._find is None:
                return Foreign
            raise CannotTravel(f"there is no class {name} here to rebuild a message in")
        if tag == "e":
            enum = cast("type[Enum]", cls)
            members = enum.__members__
            return lambda wire: members[wire[2]] if wire[2] in members else enum(wire[2])
        if tag == "n":
            named = cast("type[tuple[Any, ...]]", cls)
            return lambda wire: tuple.__new__(named, [self.decode(part) for part in wire[2:]])
        return _rebuilder(self, cls, tuple(field.name for field in fields(cls)) if is_dataclass(cls) else None)


def _slots_of(cls: type) -> list[str]:
    bases = reversed(cls.__mro__)
    return [name for base in bases for name, slot in vars(base).items() if type(slot) is MemberDescriptorType]


def _enum_encoder(name: str, cls: type[Enum]) -> Callable[[Codec, Any, int], Wire]:
    members = cls.__members__

    def encode(codec: Codec, value: Any, depth: int) -> Wire:
        member = _get(value, "_name_")
        # Flags put together have no member of their own.
        return ("e", name, member if member in members else codec.encode(_get(value, "_value_"), depth))

    return encode


def _plain_encoder(name: str, cls: type) -> Callable[[Codec, Any, int], Wire]:
    slots = _slots_of(cls)

    def encode(codec: Codec, value: Any, depth: int) -> Wire:
        attributes = list(_get(value, "__dict__").items()) if cls.__dictoffset__ else []
        for slot in slots:
            with contextlib.suppress(AttributeError):
                attributes.append((slot, _get(value, slot)))
        out: list[Wire] = ["c", name]
        for attribute, part in attributes:
            if attribute == "__orig_class__":
                # Box[int](3) knows its type arguments; they say nothing about its value.
                continue
            out.append(attribute)
            out.append(codec.encode(part, depth))
        return tuple(out)

    return encode


def _dataclass_encoder(name: str, cls: Any) -> Callable[[Codec, Any, int], Wire]:
    plain = _plain_encoder(name, cls)
    keys = [field.name for field in fields(cls)]
    has_dict = cls.__dictoffset__ != 0

    def encode(codec: Codec, value: Any, depth: int) -> Wire:
        state = _get(value, "__dict__") if has_dict else {}
        if list(state) != keys:
            return plain(codec, value, depth)
        return ("o", name, *_encode_parts(codec, state.values(), depth))

    return encode


def _rebuilder(codec: Codec, cls: type, names: tuple[str, ...] | None) -> Callable[[Wire], Any]:
    new = object.__new__
    decode = codec.decode
    has_dict = cls.__dictoffset__ != 0
    slots = frozenset(_slots_of(cls))

    def rebuild(wire: Wire) -> Any:
        value: Any = new(cls)
        if wire[0] == "o" and names is not None:
            pairs: Iterable[tuple[str, Any]] = zip(
                names, [decode(part) if type(part) is tuple else part for part in wire[2:]], strict=True
            )
        else:
            pairs = [(wire[i], decode(wire[i + 1])) for i in range(2, len(wire), 2)]
        if has_dict and not slots:
            _get(value, "__dict__").update(pairs)
            return value
        for attribute, part in pairs:
            if attribute in slots:
                object.__setattr__(value, attribute, part)
            else:
                _get(value, "__dict__")[attribute] = part
        return value

    return rebuild


def _encode_parts(codec: Codec, parts: Iterable[Any], depth: int) -> list[Wire]:
    # Most parts are small numbers and texts, which stand for themselves: they go by without a call.
    encode = codec.encode
    return [
        part
        if (type(part) is int and -LARGEST_INT < part < LARGEST_INT) or type(part) in _ATOMS
        else encode(part, depth)
        for part in parts
    ]


def _encode_float(codec: Codec, value: float, depth: int) -> Wire:
    return ("f", value.hex())


def _encode_bytes(codec: Codec, value: bytes, depth: int) -> Wire:
    return ("b", value.hex())


def _encode_tuple(codec: Codec, value: tuple[Any, ...], depth: int) -> Wire:
    return ("t", *_encode_parts(codec, value, depth))


def _encode_list(codec: Codec, value: list[Any], depth: int) -> Wire:
    return ("l", *_encode_parts(codec, value, depth))


def _encode_dict(codec: Codec, value: dict[Any, Any], depth: int) -> Wire:
    out: list[Wire] = ["d"]
    for key, part in value.items():
        out.append(codec.encode(key, depth))
        out.append(codec.encode(part, depth))
    return tuple(out)


def _encode_set(codec: Codec, value: set[Any], depth: int) -> Wire:
    return ("s", *sorted([codec.encode(part, depth) for part in value], key=wire_text))


def _encode_frozenset(codec: Codec, value: frozenset[Any], depth: int) -> Wire:
    return ("z", *sorted([codec.encode(part, depth) for part in value], key=wire_text))


_BASE_ENCODERS: dict[type, Callable[..., Wire]] = {
    float: _encode_float,
    bytes: _encode_bytes,
    tuple: _encode_tuple,
    list: _encode_list,
    dict: _encode_dict,
    set: _encode_set,
    frozenset: _encode_frozenset,
}


def printable(text: str) -> str:
    """The text with every control character written as Python does: no value moves a terminal's cursor."""
    return text if text.isprintable() else "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
