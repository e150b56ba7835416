"""What every test has: a home of its own, so that none touches the settings and scores of the person who runs it."""

import gc

import pytest


def pytest_configure():
    """Lets the collector look less often: what hundreds of apps leave behind took it a tenth of the time."""
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(autouse=True)
def home(tmp_path_factory, monkeypatch):
    """An empty folder in the place of the player's data."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("DISTGAME_HOME", str(folder))
    monkeypatch.delenv("DISTGAME_PLAYER", raising=False)
    return folder
