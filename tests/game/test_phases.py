"""Phases of a level: what is asked in which, whose operations count, and what it does to a pass."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from distgame import ClientReadResponse, ClientWriteResponse, Node, ResponseType
from distgame.engine.host import Host
from distgame.game.campaign.level_tables import ClientTable, FaultTable, Goals, Medals, PhaseTable, Seeds, WorldTable
from distgame.game.campaign.levels import Level, LevelError, read_level
from distgame.game.play.places import levels_folder
from distgame.game.running.runs import run_level
from distgame.game.scores.reports import run_object
from distgame.game.scores.scoring import Score, total

LEVEL = Level(
    number=30,
    name="Test",
    act="Tests",
    teaches="",
    story="",
    new="",
    goal="",
    hints=("", "", ""),
    afterword="",
    model="linearizable",
    reference="",
    broken=(),
    world_table=WorldTable(nodes=2, duration=400, timeout=50),
    clients=(ClientTable(count=2, node=1, think=(5, 9)), ClientTable(node=2, writes=0.0, think=(5, 9))),
    faults=(FaultTable(kind="crash", node=2, tick=100), FaultTable(kind="restart", node=2, tick=200)),
    goals=Goals(reads_of_written_values=1, availability=0.1),
    medals=Medals(messages=2.0, wait=10, availability=0.95),
    seeds=Seeds(scored=(1, 3)),
    id="30-test",
)


class Alone(Node):
    """Node 1 holds the register, and node 2 says that it was never written."""

    def process_read_request(self, request):
        return ClientReadResponse(ResponseType.Success, self.storage.get("x"))

    def process_write_request(self, request):
        self.storage["x"] = request.value
        return ClientWriteResponse(ResponseType.Success)


def score(*phases: PhaseTable) -> Score:
    level = replace(LEVEL, phases=phases)
    host = Host.of_class(Alone)
    return total(level, [run_level(host, level, seed).score for seed in level.scored_seeds])


def test_a_phase_counts_what_is_invoked_in_it_by_the_clients_it_names() -> None:
    found = score(
        PhaseTable(name="before", end=40),
        PhaseTable(name="dead", start=101, end=190),
        PhaseTable(name="dead for them", start=101, end=190, clients=(3,)),
        PhaseTable(name="not for them", start=101, end=190, clients=(1, 2)),
        PhaseTable(name="whole"),
    ).phases
    before, dead, theirs, others, whole = found
    assert before.availability == others.availability == 1.0
    assert theirs.availability == 0.0
    assert (dead.answered, dead.invoked) == (others.answered, others.invoked + theirs.invoked)
    assert whole.end == 400
    assert whole.availability == score().availability
    assert not any(phase.goal for phase in found)


@pytest.mark.parametrize("share", [0.5, 1.0])
def test_a_phase_whose_goal_is_missed_is_a_goal_missed(share: float) -> None:
    result = score(PhaseTable(name="dead", start=101, end=190, clients=(3,), availability=share))
    goal = result.goals[-1]
    assert goal.words == (
        f"at least {100 * share:g}% of the operations of client 3 answered in ticks 101 to 189 (dead)"
    )
    assert (goal.measured, goal.met) == (0.0, False)
    assert not result.passed


def test_a_phase_in_which_nothing_is_asked_is_not_met() -> None:
    assert not score(PhaseTable(name="end", start=390, availability=0.5)).goals[-1].met


def test_the_run_object_tells_of_the_phases() -> None:
    result = score(
        PhaseTable(name="calm", end=90, clients=(1, 3), availability=0.9), PhaseTable(name="late", start=399)
    )
    told = run_object(LEVEL, "alone.py", None, range(1, 4), result)["phases"]
    assert told[0]["name"] == "calm"
    assert told[0]["clients"] == [1, 3]
    assert told[0]["availability"] == 1.0
    assert told[0]["invoked"] == told[0]["answered"] > 0
    assert told[1]["availability"] is None
    assert run_object(LEVEL, "alone.py", None, range(1, 4), score())["phases"] == []


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("[[phases]]\nname = 'a'\nstart = 700\n", "within the run"),
        ("[[phases]]\nname = 'a'\nstart = 7\nend = 7\n", "within the run"),
        ("[[phases]]\nname = 'a'\nclients = [9]\n", "there is no client 9"),
        ("[[phases]]\nname = 'a'\navailability = 0\n", "availability is a share above 0"),
        ("[[phases]]\nstart = 7\n", "'name' is missing"),
        ("[[clocks]]\nnode = 9\nrate = 0.5\n", "names node 9"),
        ("[[clocks]]\nnode = 1\nrate = -0.5\n", "rate from 0 to 10"),
        ("[detector]\ndelay = -1\n", "delay goes from 0"),
        ("[gateway]\nretry = -1\n", "retry goes from 0"),
        ("[gateway]\nretries = 1\n", "did you mean 'retry'"),
        ("[swarm]\nloss = 2\n", "loss is a share"),
        ("[swarm]\nlos = 0.2\n", "did you mean 'loss'"),
    ],
)
def test_mistakes_in_a_level_are_told_with_their_line(tmp_path: Path, table: str, said: str) -> None:
    text = (levels_folder() / "01-echo-chamber.toml").read_text(encoding="utf-8")
    path = tmp_path / "01-test.toml"
    path.write_text(f"{text}\n{table}", encoding="utf-8")
    with pytest.raises(LevelError, match=said) as error:
        read_level(path)
    line = int(str(error.value).split(":")[1])
    assert line > text.count("\n")
