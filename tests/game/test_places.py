"""Where settings and scores, levels and algorithms are."""

import shutil
from pathlib import Path

import pytest

import distgame
from distgame.game.play import places
from distgame.game.play.files import FileError


def test_home_is_where_distgame_home_says(home):
    assert places.home() == home


@pytest.mark.parametrize(
    ("value", "folder"),
    [("~/games", Path.home() / "games"), ("here", Path.cwd() / "here"), (" /tmp/x/ ", Path("/tmp/x"))],
)
def test_home_is_always_absolute(monkeypatch, value, folder):
    monkeypatch.setenv("DISTGAME_HOME", value)
    assert places.home() == folder


@pytest.mark.parametrize("value", ["", "  "])
def test_a_blank_home_is_the_users_data_folder(monkeypatch, tmp_path, value):
    monkeypatch.setenv("DISTGAME_HOME", value)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert places.home().name == "distgame"
    assert places.home().is_absolute()


def test_asking_for_home_makes_nothing(monkeypatch, tmp_path):
    monkeypatch.setenv("DISTGAME_HOME", str(tmp_path / "later"))
    assert not places.home().exists()


@pytest.mark.parametrize(("find", "name"), [(places.levels_folder, "levels"), (places.algorithms_folder, "algorithms")])
def test_levels_and_algorithms_lie_inside_the_package_or_beside_it(monkeypatch, tmp_path, find, name):
    package = tmp_path / "distgame"
    (package / name).mkdir(parents=True)
    (tmp_path / name).mkdir()
    monkeypatch.setattr(distgame, "__file__", str(package / "__init__.py"))
    assert find() == package / name
    shutil.rmtree(package / name)
    assert find() == tmp_path / name
    shutil.rmtree(tmp_path / name)
    with pytest.raises(FileError, match=f"the game's {name} are missing"):
        find()


def test_this_installation_has_both():
    assert places.levels_folder().is_dir()
    assert places.algorithms_folder().is_dir()
