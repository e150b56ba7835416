"""`distgame verify`: replays and scores are made again; what is damaged or hostile is refused in a sentence."""

import json
import random
from pathlib import Path

import pytest
from click.testing import CliRunner

from distgame.cli import main
from distgame.game.adversary.proofs import proof_of
from distgame.game.adversary.replays import check_replay, damage_told, read_record, replay_of
from distgame.game.campaign.levels import LevelError, find_level
from distgame.game.play.files import FileError

ALGORITHMS = Path(__file__).parents[1] / "algorithms"
EARLY, RIGHT = ALGORITHMS / "broken" / "ack_before_replicate.py", ALGORITHMS / "write_all_read_local.py"


def call(*arguments):
    return CliRunner().invoke(main, [str(each) for each in arguments])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A replay (early.json), and the exported scores of a file that passed level 3 and of one that did not."""
    where = tmp_path_factory.mktemp("verify")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DISTGAME_HOME", str(where / "home"))
        patch.setenv("DISTGAME_PLAYER", "Ada / Lovelace")
        hunted = call("hunt", EARLY, "--level", "3", "--runs", "24", "--out", where / "early.json", "--with-code")
        assert hunted.exit_code == 1
        assert call("run", RIGHT, "--level", "3").exit_code == 0
        assert call("run", EARLY, "--level", "3").exit_code == 1
        assert "2 scores are in" in call("scoreboard", "--export", where).output
    return where


def scores(folder):
    return sorted(folder.glob("03-close-to-home-Ada___Lovelace-?.json"))


def test_replays_and_scores_come_out_the_same_again(folder):
    assert len(scores(folder)) == 2
    for proof in (folder / "early.json", *scores(folder)):
        result = call("verify", proof)
        assert result.exit_code == 0, result.output
        assert "✓ verified" in result.stdout
        told = json.loads(call("verify", proof, "--json").stdout)
        assert (told["same"], told["differs"], told["level"]) == (True, [], "03-close-to-home")


CLAIMS = [
    (
        {"stars": 3, "medals": [True, True, True], "messages_per_operation": 0.125},
        ["messages an operation", "stars", "medals"],
    ),
    ({"digest": "0" * 64, "engine_version": 99, "rules": "1" * 64}, ["the engine", "the level's rules", "the runs"]),
]


@pytest.mark.parametrize(("claim", "differs"), CLAIMS, ids=lambda each: str(each)[:20])
def test_what_a_score_claims_beyond_its_runs_is_told(folder, tmp_path, claim, differs):
    lost = scores(folder)[1]
    lie = tmp_path / "lie.json"
    lie.write_text(json.dumps(json.loads(lost.read_text()) | claim))
    result = call("verify", lie, "--json")
    assert result.exit_code == 1
    assert [each.split(":")[0] for each in json.loads(result.stdout)["differs"]] == differs


def test_another_file_is_another_score(folder):
    result = call("verify", scores(folder)[1], RIGHT)
    assert result.exit_code == 1
    assert "✗ not as told" in result.stdout
    assert "the code:" in result.stdout


def test_a_replay_that_lacks_its_code_needs_the_file(folder, tmp_path):
    bare = tmp_path / "bare.json"
    bare.write_text(
        json.dumps({k: v for k, v in json.loads((folder / "early.json").read_text()).items() if k != "code"})
    )
    assert "holds no code" in call("verify", bare).stderr
    assert call("verify", bare, EARLY).exit_code == 0


def read(path):
    """All that is done with a file before a run is made of it."""
    record = read_record(path)
    with damage_told(path):
        told = proof_of(record) if record.get("kind") == "score" else replay_of(record)
    level = find_level(told.level)
    if record.get("kind") != "score":
        check_replay(told, level)
    return level


HOSTILE = [
    b"",
    b"\xff\xfe\x00",
    b"[" * 100_000,
    b'{"format": ' + b"9" * 5_000 + b"}",
    b'{"format": 1}',
    b'{"format": 1, "kind": ["score"]}',
    b'{"format": 1, "kind": "score"}',
    b" " * (4 * 1024 * 1024 + 1),
    b"NaN",
    b"null",
]


@pytest.mark.parametrize("content", HOSTILE, ids=range(len(HOSTILE)))
def test_what_is_no_replay_is_refused_in_a_sentence(tmp_path, content):
    path = tmp_path / "hostile.json"
    path.write_bytes(content)
    result = call("verify", path)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"Error: {path}: ")
    assert result.stderr.count("\n") == 1


ODD = [
    None,
    True,
    -1,
    0,
    1.5,
    10**30,
    1e400,
    float("nan"),
    "",
    "x",
    "\ud800",
    "\x1b[2J",
    [],
    [1],
    [1, 2],
    [2, 1],
    {},
    [[]],
]


def mutated(value, draw):
    """The value with something in it replaced, left out or added."""
    if isinstance(value, dict) and value and draw.random() < 0.9:
        key = draw.choice(sorted(value))
        if draw.random() < 0.15:
            return {name: each for name, each in value.items() if name != key}
        if draw.random() < 0.1:
            return value | {draw.choice(["extra", "on", "\ud800"]): draw.choice(ODD)}
        return value | {key: mutated(value[key], draw)}
    if isinstance(value, list) and value and draw.random() < 0.9:
        place = draw.randrange(len(value))
        return [*value[:place], mutated(value[place], draw), *value[place + 1 :]]
    return draw.choice(ODD)


DECISIONS = [
    {"on": "signal", "sender": 1, "receiver": 2, "k": 0, "fate": "hold", "ticks": 3},
    {"on": "node", "kind": "pause", "node": 1, "tick": 5, "ticks": 3},
    {"on": "links", "senders": [1], "receivers": [2], "start": 3, "end": 9, "delay": [1, 4], "loss": 0.5},
    {"on": "clock", "node": 1, "rate": 0.5, "start": 3},
    {"on": "skip", "client": 1, "n": 0, "ticks": 4},
]


def test_a_damaged_file_is_refused_or_plays_and_never_fails_otherwise(folder, tmp_path):
    from distgame.engine.host import Host
    from distgame.engine.referee import simulate
    from distgame.game.running.program import read_program

    draw = random.Random(7)
    path = tmp_path / "damaged.json"
    replay = json.loads((folder / "early.json").read_text())
    replay["interventions"] = DECISIONS
    host = Host(read_program(RIGHT))
    words, played = [], 0
    for whole in (replay, json.loads(scores(folder)[0].read_text())):
        for _ in range(400):
            changed = whole
            for _ in range(draw.randint(1, 3)):
                changed = mutated(changed, draw)
            path.write_text(json.dumps(changed))
            try:
                level = read(path)
            except (FileError, LevelError) as error:
                words.append(str(error))
                continue
            played += 1
            if "interventions" in changed and played % 4 == 0:
                simulate(host, level.world, changed["seed"], replay_of(changed).schedule.interventions)
    assert len(words) > 400
    assert not any("\x1b" in each or len(each) > 500 for each in words)
    assert played > 20
