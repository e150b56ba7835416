"""The play screen on levels that the file has passed before: what broke again is named, and nothing waits for it."""

from play_stage import FAULTS, LEVEL, LOCAL, MAJORITY, InProcess, level, stage
from screen_text import screen_text

from distgame.engine.host import Host
from distgame.game.running.seeds import score_here
from distgame.game.scores.regression import LookBack, Passed, look_back
from distgame.game.scores.scoreboard import Score as Row
from distgame.game.scores.scoring import total
from distgame.tui.marks import UNICODE
from distgame.tui.modals import result_text
from distgame.tui.modals.result import ResultScreen

SMALL = [(7, "Small Cloud"), (6, "Small Breeze")]


def look_here(self, version, passed, cancelled):
    """Looks back in this process."""
    return look_back(
        passed.levels, lambda level, seeds: total(level, list(score_here(Host(version.program), level, list(seeds))))
    )


def passed_before(folder, monkeypatch):
    """Two more levels, both passed with register.py before."""
    monkeypatch.setattr(InProcess, "look_back", look_here)
    monkeypatch.setattr("play_stage.StageGame.passed_before", passed)
    for number, name in SMALL:
        text = LEVEL.format(nodes=3, loss=0.0, faults=FAULTS)
        text = text.replace("number = 8", f"number = {number}").replace("Small Storm", name)
        (folder / f"{number:02}-small.toml").write_text(text)


def passed(self, level, path):
    return Passed(tuple(each for each in self.levels if each.number in (6, 7)), None)


async def test_what_broke_again_is_named_on_the_screen_and_in_the_result(tmp_path, monkeypatch):
    passed_before(tmp_path, monkeypatch)
    async with stage(tmp_path, LOCAL) as play:
        assert "! 06 Small Breeze and 1 more broke again" in play.text
        await play.press("s")
        await play.settle()
        assert isinstance(play.app.screen, ResultScreen)
        play.app.screen.body.scroll_end(animate=False)
        await play.pilot.pause()
        told = screen_text(play.app)
        assert "Levels passed before" in told
        assert "✗ 06 Small Breeze: client" in told
        assert "0 of 2 still pass" in told


async def test_what_still_passes_is_said_in_the_result_alone(tmp_path, monkeypatch):
    passed_before(tmp_path, monkeypatch)
    async with stage(tmp_path, MAJORITY) as play:
        assert "broke again" not in play.text
        await play.press("s")
        await play.settle()
        play.app.screen.body.scroll_end(animate=False)
        await play.pilot.pause()
        assert "✓ all 2 still pass" in screen_text(play.app)


async def test_a_save_that_breaks_a_level_is_told_once(tmp_path, monkeypatch):
    passed_before(tmp_path, monkeypatch)
    async with stage(tmp_path, MAJORITY) as play:
        told = []
        monkeypatch.setattr(play.screen, "notify", lambda words, **_: told.append(words))
        await play.save(LOCAL)
        assert [words.partition(":")[0] for words in told] == ["06 Small Breeze", "07 Small Cloud"]
        await play.save(LOCAL + "\n")
        assert len(told) == 2
        await play.save(MAJORITY)
        await play.save(LOCAL)
        assert len(told) == 4


async def test_what_was_broken_when_the_level_was_opened_is_named_quietly(tmp_path, monkeypatch):
    passed_before(tmp_path, monkeypatch)
    async with stage(tmp_path, LOCAL) as play:
        assert "broke again" in play.lines[-2]
        assert not play.app._notifications


async def test_a_new_version_forgets_what_the_old_one_broke(tmp_path, monkeypatch):
    passed_before(tmp_path, monkeypatch)
    async with stage(tmp_path, LOCAL) as play:
        assert "broke again" in play.lines[-2]
        await play.save(MAJORITY)
        assert "broke again" not in play.lines[-2]


async def test_without_levels_passed_before_the_result_says_nothing_of_them(tmp_path):
    async with stage(tmp_path, MAJORITY) as play:
        await play.press("s")
        await play.settle()
        assert "Levels passed before" not in screen_text(play.app)


async def test_an_open_result_is_completed_when_the_look_back_is_done(tmp_path, monkeypatch):
    async with stage(tmp_path, MAJORITY) as play:
        await play.press("s")
        await play.settle()
        found = look_back([level(tmp_path)], lambda each, _: play.screen.score)
        play.screen.results.look_back(found)
        await play.pilot.pause()
        play.app.screen.body.scroll_end(animate=False)
        await play.pilot.pause()
        assert "the level that this file passed still passes" in screen_text(play.app)


def test_levels_that_were_given_up_are_named_by_their_numbers(tmp_path):
    small = level(tmp_path)
    assert result_text.before(LookBack(0, (), (small,)), UNICODE).plain == "given up for a later level: 08"
    told = result_text.before(LookBack(2, (), (small, small)), UNICODE).plain.splitlines()
    assert told == ["✓ all 2 still pass", "given up for a later level: 08, 08"]


def test_rows_of_other_files_do_not_count(tmp_path, monkeypatch):
    from play_stage import StageGame

    monkeypatch.setenv("DISTGAME_PLAYER", "Ada")
    small = level(tmp_path)
    game = StageGame(tmp_path)
    row = {"player": "Ada", "code_digest": "0" * 64, "stars": 2, "seeds_passed": 3, "messages_per_operation": 1.0}
    row |= {"wait_p99": 4, "availability": 1.0, "when": "2025-01-31T12:00:00Z", "level": small.id}
    game.scoreboard.add(Row(algorithm="other.py", **row))
    other = type("Other", (), {"id": "else"})()
    assert game.passed_before(other, tmp_path / "register.py").levels == ()
    game.scoreboard.add(Row(algorithm="register.py", **row))
    assert game.passed_before(other, tmp_path / "register.py").levels == (game.levels[0],)
    assert game.passed_before(game.levels[0], tmp_path / "register.py").levels == ()
    game.close()
