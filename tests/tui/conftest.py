"""A game of three small levels, and the app on it; the play screen is a stand-in, so that no worker starts."""

from pathlib import Path

import pytest
from shell_data import write_levels
from textual.screen import Screen
from textual.scrollbar import ScrollBar
from textual.widgets import Markdown, Static

from distgame.game.play.game import Game
from distgame.tui.app import DistGame

WIDE, NARROW = (120, 36), (80, 24)


@pytest.fixture(autouse=True)
def drawn_as_ever(monkeypatch):
    """What an app with plain characters changes for all apps is put back after each test."""
    monkeypatch.setattr(ScrollBar, "renderer", ScrollBar.renderer)
    monkeypatch.setattr(Markdown, "BULLETS", Markdown.BULLETS)


@pytest.fixture(params=[WIDE, pytest.param(NARROW, marks=pytest.mark.slow)], ids=["wide", "narrow"])
def size(request):
    """The two sizes that every screen is designed for; goldens have both every day."""
    return request.param


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The player's current folder, empty."""
    folder = tmp_path / "mine"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def game(tmp_path, folder, monkeypatch):
    """A game of the test's own levels; the player is Ada."""
    monkeypatch.setenv("DISTGAME_PLAYER", "Ada")
    game = Game(write_levels(tmp_path / "levels"))
    yield game
    game.close()


class FakePlayScreen(Screen[None]):
    """Knows what it was opened with."""

    def __init__(self, level, path, seed=None):
        super().__init__()
        self.level, self.path, self.seed = level, path, seed

    def compose(self):
        yield Static(f"playing {self.level.id} with {Path(self.path).name}")


@pytest.fixture
def make_app(game, monkeypatch):
    """Makes apps on the game, with the stand-in for the play screen."""
    monkeypatch.setattr("distgame.tui.play.screen.PlayScreen", FakePlayScreen)
    # What is imported now would be made on the stand-in.
    monkeypatch.setattr("distgame.tui.app.read_ahead", lambda: None)
    monkeypatch.delenv("NO_COLOR", raising=False)
    # No process is started to measure references, unless a test asks for it.
    monkeypatch.setattr("distgame.tui.levels.look.LOOK_SECONDS", 3600)

    def make(*arguments, **options):
        return DistGame(game, *arguments, **options)

    return make


@pytest.fixture
def app(make_app):
    """The app as it opens without arguments."""
    return make_app()
