"""Whatever is pressed, clicked or resized, in whatever order: nothing ever raises."""

import random

import pytest
from play_stage import LOCAL, MAJORITY, UNCLOSED, StageGame, Watch, level, write

from distgame.tui.app import DistGame
from distgame.tui.play.screen import PlayScreen
from distgame.tui.sandbox.screen import SandboxScreen
from distgame.tui.scores.screen import ScoresScreen

NAMES = """
space full_stop comma less_than_sign greater_than_sign left_square_bracket right_square_bracket left_curly_bracket
right_curly_bracket equals_sign plus minus slash question_mark f1 ctrl+p tab shift+tab enter escape escape up down left
right pageup pagedown home end delete backspace
"""
KEYS = (*"abcdfghijklmnoprstuvwxyzGSVX0123456789", *NAMES.split())
SIZES = ((120, 36), (80, 24), (120, 36), (160, 50), (109, 30), (200, 60), (79, 24), (20, 6), (300, 24), (80, 100))


class FuzzGame(StageGame):
    """A game whose algorithms are few."""

    def codes(self):
        return sorted(self.levels_folder.glob("*.py"))


@pytest.fixture
def played(tmp_path, monkeypatch):
    """A game of one level, and the file it is played with."""
    defaults = PlayScreen.__init__.__kwdefaults__
    monkeypatch.setattr(PlayScreen.__init__, "__kwdefaults__", {**defaults, "watch": Watch})
    monkeypatch.setenv("DISTGAME_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("EDITOR", "true")
    monkeypatch.chdir(tmp_path)
    made = level(tmp_path, nodes=3, loss=0.1)
    monkeypatch.setattr(
        SandboxScreen.__init__, "__kwdefaults__", {**SandboxScreen.__init__.__kwdefaults__, "watch": Watch}
    )
    write(tmp_path / "majority.py", MAJORITY)
    game = FuzzGame(tmp_path)
    yield game, made, tmp_path / "register.py"
    game.close()


async def fuzz(played, seed, count, start, ascii=False):
    game, made, path = played
    draw = random.Random(seed)
    write(path, LOCAL)
    game.change_settings(last_file=str(path), last_level=made.id)
    app = DistGame(game, ascii=ascii)
    told = []
    opening = {
        "play": lambda: app.play(made, path),
        "sandbox": lambda: app.sandbox(path),
        "demo": lambda: app.demo(made),
    }
    try:
        async with app.run_test(size=(120, 36)) as pilot:
            await pilot.pause()
            if start == "scores":
                app.push_screen(ScoresScreen(made))
            for number in range(count):
                if start in opening and not any(isinstance(screen, PlayScreen) for screen in app.screen_stack):
                    opening[start]()
                    await pilot.pause()
                what = draw.random()
                if what < 0.72:
                    told.append(draw.choice(KEYS))
                    await pilot.press(told[-1])
                elif what < 0.9:
                    width, height = app.size
                    told.append((draw.randrange(width), draw.randrange(height)))
                    await pilot.click(offset=told[-1])
                elif what < 0.97:
                    told.append(draw.choice(SIZES))
                    await pilot.resize_terminal(*told[-1])
                else:
                    told.append("a save")
                    write(path, draw.choice((LOCAL, MAJORITY, UNCLOSED)))
                    watcher = getattr(getattr(app.screen, "runner", None), "_watcher", None)
                    if isinstance(watcher, Watch):
                        watcher.on_change()
                if number % 10 == 0:
                    await app.workers.wait_for_complete()
                assert app._exception is None
    except BaseException:
        print("\n", told[-30:])
        raise


@pytest.mark.parametrize("start", ["play", "levels", "scores"])
async def test_nothing_raises(played, start):
    await fuzz(played, 1, 50, start)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("start", ["play", "levels", "scores", "sandbox", "demo"])
async def test_nothing_raises_for_long(played, start, seed):
    await fuzz(played, 100 + seed, 2_000, start, ascii=seed == 1)
