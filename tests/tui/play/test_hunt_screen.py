"""The hunter on the play screen: it hunts beside the play, tells and keeps its story, and seals what is right."""

from concurrent.futures import Executor, Future
from dataclasses import replace
from types import SimpleNamespace

import pytest
from play_stage import CRASHING, LOCAL, MAJORITY, InProcess, level, stage

from distgame.engine.host import Host
from distgame.engine.world import FewerNodes
from distgame.game.adversary import hunting
from distgame.game.adversary.hunting import WorldRunner
from distgame.game.play.session import Session
from distgame.tui.modals.result import ResultScreen
from distgame.tui.play.hunt import Hunt, HuntNews, Sofar
from distgame.tui.play.recording import Recording
from distgame.tui.play.rows import plain


class Here(Executor):
    """A pool that does its work at once, in this process."""

    def submit(self, call, /, *arguments, **named):
        future = Future()
        future.set_result(call(*arguments, **named))
        return future


@pytest.fixture(autouse=True)
def _hunts_here(monkeypatch):
    def open_here(self, *arguments):
        Session.__init__(self, arguments[0], arguments[1], self.workers, Here, arguments[2])

    class Runner(WorldRunner):
        def __init__(self, program, level):
            host = Host(program)
            super().__init__(lambda: host, level.world, level.model)

    from play_stage import Workers

    monkeypatch.setattr(InProcess, "workers", Workers(), raising=False)
    monkeypatch.setattr(InProcess, "__init__", open_here)
    monkeypatch.setattr(hunting, "WorkerRunner", Runner)
    monkeypatch.setattr(hunting, "_ground", None)
    monkeypatch.setattr(hunting, "SEAL_RUNS", 48)


async def settled(play):
    if isinstance(play.app.screen, ResultScreen):
        await play.press("escape")
    await play.settle()


async def test_a_hunt_that_finds_something_shows_it_and_tells_it_step_by_step(tmp_path):
    async with stage(tmp_path, LOCAL) as play:
        await play.press("H")
        await settled(play)
        assert "✗ broken in run 24" in play.lines[-2]
        assert play.screen.recording.run.trace.interventions
        assert not play.screen.head.running
        ticks = []
        for place in range(1, 5):
            await play.press("i")
            assert f"{place}/4  tick" in play.lines[-2]
            ticks.append(play.screen.head.time)
        assert ticks == sorted(ticks)
        assert "✗ client" in play.lines[-2]
        assert "w tells why" in play.lines[-2]
        await play.press("I")
        assert "3/4" in play.lines[-2]
        await play.press("escape")
        assert "3/4" not in play.lines[-2]
        assert play.screen.is_current
        await play.press("H")
        await settled(play)
        assert "✗ broken" in play.lines[-2]
        story = play.screen.recording.run.trace
        await play.press("i", "x")
        await settled(play)
        changed = play.screen.recording.run.trace
        assert changed.seed == story.seed
        assert changed.interventions[:-1] == story.interventions
        assert "tick" not in play.lines[-2]


async def test_what_was_found_is_tried_first_after_each_save_until_it_is_beaten(tmp_path):
    async with stage(tmp_path, LOCAL) as play:
        await play.press("H")
        await settled(play)
        await play.save(LOCAL + "\n# the same, once more\n")
        await settled(play)
        assert "✗ what the hunter had found breaks your file still   H tells how" in play.lines[-2]
        await play.save(MAJORITY)
        await settled(play)
        assert "✓ beaten: what the hunter had found breaks your file no more" in play.lines[-2]
        await play.save(LOCAL)
        await settled(play)
        assert "hunter" not in play.lines[-2]


async def test_the_level_is_sealed_where_nothing_is_found_in_what_passes(tmp_path):
    calm = level(tmp_path, faults="")
    async with stage(tmp_path, MAJORITY, played=calm) as play:
        assert play.screen.score.passed
        assert "◈" not in play.lines[0]
        await play.press("H")
        await settled(play)
        assert "✓ the hunter found nothing in 48 runs: sealed" in play.lines[-2]
        assert "◈" in play.lines[0]
        assert play.app.game.seal_on(calm).runs == 48


async def test_what_does_not_pass_is_not_sealed(tmp_path):
    calm = level(tmp_path, faults="")
    never = replace(calm, goals=replace(calm.goals, messages_per_operation=0.1))
    async with stage(tmp_path, MAJORITY, played=never) as play:
        assert not play.screen.score.passed
        await play.press("H")
        await settled(play)
        assert "a file that passes is sealed for that" in play.lines[-2]
        assert play.app.game.seal_on(never) is None


def test_a_hunt_that_is_ended_waits_for_what_it_has_by_then():
    hunt = Hunt(SimpleNamespace(version="v1", show_lines=lambda: None))
    hunt._progress = Sofar(24)
    assert not hunt.clear()
    hunt._progress = Sofar(24, found=True)
    assert "broken in run 24" in plain(hunt.words()[0])
    assert hunt.clear()
    assert hunt._enough.is_set()
    assert plain(hunt.words()[0]) == "the hunt ends"
    hunt.hear(HuntNews("v1", None))
    assert plain(hunt.words()[0]) == "the hunt was ended   H begins another"


def test_who_looked_at_the_solution_gets_no_seal():
    sealed = []
    screen = SimpleNamespace(
        version="v1",
        level="a level",
        score=SimpleNamespace(passed=True, forfeited=True),
        app=SimpleNamespace(game=SimpleNamespace(seal=lambda *seal: sealed.append(seal))),
        show_lines=lambda: None,
    )
    hunt = Hunt(screen)
    hunt._clean = 48
    hunt.seal()
    assert sealed == []
    assert "whoever looked at the solution gets no seal" in plain(hunt.words()[0])
    screen.score.forfeited = False
    hunt.seal()
    assert sealed == [("a level", "v1", 48)]


async def test_there_is_no_story_before_a_hunt(tmp_path):
    async with stage(tmp_path, MAJORITY) as play:
        await play.press("i")
        assert [each.message for each in play.app._notifications] == ["The hunter has found nothing: H lets it hunt."]


async def test_an_error_in_the_code_is_a_story_too(tmp_path):
    async with stage(tmp_path, CRASHING) as play:
        await play.press("H")
        await settled(play)
        assert "✗ broken in run 24" in play.lines[-2]
        await play.press("i", "i")
        assert "the run ends: KeyError" in play.lines[-2]


async def test_a_story_with_fewer_nodes_is_shown_with_these_whichever_node_was_chosen(tmp_path):
    async with stage(tmp_path, MAJORITY, played=level(tmp_path, nodes=5, faults="")) as play:
        await play.pilot.click("#box-5", offset=(3, 1))
        run = play.screen.runner.session.replay(3, (FewerNodes(nodes=(1, 2, 4)),))
        play.screen.show_recording(Recording.of(run), running=False)
        await play.settle()
        assert any("╭─ node 3 ─" in line for line in play.lines)
        assert not any("node 4" in line for line in play.lines)
        assert any("node 3 up" in line for line in play.lines)
