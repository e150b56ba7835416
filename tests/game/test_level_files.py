"""A level's author makes a mistake: one message says in which file and line, what is wrong, and what was expected."""

from __future__ import annotations

from pathlib import Path

import pytest

from distgame.engine.world import LinkRule
from distgame.game.campaign.lesson import LessonStep
from distgame.game.campaign.level_tables import Bounds
from distgame.game.campaign.levels import LevelError, all_levels, find_level, read_level

GOOD = '''\
number = 30
name = "Test"
act = "Tests"
teaches = "nothing"
model = "regular"
story = """
nodes = 7 stands in a story, and [world] too, and neither is one.
"""
new = "new"
goal = "goal"
hints = [
    "one",
    "two",
    "three",
]
afterword = "after"
reference = "resend.py"
broken = []

[world]
nodes = 3
duration = 400

[[clients]]
writes = 1.0

[[clients]]
count = 2
writes = 0.0
think = [1, 5]

[[links]]
senders = [1]
receivers = [2, 3]
both_ways = true
delay = [5, 9]

[[faults]]
kind = "pause"
node = 2
tick = 50
ticks = 20

[goals]
reads_of_written_values = 5
availability = 0.9

[medals]
messages = 3
wait = 20
availability = 0.95
'''


def level_file(folder: Path, text: str, name: str = "30-test.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def complaint(folder: Path, text: str) -> str:
    """The message without the folder: file:line: words."""
    path = level_file(folder, text)
    with pytest.raises(LevelError) as caught:
        read_level(path)
    return str(caught.value).removeprefix(f"{folder}/")


def test_a_good_file_becomes_a_level_and_its_world(tmp_path: Path) -> None:
    level = read_level(level_file(tmp_path, GOOD))
    assert (level.id, level.number, level.hints) == ("30-test", 30, ("one", "two", "three"))
    assert level.world.nodes == 3
    assert [client.writes for client in level.world.clients] == [1.0, 0.0, 0.0]
    assert level.world.rules == (
        LinkRule(senders=(1,), receivers=(2, 3), delay=(5, 9)),
        LinkRule(senders=(2, 3), receivers=(1,), delay=(5, 9)),
    )
    assert level.medals.messages == 3.0


# (what stands in the good file, what the author wrote instead, the message)
MISTAKES = [
    ("nodes = 3", 'nodes = "3"', "21: world.nodes: expected a whole number, got '3'"),
    ("nodes = 3", "nodes = true", "21: world.nodes: expected a whole number, got true"),
    ("nodes = 3", "nodes = 3.0", "21: world.nodes: expected a whole number, got 3.0"),
    ("nodes = 3", "nodez = 3", "21: unknown field 'nodez' in [world]; did you mean 'nodes'?"),
    ("nodes = 3\n", "", "20: the field 'nodes' is missing in [world]"),
    ('name = "Test"\n', "", "1: the field 'name' is missing in the level"),
    ("\n[world]", "\n[wordl]", "20: unknown field 'wordl' in the level; did you mean 'world'?"),
    ("name =", 'id = "x"\nname =', "2: unknown field 'id' in the level"),
    ("writes = 1.0", 'writes = "all"', "25: clients.writes: expected a number, got 'all'"),
    ("count = 2", "counts = 2", "28: unknown field 'counts' in [[clients]]; did you mean 'count'?"),
    ("think = [1, 5]", "think = 5", "30: clients.think: expected a list of 2 whole numbers, got 5"),
    ("think = [1, 5]", "think = [1, 2, 3]", "30: clients.think: expected a list of 2 whole numbers, got [1, 2, 3]"),
    ("think = [1, 5]", "think = [1, 'b']", "30: clients.think: expected a whole number, got 'b'"),
    ("think = [1, 5]", "think = [5, 1]", "30: think goes from at least 1 tick(s) up, lowest first, not [5, 1]"),
    ("count = 2", "count = 0", "28: count goes from 1 to 9, not 0"),
    ("count = 2", "end = 1", "28: end 1 must come after its start 1"),
    ("count = 2", "count = 9", "24: a world has 1 to 9 clients, not 10"),
    ("receivers = [2, 3]", "receivers = [2, 9]", "32: a link rule names server 9, which does not exist"),
    ("receivers = [2, 3]", "receivers = 2", "34: links.receivers: expected a list of whole numbers, got 2"),
    ("delay = [5, 9]", "delay = [0, 9]", "36: a link rule's delay goes from at least 1 tick(s) up"),
    ('kind = "pause"', 'kind = "nap"', "39: faults.kind: expected one of 'crash', 'restart', 'pause', got 'nap'"),
    ("node = 2", "node = 4", "40: a pause names node 4, but the nodes are 1 to 3"),
    ("duration = 400", "duration = 50", "20: timeout 100 must lie within duration 50"),
    ("duration = 400", "loss = 1.5", "22: loss is a share of 1, from 0 to 1, not 1.5"),
    ("duration = 400", "front_delay = [3, 1]", "22: front_delay goes from at least 0 tick(s) up"),
    ("duration = 400", "clock_drift = 0.7", "22: clock drift 0.7 must be in [0, 0.5)"),
    ("nodes = 3", "nodes = 12", "21: a world has 1 to 9 nodes, not 12"),
    ('model = "regular"', 'model = "lenient"', "5: no level asks for 'lenient'; they ask for linearizable, regular"),
    ("values = 5", "values = 0", "45: reads_of_written_values is 1 or more, or silence would pass"),
    ("availability = 0.9\n", "availability = 0\n", "46: availability is a share above 0, up to 1"),
    ('    "three",\n', "", "11: hints: expected a list of 3 texts, got ['one', 'two']"),
    ('    "three",\n', "    3,\n", "11: hints: expected a text, got 3"),
    ("[goals]", "[seeds]\nscored = [9, 1]\n[goals]", "45: scored seeds go from the first to the last, not [9, 1]"),
    ("[[faults]]", "[faults]", "38: faults: expected tables, each under its own [[...]], got a table"),
    ("[goals]", "[seeds]\nscored = [1, 1001]\n[goals]", "45: at most 1,000 seeds are scored, not 1,001"),
    ("think = [1, 5]", f"think = [1, {'9' * 400}]", "30: think goes up to 1000000 ticks at most"),
    ("duration = 400", "clock_offset = 9999999", "22: clock offset goes from 0 to 1000000 ticks"),
    ("delay = [5, 9]", "start = -1", "36: a link rule has start -1; ticks begin at 0"),
    ("delay = [5, 9]", "end = 0", "36: a link rule has end 0, which must come after its start 0"),
    ("number = 30", "number = 0", "1: levels are numbered from 1, not 0"),
    ("number = 30", "number 30", "1: not valid TOML: Expected '=' after a key"),
    ('name = "Test"', 'name = "Test', "2: not valid TOML: "),
]


@pytest.mark.parametrize(("right", "wrong", "message"), MISTAKES, ids=[wrong or right for right, wrong, _ in MISTAKES])
def test_a_mistake_is_told_with_its_line(tmp_path: Path, right: str, wrong: str, message: str) -> None:
    assert GOOD.count(right) >= 1
    assert complaint(tmp_path, GOOD.replace(right, wrong, 1)).startswith(f"30-test.toml:{message}")


def test_of_several_mistakes_the_first_in_the_file_is_told(tmp_path: Path) -> None:
    text = GOOD.replace("[medals]", "[medalz]").replace("count = 2", 'count = "2"').replace("tick = 50", "tick = 'x'")
    assert complaint(tmp_path, text).startswith("30-test.toml:28: clients.count")


def test_no_world_table_at_all(tmp_path: Path) -> None:
    text = GOOD.replace("[world]\nnodes = 3\nduration = 400\n", "")
    assert complaint(tmp_path, text) == "30-test.toml:1: the field 'world' is missing in the level"


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "30-test.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(LevelError, match=r"30-test\.toml: is no text file in UTF-8"):
        read_level(path)


def test_a_file_saved_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    assert read_level(level_file(tmp_path, "\ufeff" + GOOD)).number == 30


def test_lists_too_deep_to_read(tmp_path: Path) -> None:
    assert "too deep to read" in complaint(tmp_path, f"number = {'[' * 5000}")


def test_a_number_too_long_to_read(tmp_path: Path) -> None:
    assert complaint(tmp_path, f"number = {'9' * 5000}") == "30-test.toml: a number in it has too many digits to read"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(LevelError, match="cannot be read: No such file or directory"):
        read_level(tmp_path / "none.toml")


def test_levels_come_by_number(tmp_path: Path) -> None:
    level_file(tmp_path, GOOD.replace("number = 30", "number = 31"), "a-first.toml")
    level_file(tmp_path, GOOD, "b-second.toml")
    assert [level.id for level in all_levels(tmp_path)] == ["b-second", "a-first"]


def test_two_levels_of_one_number(tmp_path: Path) -> None:
    level_file(tmp_path, GOOD, "30-a.toml")
    level_file(tmp_path, GOOD, "30-b.toml")
    with pytest.raises(LevelError, match=r"30-b\.toml:1: number 30 is taken: 30-a\.toml has it too"):
        all_levels(tmp_path)


def test_one_broken_file_is_named_among_the_others(tmp_path: Path) -> None:
    level_file(tmp_path, GOOD, "30-a.toml")
    level_file(tmp_path, "number = ", "31-b.toml")
    with pytest.raises(LevelError, match=r"31-b\.toml:1: not valid TOML"):
        all_levels(tmp_path)


def test_folders_without_levels(tmp_path: Path) -> None:
    with pytest.raises(LevelError, match=r"holds no level \(\*\.toml\)"):
        all_levels(tmp_path)
    with pytest.raises(LevelError, match="no such folder of levels"):
        all_levels(tmp_path / "none")


@pytest.mark.parametrize("name", ["30-test", "test", "30", "030"])
def test_a_level_is_found_by_id_name_and_number(tmp_path: Path, name: str) -> None:
    level_file(tmp_path, GOOD)
    assert find_level(name, tmp_path).id == "30-test"


def test_a_level_that_is_not_there(tmp_path: Path) -> None:
    level_file(tmp_path, GOOD)
    with pytest.raises(LevelError, match="there is no level '31'; there are 30-test"):
        find_level("31", tmp_path)


def test_bounds_and_a_lesson_are_read(tmp_path: Path) -> None:
    more = """
[bounds]
messages = 2
source = "Each write must reach another node."

[[lesson]]
text = "Press space."
done = "paused"

[[lesson]]
text = "That was all."
"""
    level = read_level(level_file(tmp_path, GOOD + more))
    assert level.bounds == Bounds(messages=2.0, source="Each write must reach another node.")
    assert level.lesson == (LessonStep(text="Press space.", done="paused"), LessonStep(text="That was all."))


def test_a_step_of_a_lesson_waits_for_what_the_game_can_see(tmp_path: Path) -> None:
    with pytest.raises(LevelError, match=r"lesson\.done: expected one of 'read', 'paused', .* got 'danced'"):
        read_level(level_file(tmp_path, GOOD + '[[lesson]]\ntext = "Dance."\ndone = "danced"\n'))
