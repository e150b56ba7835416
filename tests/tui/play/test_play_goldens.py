"""The play screen and its windows as text, at both sizes: each tour is one app that visits several states.

Run as a program (with tests/tui on PYTHONPATH), it writes the goldens anew: look at them before they are committed.
"""

import asyncio
import os
import tempfile
from pathlib import Path

import pytest
from play_stage import CRASHING, FAULTS, LEVEL, LOCAL, MAJORITY, UNCLOSED, level, stage
from screen_text import styled_lines

from distgame.game.campaign.levels import read_level
from distgame.tui.modals.confirm import ConfirmScreen
from distgame.tui.modals.solution import SolutionScreen
from distgame.tui.modals.starter import StarterScreen
from distgame.tui.play.hunt import HuntNews, Sofar

GOLDENS = Path(__file__).parent / "goldens"
SIZES = {"wide": (120, 36), "narrow": (80, 24)}
TABS = ("events", "operations", "node", "code", "goal")
ENDLESS = LOCAL.replace(
    "        return ClientReadResponse", "        while True:\n            pass\n        return ClientReadResponse"
)
LESSON = """
[[lesson]]
text = "A strip of the lesson says what to do next, and where to look. Press space to stop the run."
done = "paused"
"""


async def tour_of_the_parts(play):
    """Every tab, every window, and what a signal and a node come to, where all reads are right."""
    screen = play.screen
    await play.press("space")
    screen.travel.go_to_tick(110)
    for tab in TABS:
        screen.tabs.active = tab
        yield tab
    screen.tabs.active = "operations"
    for name, key in (("space_time", "m"), ("board", "b"), ("one_panel", "plus")):
        await play.press(key)
        yield name
        await play.press(key)
    for name, key in (("help", "question_mark"), ("hint", "n"), ("settings", "f2")):
        await play.press(key)
        yield name
        if name == "help":
            await play.press("end")
            yield "api_card"
        await play.press("escape")
    await play.press("E")
    yield "writer"
    await play.press("escape")
    play.app.push_screen(SolutionScreen(screen.level, Path("majority.py"), f'"""What it promises."""\n{MAJORITY}'))
    yield "solution"
    await play.press("escape")
    play.app.push_screen(StarterScreen(screen.level))
    yield "starter"
    await play.press("escape")
    play.app.push_screen(ConfirmScreen("Look at the solution?", "It costs the stars of this level.", "Look", "Not yet"))
    yield "confirm"
    await play.press("escape")

    screen.tabs.active = "events"
    screen.travel.go_to_tick(97)  # Signals are on their way.
    await play.settle()
    await play.press("j")
    yield "letters"
    await play.press("a")
    yield "signal"
    await play.press("escape")
    screen.travel.go_to_tick(103)
    yield "lost"

    screen.travel.go_to_tick(110)
    screen.tabs.active = "changes"
    await play.settle()
    await play.press("x")
    yield "changes"
    await play.press("equals_sign")
    yield "futures"


async def tour_of_a_wrong_read(play):
    """Reads go wrong: why, and what the hunter says."""
    screen = play.screen
    await play.press("space")
    screen.travel.go_to_tick(110)
    await play.settle()
    await play.press("w")
    yield "why"
    await play.press("escape")
    play.screen.hunt.hear(HuntNews(screen.version, Sofar(31, 17, 0.4)))
    yield "hunting"


async def tour_of_trouble(play):
    """What does not load, what raises, what never ends; and a lesson."""
    yield "lesson"
    await play.press("space")
    for name, program in (("syntax_error", UNCLOSED), ("exception", CRASHING), ("endless", ENDLESS)):
        await play.save(program)
        play.screen.travel.go_to_tick(200)
        play.screen.tabs.active = "code"
        await play.settle()
        if play.app.screen is not play.screen:
            await play.press("escape")  # The result.
        yield name


async def tour_of_signs(play):
    """ASCII alone; and at last a terminal in which no screen fits."""
    await play.press("space")
    play.screen.tabs.active = "operations"
    play.screen.travel.go_to_tick(97)
    yield "ascii"
    await play.press("m")
    yield "ascii_space_time"
    await play.pilot.resize_terminal(70, 20)
    yield "guard"


def plain_level(folder):
    return level(folder, loss=0.1)


def taught_level(folder):
    path = folder / "08-small-storm.toml"
    path.write_text(LEVEL.format(nodes=3, loss=0.0, faults=FAULTS) + LESSON)
    return read_level(path)


TOURS = {
    "parts": (tour_of_the_parts, MAJORITY, plain_level, False),
    "wrong": (tour_of_a_wrong_read, LOCAL, plain_level, False),
    "trouble": (tour_of_trouble, LOCAL, taught_level, False),
    "ascii": (tour_of_signs, MAJORITY, plain_level, True),
}


async def pictures(folder: Path, size: str, tour: str) -> dict[str, str]:
    """What is seen on a tour, by the names of the goldens."""
    visit, program, make_level, ascii = TOURS[tour]
    seen = {}
    os.chdir(folder)
    async with stage(folder, program, SIZES[size], make_level(folder), ascii=ascii) as play:
        async for name in visit(play):
            await play.settle()
            play.app.clear_notifications()
            await play.settle()
            seen[f"{size}_{name}"] = play.text + "\n"
    return seen


@pytest.mark.parametrize("tour", TOURS)
@pytest.mark.parametrize("size", SIZES)
async def test_golden(tmp_path, monkeypatch, size, tour):
    monkeypatch.chdir(tmp_path)
    for name, seen in (await pictures(tmp_path, size, tour)).items():
        assert seen == (GOLDENS / f"{name}.txt").read_text(encoding="utf-8"), name


@pytest.mark.parametrize("size", SIZES)
async def test_without_colour_the_screen_says_the_same_in_greys(tmp_path, monkeypatch, size):
    monkeypatch.setenv("NO_COLOR", "1")
    async with stage(tmp_path, MAJORITY, SIZES[size], plain_level(tmp_path)) as play:
        await play.press("space")
        play.screen.travel.go_to_tick(110)
        await play.settle()
        assert play.text + "\n" == (GOLDENS / f"{size}_events.txt").read_text(encoding="utf-8")
        styles = [segment.style for strip in styled_lines(play.app) for segment in strip if segment.text.strip()]
        hues = {tuple(style.color.get_truecolor()) for style in styles if style and style.color}
        assert all(max(hue) - min(hue) <= 4 for hue in hues)
        assert len(hues) > 2


if __name__ == "__main__":
    GOLDENS.mkdir(exist_ok=True)
    for tour in TOURS:  # Plain signs are the last, as they hold for the process.
        for size in SIZES:
            with tempfile.TemporaryDirectory() as home:
                os.environ["DISTGAME_HOME"] = home
                seen = asyncio.run(pictures(Path(home), size, tour))
            for name, text in seen.items():
                (GOLDENS / f"{name}.txt").write_text(text, encoding="utf-8")
