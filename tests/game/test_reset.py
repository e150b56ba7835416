"""Beginning anew: what was saved is put aside whole, and can be put back."""

from dataclasses import replace

import pytest
from click.testing import CliRunner
from some_score import SCORE

from distgame.cli import main
from distgame.game.play.files import FileError
from distgame.game.play.reset import reset, what_is_saved
from distgame.game.play.settings import change_settings, read_settings
from distgame.game.scores.scoreboard import Scoreboard

ROW = replace(SCORE, level="01-echo", player="Ada")


@pytest.fixture
def played(home):
    """A home with settings and a score, the score still in the journal of the database."""
    change_settings(player="Ada")
    with Scoreboard.open() as scoreboard:
        scoreboard.add(ROW)
    (home / "replays").mkdir()
    (home / "replays" / "one.json").write_text("{}")
    return home


def call(*arguments, stdin=None):
    return CliRunner().invoke(main, ["reset", *arguments], input=stdin)


def test_a_reset_puts_scores_and_settings_aside_and_they_can_be_put_back(played):
    folder = reset()
    assert folder == played / "backup-1"
    assert what_is_saved() == []
    assert read_settings()[0].player is None
    with Scoreboard.open() as scoreboard:
        assert scoreboard.scores() == []
    assert (played / "replays" / "one.json").exists()
    reset()
    for file in folder.iterdir():
        file.rename(played / file.name)
    assert read_settings()[0].player == "Ada"
    with Scoreboard.open() as scoreboard:
        assert [row.level for row in scoreboard.scores()] == ["01-echo"]


def test_a_score_that_is_still_in_the_journal_goes_with_its_database(played):
    with Scoreboard.open() as scoreboard:
        scoreboard.add(ROW)
        folder = reset()
        assert (folder / "scores.sqlite3-wal").exists()
        for file in folder.iterdir():
            file.rename(played / file.name)
        with Scoreboard.open() as again:
            assert len(again.scores()) == 2


def test_each_reset_has_a_folder_of_its_own(played):
    assert reset() == played / "backup-1"
    assert reset() is None
    change_settings(player="Bob")
    assert reset() == played / "backup-2"
    assert sorted(path.name for path in (played / "backup-1").iterdir()) == ["scores.sqlite3", "settings.json"]


def test_a_disk_that_refuses_is_told(played, monkeypatch):
    def refuse(*_):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("distgame.game.play.reset.os.replace", refuse)
    with pytest.raises(FileError, match="read-only file system"):
        reset()
    monkeypatch.undo()


@pytest.mark.parametrize("arguments", [[], ["--yes"]])
def test_with_nothing_saved_there_is_nothing_to_reset(home, arguments):
    result = call(*arguments)
    assert (result.exit_code, result.stdout) == (0, "there is nothing to reset\n")
    assert list(home.iterdir()) == []


def test_without_a_terminal_it_wants_to_be_told_yes(played):
    result = call()
    assert result.exit_code == 2
    assert "distgame reset --yes" in result.stderr
    assert read_settings()[0].player == "Ada"


@pytest.mark.parametrize(("answer", "player"), [("n\n", "Ada"), ("\n", "Ada"), ("y\n", None)])
def test_it_asks(played, monkeypatch, answer, player):
    monkeypatch.setattr("distgame.cli._is_asked_by_a_person", lambda: True)
    result = call(stdin=answer)
    assert result.exit_code == 0
    assert "Put aside scores.sqlite3, settings.json in" in result.stdout
    assert read_settings()[0].player == player


def test_yes_asks_nothing_and_says_where_it_is_kept(played):
    result = call("--yes")
    assert result.exit_code == 0
    assert f"kept in {played / 'backup-1'}" in result.stdout
