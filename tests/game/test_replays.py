"""Replay files: written, read back, played again; damaged and hostile ones refused with a clear message."""

import json
from dataclasses import replace

import pytest

from distgame.engine.program import Program, Source
from distgame.engine.trace import ENGINE_VERSION
from distgame.engine.world import FewerNodes, LinkRule, NodeFault, SignalFate, SkippedOperation
from distgame.game.adversary.replays import Replay, check_replay, differences, read_replay, write_replay
from distgame.game.campaign.levels import find_level
from distgame.game.play.files import FileError
from distgame.hunt.trial import Schedule

DECISIONS = (
    SignalFate(sender=1, receiver=2, k=3, fate="hold", ticks=20),
    NodeFault(kind="restart", node=3, tick=40, lose_disk=True),
    LinkRule(senders=(1, 2), receivers=None, start=5, end=9, delay=(1, 1), loss=0.0),
    SkippedOperation(client=1, n=4, ticks=7),
)
REPLAY = Replay(
    "03-close-to-home",
    ENGINE_VERSION,
    "c0de" * 16,
    Schedule(7, DECISIONS),
    "d1ce" * 16,
    "client 1 read 3",
    rules="ab1e" * 16,
    code="x = 1\n",
)


def test_a_replay_is_read_back_as_it_was_written(tmp_path):
    write_replay(REPLAY, tmp_path / "r.json")
    assert read_replay(tmp_path / "r.json") == REPLAY
    check_replay(REPLAY, find_level("3"))


def changed(**fields):
    def change(record):
        return record | fields

    return change


SIGNAL = {"on": "signal", "sender": 1, "receiver": 2, "k": 0, "fate": "drop"}
DAMAGED = {
    "not JSON": (lambda _: ..., "not readable as JSON"),
    "a list": (lambda _: [1], "expected an object"),
    "no seed": (lambda record: {k: v for k, v in record.items() if k != "seed"}, "the field 'seed' is missing"),
    "a seed that is true": (changed(seed=True), "the field 'seed' cannot be True"),
    "another format": (changed(format=9), "its format is 9; this game reads format 1"),
    "code that is a number": (changed(code=5), "the field 'code' cannot be 5"),
    "too many decisions": (changed(interventions=[{}] * 10_001), "more than 10,000 decisions"),
    "a decision of no kind": (changed(interventions=[{"on": "eval"}]), "decision 1 is none"),
    "an unknown field": (changed(interventions=[{"on": "skip", "client": 1, "n": 1, "x": 1}]), "unknown field 'x'"),
    "a missing field": (changed(interventions=[{"on": "skip", "client": 1}]), "lacks a field of its kind"),
    "an object in it": (changed(interventions=[{"on": "skip", "client": {}, "n": 1}]), "its client cannot be {}"),
    "a list of texts": (changed(interventions=[{"on": "links", "senders": ["a"]}]), "its senders cannot be"),
    "a server that is a text": (changed(interventions=[{**SIGNAL, "sender": "a"}]), "its sender cannot be 'a'"),
    "a fate of no kind": (changed(interventions=[{**SIGNAL, "fate": "explode"}]), "its fate cannot be 'explode'"),
    "a fault of no kind": (
        changed(interventions=[{"on": "node", "kind": "melt", "node": 1, "tick": 1}]),
        "its kind cannot be 'melt'",
    ),
    "servers that are a number": (changed(interventions=[{"on": "links", "senders": 5}]), "its senders cannot be 5"),
    "a delay of one end": (changed(interventions=[{"on": "links", "delay": [1]}]), "its delay cannot be"),
    "a digest that is none": (changed(digest="none"), "the field 'digest' cannot be 'none'"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_replay_is_one_clear_message(tmp_path, name):
    change, words = DAMAGED[name]
    path = tmp_path / "r.json"
    write_replay(REPLAY, path)
    content = change(json.loads(path.read_text()))
    path.write_text("{" if content is ... else json.dumps(content))
    with pytest.raises(FileError, match=words) as error:
        read_replay(path)
    assert str(path) in str(error.value)


def test_a_file_that_is_missing_or_far_too_large_is_refused(tmp_path):
    with pytest.raises(FileError, match="cannot be read"):
        read_replay(tmp_path / "none.json")
    (tmp_path / "big.json").write_bytes(b" " * (4 * 1024 * 1024 + 1))
    with pytest.raises(FileError, match="too large"):
        read_replay(tmp_path / "big.json")


def test_a_replay_says_which_nodes_are_there_and_its_decisions_are_about_these(tmp_path):
    decisions = (FewerNodes(nodes=(1, 3)), NodeFault(kind="crash", node=2, tick=4))
    replay = replace(REPLAY, schedule=Schedule(7, decisions))
    write_replay(replay, tmp_path / "r.json")
    assert json.loads((tmp_path / "r.json").read_text())["interventions"][0] == {"on": "world", "nodes": [1, 3]}
    assert read_replay(tmp_path / "r.json") == replay
    check_replay(replay, find_level("3"))
    with pytest.raises(FileError, match="node 3, but the nodes are 1 to 2"):
        check_replay(replace(REPLAY, schedule=Schedule(7, (*DECISIONS, decisions[0]))), find_level("3"))


@pytest.mark.parametrize(
    "decision",
    [
        SignalFate(sender=1, receiver=9, k=0, fate="drop"),
        SignalFate(sender=1, receiver=2, k=0, fate="hold", ticks=10**30),
        NodeFault(kind="pause", node=1, tick=1, ticks=10**30),
        SkippedOperation(client=9, n=0),
        LinkRule(senders=(9,)),
        FewerNodes(nodes=(2, 4)),
    ],
    ids=str,
)
def test_decisions_that_mean_nothing_on_the_level_are_refused(decision):
    replay = Replay("03-close-to-home", 1, "", Schedule(1, (decision,)), "", None)
    with pytest.raises(FileError, match="does not fit the level 03-close-to-home"):
        check_replay(replay, find_level("3"))


def test_what_differs_is_said_exactly():
    level = find_level("3")
    program = Program(Source("a", "a.py", ""), digest=REPLAY.code_digest)
    same = replace(REPLAY, rules=level.rules_digest)
    assert differences(same, level, program, REPLAY.digest) == []
    assert differences(replace(same, rules=None), level, program, REPLAY.digest) == []
    other = replace(same, engine_version=99, code_digest="beef" * 16, rules="f00d" * 16)
    assert differences(other, level, program, "ace0" * 16) == [
        f"the engine: version {ENGINE_VERSION} here, 99 in the file",
        "the code: c0dec0dec0de here, beefbeefbeef in the file",
        f"the level's rules: {level.rules_digest[:12]} here, f00df00df00d in the file",
        "the run: ace0ace0ace0 here, d1ced1ced1ce in the file",
    ]
