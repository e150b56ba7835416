"""The words about level files keep up with the dataclasses that read them: template, page of the docs, and examples."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from click.testing import CliRunner

from distgame.cli import main
from distgame.engine.host import Host
from distgame.game.campaign.level_format import SECTIONS, Section, field_tables, fields_of, template
from distgame.game.campaign.levels import Level, read_level
from distgame.game.play.places import algorithm_file
from distgame.game.running.program import read_program
from distgame.game.running.runs import run_level

PAGE = Path(__file__).parents[2] / "docs" / "levels.md"


def tables_in(hint: Any) -> Iterator[type]:
    if is_dataclass(hint) and isinstance(hint, type):
        yield hint
    for inner in get_args(hint):
        yield from tables_in(inner)


def test_every_table_of_a_level_has_its_section() -> None:
    shapes = {Level, *(table for hint in get_type_hints(Level).values() for table in tables_in(hint))}
    assert {section.shape for section in SECTIONS} == shapes


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.header or "level")
def test_every_field_is_explained(section: Section) -> None:
    assert [name for name, _ in fields_of(section)] == list(section.examples)


def level_of(folder: Path, text: str) -> Level:
    path = folder / "07-my-own.toml"
    path.write_text(text, encoding="utf-8")
    return read_level(path)


def test_a_new_file_is_a_level_that_its_reference_passes(tmp_path: Path) -> None:
    level = level_of(tmp_path, template(7, "My Own"))
    assert (level.number, level.name, level.faults, level.swarm) == (7, "My Own", (), None)
    for algorithm, passes in ((level.reference, True), *((broken, False) for broken in level.broken)):
        host = Host(read_program(algorithm_file(algorithm)))
        assert [run_level(host, level, seed).score.passed for seed in (1, 101, 102)] == [passes] * 3


def test_a_new_file_is_a_level_too_when_nothing_is_left_out(tmp_path: Path) -> None:
    text = re.sub(r"^#(?=\S)", "", template(7, "My Own"), flags=re.MULTILINE)
    level = level_of(tmp_path, text)
    for each in fields(level):
        if each.name not in ("id", "world_table"):
            assert getattr(level, each.name), each.name
    (client,) = level.clients
    assert (client.end, client.keys, level.goals.converged_within) == (400, ("x", "y"), 100)


def test_a_new_file_has_no_long_lines() -> None:
    assert max(map(len, template(1, "x").splitlines())) <= 120


def test_the_page_of_the_docs_is_up_to_date() -> None:
    assert field_tables() in PAGE.read_text(encoding="utf-8"), "run scripts/level_docs.py"


def call(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["level", "new", *map(str, arguments)])
    return result.exit_code, result.output


def test_the_command_takes_number_and_name_from_the_file(tmp_path: Path) -> None:
    code, told = call(tmp_path / "12-the-slow_node.toml")
    assert code == 0
    assert "is ready" in told
    level = read_level(tmp_path / "12-the-slow_node.toml")
    assert (level.number, level.name) == (12, "The Slow Node")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("level.txt", "the name of a level file ends with .toml, such as level.toml"),
        ("none/level.toml", "there is no folder"),
        ("there.toml", "is already there and stays as it is"),
    ],
)
def test_the_command_refuses_what_it_cannot_write(tmp_path: Path, name: str, told: str) -> None:
    (tmp_path / "there.toml").write_text("mine")
    code, output = call(tmp_path / name)
    assert code == 2
    assert told in output
    assert (tmp_path / "there.toml").read_text() == "mine"


def test_a_name_that_is_no_name_is_no_obstacle(tmp_path: Path) -> None:
    assert call(tmp_path / "00.toml")[0] == 0
    level = read_level(tmp_path / "00.toml")
    assert (level.number, level.name) == (1, "A New Level")
