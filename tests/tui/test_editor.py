"""The player's editor: which it is, and what is said where it cannot be opened."""

import pytest
from screen_text import words

from distgame.tui.editor import edit, editor_command


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """A PATH with two editors on it: ed and vi."""
    for name in ("ed", "vi"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)


@pytest.mark.parametrize(
    ("environment", "command"),
    [
        ({}, ["vi"]),
        ({"EDITOR": "ed"}, ["ed"]),
        ({"VISUAL": "vi -n", "EDITOR": "ed"}, ["vi", "-n"]),
        ({"VISUAL": " ", "EDITOR": "ed"}, ["ed"]),
    ],
)
def test_visual_comes_before_editor_and_vi_is_the_last(programs, monkeypatch, environment, command):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert editor_command() == command


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"EDITOR": "emacs"}, r"\$EDITOR names emacs, which is not on the PATH"),
        ({"VISUAL": "vi '"}, r"\$VISUAL is no command"),
        ({"PATH": ""}, "vi is not on the PATH"),
    ],
)
def test_no_editor_is_said_with_its_cause(programs, monkeypatch, environment, said):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ValueError, match=said):
        editor_command()


async def test_a_terminal_that_cannot_be_lent_is_said_so(programs, app, folder):
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        assert not edit(app, folder / "register.py")
        await pilot.pause()
        assert "lent to an editor" in words(app)
