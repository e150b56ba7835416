"""A level that cannot be solved, does not bite, leaves no room, or lets silence pass is told so."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from concurrent.futures import Executor
from pathlib import Path

import pytest

from distgame.game.campaign.level_check import check_level
from distgame.game.campaign.levels import read_level
from distgame.game.commands import level_commands
from distgame.game.commands.level_commands import check_files
from distgame.game.play.places import algorithms_folder
from distgame.game.running.seeds import open_pool

SOUND = """\
number = 30
name = "Test"
act = "Tests"
teaches = "nothing"
model = "linearizable"
story = "story"
new = "new"
goal = "goal"
hints = ["one", "two", "three"]
afterword = "after"
reference = "single_copy.py"
broken = ["local_variable.py"]

[world]
nodes = 3
duration = 300
timeout = 60

[[clients]]
writes = 0.4

[goals]
reads_of_written_values = 3
availability = 0.9
messages_per_operation = 1.8

[medals]
messages = 1.6
wait = 20
availability = 1.0

[seeds]
scored = [1, 4]
"""


@pytest.fixture(scope="module")
def pool() -> Iterator[Executor]:
    with open_pool(1) as executor:
        yield executor


@pytest.fixture(autouse=True)
def one_pool(pool: Executor, monkeypatch: pytest.MonkeyPatch) -> None:
    class Shared:
        def __enter__(self) -> object:
            return lambda: pool

        def __exit__(self, *_: object) -> None:
            pass

    monkeypatch.setattr(level_commands, "executors", Shared)


def level_file(folder: Path, *changes: tuple[str, str]) -> Path:
    text = SOUND
    for right, wrong in changes:
        assert right in text
        text = text.replace(right, wrong)
    path = folder / "30-test.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_sound_level_has_no_problems(tmp_path: Path, pool: Executor) -> None:
    done: list[int] = []
    check = check_level(read_level(level_file(tmp_path)), pool, tmp_path, done=lambda: done.append(1))
    assert check.problems == ()
    assert check.reference.outcome == "pass, 3 of 3 stars"
    assert [(trial.file, trial.caught_in) for trial in check.broken] == [("local_variable.py", 4)]
    assert len(check.silent) == 4
    assert len(done) == 6


PINNED = ("writes = 0.4", "writes = 0.4\nnode = 1")
UNSOUND = [
    ([("single_copy.py", "local_variable.py")], "the reference local_variable.py fails in seed 1, tick "),
    (
        [("operation = 1.8", "operation = 1.0")],
        "the reference single_copy.py misses a goal, at most 1 messages",
    ),
    ([("operation = 1.8", "operation = 1.4")], "too little head-room, at most 1.4 messages an operation: "),
    ([("messages = 1.6", "messages = 1.0")], "the reference single_copy.py does not earn the medal for messages"),
    ([("values = 3", "values = 99")], "the reference single_copy.py fails in seed 1, tick "),
    ([('["local_variable.py"]', "[]")], "the level names no code that must fail"),
    ([PINNED], "local_variable.py, which must fail, passes"),
    ([PINNED], "doing nothing wins: broken/module_global.py passes 4 of 4 seeds"),
    ([("single_copy.py", "syntax.py")], "the reference syntax.py does not load: "),
    ([("local_variable.py", "syntax.py")], "syntax.py, which must fail, does not even load: "),
    ([("single_copy.py", "dice.py")], "the reference dice.py is not to be trusted: "),
]


@pytest.mark.parametrize(("changes", "problem"), UNSOUND, ids=[problem for _, problem in UNSOUND])
def test_an_unsound_level_is_told_why(
    tmp_path: Path, pool: Executor, changes: list[tuple[str, str]], problem: str
) -> None:
    (tmp_path / "syntax.py").write_text("class")
    text = (algorithms_folder() / "single_copy.py").read_text()
    slow = "        yield from self.sleep(hash('a') % 7)\n        self.storage"
    (tmp_path / "dice.py").write_text(text.replace("        self.storage", slow))
    check = check_level(read_level(level_file(tmp_path, *changes)), pool, tmp_path)
    assert not check.ok
    assert any(each.startswith(problem) for each in check.problems), check.problems


def test_a_code_that_seldom_fails_does_not_bite(tmp_path: Path, pool: Executor) -> None:
    code = "broken/ack_before_replicate.py"
    level = read_level(
        level_file(tmp_path, ("local_variable.py", code), ("timeout = 60", "timeout = 60\ndelay = [1, 4]"))
    )
    problems = check_level(level, pool, tmp_path, range(1, 13)).problems
    assert problems == (f"no bite: {code} is caught in 1 of 12 seeds only, and misses no goal by 15%",)


def test_an_algorithm_beside_the_level_comes_first(tmp_path: Path, pool: Executor) -> None:
    shutil.copy(algorithms_folder() / "local_variable.py", tmp_path / "single_copy.py")
    assert not check_level(read_level(level_file(tmp_path)), pool, tmp_path).reference.passed


def test_the_command_tells_people_and_tools(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = level_file(tmp_path), tmp_path / "31-bad.toml"
    bad.write_text("number = 31\nnodes = 3\n")
    assert check_files([good, bad], None, as_json=False) == [0, 2]
    told = capsys.readouterr()
    assert "✓ sound  30 Test" in told.out
    assert f"{bad}:2: unknown field 'nodes'" in told.err
    assert check_files([good, bad], None, as_json=True) == [0, 2]
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert (first["level"], first["ok"], first["problems"]) == ("30-test", True, [])
    assert first["reference"]["stars"] == 3
    assert first["broken"] == [{"file": "local_variable.py", "caught_in": 4, "of": 4, "missed": []}]
    assert (second["level"], second["ok"], second["reference"]) == ("31-bad", False, None)
    assert "unknown field" in second["problems"][0]


def test_other_seeds_earn_nothing_and_say_as_much(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check_files([level_file(tmp_path)], range(50, 53), as_json=True) == [0]
    found = json.loads(capsys.readouterr().out)
    assert (found["reference"]["seeds"], found["reference"]["stars"]) == ([50, 52], 0)


def test_an_algorithm_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = level_file(tmp_path, ("single_copy.py", "none.py"))
    assert check_files([path], None, as_json=False) == [2]
    assert "none.py" in capsys.readouterr().err
