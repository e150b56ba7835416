"""Demos: a level played by its reference; nothing of the player's is touched, and nothing is scored."""

from contextlib import asynccontextmanager

import pytest
from play_stage import LEVEL, MAJORITY, StageGame, level
from screen_text import screen_text, words

from distgame.game.play.settings import read_settings
from distgame.tui.app import DistGame
from distgame.tui.levels.screen import LevelsScreen
from distgame.tui.play.demo import DemoScreen

SIZES = pytest.mark.parametrize(
    "size", [(120, 36), pytest.param((80, 24), marks=pytest.mark.slow)], ids=["wide", "narrow"]
)


async def settled(app, pilot):
    """Waits until the screen has its run."""
    for _ in range(200):
        await pilot.pause()
        await app.workers.wait_for_complete()
        if isinstance(app.screen, LevelsScreen) or app.screen.recording is not None:
            break
    await pilot.pause()


@asynccontextmanager
async def demo(folder, size=(120, 36), forfeited=(), start=True):
    level(folder)
    (folder / "majority.py").write_text(MAJORITY)
    game = StageGame(folder)
    game.change_settings(forfeited=forfeited)
    app = DistGame(game, game.levels[0] if start else None, first="demo" if start else "levels")
    async with app.run_test(size=size) as pilot:
        await settled(app, pilot)
        yield app, pilot
    game.close()


@SIZES
async def test_a_demo_plays_the_reference_and_remembers_nothing(tmp_path, size):
    async with demo(tmp_path, size) as (app, pilot):
        assert isinstance(app.screen, DemoScreen)
        assert "demo: this is the reference" in screen_text(app)
        await pilot.press("space")
        app.screen.travel.move(lambda head: head.seek(200))
        app.screen._frame()
        await pilot.pause()
        assert "✗ 0 wrong" in screen_text(app)
        assert isinstance(app.screen, DemoScreen)
        assert app.game.scoreboard.scores() == []
        await pilot.press("escape")
        assert isinstance(app.screen, LevelsScreen)
    settings = read_settings()[0]
    assert (settings.last_file, settings.last_level) == (None, None)


async def test_the_code_is_not_shown_to_those_who_have_not_passed(tmp_path):
    async with demo(tmp_path) as (app, pilot):
        for tab in ("code", "node"):
            app.screen.tabs.active = tab
            await pilot.pause()
            assert "wait_for_responses" not in screen_text(app)
        app.screen.tabs.active = "code"
        await pilot.pause()
        assert "The code of the reference is shown" in words(app)


async def test_the_code_is_shown_to_those_who_may_see_the_solution(tmp_path):
    async with demo(tmp_path, forfeited=("08-small-storm",)) as (app, pilot):
        app.screen.tabs.active = "code"
        await pilot.pause()
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "self." in screen_text(app)


async def test_what_concerns_the_players_file_is_not_to_be_had(tmp_path):
    async with demo(tmp_path) as (app, pilot):
        before = app.screen
        await pilot.press("e", "E", "n", "s", "H", "k")
        await pilot.pause()
        assert app.screen is before
        assert " Editor" not in screen_text(app)


async def test_w_on_the_levels_screen_opens_the_demo(tmp_path):
    async with demo(tmp_path, start=False) as (app, pilot):
        await pilot.press("w")
        await pilot.pause()
        assert isinstance(app.screen, DemoScreen)


async def test_after_a_demo_the_same_level_is_chosen(tmp_path):
    (tmp_path / "07-other.toml").write_text(
        LEVEL.format(nodes=3, loss=0.0, faults="").replace("number = 8", "number = 7")
    )
    async with demo(tmp_path, start=False) as (app, pilot):
        app.game.change_settings(last_level="08-small-storm")
        app.screen.refill()
        await pilot.press("up", "w")
        await settled(app, pilot)
        assert isinstance(app.screen, DemoScreen)
        await pilot.press("escape")
        await pilot.pause()
        assert app.screen.chosen.id == "07-other"
