"""Files written for the original game play unchanged, and do what their authors meant."""

from pathlib import Path

import pytest
from playing import answers, events, play, register, said, scripted

from distgame.checker import check
from distgame.engine import trace as tr
from distgame.engine.trace import Trace
from distgame.engine.world import ClientSpec, LinkRule, World
from distgame.game.scores.judging import history_of

PLAYERS = Path(__file__).parents[1] / "players" / "original"
FILES = sorted(file.stem for file in PLAYERS.glob("*.py"))
CLIENTS = (ClientSpec(), ClientSpec(start=3))


def original(name: str, **how) -> Trace:
    """A run of a file of the original's style."""
    return play((PLAYERS / f"{name}.py").read_text(encoding="utf-8"), **how)


def verdict(trace: Trace) -> str:
    """Whether the run's history is linearizable."""
    return check(history_of(trace), model="linearizable").status


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("nodes", [3, 5])
def test_plays_to_the_end_and_answers(name: str, nodes: int) -> None:
    trace = original(name, world=World(nodes=nodes, clients=CLIENTS, duration=600))
    assert trace.problem is None
    assert len([kind for kind, _ in answers(trace, "read") if kind == "ok"]) > 3
    assert len([kind for kind, _ in answers(trace, "write") if kind == "ok"]) > 3


@pytest.mark.parametrize("seed", range(1, 6))
@pytest.mark.parametrize(
    ("name", "nodes"), [("local_variable", 1), ("single_copy", 3), ("leader", 3)], ids=lambda given: str(given)
)
def test_a_single_copy_is_linearizable(name: str, nodes: int, seed: int) -> None:
    assert verdict(original(name, world=World(nodes=nodes, clients=CLIENTS), seed=seed)) == "holds"


@pytest.mark.parametrize("name", ["versioned_majority", "checked_responses"])
@pytest.mark.parametrize("seed", range(1, 6))
def test_a_majority_is_linearizable_for_one_client(name: str, seed: int) -> None:
    assert verdict(original(name, world=World(nodes=5, clients=(ClientSpec(),)), seed=seed)) == "holds"


@pytest.mark.parametrize("name", ["local_variable", "rumours"])
def test_what_is_wrong_is_found_wrong(name: str) -> None:
    verdicts = [verdict(original(name, world=World(nodes=3, clients=CLIENTS), seed=seed)) for seed in range(1, 6)]
    assert "violated" in verdicts


def test_the_leader_gets_all_requests_once_it_has_said_so() -> None:
    trace = original("leader", world=World(nodes=3, clients=CLIENTS))
    (told,) = events(trace, tr.LEADER)
    asked = [event for event in events(trace, tr.SEND) if event[3] == 0 and event[4] > 0 and event[1] > told[1]]
    assert {event[4] for event in asked} == {1}


def test_the_leader_counts_the_heartbeats_that_time_out() -> None:
    cut = (LinkRule(senders=(1,), receivers=(2,), start=60, cut=True),)
    trace = original("leader", world=scripted(rules=cut, duration=150))
    assert said(trace) == ["0 heartbeats missed", "1 heartbeats missed", "2 heartbeats missed"]


def test_it_prints_to_its_log() -> None:
    trace = original("local_variable", world=scripted(nodes=1, clients=(ClientSpec(writes=0.0),)))
    assert set(said(trace)) == {"node 1 reads None"}


IMPORTS = {
    "from engine.node import Node": "Node",
    "import engine.node": "engine.node.Node",
    "import engine": "engine.node.Node",
    "from engine import node": "node.Node",
    "import engine.node as base": "base.Node",
    "from engine.node import *": "Node",
    "import distgame": "distgame.Node",
    "import distgame as game": "game.Node",
    "from distgame import Node as Replica": "Replica",
    "from engine.signal import Signal": "Signal",
    "from engine.gateway import Gateway": "Gateway",
    "from engine.client import Client": "Client",
    "from distgame import Signal, Gateway, Client, WebServer, Node": "Node",
}


@pytest.mark.parametrize(("line", "name"), IMPORTS.items(), ids=IMPORTS)
def test_the_old_names_are_ours(line: str, name: str) -> None:
    code = register(f"def on_start(self): print({name}.__name__, {name}.__module__)", top=line)
    last = name.rpartition(".")[2].replace("Replica", "Node")
    module = {"Signal": "trace"}.get(last, last.lower())
    assert set(said(play(code))) == {f"{last} distgame.engine.{module}"}


CONTRACTS = ["ClientReadRequest", "ClientWriteRequest", "ClientReadResponse", "ClientWriteResponse"]


@pytest.mark.parametrize("name", [*CONTRACTS, "LeaderNotification", "ResponseType", "RequestTimeout"])
def test_a_contract_is_the_same_class_by_either_name(name: str) -> None:
    top = f"from engine.contracts import {name} as old\nfrom distgame import {name} as new"
    assert set(said(play(register("def on_start(self): print(old is new)", top=top)))) == {"True"}
