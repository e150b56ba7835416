"""Progress: levels open one after the other; a look at a solution costs the stars of its level, and opens the next."""

import pytest
from shell_data import row, score, write_levels

from distgame.game.campaign.levels import all_levels
from distgame.game.campaign.progress import Progress
from distgame.game.play.game import Game
from distgame.game.play.places import algorithm_file, algorithms_folder
from distgame.tui.marks import UNICODE
from distgame.tui.modals.result_text import headline


@pytest.fixture
def levels(tmp_path):
    return all_levels(write_levels(tmp_path / "levels"))


def opened(progress):
    return [level.number for level in progress.levels if progress.is_open(level)]


@pytest.mark.parametrize(
    ("rows", "open_levels", "following"),
    [
        ({}, [1], 1),
        ({"01-echo": 1}, [1], 1),
        ({"01-echo": 2}, [1, 2], 2),
        ({"01-echo": 3, "02-two-minds": 2}, [1, 2, 3], 3),
        ({"01-echo": 3, "02-two-minds": 2, "03-late-mail": 2}, [1, 2, 3], 3),
        # Played from the command line before its turn.
        ({"03-late-mail": 2}, [1, 3], 1),
    ],
)
def test_a_level_opens_when_the_one_before_is_passed(levels, rows, open_levels, following):
    progress = Progress(levels, {level: row(level=level, stars=stars) for level, stars in rows.items()})
    assert opened(progress) == open_levels
    assert progress.next_to_win.number == following


def test_a_switch_opens_all(levels):
    progress = Progress(levels, {}, open_all=True)
    assert opened(progress) == [1, 2, 3]
    assert progress.next_to_win.number == 1


def test_a_look_at_a_solution_opens_the_next_level_and_costs_the_stars(levels):
    progress = Progress(levels, {"01-echo": row(stars=1)}, frozenset({"01-echo"}))
    first, second, _ = levels
    assert opened(progress) == [1, 2]
    assert progress.next_to_win == second
    assert not progress.passed(first)
    assert progress.stars(first) == 0
    assert progress.medals(first) == (False, False, False)


def test_a_score_of_a_forfeited_level_keeps_its_figures_without_stars(game):
    first = game.levels[0]
    assert game.earned(score(first)).stars == 3
    game.forfeit(first)
    earned = game.earned(score(first))
    assert (earned.stars, earned.medals, earned.passed) == (0, (False, False, False), True)
    assert earned.seeds_passed == 20
    assert "you have looked at the solution: no stars" in headline(earned, UNICODE).plain


def test_after_a_pass_a_look_costs_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("DISTGAME_PLAYER", "Ada")
    game = Game(write_levels(tmp_path / "levels"))
    first, second, _ = game.levels
    game.scoreboard.add(row())
    assert game.may_see_solution(first)
    assert not game.may_see_solution(second)
    game.forfeit(first)
    game.forfeit(second)
    assert game.settings.forfeited == (second.id,)
    assert game.progress.stars(first) == 2
    assert game.may_see_solution(second)
    game.close()
    again = Game(tmp_path / "levels")
    assert again.settings.forfeited == (second.id,)
    again.close()


def test_an_algorithm_beside_the_level_comes_first(tmp_path):
    assert algorithm_file("primary.py", tmp_path) == algorithms_folder() / "primary.py"
    (tmp_path / "primary.py").write_text("# mine\n")
    assert algorithm_file("primary.py", tmp_path) == tmp_path / "primary.py"
