"""Levels whose model judges a run as a whole: sessions follow clients, and one read is blamed at most."""

from __future__ import annotations

from pathlib import Path

import pytest

from distgame import ClientReadResponse, ClientWriteResponse, Node, ResponseType
from distgame.checker import Rule, check
from distgame.checker.verify import explanation_refutes
from distgame.game.campaign.levels import Level, read_level
from distgame.game.pictures.picture import Picture
from distgame.game.running.runs import Run, simulate
from distgame.game.scores.judging import MODELS
from distgame.game.scores.scoring import total

OK = ResponseType.Success

TOML = """
number = 30
name = "Own Words"
act = "Tests"
teaches = ""
model = "{model}"
story = ""
new = ""
goal = ""
hints = ["", "", ""]
afterword = ""
reference = ""
broken = []

[world]
nodes = 3
duration = {duration}
timeout = 50

[[clients]]
count = {count}
writes = 0.4
{client}

[goals]
reads_of_written_values = 1
availability = 0.5

[medals]
messages = 5.0
wait = 90
availability = 0.5

[seeds]
scored = [101, 105]
"""


class LocalCopies(Node):
    """Every node keeps what it was told last, and tells nobody."""

    def process_read_request(self, request):
        return ClientReadResponse(OK, self.storage.get("value"))

    def process_write_request(self, request):
        self.storage["value"] = request.value
        return ClientWriteResponse(OK)


@pytest.fixture
def level(tmp_path: Path):
    """Reads a level file with the model and the facts asked for; without a `node`, clients go from node to node."""

    def written(model: str, node: int | None = None, duration: int = 400, count: int = 2) -> Level:
        path = tmp_path / "30-own-words.toml"
        client = "" if node is None else f"node = {node}"
        path.write_text(TOML.format(model=model, client=client, duration=duration, count=count), encoding="utf-8")
        return read_level(path)

    return written


def runs(level: Level) -> list[Run]:
    return [simulate(LocalCopies, level, seed) for seed in level.scored_seeds]


def test_a_level_can_ask_for_every_model_of_the_checker() -> None:
    assert {"linearizable", "regular", "sequential", "causal", "read-your-writes", "eventual", "safe"} <= set(MODELS)


def test_local_copies_break_read_your_writes_when_clients_go_from_node_to_node(level) -> None:
    played = runs(level("read-your-writes"))
    score = total(played[0].level, [run.score for run in played])
    assert not score.passed
    for run in played:
        assert not run.verdict
        explanation = run.judgement.explain(run.judgement.wrong[0])
        assert explanation_refutes(run.history, explanation.operations, "read-your-writes", None, client_of)
        assert run.score.wrong == len(explanation.operations)
        assert run.score.correct == run.score.answered_reads - 1
        assert run.score.failure.reason == explanation.sentence
        assert run.score.failure.operations == explanation.operations
        assert len(run.judgement.wrong) == 1
        assert Picture(run)
    assert score.availability == 1.0


def client_of(process: int) -> int:
    return (process - 1) % 2


def test_they_keep_it_when_every_client_stays_at_its_node(level) -> None:
    played = runs(level("read-your-writes", node=2))
    score = total(played[0].level, [run.score for run in played])
    assert score.passed
    assert all(run.verdict and run.score.wrong == 0 for run in played)
    assert all(run.score.correct == run.score.answered_reads > 0 for run in played)


class Forgetful(LocalCopies):
    """The second write is lost with the first, and without an answer."""

    def process_write_request(self, request):
        self.storage["writes"] = self.storage.get("writes", 0) + 1
        if self.storage["writes"] == 2:
            self.storage["value"] = None
            return None
        return super().process_write_request(request)


def test_a_client_that_goes_on_after_a_timeout_stays_in_its_session(level) -> None:
    run = simulate(Forgetful, level("read-your-writes", node=1, count=1), 101)
    assert len({op.process for op in run.history}) == 2
    assert check(run.history, "read-your-writes")
    assert not run.verdict
    first, second = run.score.failure.reason.split(", then itself ")
    assert first.startswith("client 1 wrote ")
    assert second.startswith("read the initial value")


def test_the_story_of_a_violation_names_the_client(level) -> None:
    run = runs(level("read-your-writes"))[0]
    assert "client 1" in run.score.failure.reason or "client 2" in run.score.failure.reason
    assert run.judgement.explain(run.judgement.wrong[0]).rule in (Rule.STALE_INITIAL, Rule.CONTRADICTION)


def test_reads_that_never_agree_are_not_eventual_and_silence_does_not_pass(level) -> None:
    statuses = {run.verdict.status: run.score for run in runs(level("eventual"))}
    assert not any(score.passed for status, score in statuses.items() if status != "holds")
    undecided = statuses.get("undecided")
    assert undecided is not None
    assert undecided.wrong == 0
    assert undecided.failure.reason == "too little was answered to tell whether the run is eventual"
