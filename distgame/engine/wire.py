"""The wire form of messages: immutable plain data that stands for a value and is rebuilt in the receiver's own classes.

None, bool, int and str stand for themselves; all else is a tuple with a tag: f float, b bytes, t tuple, l list,
d dict, s set, z frozenset, e enum member, n named tuple, o dataclass (its fields in order), c plain class (names and
values of its attributes). Classes go by name, with "distgame." before those of the API. The form survives JSON.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterable
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from keyword import iskeyword
from math import inf
from types import MemberDescriptorType
from typing import Any, NamedTuple, cast

from distgame.engine.codegen import decoder_maker, encoder_maker
from distgame.engine.errors import ApiError
from distgame.engine.messages import API_MESSAGES, REQUESTS

Wire = Any
# A player's own __getattribute__ must not run while the engine encodes.
_get = object.__getattribute__
MAX_DEPTH = 40
LARGEST_INT = 1 << 1024
SMALLEST_INT = -LARGEST_INT
_ATOMS = frozenset((bool, type(None)))
_TUPLE = ("t",)
# Up to here nobody counts the letters of a text, or the numbers of a version.
_SHORT = 32
# Down to here nobody counts the objects inside objects.
_SHALLOW = 3
API_PREFIX = "distgame."
LEADS = (f"{API_PREFIX}LeaderNotification",)
"""What follows the tag of the one message that a node may send the gateway by itself."""
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


class Foreign(NamedTuple):
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
        self.encoders = _Encoders(self._encoder_for)
        self.encoders.update(_BASE_ENCODERS)
        self.encoders.update(_container_encoders(self.encoders))
        self._classes: dict[str, type | None] = {API_PREFIX + cls.__name__: cls for cls in API_MESSAGES}
        self._decoders: dict[str, Callable[[Wire], Any]] = {}

    def encode(self, value: Any) -> Wire:
        """The wire form of a value. Raises CannotTravel with a reason and advice."""
        return self.encoders[type(value)](value, 0)

    def decode(self, wire: Wire) -> Any:
        """The value that a wire form stands for. Raises CannotTravel for a class that is not known here."""
        if type(wire) is not tuple:
            return wire
        tag = wire[0]
        if tag == "o":
            decoder = self._decoders.get(wire[1])
            if decoder is not None:
                return decoder(wire)
        elif tag == "t":
            for part in wire:
                if type(part) is tuple:
                    break
            else:
                return wire[1:]
        # A comprehension here would slow down every call, for what is closed over is put into cells first.
        return self._decode_other(tag, wire)

    def _decode_other(self, tag: str, wire: Wire) -> Any:
        decode = self.decode
        if tag == "t":
            return tuple([decode(part) for part in wire[1:]])
        if tag == "o" or tag == "c" or tag == "e" or tag == "n":
            decoder = self._decoders.get(wire[1])
            if decoder is None:
                decoder = self._decoders[wire[1]] = self._decoder_for(wire)
            return decoder(wire)
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

    def _encoder_for(self, cls: type) -> Encoder:
        if cls is Foreign:
            return lambda value, depth: value.wire
        if cls.__module__ in ("builtins", "collections") or cls.__module__.startswith("distgame.engine."):
            advice = _ADVICE.get(cls.__name__)
            if cls not in API_MESSAGES:
                raise CannotTravel(f"a {cls.__name__} cannot travel in a message" + (f": {advice}" if advice else ""))
        if issubclass(cls, Enum):
            return _enum_encoder(self._class_name(cls), cls, self.encoders)
        if issubclass(cls, tuple) and hasattr(cls, "_fields"):
            return _named_tuple_encoder(self._class_name(cls), self.encoders)
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
        plain = _plain_encoder(name, cls, self.encoders)
        if not is_dataclass(cls) or _slots_of(cls):
            return plain
        if not cls.__dictoffset__:
            return lambda value, depth: ("o", name)
        make = encoder_maker(_field_names(cls))
        encode = make(name, self.encoders, plain, SMALLEST_INT, LARGEST_INT, _ATOMS, _SHALLOW, self.encoders.go_deep)
        return _without_nones(encode, _needed(cls)) if cls in REQUESTS else encode

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
        plain = _plain_decoder(cls, self.decode)
        if not is_dataclass(cls) or _slots_of(cls) or not cls.__dictoffset__:
            return plain
        names = _field_names(cls)
        decode = decoder_maker(names, _may_set(cls, names))(cls, self.decode, plain)
        if cls not in REQUESTS:
            return decode
        size = len(names) + 2
        return lambda wire: decode(wire if wire[0] != "o" else (*wire, *(None,) * (size - len(wire))))


def _field_names(cls: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(cls))


def _needed(cls: Any) -> int:
    """How many fields of a dataclass have no default; they come first."""
    return sum(field.default is MISSING for field in fields(cls))


def _may_set(cls: type, names: tuple[str, ...]) -> bool:
    """Whether an instance's attributes of these names can be set, and nothing of the class has a say in it."""
    plain = all(name.isidentifier() and not iskeyword(name) and not name.startswith("__") for name in names)
    own = [vars(base)[name] for base in cls.__mro__ for name in names if name in vars(base)]
    setter: object = cls.__setattr__
    return plain and setter is object.__setattr__ and not any(hasattr(type(each), "__set__") for each in own)


def _slots_of(cls: type) -> list[str]:
    bases = reversed(cls.__mro__[:-1])
    return [name for base in bases for name, slot in vars(base).items() if type(slot) is MemberDescriptorType]


# Encoders: each takes a value and how deep it stands in its message.

Encoder = Callable[[Any, int], Wire]


class _Encoders(dict[type, Encoder]):
    """The encoder of each class, made when it is first needed.

    `room` is how many items and letters may still be encoded; `limit` is called when there is none left.
    """

    def __init__(self, make: Callable[[type], Encoder]) -> None:
        super().__init__()
        self._make = make
        self.room = inf
        self.limit: Callable[[], None] = _nothing

    def __missing__(self, kind: type) -> Encoder:
        encoder = self[kind] = self._make(kind)
        return encoder

    def charge(self, items: int) -> None:
        """So many items or letters are encoded, or something that is as good as that many."""
        self.room -= items
        if self.room < 0:
            self.limit()

    def go_deep(self, depth: int) -> None:
        """An object stands deep in another: deep enough for many of them to be in one message."""
        if depth > MAX_DEPTH:
            _too_deep()
        self.charge(1)


def _nothing() -> None:
    pass


def _too_deep() -> None:
    raise CannotTravel(f"a message nested more than {MAX_DEPTH} deep (or containing itself) cannot travel")


def _itself(value: Any, depth: int) -> Wire:
    return value


def _encode_int(value: int, depth: int) -> Wire:
    if SMALLEST_INT < value < LARGEST_INT:
        return value
    raise CannotTravel("a whole number of more than 1,024 bits cannot travel in a message")


_BASE_ENCODERS: dict[type, Encoder] = {
    int: _encode_int,
    bool: _itself,
    type(None): _itself,
    float: lambda value, depth: ("f", value.hex()),
}


def _encode_parts(encoders: _Encoders, parts: Iterable[Any], depth: int) -> list[Wire]:
    if depth > MAX_DEPTH:
        _too_deep()
    depth += 1
    encoded = []
    for part in parts:
        encoded.append(encoders[type(part)](part, depth))
    encoders.room -= len(encoded)
    if encoders.room < 0:
        encoders.limit()
    return encoded


def _container_encoders(encoders: _Encoders) -> dict[type, Encoder]:
    def encode_tuple(value: tuple[Any, ...], depth: int) -> Wire:
        # By far the most frequent part of a message is a version: a tuple of small numbers.
        for part in value:
            if type(part) is not int or not SMALLEST_INT < part < LARGEST_INT:
                return ("t", *_encode_parts(encoders, value, depth))
        if len(value) > _SHORT:
            encoders.charge(len(value))
        return _TUPLE + value

    def encode_list(value: list[Any], depth: int) -> Wire:
        return ("l", *_encode_parts(encoders, value, depth))

    def encode_dict(value: dict[Any, Any], depth: int) -> Wire:
        return ("d", *_encode_parts(encoders, [part for pair in value.items() for part in pair], depth))

    def encode_set(value: set[Any], depth: int) -> Wire:
        return ("s", *sorted(_encode_parts(encoders, value, depth), key=wire_text))

    def encode_frozenset(value: frozenset[Any], depth: int) -> Wire:
        return ("z", *sorted(_encode_parts(encoders, value, depth), key=wire_text))

    def encode_str(value: str, depth: int) -> Wire:
        if len(value) > _SHORT:
            encoders.charge(len(value))
        return value

    def encode_bytes(value: bytes, depth: int) -> Wire:
        encoders.charge(len(value))
        return ("b", value.hex())

    return {
        str: encode_str,
        bytes: encode_bytes,
        tuple: encode_tuple,
        list: encode_list,
        dict: encode_dict,
        set: encode_set,
        frozenset: encode_frozenset,
    }


def _without_nones(encode: Encoder, needed: int) -> Encoder:
    """Leaves out what is None at the end of the form "o", behind the fields that are needed."""

    def encode_short(value: Any, depth: int) -> Wire:
        wire = encode(value, depth)
        end = len(wire)
        while end > needed + 2 and wire[0] == "o" and wire[end - 1] is None:
            end -= 1
        return wire[:end]

    return encode_short


def _named_tuple_encoder(name: str, encoders: _Encoders) -> Encoder:
    return lambda value, depth: ("n", name, *_encode_parts(encoders, tuple.__iter__(value), depth))


def _enum_encoder(name: str, cls: type[Enum], encoders: _Encoders) -> Encoder:
    members = cls.__members__

    def encode(value: Any, depth: int) -> Wire:
        member = _get(value, "_name_")
        if member in members:
            return ("e", name, member)
        # Flags put together have no member of their own.
        inner = _get(value, "_value_")
        return ("e", name, encoders[type(inner)](inner, depth + 1))

    return encode


def _plain_encoder(name: str, cls: type, encoders: _Encoders) -> Encoder:
    slots = _slots_of(cls)

    def encode(value: Any, depth: int) -> Wire:
        attributes = list(_get(value, "__dict__").items()) if cls.__dictoffset__ else []
        for slot in slots:
            with contextlib.suppress(AttributeError):
                attributes.append((slot, _get(value, slot)))
        # Box[int](3) knows its type arguments; they say nothing about its value.
        named = [(attribute, part) for attribute, part in attributes if attribute != "__orig_class__"]
        parts = _encode_parts(encoders, [part for _, part in named], depth)
        return (
            "c",
            name,
            *[each for (attribute, _), part in zip(named, parts, strict=True) for each in (attribute, part)],
        )

    return encode


# Decoders: each takes a wire form.


def _plain_decoder(cls: type, decode: Callable[[Wire], Any]) -> Callable[[Wire], Any]:
    """Rebuilds an instance from either form, whatever its class does with attributes."""
    new = object.__new__
    has_dict = cls.__dictoffset__ != 0
    slots = frozenset(_slots_of(cls))
    names = _field_names(cls) if is_dataclass(cls) else None

    def rebuild(wire: Wire) -> Any:
        value: Any = new(cls)
        if wire[0] == "o" and names is not None:
            pairs: Iterable[tuple[str, Any]] = zip(names, [decode(part) for part in wire[2:]], strict=True)
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
