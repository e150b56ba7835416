"""Dataclasses whose methods have the same text share code, and nothing else."""

import ast
import dataclasses
import textwrap

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


def test_a_dataclass_has_its_name_for_a_docstring_where_it_has_none():
    code = """
    import dataclasses
    from dataclasses import dataclass

    @dataclass
    class Bare:
        number: int = 3

    @dataclasses.dataclass(order=True)
    class Called:
        "What it says."
        number: int

    @dataclasses.dataclass()
    class Empty:
        pass

    class Plain:
        pass
    """
    tree = ast.parse(textwrap.dedent(code))
    names = {}
    exec(compile(dataclass_code.with_docstrings(tree), "", "exec"), names)
    docs = [names[name].__doc__ for name in ("Bare", "Called", "Empty", "Plain")]
    assert docs == ["Bare", "What it says.", "Empty", None]
    assert names["Bare"]() == names["Bare"](3)
