"""The levels screen: the list, the card, the player's file, and what its keys do."""

import pytest
from rich.console import Console
from screen_text import screen_lines, screen_text, words
from shell_data import row

from distgame.game.campaign.figures import Figures
from distgame.game.campaign.levels import all_levels, read_level
from distgame.game.play.player_file import starter
from distgame.game.play.settings import read_settings
from distgame.tui.levels.board import NAME_WIDTH
from distgame.tui.levels.card import Prose, goals, paragraphs
from distgame.tui.levels.screen import LevelsScreen
from distgame.tui.levels.setup import setup
from distgame.tui.modals.starter import StarterScreen
from distgame.tui.numbers import share


@pytest.fixture
def register(folder, game):
    """The player's file, chosen before."""
    path = folder / "register.py"
    path.write_text(starter())
    game.change_settings(last_file=str(path))
    return path


@pytest.fixture
def all_open(game):
    """Every level can be played."""
    game.change_settings(open_all_levels=True)


async def settled(pilot):
    """Waits until threads and screen are quiet."""
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def test_the_board_has_acts_levels_stars_and_medals(app, game, size):
    game.scoreboard.add(row(stars=2, medals=(False, False, True)))
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        told = screen_text(app)
        for part in ("Copies", "  1 Echo              ★★☆ ○○●", "Bad weather", "  3 Late Mail          locked"):
            assert part in told
        assert "★ 2 of 9" in screen_lines(app)[0]


async def test_the_next_level_to_be_won_is_chosen(app, game):
    game.scoreboard.add(row(stars=2))
    async with app.run_test() as pilot:
        await settled(pilot)
        assert app.screen.chosen.id == "02-two-minds"
        assert "▸ 2 Two Minds" in screen_text(app)


async def test_a_locked_level_can_be_read_about_but_not_played(app, game, register, size):
    game.change_settings(open_all_levels=False)
    async with app.run_test(size=size, notifications=True) as pilot:
        await settled(pilot)
        await pilot.press("down")
        await settled(pilot)
        assert "The keeper of Two Minds retires." in words(app)
        assert "Locked: it opens when you have passed" in words(app)
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(app.screen, LevelsScreen)


async def test_o_opens_all_levels_and_this_is_remembered(app, game, register):
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press("o", "down", "down")
        await settled(pilot)
        assert "locked" not in screen_text(app)
        assert read_settings()[0].open_all_levels
        await pilot.press("enter")
        await settled(pilot)
        assert "playing 03-late-mail" in screen_text(app)
        app.go_home()
        await pilot.press("o")
        await settled(pilot)
        assert not read_settings()[0].open_all_levels
        assert "3 Late Mail          locked" in screen_text(app)


async def test_a_level_whose_solution_was_looked_at_has_no_stars_and_opens_the_next(app, game):
    game.scoreboard.add(row(stars=1))
    game.forfeit(game.levels[0])
    async with app.run_test() as pilot:
        await settled(pilot)
        assert "1 Echo               looked" in screen_text(app)
        assert app.screen.chosen.id == "02-two-minds"
        assert "★ 0 of 9" in screen_lines(app)[0]


async def test_the_figures_of_the_reference_and_the_bounds_are_on_the_card(app, game, tmp_path):
    path = tmp_path / "levels" / "01-echo.toml"
    path.write_text(path.read_text() + '[bounds]\nmessages = 2\nsource = "So says the theory."\n')
    game.levels[0] = read_level(path)
    game._figures["01-echo"] = Figures(8.25, 12, 0.9987)
    async with app.run_test(size=(120, 50)) as pilot:
        await settled(pilot)
        for part in (
            "              asked   yours  reference   bound",
            "○ messages  <= 8.5       -        8.2       2",
            "○ p99 wait   <= 20       -         12",
            "○ answered  >= 99%       -      99.8%",
            "bound: So says the theory.",
        ):
            assert part in screen_text(app)


async def test_the_reference_is_measured_after_a_while(app, game, monkeypatch):
    monkeypatch.setattr("distgame.tui.levels.look.LOOK_SECONDS", 0.01)
    monkeypatch.setattr(type(game), "measure_reference", lambda *_: Figures(7.0, 11, 1.0))
    async with app.run_test(size=(120, 50)) as pilot:
        await pilot.pause(0.1)
        await settled(pilot)
        assert "○ messages  <= 8.5       -          7" in screen_text(app)


async def test_the_card_tells_all_of_the_chosen_level(app, game):
    game.scoreboard.add(row(level="02-two-minds"))
    async with app.run_test(size=(120, 50)) as pilot:
        await settled(pilot)
        await pilot.press("down")
        await settled(pilot)
        told = screen_text(app)
        for part in (
            "02 Two Minds  ★★☆",
            "The keeper of Two Minds retires.",
            "   class Register(Node):",
            "Keep the number of Two Minds.",
            "3 nodes",
            "1 writer, 2 readers",
            "30% of them are lost",
            "1 crash of a node",
            "every read is linearizable",
            "90% or more operations answered",
            "50 ticks at most, p99 of all waits",
            "in each of 20 seeds (101 to 120)",
            "○ messages  <= 8.5     9.5        ...",
            "○ p99 wait   <= 20      30        ...",
            "● answered  >= 99%   99.8%        ...",
            "800 of 800 reads right",
            "register.py, 2025-01-31 12:00 UTC",
        ):
            assert part in told


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (starter(), "✓ loads"),
        ("def f(:\n", "✗ does not load: syntax error"),
        ("", "✗ does not load: register.py is empty"),
    ],
)
async def test_the_card_says_whether_the_file_loads(app, register, code, said):
    register.write_text(code)
    async with app.run_test(size=(120, 50)) as pilot:
        await settled(pilot)
        assert said.split()[0] in screen_lines(app)[0]
        assert " ".join(said.split()[:4]) in words(app)


async def test_enter_plays_the_chosen_level_with_the_file(app, register, all_open):
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press("down", "enter")
        await settled(pilot)
        assert "playing 02-two-minds with register.py" in screen_text(app)


async def test_one_click_chooses_and_two_play(app, register, all_open):
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.click("#levels", offset=(5, 4))
        await settled(pilot)
        assert app.screen.chosen.id == "03-late-mail"
        await pilot.click("#levels", offset=(5, 4), times=2)
        await settled(pilot)
        assert "playing 03-late-mail" in screen_text(app)


async def test_enter_without_a_file_writes_a_starter_and_plays(app, folder, game, size):
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(app.screen, StarterScreen)
        assert "a starter is written" in words(app)
        await pilot.press("enter")
        await settled(pilot)
        assert "playing 01-echo with register.py" in screen_text(app)
    assert (folder / "register.py").read_text() == starter("01 Echo")
    assert game.settings.last_file == str(folder / "register.py")


async def test_a_file_that_is_there_is_played_and_never_written_over(app, folder):
    mine = folder / "register.py"
    mine.write_text("# mine\n")
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press("enter")
        await settled(pilot)
        assert "it is played as it is" in words(app)
        assert "Play with it" in words(app)
        await pilot.press("enter")
        await settled(pilot)
        assert "playing 01-echo" in screen_text(app)
    assert mine.read_text() == "# mine\n"


@pytest.mark.parametrize(
    ("name", "said"),
    [("nowhere/x.py", "there is no folder"), ("x.txt", "ends with .py"), ("", "Name a Python file")],
)
async def test_a_path_that_cannot_be_is_said_so(app, folder, name, said):
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press("enter")
        await settled(pilot)
        app.screen.entry.value = name
        await pilot.press("enter")
        await settled(pilot)
        assert said in words(app)
        assert isinstance(app.screen, StarterScreen)
        await pilot.press("escape")
        await settled(pilot)
        assert isinstance(app.screen, LevelsScreen)
    assert list(folder.iterdir()) == []


async def test_f_chooses_another_file_without_playing(app, register, folder, game):
    other = folder / "other.py"
    other.write_text("x = 1\n")
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press("f")
        await settled(pilot)
        app.screen.entry.value = "other.py"
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(app.screen, LevelsScreen)
        assert "other.py" in screen_lines(app)[0]
    assert game.settings.last_file == str(other)


async def test_a_chosen_file_that_is_gone_is_asked_for_again(app, register):
    register.unlink()
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(app.screen, StarterScreen)


async def test_e_says_that_there_is_no_editor(app, register, monkeypatch):
    monkeypatch.setenv("VISUAL", "no-such-editor --wait")
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await settled(pilot)
        await pilot.press("e")
        await settled(pilot)
        assert "$VISUAL names no-such-editor" in words(app)


async def test_e_without_a_file_says_how_to_make_one(app):
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await settled(pilot)
        await pilot.press("e")
        await settled(pilot)
        assert "There is no file yet" in words(app)


async def test_s_shows_the_scores_of_the_chosen_level(app):
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press("down", "s")
        await settled(pilot)
        assert screen_lines(app)[0].startswith(" Scores  02 Two Minds")
        await pilot.press("escape")
        await settled(pilot)
        assert app.screen.chosen.id == "02-two-minds"


async def test_coming_back_shows_new_stars(app, game, register):
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press("enter")
        await settled(pilot)
        game.scoreboard.add(row(stars=3))
        app.go_home()
        await settled(pilot)
        assert "1 Echo              ★★★" in screen_text(app)


MORE = """
[[clients]]
cas = 0.4
writes = 0.1
node = 2

[[faults]]
kind = "restart"
node = 2
tick = 90
lose_disk = true

[[links]]
cut = true
start = 10
end = 20

[[clocks]]
node = 1
rate = 0.5

[detector]
delay = 15

[gateway]
health_check = 20
retry = 40

[[phases]]
name = "the storm"
availability = 0.95
"""


async def test_nothing_is_measured_while_a_level_is_played(app, game, register, monkeypatch):
    measured = []
    monkeypatch.setattr(type(game), "measure_reference", lambda _, level, __: measured.append(level))
    async with app.run_test() as pilot:
        home = app.screen
        app.play(game.levels[0], register)
        await settled(pilot)
        monkeypatch.setattr("distgame.tui.levels.look.LOOK_SECONDS", 0.05)
        home.show_card()
        await pilot.pause(0.2)
        await settled(pilot)
        assert measured == []
        app.go_home()
        await pilot.pause(0.2)
        await settled(pilot)
        assert measured == [game.levels[0]]


def test_the_set_up_names_everything_that_is_out_of_the_ordinary(game, tmp_path):
    plain = ["3 nodes", "1 writer, 2 readers", "600 ticks, clients wait 100", "messages take 1 to 6 ticks"]
    assert setup(game.levels[0]) == [*plain, "30% of them are lost", "1 crash of a node"]
    path = tmp_path / "levels" / "01-echo.toml"
    path.write_text(path.read_text().replace("[world]", "[world]\ndisk_latency = 8\nreorder = false") + MORE)
    level = read_level(path)
    assert setup(level) == [
        "3 nodes",
        "1 writer, 2 readers",
        "1 client (10% writes, 40% cas)",
        "some keep to node 2",
        "600 ticks, clients wait 100",
        "messages take 1 to 6 ticks",
        "30% of them are lost",
        "they keep their order",
        "links are cut for a time",
        "1 crash of a node",
        "1 restart of a node",
        "disks are lost in restarts",
        "a disk takes 8 ticks to be safe",
        "clocks go wrong",
        "deaths are announced after 15 ticks",
        "the dead get no requests after 20",
        "requests go out again after 40",
    ]
    assert "95% answered: the storm" in goals(level)


def test_every_level_of_the_game_fits_its_card():
    for level in all_levels():
        assert max(map(len, setup(level))) <= 45, level.id
        assert len(level.name) <= NAME_WIDTH, level.id


def test_a_long_line_of_code_goes_on_further_in():
    console = Console(width=32, color_system=None)
    with console.capture() as told:
        console.print(Prose("One\ntwo\n\n    answers = self.wait_any(requests, 2, timeout=25)\n"))
    assert told.get().splitlines() == [
        "One two",
        "",
        "  answers = self.wait_any(",
        "      requests, 2, timeout=25)",
    ]


def test_paragraphs_keep_code_and_join_the_rest():
    assert paragraphs("\nOne\ntwo\n\n    a = 1\n    b = 2\n\nthree\n") == "One two\n\n    a = 1\n    b = 2\n\nthree"


@pytest.mark.parametrize(("value", "said"), [(1, "100%"), (0.9999, "99.9%"), (0.58, "58%"), (0, "0%"), (None, "-")])
def test_a_share_is_never_rounded_up_to_all(value, said):
    assert share(value) == said


async def test_the_next_level_is_shown_before_it_is_played(app, game, register, size):
    game.scoreboard.add(row(stars=2))
    async with app.run_test(size=size) as pilot:
        app.play(game.levels[0], register)
        await settled(pilot)
        app.show_level(game.levels[1])
        await settled(pilot)
        assert isinstance(app.screen, LevelsScreen)
        assert app.screen.chosen.id == "02-two-minds"
        assert "The keeper of Two Minds retires." in words(app)
        await pilot.press("enter")
        await settled(pilot)
        assert "playing 02-two-minds" in screen_text(app)
