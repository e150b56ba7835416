"""`distgame hunt` and `distgame replay`, as a person calls them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from distgame.cli import main

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
