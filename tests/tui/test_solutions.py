"""Solutions: free after a pass, at the price of the stars before; and demos, which show what the code does."""

import pytest
from screen_text import screen_text, words
from shell_data import row

from distgame.game.play.settings import read_settings
from distgame.tui.levels.screen import LevelsScreen
from distgame.tui.modals.confirm import ConfirmScreen
from distgame.tui.modals.solution import SolutionScreen, parted

REFERENCE = '''\
"""Write and forget: the reference of the test.

What breaks it: everything.
"""

from distgame import ClientWriteResponse, Node


class Reference(Node):
    pass
'''


@pytest.fixture
def solved(game):
    """Every level of the test has its reference beside it."""
    (game.levels_folder / "reference.py").write_text(REFERENCE)
    return game


async def settled(pilot):
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def test_after_a_pass_the_solution_is_shown_with_its_prose(app, solved, size):
    solved.scoreboard.add(row(stars=2))
    solved.change_settings(last_level="01-echo")
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        await pilot.press("a")
        await settled(pilot)
        assert isinstance(app.screen, SolutionScreen)
        told = screen_text(app)
        assert "01 Echo: reference.py" in told
        assert "Write and forget: the reference of the test." in told
        assert "class Reference(Node):" in told
        assert '"""' not in told
        await pilot.press("escape")
        assert isinstance(app.screen, LevelsScreen)
    assert read_settings()[0].forfeited == ()


@pytest.mark.parametrize("answer", ["n", "escape", "enter"])
async def test_before_a_pass_the_player_is_asked_and_may_say_no(app, solved, size, answer):
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        await pilot.press("a")
        await settled(pilot)
        assert isinstance(app.screen, ConfirmScreen)
        assert "You have not passed 01 Echo yet." in words(app)
        await pilot.press(answer)
        await settled(pilot)
        assert isinstance(app.screen, LevelsScreen)
    assert read_settings()[0].forfeited == ()


async def test_a_look_before_a_pass_is_paid_for_once(app, solved):
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press("a", "y")
        await settled(pilot)
        assert "class Reference(Node):" in screen_text(app)
        await pilot.press("escape", "a")
        await settled(pilot)
        assert isinstance(app.screen, SolutionScreen)
        await pilot.press("escape")
        await settled(pilot)
        assert "1 Echo               looked" in screen_text(app)
    assert read_settings()[0].forfeited == ("01-echo",)


async def test_the_solution_of_a_locked_level_is_not_offered(app, solved):
    async with app.run_test(notifications=True) as pilot:
        await settled(pilot)
        await pilot.press("down", "a")
        await settled(pilot)
        assert isinstance(app.screen, LevelsScreen)
        assert "Locked: it opens when" in words(app)


async def test_a_reference_that_is_not_there_is_told(app, game):
    async with app.run_test(notifications=True) as pilot:
        await settled(pilot)
        await pilot.press("a")
        await settled(pilot)
        assert "No such file" in words(app)


def test_the_prose_is_parted_from_the_code():
    prose, code = parted(REFERENCE)
    assert prose == "Write and forget: the reference of the test.\n\nWhat breaks it: everything."
    assert code.splitlines()[0] == "from distgame import ClientWriteResponse, Node"
    assert parted("x = 1\n") == ("", "x = 1\n")
