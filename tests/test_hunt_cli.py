"""`distgame hunt` and `distgame replay`, as a person calls them."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from distgame.cli import main
from distgame.cli_common import STOPPED
from distgame.game.commands import hunt_commands
from distgame.hunt.hunter import Progress

ALGORITHMS = Path(__file__).parents[1] / "algorithms"
EARLY, RIGHT = ALGORITHMS / "broken" / "ack_before_replicate.py", ALGORITHMS / "write_all_read_local.py"
HUNT_KEYS = {
    "level",
    "algorithm",
    "found",
    "runs",
    "seconds",
    "confidence",
    "events",
    "minimal",
    "interventions",
    "reason",
    "witness",
    "replay",
    "error",
}


def call(*arguments):
    return CliRunner().invoke(main, [str(each) for each in arguments])


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("DISTGAME_HOME", str(tmp_path / "home"))


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    out = tmp_path_factory.mktemp("hunt") / "early.json"
    result = call("hunt", EARLY, "--level", "3", "--runs", "24", "--out", out, "--with-code", "--json")
    return result, out


def test_what_is_broken_is_found_and_told(found):
    result, out = found
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert set(told) == HUNT_KEYS
    assert told["found"] is True
    assert told["replay"] == str(out)
    assert told["events"] <= 12
    assert told["minimal"] is True
    assert "although client 1's write" in told["reason"]
    assert {each["f"] for each in told["witness"]} == {"read", "write"}


def test_what_is_found_plays_again_with_the_code_it_holds_and_with_the_file(found):
    _, out = found
    for arguments in ((out,), (out, EARLY)):
        result = call("replay", *arguments)
        assert result.exit_code == 0, result.output
        assert "✗ wrong" in result.stdout
        assert "the same run as in the file" in result.stdout


def test_another_program_is_another_run(found):
    _, out = found
    result = call("replay", out, RIGHT, "--json")
    told = json.loads(result.stdout)
    assert (result.exit_code, told["same"], told["reason"]) == (1, False, None)
    assert [each.split(":")[0] for each in told["differs"]] == ["the code", "the run"]


def test_nothing_is_found_in_what_is_right():
    result = call("hunt", RIGHT, "--level", "3", "--runs", "24")
    assert result.exit_code == 0
    assert "✓ nothing found" in result.stdout
    assert "24 runs" in result.stdout


def test_bad_input_is_one_message_and_exit_code_2(tmp_path, found):
    broken = tmp_path / "broken.py"
    broken.write_text("class A(:\n")
    without = tmp_path / "without.json"
    without.write_text(json.dumps({k: v for k, v in json.loads(found[1].read_text()).items() if k != "code"}))
    for arguments, words in (
        (("hunt", broken, "--level", "3"), "syntax error"),
        (("hunt", tmp_path / "none.py", "--level", "3"), "there is no file"),
        (("hunt", EARLY, "--level", "99"), "there is no level"),
        (("replay", tmp_path / "none.json"), "cannot be read"),
        (("replay", without), "holds no code; name the player's file too"),
        (("replay", EARLY), "not readable as JSON"),
    ):
        result = call(*arguments)
        assert result.exit_code == 2, arguments
        assert words in result.stderr
        assert "Traceback" not in result.output


def test_an_exhaustive_search_shows_the_shortest_way_to_a_wrong_answer(tmp_path):
    picture = tmp_path / "story.svg"
    result = call("hunt", RIGHT, "--level", "4", "--exhaustive", "--svg", picture)
    assert result.exit_code == 1
    assert "1 write and 1 read on 3 nodes: no schedule breaks it" in result.stdout
    assert "1 write and 2 reads on 3 nodes: a wrong answer after 5 events, and none after fewer" in result.stdout
    assert "  5  client 3 is answered None" in result.stdout
    assert ElementTree.parse(picture).getroot().tag.endswith("svg")
    told = json.loads(call("hunt", RIGHT, "--level", "4", "--exhaustive", "--json").stdout)
    assert (told["found"], told["searches"][-1]["events"], len(told["steps"])) == (True, 5, 5)


def test_an_exhaustive_search_of_what_is_right_says_how_many_schedules_there_were():
    result = call("hunt", ALGORITHMS / "primary.py", "--level", "4", "--exhaustive")
    assert result.exit_code == 0
    assert "1 write and 2 reads on 3 nodes: no schedule breaks it: 126 of them" in result.stdout
    assert "looked at: signals in any order, however late, or never\n" in result.stdout
    assert "not looked at: doubled signals, crashes, nodes that stand still, clocks" in result.stdout
    assert "✓ nothing found" in result.stdout


def test_an_exhaustive_search_crashes_nodes_where_the_level_does_and_says_how_often():
    primary = (ALGORITHMS / "primary.py", "--level", "5", "--exhaustive")
    result = call("hunt", *primary)
    assert result.exit_code == 1
    assert (
        "1 write and 1 read on 3 nodes: no schedule with at most 1 crash and 1 timeout breaks it: 1,149 of them"
        in result.stdout
    )
    assert "1 write and 2 reads on 3 nodes: a wrong answer after 6 events, and none after fewer" in result.stdout
    assert "  4  node 1 crashes" in result.stdout
    result = call("hunt", *primary, "--at-most", "crashes=0", "--at-most", "doubled=2", "--operations", "2", "--json")
    (search, again) = json.loads(result.stdout)["searches"]
    assert (result.exit_code, search["whole"], again["whole"]) == (0, True, True)
    assert "or never, with at most 2 doubled signals and 1 timeout" in json.loads(result.stdout)["covered"][0]
    assert (again["limits"]["doubles"], again["limits"]["crashes"], again["operations"]) == (2, 0, ["write", "read"])
    straight = call("hunt", *primary[:2], "6", *primary[3:], "--at-most", "crashes=1")
    assert "its links keep the order" in straight.stderr
    assert "expected one of lost, doubled" in call("hunt", *primary, "--at-most", "cuts=1").stderr


def test_stories_are_drawn(found, tmp_path):
    picture = tmp_path / "story.svg"
    assert call("replay", found[1], "--svg", picture).exit_code == 0
    drawn = ElementTree.parse(picture).getroot()
    words = "".join(drawn.itertext())
    assert "client 1" in words
    assert "reads None" in words
    assert sum(1 for each in drawn.iter() if each.get("marker-end")) > 0
    right = tmp_path / "right.json"
    record = json.loads(found[1].read_text()) | {"interventions": []}
    right.write_text(json.dumps(record))
    assert "there is nothing to draw" in call("replay", right, RIGHT, "--svg", picture).stderr


@pytest.mark.parametrize(
    ("broken", "said"),
    [(0, "nothing was found by then"), (1, "broke it, and its story was not told yet")],
)
def test_a_hunt_that_is_interrupted_says_how_far_it_was(monkeypatch, broken, said):
    def interrupted(program, level, pool, seconds, runs, tell):
        tell(Progress(48, found=broken))
        raise KeyboardInterrupt

    monkeypatch.setattr(hunt_commands, "hunt_level", interrupted)
    monkeypatch.setattr(hunt_commands, "open_pool", lambda: ThreadPoolExecutor(1))
    result = call("hunt", RIGHT, "--level", "3", "--json")
    assert result.exit_code == STOPPED
    assert result.stderr == f"stopped after 48 runs: {said}\n"
    told = json.loads(result.stdout)
    assert (set(told), told["found"], told["runs"]) == (HUNT_KEYS, False, 48)
