"""Levels whose clients compare and set, count up, take snapshots and use keys: judged, scored, told, hunted."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent

import pytest

from distgame.checker import Kind, Outcome, check
from distgame.checker.files import load
from distgame.checker.jsonl import dump
from distgame.checker.verify import explanation_refutes
from distgame.engine import trace as tr
from distgame.engine.host import Host
from distgame.engine.outline import heard, told
from distgame.engine.program import Program, Source
from distgame.game.adversary.hunting import WorldRunner
from distgame.game.campaign.levels import Level, LevelError, read_level
from distgame.game.pictures.picture import Picture
from distgame.game.pictures.telling import answered, asked
from distgame.game.play.playback import Playback
from distgame.game.running.runs import Run, run_level
from distgame.game.scores.judging import judge
from distgame.game.scores.scoring import score_seed, total
from distgame.hunt.bounds import bounds_of
from distgame.hunt.shrink import Shrinker
from distgame.hunt.story import story
from distgame.hunt.trial import Schedule

TOML = """
number = 30
name = "Everything"
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
duration = 400
timeout = 60

[[clients]]
count = 3
think = [2, 6]
{clients}

[goals]
reads_of_written_values = 1
availability = 0.5
{goals}

[medals]
messages = 5.0
wait = 90
availability = 0.5

[seeds]
scored = [101, 103]
"""
# The first node has everything, and does each thing in one step.
ALONE = '''
from distgame import *

class Alone(Node):
    """All requests go to node 1."""

    def on_start(self):
        if self.id == 1:
            self.notify_leadership()

    def process_read_request(self, request):
        return ClientReadResponse(ResponseType.Success, self.storage.get(request.key))

    def process_write_request(self, request):
        self.storage[request.key] = request.value
        return ClientWriteResponse(ResponseType.Success)

    def process_cas_request(self, request):
        held = self.storage.get(request.key) == request.old
        if held:
            self.storage[request.key] = request.new
        return ClientCasResponse(ResponseType.Success, held)

    def process_increment_request(self, request):
        self.storage[request.key] = (self.storage.get(request.key) or 0) + 1
        return ClientIncrementResponse(ResponseType.Success, self.storage[request.key])

    def process_snapshot_request(self, request):
        return ClientSnapshotResponse(ResponseType.Success, {key: self.storage.get(key) for key in request.keys})
'''
# The same with a pause between looking and doing; and a snapshot in two looks.
HASTY = (
    ALONE
    + """
class Hasty(Alone):
    def process_cas_request(self, request):
        held = self.storage.get(request.key) == request.old
        yield from self.sleep(3)
        if held:
            self.storage[request.key] = request.new
        return ClientCasResponse(ResponseType.Success, held)

    def process_increment_request(self, request):
        count = (self.storage.get(request.key) or 0) + 1
        yield from self.sleep(3)
        self.storage[request.key] = count
        return ClientIncrementResponse(ResponseType.Success, count)

    def process_snapshot_request(self, request):
        found = {}
        for key in request.keys:
            found[key] = self.storage.get(key)
            yield from self.sleep(5)
        return ClientSnapshotResponse(ResponseType.Success, found)
"""
)
LOCAL = ALONE.replace("if self.id == 1:", "if False:")
MODES = {
    "increments": ("linearizable", "writes = 0.0\nincrements = 0.6", Kind.ADD),
    "swaps": ("linearizable", "writes = 0.1\ncas = 0.5", Kind.CAS),
    "snapshots": ("strict-serializable", 'writes = 0.5\nsnapshots = 0.4\nkeys = ["x", "y"]', Kind.SNAPSHOT),
    "everything": (
        "strict-serializable",
        'writes = 0.2\ncas = 0.2\nincrements = 0.2\nsnapshots = 0.2\nkeys = ["x", "y"]',
        None,
    ),
}


@pytest.fixture
def level(tmp_path: Path):
    def written(mode: str, goals: str = "") -> Level:
        model, clients, _ = MODES[mode]
        path = tmp_path / "30-everything.toml"
        path.write_text(TOML.format(model=model, clients=clients, goals=goals), encoding="utf-8")
        return read_level(path)

    return written


def host(code: str) -> Host:
    return Host(Program(Source("register", "register.py", dedent(code))))


def runs(level: Level, code: str) -> list[Run]:
    nodes = host(code)
    return [run_level(nodes, level, seed) for seed in level.scored_seeds]


@pytest.mark.parametrize("mode", MODES)
def test_what_one_node_does_in_one_step_is_right(level, mode: str) -> None:
    played = runs(level(mode), ALONE)
    score = total(played[0].level, [run.score for run in played])
    assert score.passed, score.first_failure
    assert score.availability == 1.0
    for run in played:
        assert run.verdict
        assert run.judgement.wrong == ()
        assert run.score.correct == run.score.answered_reads
        assert run.score.answered == run.score.invoked == len(run.history)
        assert Picture(run)


@pytest.mark.parametrize("mode", MODES)
def test_what_it_does_in_two_steps_is_wrong_and_says_why(level, mode: str) -> None:
    played = runs(level(mode), HASTY)
    assert not all(run.score.passed for run in played)
    for run in played:
        if run.verdict:
            continue
        (wrong,) = run.judgement.wrong
        explanation = run.judgement.explain(wrong)
        assert wrong.operation in explanation.operations
        assert run.score.failure.reason == explanation.sentence
        assert run.score.failure.tick == wrong.operation.completed_at
        assert run.trace.events[wrong.event][0] == tr.RETURN
        assert explanation_refutes(run.history, explanation.operations, run.level.model, None)


def test_the_sentence_names_the_ticket(level) -> None:
    reasons = [run.score.failure.reason for run in runs(level("increments"), LOCAL)]
    assert all("counted up to" in reason or " read " in reason for reason in reasons)


def test_goals_can_ask_for_tickets_and_swaps(level) -> None:
    run = runs(level("increments", "increments = 1000"), ALONE)[0]
    assert run.score.failure.reason == f"only {run.score.increments} right tickets; this level asks for 1000"
    assert run.score.increments == run.score.answered_writes > 5
    run = runs(level("swaps", "swaps = 1000"), ALONE)[0]
    assert "compare-and-sets that changed the register; this level asks for 1000" in run.score.failure.reason
    swapped = [op for op in run.history if op.kind is Kind.CAS and op.outcome is Outcome.OK]
    assert run.score.swaps == len(swapped) > 5
    refused = [op for op in run.history if op.kind is Kind.CAS and op.outcome is Outcome.FAILED]
    assert refused
    assert run.score.answered == len(run.history)


@pytest.mark.parametrize("mode", MODES)
def test_what_another_process_tells_of_a_run_scores_the_same(level, mode: str) -> None:
    for code in (ALONE, HASTY):
        run = runs(level(mode), code)[0]
        outline = heard(json.loads(json.dumps(told(run.trace))), run.level.world, run.trace.seed)
        assert outline.calls == run.trace.calls
        assert score_seed(run.level, outline, judge(outline, run.level.model)) == run.score


@pytest.mark.parametrize("mode", MODES)
def test_a_history_file_of_it_is_judged_alike(level, tmp_path: Path, mode: str) -> None:
    for code in (ALONE, HASTY):
        for run in runs(level(mode), code):
            path = tmp_path / "history.jsonl"
            path.write_text("".join(f"{line}\n" for line in dump(run.history)), encoding="utf-8")
            assert check(load(path).history, run.level.model).status == run.verdict.status


@pytest.mark.parametrize("code", [ALONE, HASTY], ids=["right", "wrong"])
def test_every_call_can_be_told_and_played_back(level, code: str) -> None:
    run = runs(level("everything"), code)[0]
    words = {asked(e).words for e in run.trace.events if e[0] == tr.INVOKE}
    words |= {answered(e).words for e in run.trace.events if e[0] == tr.RETURN}
    for beginning in ("read x", "write ", "change x from ", "count up ", "read x and y", "changed ", "drew ", "wrote "):
        assert any(each.startswith(beginning) for each in words), beginning
    playback = Playback(run.trace, run.judgement)
    last = playback.after(len(run.trace.events))
    assert sum(client.done for client in last.clients.values()) == run.score.answered
    assert last.counts.unanswered == 0


def test_keys_are_registers_of_their_own(level) -> None:
    run = runs(level("snapshots"), ALONE)[0]
    for key, register in run.history.registers().items():
        assert key in ("x", "y")
        assert check(register)


def test_the_hunter_shrinks_and_tells_them(level) -> None:
    played = next(run for run in runs(level("increments"), HASTY) if not run.verdict)
    world = played.level.world
    runner = WorldRunner(lambda: host(HASTY), world, played.level.model)
    trial = Shrinker(runner, world, bounds_of(world)).shrink(Schedule(played.trace.seed))
    assert trial.wrong is not None
    text = " ".join(step.text for step in story(trial))
    assert "counts up" in text
    assert "is given ticket" in text
    assert len(trial.history) < len(played.history)


def test_a_model_that_cannot_judge_it_is_refused_with_the_line(level, monkeypatch) -> None:
    monkeypatch.setitem(MODES, "refused", ("sequential", "increments = 0.5", None))
    with pytest.raises(LevelError, match="sequential cannot judge increments; linearizable and"):
        level("refused")


def test_a_share_too_many_is_refused_with_the_line(level, monkeypatch) -> None:
    monkeypatch.setitem(MODES, "refused", ("linearizable", "writes = 0.8\nincrements = 0.5", None))
    with pytest.raises(LevelError, match=r"toml:\d+: writes \+ increments must be at most 1"):
        level("refused")
