"""The app: what it opens with, its guard, themes, palette and keys."""

from threading import get_ident

import pytest
from screen_text import screen_text, words
from textual.command import CommandList

from distgame.game.play.settings import read_settings
from distgame.tui.app import DistGame
from distgame.tui.commands import Commanded, commands_here
from distgame.tui.footer import CommandFooter
from distgame.tui.levels.screen import LevelsScreen
from distgame.tui.modals.guard import GuardScreen
from distgame.tui.modals.help import HelpScreen
from distgame.tui.modals.starter import StarterScreen
from distgame.tui.scores.screen import ScoresScreen
from distgame.tui.theme import DARK, LIGHT

TAKEN_BY_TERMINALS = {"ctrl+s", "ctrl+w", "ctrl+t", "ctrl+n"}


def every_commanded(base=Commanded):
    """All classes that list commands."""
    for each in base.__subclasses__():
        yield each
        yield from every_commanded(each)


async def test_it_opens_on_the_levels(app, size):
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert isinstance(app.screen, LevelsScreen)
        assert "Late Mail" in screen_text(app)
        assert app.title == "distgame"


async def test_it_opens_on_the_play_screen_when_level_and_file_are_given(make_app, game, folder):
    app = make_app(game.levels[1], folder / "register.py")
    async with app.run_test() as pilot:
        await pilot.pause()
        assert "playing 02-two-minds with register.py" in screen_text(app)
        app.go_home()
        await pilot.pause()
        assert isinstance(app.screen, LevelsScreen)


async def test_a_level_without_a_file_is_played_with_the_last_one_though_it_is_locked(make_app, game, folder):
    mine = folder / "mine.py"
    mine.write_text("# mine\n")
    game.change_settings(last_file=str(mine))
    app = make_app(game.levels[2])
    async with app.run_test() as pilot:
        await pilot.pause()
        await pilot.pause()
        assert "playing 03-late-mail with mine.py" in screen_text(app)


async def test_a_level_without_any_file_asks_for_one(make_app, game, folder):
    app = make_app(game.levels[2])
    async with app.run_test() as pilot:
        await pilot.pause()
        await pilot.pause()
        assert isinstance(app.screen, StarterScreen)
        await pilot.press("enter")
        await pilot.pause()
        assert "playing 03-late-mail with register.py" in screen_text(app)


async def test_playing_another_level_leaves_one_play_screen(app, game, folder):
    async with app.run_test() as pilot:
        for level in game.levels:
            app.play(level, folder / "register.py")
            await pilot.pause()
        assert len(app.screen_stack) == 2
        assert app.screen.level == game.levels[-1]


async def test_notices_of_the_game_are_told(app, game):
    game.notices.append("scores.sqlite3 cannot be read")
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await pilot.pause()
        assert "scores.sqlite3 cannot be read" in words(app)


async def test_the_guard_names_both_sizes_and_goes_when_the_terminal_grows(app):
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        assert "The terminal has 60 x 20." in screen_text(app)
        assert "distgame needs 80 x 24." in screen_text(app)
        await pilot.resize_terminal(70, 30)
        await pilot.pause()
        assert "The terminal has 70 x 30." in screen_text(app)
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert isinstance(app.screen, LevelsScreen)
        await pilot.resize_terminal(80, 23)
        await pilot.pause()
        assert isinstance(app.screen, GuardScreen)


async def test_screens_fit_at_every_size_though_something_covers_them_meanwhile(app):
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("question_mark")
        levels = app.screen_stack[0]
        for width, height in ((80, 24), (60, 20), (130, 40), (100, 30), (70, 20), (90, 30)):
            await pilot.resize_terminal(width, height)
            await pilot.pause()
            if (width, height) >= (80, 24):
                for screen in (levels, app.screen):
                    assert screen.size == (width, height)
                    assert screen.has_class("-wide") == (width >= 110) != screen.has_class("-narrow")
                assert screen_text(app).count("\n") + 1 == height
            else:
                assert isinstance(app.screen, GuardScreen)
        await pilot.press("escape")
        assert app.screen is levels
        await pilot.press("enter")
        await pilot.resize_terminal(120, 36)
        app.go_home()
        await pilot.pause()
        assert app.screen.size == (120, 36)
        assert app.screen.has_class("-wide")
        assert not app.screen.has_class("-narrow")


@pytest.mark.parametrize("key", ["page_up", "page_down"])
async def test_a_page_key_may_come_before_the_palette_is_drawn(app, size, key):
    async with app.run_test(size=size) as pilot:
        await pilot.press("ctrl+p")
        commands = app.screen.query_one(CommandList)
        commands.highlighted = 0
        commands.styles.width = 0
        await pilot.pause()
        commands._clear_caches()
        await app.screen.run_action(f"command_list('{key}')")
        await pilot.press("escape")
        assert isinstance(app.screen, LevelsScreen)


@pytest.mark.parametrize("key", ["ctrl+p", "question_mark"])
async def test_nothing_opens_over_the_guard(app, key):
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.press(key)
        await pilot.pause()
        assert isinstance(app.screen, GuardScreen)
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert isinstance(app.screen, LevelsScreen)


async def test_the_guard_covers_a_window_and_gives_it_back(app):
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("question_mark")
        before = app.screen
        await pilot.resize_terminal(60, 20)
        await pilot.pause()
        assert isinstance(app.screen, GuardScreen)
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert app.screen is before


@pytest.mark.parametrize("small", [(60, 20), (120, 36)])
async def test_q_quits_even_under_the_guard(app, small):
    async with app.run_test(size=small) as pilot:
        await pilot.pause()
        await pilot.press("q")
        await pilot.pause()
        assert not app.is_running


async def test_the_theme_is_remembered(app, make_app, game):
    async with app.run_test() as pilot:
        assert app.theme == DARK.name
        app.theme = LIGHT.name
        await pilot.pause()
    assert read_settings()[0].theme == LIGHT.name
    assert make_app().theme == LIGHT.name


async def test_a_theme_is_everywhere_though_it_comes_in_pieces_and_another_follows_at_once(app, game, folder):
    async with app.run_test(size=(120, 36)) as pilot:
        app.play(game.levels[0], folder / "register.py")
        await pilot.press("question_mark")
        assert [screen.is_modal for screen in app.screen_stack] == [False, False, True]
        widgets = [widget for screen in app.screen_stack for widget in screen.walk_children(with_self=True)]
        for themes in ([LIGHT], [DARK, LIGHT], [LIGHT, DARK]):
            before = [screen.styles.css for screen in app.screen_stack]
            for theme in themes:
                app.theme = theme.name
            await pilot.pause()
            if themes != [DARK, LIGHT]:
                assert all(screen.styles.css != then for screen, then in zip(app.screen_stack, before, strict=True))
            found = [widget.styles.css for widget in widgets]
            app.stylesheet.update_nodes([app, *widgets])
            assert [widget.styles.css for widget in widgets] == found


async def test_opening_the_game_chooses_no_theme(app):
    async with app.run_test() as pilot:
        await pilot.pause()
    assert read_settings()[0].theme is None


def test_a_theme_that_is_gone_is_the_default(game, make_app):
    game.change_settings(theme="of a later version")
    assert make_app().theme == DARK.name


async def test_the_palette_has_every_command_of_the_screen(app):
    async with app.run_test(size=(120, 60)) as pilot:
        await pilot.pause()
        titles = [command.title for _, command in commands_here(app.screen) if command.title]
        await pilot.press("ctrl+p")
        await pilot.pause(0.3)
        assert len(titles) >= 6
        for title in [*titles, "Theme"]:
            assert title in screen_text(app)


async def test_the_palette_runs_the_command(app):
    async with app.run_test() as pilot:
        await pilot.press("ctrl+p", *"scores")
        await pilot.pause(0.3)
        await pilot.press("enter")
        await pilot.pause()
        assert "No result yet" in words(app)


@pytest.mark.parametrize(("key", "size"), [("question_mark", (120, 36)), ("f1", (80, 24))])
async def test_help_has_the_panel_every_key_and_the_api(app, size, key):
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        commands = [command for _, command in commands_here(app.screen)]
        await pilot.press(key)
        await pilot.pause()
        assert "Levels by acts" in words(app)
        for command in commands:
            assert command.help in words(app)
        for _ in range(8):
            await pilot.press("pagedown")
        await pilot.pause()
        assert "Reading the screen" in screen_text(app)
        await pilot.press("escape")
        assert isinstance(app.screen, LevelsScreen)


async def test_help_is_for_the_focused_panel(app):
    async with app.run_test() as pilot:
        await pilot.press("tab", "question_mark")
        await pilot.pause()
        assert "The chosen level: its story" in words(app)


async def test_help_and_palette_are_never_cut_from_the_footer(app, size):
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert screen_text(app).rstrip().endswith("? Help ^p Palette")


async def test_the_footer_tells_more_of_the_key_under_the_mouse_and_a_click_is_the_key(app):
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        footer = app.screen.query_one(CommandFooter)
        for key in footer.keys:
            await pilot.hover(footer, offset=(key.x + key.width - 1, 0))
            assert footer.tooltip == key.active.binding.tooltip
            await pilot.hover(footer, offset=(key.x + key.width, 0))
            assert footer.tooltip is None
        await pilot.click(footer, offset=(next(key.x for key in footer.keys if key.key == "?"), 0))
        assert isinstance(app.screen, HelpScreen)


def test_every_command_has_an_action_and_none_takes_a_key_of_the_terminal():
    classes = list(every_commanded())
    assert LevelsScreen in classes
    for each in classes:
        for command in each.KEYS:
            where, _, name = command.action.partition("(")[0].rpartition(".")
            homes = {"": [each], "app": [DistGame], "screen": [c for c in classes if hasattr(c, "CSS_PATH")]}[where]
            assert any(hasattr(home, f"action_{name}") for home in homes), f"{each.__name__}: {command.action}"
            assert not TAKEN_BY_TERMINALS & set(command.keys.split(","))
            assert command.help.endswith(".")


async def test_ascii_asks_for_nothing_else(make_app, game):
    app = make_app(ascii=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert screen_text(app).isascii()
        for keys in (["question_mark"], ["escape", "enter"], ["escape", "s"]):
            await pilot.press(*keys)
            await pilot.pause()
            assert screen_text(app).isascii(), keys


async def test_without_colour_the_chosen_level_can_be_seen(make_app, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    app = make_app()
    async with app.run_test() as pilot:
        await pilot.pause()
        assert app.no_color
        assert "▸ 1 Echo" in screen_text(app)


async def test_what_later_screens_need_is_read_in_a_thread_after_the_first_picture(app, monkeypatch):
    read = []
    monkeypatch.setattr("distgame.tui.app.read_ahead", lambda: read.append((get_ident(), app.screen.size.width)))
    async with app.run_test(size=(120, 36)) as pilot:
        while not read:
            await pilot.pause()
        await pilot.pause()
    [(thread, width)] = read
    assert thread != get_ident()
    assert width == 120


async def test_a_screen_that_goes_does_nothing_later(make_app):
    app, called = make_app(), []
    async with app.run_test(size=(120, 36)) as pilot:
        app.push_screen(ScoresScreen(app.game.levels[0]))
        await pilot.pause()
        screen = app.screen
        screen.call_after_refresh(called.append, "while it is there")
        await pilot.pause()
        going = app.pop_screen()
        screen.call_after_refresh(called.append, "while it goes")
        await going
        await pilot.pause()
    assert called == ["while it is there"]
