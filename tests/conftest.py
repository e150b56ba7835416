"""What every test has: a home of its own, so that none touches the settings and scores of the person who runs it."""

import gc
import os

import pytest


def pytest_configure():
    """Lets the collector look less often: what hundreds of apps leave behind took it a tenth of the time."""
    gc.set_threshold(50_000, 20, 50)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers():
    """Three processes for two cores: a test of a screen waits nearly as long as it works."""
    return max(1, (os.cpu_count() or 1) * 3 // 2)


@pytest.fixture(autouse=True)
def home(tmp_path_factory, monkeypatch):
    """An empty folder in the place of the player's data."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("DISTGAME_HOME", str(folder))
    monkeypatch.delenv("DISTGAME_PLAYER", raising=False)
    return folder
