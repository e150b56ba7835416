"""Dataclasses whose methods have the same text share code, and nothing else."""

import dataclasses

from distgame.engine import dataclass_code


def made(default):
    @dataclasses.dataclass(order=True)
    class Tag:
        number: int
        node: object = default

    return Tag


def test_classes_of_one_text_share_code_and_nothing_else():
    dataclass_code.compile_once()
    one, other = made("one"), made("other")
    assert one.__init__.__code__ is other.__init__.__code__
    assert (one(1).node, other(1).node) == ("one", "other")
    assert one(1) != other(1)
    assert one(1) < one(2)
    assert repr(other(3)).endswith("Tag(number=3, node='other')")
