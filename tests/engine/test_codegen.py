"""Encoders and decoders that are written out say the same as ones that go through the fields one by one."""

import dataclasses
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_wire import CODEC, NAMES, Ballot, Store, hashable, shape, values

from distgame.engine.codegen import decoder_maker, encoder_maker
from distgame.engine.wire import CannotTravel, Codec, wire_text


def slow(value: Any) -> Any:
    """The wire form by its definition, for values that are made of these types alone."""
    kind = type(value)
    if value is None or kind in (bool, int, str):
        return value
    if kind is float:
        return ("f", value.hex())
    if kind in (tuple, list):
        return ("t" if kind is tuple else "l", *map(slow, value))
    if kind is dict:
        return ("d", *[slow(part) for pair in value.items() for part in pair])
    if kind in (set, frozenset):
        return ("s" if kind is set else "z", *sorted(map(slow, value), key=wire_text))
    fields = [field.name for field in dataclasses.fields(kind)]
    if list(value.__dict__) == fields:
        return ("o", kind.__qualname__, *[slow(getattr(value, name)) for name in fields])
    return ("c", kind.__qualname__, *[each for name, part in value.__dict__.items() for each in (name, slow(part))])


plain = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**1000), 2**1000), st.floats(allow_nan=False), st.text()),
    lambda inner: st.one_of(
        st.lists(inner),
        st.lists(inner).map(tuple),
        st.dictionaries(st.text(), inner),
        st.sets(st.integers()),
        st.frozensets(st.text()),
        st.builds(Store, inner, inner),
        st.builds(Ballot, inner),
    ),
    max_leaves=10,
)


@given(plain)
def test_what_is_written_out_equals_the_definition(value: Any) -> None:
    assert CODEC.encode(value) == slow(value)
    assert shape(CODEC.decode(slow(value))) == shape(value)


@given(plain, st.permutations(["value", "tag", "more"]), st.integers(0, 3))
def test_attributes_that_are_not_the_fields_travel_by_name(part: Any, names: list[str], count: int) -> None:
    store = Store(1, part)
    for name in names[:count]:
        store.__dict__.pop(name, None)
        store.__dict__[name] = part
    assert CODEC.encode(store) == slow(store)
    back = CODEC.decode(CODEC.encode(store))
    assert list(back.__dict__) == list(store.__dict__)
    assert shape(back) == shape(store)


@given(values)
def test_two_codecs_agree(value: Any) -> None:
    other = Codec(NAMES.get, lambda cls: cls.__qualname__)
    assert other.encode(value) == CODEC.encode(value)
    assert shape(other.decode(CODEC.encode(value))) == shape(value)


@dataclasses.dataclass
class Checked:
    """Has a say when its field is set."""

    low: int
    high: int

    def __setattr__(self, name: str, value: Any) -> None:
        raise AssertionError(name)


@dataclasses.dataclass(init=False)
class Guarded:
    """A property of the field's own name."""

    low: int

    @property  # type: ignore[no-redef]
    def low(self) -> int:
        raise AssertionError

    @low.setter
    def low(self, value: int) -> None:
        raise AssertionError


@pytest.mark.parametrize("cls", [Checked, Guarded])
def test_no_setter_of_the_players_runs(cls: Any) -> None:
    NAMES[cls.__name__] = cls
    names = [field.name for field in dataclasses.fields(cls)]
    value = object.__new__(cls)
    value.__dict__.update(dict.fromkeys(names, 3))
    wire = CODEC.encode(value)
    assert wire == ("o", cls.__name__, *[3] * len(names))
    assert CODEC.decode(wire).__dict__ == value.__dict__


def test_a_message_nests_to_a_depth_and_no_deeper() -> None:
    deep: Any = 0
    for _ in range(41):
        deep = Store(deep)
    assert CODEC.decode(CODEC.encode(deep)) == deep
    with pytest.raises(CannotTravel, match="nested more than 40 deep"):
        CODEC.encode(Store(deep))


def test_one_source_serves_all_classes_of_the_same_fields() -> None:
    assert encoder_maker(("a", "b")) is encoder_maker(("a", "b"))
    assert decoder_maker(("a", "b"), True) is decoder_maker(("a", "b"), True) is not decoder_maker(("a", "b"), False)


SCRIPT = """
from test_wire import CODEC, Colour, Store, Tag
words = [str(n) for n in range(50)]
value = Store({Tag(w, len(w)) for w in words}, [frozenset(words), {"k": {Colour.RED, 1.5, None, (1, "x")}}])
print(CODEC.encode(CODEC.decode(CODEC.encode(value))))
"""


def test_processes_with_other_hash_seeds_write_the_same_bytes() -> None:
    here = Path(__file__).parent
    path = os.pathsep.join((str(here), str(here.parents[1])))
    outputs = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(outputs) == 1
    assert len(outputs.pop()) > 1_000


@given(st.lists(hashable, min_size=1, max_size=5, unique_by=repr))
def test_a_set_of_anything_is_in_the_order_of_its_bytes(items: list[Any]) -> None:
    tag, *parts = CODEC.encode(frozenset(items))
    assert tag == "z"
    assert parts == sorted(parts, key=wire_text)
