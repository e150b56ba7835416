"""The sandbox screen: knobs that are turned while it runs, changes by hand, and the level file that is kept.

Run as a program (with tests/tui and tests/tui/play on PYTHONPATH), it writes the goldens anew: look at them before they
are committed.
"""

import asyncio
import os
import sys
import tempfile
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "play"))

from play_stage import LOCAL, MAJORITY, StageGame, Watch, level, write
from screen_text import screen_text, words

from distgame.game.campaign.levels import read_level
from distgame.game.campaign.sandbox import KNOBS, Sandbox
from distgame.game.play.settings import read_settings
from distgame.tui.app import DistGame
from distgame.tui.levels.screen import LevelsScreen
from distgame.tui.sandbox.screen import SandboxScreen
from distgame.tui.sandbox.world import shown

GOLDENS = Path(__file__).parent / "goldens"
SIZES = {"sandbox-wide": (120, 36), "sandbox-narrow": (80, 24)}
both_sizes = pytest.mark.parametrize("size", SIZES.values(), ids=["wide", "narrow"])


class SandboxGame(StageGame):
    """A game whose algorithms lie in the current folder."""

    def codes(self):
        return sorted(Path.cwd().glob("*.py"))


@asynccontextmanager
async def sandbox(folder, size=(120, 36), notifications=False):
    """The sandbox with the majority's file, paused at tick 0; everything by its keys."""
    write(folder / "a_majority.py", MAJORITY)
    write(folder / "b_local.py", LOCAL)
    level(folder)
    game = SandboxGame(folder)
    app = DistGame(game)
    async with app.run_test(size=size, notifications=notifications) as pilot:
        screen = SandboxScreen(Sandbox(), folder / "a_majority.py", watch=Watch, clock=lambda: 0.0)
        await app.push_screen(screen)
        await settled(app, pilot)
        await pilot.press("space")
        yield app, pilot
    game.close()


async def settled(app, pilot):
    """Lets every thread, message and layout come to rest."""
    for _ in range(3):
        await pilot.pause()
        await app.workers.wait_for_complete()
    await pilot.pause()


async def press(app, pilot, *keys):
    await pilot.press(*keys)
    await settled(app, pilot)


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """The player's current folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("distgame.tui.levels.look.LOOK_SECONDS", 3600)


async def turn(app, pilot, down, key, times=1):
    """Turns the knob that is so many below the number of nodes."""
    await press(app, pilot, *["down"] * down, *[key] * times)


@pytest.mark.parametrize(
    ("field", "changed", "said"),
    [
        ("keys", {}, "one"),
        ("keys", {"keys": 2}, "x, y"),
        ("drift", {}, "1% off"),
        ("drift", {"drift": 0.0}, "alike"),
        ("disk", {}, "at once"),
        ("disk", {"disk": 10}, "10 ticks"),
        ("detector", {}, "none"),
        ("retry", {}, "never"),
        ("health_check", {"health_check": 5}, "5 ticks"),
        ("length", {}, "600 ticks"),
        ("longest", {"longest": 1}, "1 tick"),
        ("loss", {"loss": 0.2}, "20%"),
        ("model", {}, "linearizable"),
    ],
)
def test_what_a_knob_says(field, changed, said):
    (knob,) = (knob for knob in KNOBS if knob.field == field)
    assert shown(Sandbox(**changed), knob, 0) == said


@both_sizes
async def test_more_nodes_make_the_run_anew_at_the_same_tick(tmp_path, size):
    async with sandbox(tmp_path, size) as (app, pilot):
        await press(app, pilot, "5")
        await turn(app, pilot, 0, "right", 2)
        assert app.screen.recording.run.trace.world.nodes == 5
        assert app.screen.head.time == 300
        assert "t=300/600" in screen_text(app)
        assert "node 5" in screen_text(app)
        await turn(app, pilot, 0, "left", 3)
        assert app.screen.recording.run.trace.world.nodes == 2
        assert "node 3" not in screen_text(app)


async def test_loss_holds_from_the_playhead_on(tmp_path):
    async with sandbox(tmp_path) as (app, pilot):
        await press(app, pilot, "5")
        before = app.screen.recording.run.trace.events
        await turn(app, pilot, 7, "right", 8)
        after = app.screen.recording.run.trace.events
        assert "loss           40%         ~ from 301" in screen_text(app)
        assert [e for e in before if e[1] <= 300] == [e for e in after if e[1] <= 300]
        assert before != after


async def test_i_makes_it_hold_in_the_whole_run(tmp_path):
    async with sandbox(tmp_path) as (app, pilot):
        await press(app, pilot, "5", "i")
        await turn(app, pilot, 7, "right", 2)
        assert app.screen.sandbox == Sandbox(loss=0.1)
        assert "~ from" not in screen_text(app)


async def test_what_is_done_by_hand_stays_when_a_knob_is_turned(tmp_path):
    async with sandbox(tmp_path) as (app, pilot):
        await press(app, pilot, "3", "x")
        assert "1 change" in screen_text(app)
        await turn(app, pilot, 2, "right")
        faults = [event for event in app.screen.recording.run.trace.events if event[2:4] == ("crash", 1)]
        assert len(faults) == 1
        assert "1 change" in screen_text(app)


async def test_what_was_done_to_a_node_that_is_gone_is_forgotten(tmp_path):
    async with sandbox(tmp_path) as (app, pilot):
        app.screen.chosen_server = 3
        await press(app, pilot, "3", "x")
        assert "1 change" in screen_text(app)
        await turn(app, pilot, 0, "left")
        assert app.screen.recording.run.trace.world.nodes == 2
        assert app.screen.what_if.changes == ()


async def test_it_runs_on_while_a_knob_is_turned(tmp_path):
    async with sandbox(tmp_path) as (app, pilot):
        await press(app, pilot, "2", "space")
        assert app.screen.head.running
        await turn(app, pilot, 1, "right")
        assert app.screen.head.running
        assert app.screen.head.time == 120


async def test_y_keeps_a_level_that_loads_and_never_writes_over_one(tmp_path):
    async with sandbox(tmp_path, notifications=True) as (app, pilot):
        await press(app, pilot, "5")
        await turn(app, pilot, 9, "right")
        await press(app, pilot, "x", "y", "y")
        assert "--level sandbox-1" in words(app)
    first, second = (read_level(tmp_path / f"sandbox-{number}.toml") for number in (1, 2))
    assert (first.number, second.number) == (1, 2)
    assert first.links[0].senders == (1,)
    assert first.faults[0].kind == "crash"
    assert first.reference == "a_majority.py"


async def test_other_code_plays_in_the_same_world(tmp_path):
    async with sandbox(tmp_path) as (app, pilot):
        await turn(app, pilot, 0, "right")
        await press(app, pilot, "up", "right")
        assert app.screen.path.name == "b_local.py"
        assert app.screen.sandbox == Sandbox(nodes=4)
        assert len(app.screen_stack) == 2


async def test_nothing_counts_and_nothing_is_remembered(tmp_path):
    async with sandbox(tmp_path, notifications=True) as (app, pilot):
        await press(app, pilot, "n", "s", "a", "H", "9")
        assert isinstance(app.screen, SandboxScreen)
        assert "sandbox: nothing counts" in screen_text(app)
        assert app.game.scoreboard.scores() == []
        await press(app, pilot, "escape")
        assert isinstance(app.screen, LevelsScreen)
    assert read_settings()[0].last_file is None


async def test_b_opens_the_sandbox_from_the_levels(tmp_path):
    write(tmp_path / "a_majority.py", MAJORITY)
    level(tmp_path)
    game = SandboxGame(tmp_path)
    app = DistGame(game)
    async with app.run_test() as pilot:
        await press(app, pilot, "b")
        assert isinstance(app.screen, SandboxScreen)
        assert app.screen.path.name == "a_majority.py"
    game.close()


async def picture(folder: Path, name: str) -> str:
    """A partition by hand at tick 240, seen thirty ticks later."""
    async with sandbox(folder, SIZES[name]) as (app, pilot):
        await press(app, pilot, "4")
        await turn(app, pilot, 9, "right")
        app.screen.travel.go_to_tick(270)
        await settled(app, pilot)
        return screen_text(app) + "\n"


@pytest.mark.parametrize("name", SIZES)
async def test_golden(tmp_path, name):
    assert await picture(tmp_path, name) == (GOLDENS / f"{name}.txt").read_text(encoding="utf-8")


if __name__ == "__main__":
    GOLDENS.mkdir(exist_ok=True)
    for each in SIZES:
        with tempfile.TemporaryDirectory() as home:
            os.environ["DISTGAME_HOME"] = f"{home}/home"
            os.chdir(home)
            text = asyncio.run(picture(Path(home), each))
        (GOLDENS / f"{each}.txt").write_text(text, encoding="utf-8")
