"""The wire form: what comes back equals what was sent, survives JSON, and no method of the player's runs meanwhile."""

import collections
import dataclasses
import enum
import json
import math
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from distgame.engine.messages import (
    API_MESSAGES,
    ClientCasRequest,
    ClientReadRequest,
    ClientReadResponse,
    ClientWriteRequest,
    ClientWriteResponse,
    ResponseType,
)
from distgame.engine.trace import label_of, text_of
from distgame.engine.wire import CannotTravel, Codec, Foreign, frozen, wire_text


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Rights(enum.Flag):
    READ = 1
    WRITE = 2


class Tag(NamedTuple):
    number: Any
    node: Any


@dataclasses.dataclass
class Store:
    tag: Any
    value: Any = None


@dataclasses.dataclass(frozen=True)
class Ballot:
    number: Any


@dataclasses.dataclass(slots=True)
class Slim:
    a: Any
    b: Any


@dataclasses.dataclass(slots=True)
class Empty:
    pass


@dataclasses.dataclass(slots=True)
class Fuller(Slim):
    pass


class Plain:
    def __init__(self, first: Any, second: Any) -> None:
        self.first = first
        self.second = second


class Slotted:
    __slots__ = ("__hidden", "shown")

    def __init__(self, hidden: Any, shown: Any) -> None:
        self.__hidden = hidden
        self.shown = shown


class Both(Slotted):
    def __init__(self, hidden: Any, shown: Any) -> None:
        super().__init__(hidden, shown)
        self.more = [hidden]


class Outer:
    class Inner(Plain):
        pass


MINE = [Empty, Fuller, Colour, Level, Rights, Tag, Store, Ballot, Slim, Plain, Slotted, Both, Outer.Inner]
NAMES = {cls.__qualname__: cls for cls in MINE}


def name_of(cls: type) -> str:
    if NAMES.get(cls.__qualname__) is not cls:
        raise CannotTravel(f"{cls.__name__} is not known")
    return cls.__qualname__


CODEC = Codec(NAMES.get, name_of)


def shape(value: Any) -> Any:
    """A value with its exact types, for comparing what has no __eq__."""
    if isinstance(value, enum.Enum):
        return value
    if (type(value) in MINE and not isinstance(value, tuple)) or dataclasses.is_dataclass(value):
        slots = [slot for base in type(value).__mro__ for slot in base.__dict__.get("__slots__", ())]
        names = ["_Slotted__hidden" if slot == "__hidden" else slot for slot in slots] + list(
            getattr(value, "__dict__", ())
        )
        return type(value), sorted((name, repr(shape(getattr(value, name)))) for name in names)
    if isinstance(value, (set, frozenset)):
        return type(value), sorted(repr(shape(part)) for part in value)
    if isinstance(value, (tuple, list)):
        return type(value), [shape(part) for part in value]
    if isinstance(value, dict):
        return dict, [(shape(key), shape(part)) for key, part in value.items()]
    return type(value), repr(value)


atoms = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**1000), 2**1000),
    st.floats(),
    st.text(st.characters()),
    st.binary(),
    st.sampled_from([*Colour, *Level, *ResponseType, Rights.READ, Rights.READ | Rights.WRITE, Rights(0)]),
)
hashable = st.recursive(
    atoms,
    lambda inner: st.one_of(st.tuples(inner, inner), st.frozensets(inner), st.builds(Ballot, inner)),
    max_leaves=6,
)
values = st.recursive(
    hashable,
    lambda inner: st.one_of(
        st.lists(inner),
        st.lists(inner).map(tuple),
        st.dictionaries(hashable, inner),
        st.sets(hashable),
        st.builds(ClientReadResponse, st.one_of(st.sampled_from(ResponseType), inner), inner),
        st.builds(ClientWriteResponse, inner),
        st.builds(ClientReadRequest, st.one_of(st.none(), inner), id=st.one_of(st.none(), inner)),
        st.builds(ClientCasRequest, inner, inner, st.one_of(st.none(), inner)),
        st.builds(Empty),
        *[st.builds(cls, inner, inner) for cls in (Tag, Store, Slim, Fuller, Plain, Slotted, Both, Outer.Inner)],
    ),
    max_leaves=12,
)


@given(values)
def test_what_is_decoded_is_what_was_encoded(value: Any) -> None:
    assert shape(CODEC.decode(CODEC.encode(value))) == shape(value)


@given(values)
def test_the_wire_form_survives_json(value: Any) -> None:
    wire = CODEC.encode(value)
    assert frozen(json.loads(wire_text(wire))) == wire
    assert shape(CODEC.decode(frozen(json.loads(wire_text(wire))))) == shape(value)


@given(values)
def test_the_wire_form_is_immutable_and_a_second_encoding_is_equal(value: Any) -> None:
    hash(CODEC.encode(value))
    assert CODEC.encode(CODEC.decode(CODEC.encode(value))) == CODEC.encode(value)


@given(values)
def test_the_referee_passes_on_what_it_does_not_know(value: Any) -> None:
    referee = Codec()
    wire = CODEC.encode(value)
    assert referee.encode(referee.decode(wire)) == wire


@given(values)
def test_everything_that_travels_has_a_label_and_a_text(value: Any) -> None:
    wire = CODEC.encode(value)
    assert isinstance(label_of(wire), str)
    assert isinstance(text_of(wire), str)


@given(st.sets(hashable, max_size=6).map(list))
def test_sets_travel_in_an_order_of_their_own(items: list[Any]) -> None:
    back = items[::-1]
    assert CODEC.encode(set(items)) == CODEC.encode(set(back))
    assert CODEC.encode(frozenset(items)) == CODEC.encode(frozenset(back))


def test_the_same_number_may_be_three_things() -> None:
    assert len({repr(CODEC.encode(value)) for value in (1, 1.0, True, "1", b"1", Level.LOW)}) == 6
    assert math.isnan(CODEC.decode(CODEC.encode(math.nan)))
    assert math.copysign(1, CODEC.decode(CODEC.encode(-0.0))) == -1


TEXTS = [
    ((4, 1), "(4, 1)"),
    ((4,), "(4,)"),
    ([1, "a", None], "[1, a, None]"),
    ({1: {2}}, "{1: {2}}"),
    (1.5, "1.5"),
    (b"x", "b'x'"),
    (Tag(4, 1), "Tag(4, 1)"),
    (Store((4, 1), 7), "Store((4, 1), 7)"),
    (Plain(1, 2), "Plain(first=1, second=2)"),
    (Colour.RED, "Colour.RED"),
    ("a\n\x1b[2Jb\u202e", "a\\n\\x1b[2Jb\\u202e"),
    (ClientWriteRequest(7), "ClientWriteRequest(7)"),
]


@pytest.mark.parametrize(("value", "text"), TEXTS, ids=[text for _, text in TEXTS])
def test_a_wire_form_is_shown_as_a_person_would_write_it(value: Any, text: str) -> None:
    assert text_of(CODEC.encode(value)) == text


def test_a_foreign_value_stays_what_it_is() -> None:
    wire = CODEC.encode(Store((4, 1), 7))
    assert Codec().decode(wire) == Foreign(wire)


DEEP: Any = 0
for _ in range(45):
    DEEP = [DEEP]
CYCLE: list[Any] = []
CYCLE.append(CYCLE)


class Queue(collections.deque[int]):
    pass


class Oops(Exception):
    pass


class Words(dict[str, int]):
    pass


NAMES.update({cls.__qualname__: cls for cls in (Queue, Oops, Words)})


@pytest.mark.parametrize(
    "value",
    [
        *(DEEP, CYCLE, 1 << 1024, -(1 << 1024), collections.deque(), collections.Counter(), bytearray(), range(3), len),
        *(Queue([1]), Oops("x"), Words(a=1), object(), Plain, int, 1j, memoryview(b""), {1: [print]}, ..., iter([])),
    ],
    ids=lambda value: type(value).__name__,
)
def test_anything_else_cannot_travel(value: Any) -> None:
    with pytest.raises(CannotTravel):
        CODEC.encode(value)


@pytest.mark.parametrize(
    "wire", [("o", "Missing", 1), ("e", "Missing", "x"), ("?", 1)], ids=["a class", "an enum", "a tag"]
)
def test_what_nobody_here_knows_is_refused(wire: Any) -> None:
    with pytest.raises(CannotTravel):
        CODEC.decode(wire)


class Trap:
    """Every method that could run while it is encoded or rebuilt says so."""

    def __init__(self, value: Any) -> None:
        object.__getattribute__(self, "__dict__").update(value=value)

    def __getattribute__(self, name: str) -> Any:
        raise AssertionError(name)

    __getattr__ = __reduce__ = __reduce_ex__ = __getstate__ = __setattr__ = __deepcopy__ = __copy__ = __getattribute__
    __eq__ = __hash__ = __bool__ = __len__ = __iter__ = __repr__ = __str__ = __getattribute__  # type: ignore[assignment]


@dataclasses.dataclass(init=False, eq=False, repr=False)
class DataTrap(Trap):
    value: Any = None


class TupleTrap(collections.namedtuple("TupleTrap", "value")):
    def __getattribute__(self, name: str) -> Any:
        raise AssertionError(name)

    __iter__ = __len__ = __getitem__ = __eq__ = __hash__ = __reduce__ = __getattribute__  # type: ignore[assignment]


class EnumTrap(enum.Enum):
    ONE = 1

    def __getattribute__(self, name: str) -> Any:
        if name in ("name", "value", "_name_", "__reduce__", "__hash__"):
            raise AssertionError(name)
        return object.__getattribute__(self, name)


NAMES.update({cls.__qualname__: cls for cls in (Trap, DataTrap, TupleTrap, EnumTrap)})


@pytest.mark.parametrize(
    ("trap", "wire"),
    [
        (Trap(5), ("c", "Trap", "value", 5)),
        (DataTrap([5]), ("o", "DataTrap", ("l", 5))),
        (tuple.__new__(TupleTrap, (5,)), ("n", "TupleTrap", 5)),
        (EnumTrap.ONE, ("e", "EnumTrap", "ONE")),
    ],
    ids=["plain", "dataclass", "named tuple", "enum"],
)
def test_no_method_of_the_players_runs_while_a_value_travels(trap: Any, wire: Any) -> None:
    assert CODEC.encode(trap) == wire
    assert type(CODEC.decode(wire)) is type(trap)


def test_all_messages_of_the_api_go_by_the_games_name() -> None:
    for cls in API_MESSAGES:
        if cls is not ResponseType:
            message = cls(**{field.name: 7 for field in dataclasses.fields(cls)})
            assert CODEC.encode(message)[1] == f"distgame.{cls.__name__}"
            assert Codec().decode(CODEC.encode(message)) == message
