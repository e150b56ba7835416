"""What the game remembers of its player."""

import getpass
import json
import os

import pytest

from distgame.game.play.files import FileError
from distgame.game.play.settings import (
    Settings,
    change_settings,
    player_name,
    read_settings,
    settings_path,
    write_settings,
)


def test_without_a_file_there_are_defaults_and_no_file_is_made(home):
    assert read_settings() == (Settings(), None)
    assert list(home.iterdir()) == []


def test_settings_come_back_as_they_were_saved():
    settings = Settings(
        player="Ada Łovelace",
        theme="nord",
        last_level="08-lost-mail",
        last_file="/a/b.py",
        open_all_levels=True,
        forfeited=("08-lost-mail",),
        lessons_over=("01-echo-chamber", "02-two-minds"),
    )
    write_settings(settings)
    assert read_settings() == (settings, None)


def test_a_path_that_is_no_utf_8_is_remembered():
    change_settings(last_file=os.fsdecode(b"/a/\xff.py"))
    assert read_settings() == (Settings(last_file=os.fsdecode(b"/a/\xff.py")), None)


def test_keys_of_a_later_version_survive_a_change():
    settings_path().write_text('{"sound": {"volume": 3}, "theme": "nord"}')
    change_settings(player="Ada")
    assert json.loads(settings_path().read_text()) == {"sound": {"volume": 3}, "theme": "nord", "player": "Ada"}


def test_a_setting_can_be_forgotten():
    change_settings(theme="nord", player="Ada")
    assert change_settings(theme=None) == Settings(player="Ada") == read_settings()[0]


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\xff\xfe", b"null", b"[" * 100_000], ids=repr)
def test_a_damaged_file_is_set_aside_and_nothing_of_it_is_lost(home, content):
    settings_path().write_bytes(content)
    settings, notice = read_settings()
    assert settings == Settings()
    assert "damaged" in notice
    assert "settings.json.damaged-1" in notice
    assert (home / "settings.json.damaged-1").read_bytes() == content
    assert not settings_path().exists()


def test_damaged_files_are_numbered(home):
    for _ in range(3):
        settings_path().write_text("oops")
        read_settings()
    assert sorted(path.name for path in home.iterdir()) == [f"settings.json.damaged-{n}" for n in (1, 2, 3)]


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("theme", 5, "theme should be text, not 5"),
        ("open_all_levels", "yes", "should be true or false"),
        ("forfeited", "01-echo", "should be a list of texts"),
        ("lessons_over", [1], "should be a list of texts, not [1]"),
    ],
)
def test_a_value_of_the_wrong_kind_leaves_the_others_alone(key, value, told):
    settings_path().write_text(json.dumps({key: value, "player": "Ada"}))
    settings, notice = read_settings()
    assert settings == Settings(player="Ada")
    assert told in notice


def test_settings_that_cannot_be_read_are_left_alone(home):
    settings_path().mkdir()
    settings, notice = read_settings()
    assert settings == Settings()
    assert "cannot be read" in notice
    assert settings_path().is_dir()


def test_a_failed_save_keeps_the_old_file_and_leaves_no_litter(home, monkeypatch):
    write_settings(Settings(theme="nord"))

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileError, match=r"the settings are not saved: .*no space left on device"):
        write_settings(Settings(theme="dracula"))
    assert read_settings()[0].theme == "nord"
    assert [path.name for path in home.iterdir()] == ["settings.json"]


def test_a_home_that_cannot_be_made_is_an_error_for_people(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("DISTGAME_HOME", str(tmp_path / "file" / "home"))
    assert read_settings()[0] == Settings()
    with pytest.raises(FileError, match="the settings are not saved"):
        change_settings(player="Ada")


@pytest.mark.parametrize(
    ("environment", "setting", "login", "name"),
    [
        ("Eve", "Ada", "root", "Eve"),
        (None, "Ada", "root", "Ada"),
        ("", "Ada", "root", "Ada"),
        (None, None, "root", "root"),
        (None, "  ", "root", "root"),
        (None, None, None, "player"),
        (None, "Ada\n\x1b Lovelace", "root", "Ada Lovelace"),
        (None, "x" * 99, "root", "x" * 40),
    ],
)
def test_the_players_name(monkeypatch, environment, setting, login, name):
    def user():
        if login is None:
            raise KeyError("uid not found")
        return login

    monkeypatch.setattr(getpass, "getuser", user)
    if environment is not None:
        monkeypatch.setenv("DISTGAME_PLAYER", environment)
    assert player_name(Settings(player=setting)) == name
