"""The result window and the scores in all their states as text, at both sizes; one app for all of a size.

Run as a program, it writes the goldens anew: look at them before they are committed.
"""

import asyncio
import os
import tempfile
from dataclasses import replace
from math import inf
from pathlib import Path
from types import SimpleNamespace

import pytest
from screen_text import screen_text
from shell_data import row, score, write_levels
from textual.screen import Screen

from distgame.engine.errors import Problem
from distgame.game.campaign.figures import Figures
from distgame.game.pictures.failure_story import Absence, Message, Story
from distgame.game.play.game import Game
from distgame.game.play.session import Version
from distgame.game.scores.regression import LookBack, Relapse
from distgame.game.scores.standing import Standing
from distgame.tui.app import DistGame
from distgame.tui.modals.result import ResultScreen
from distgame.tui.scores.screen import ScoresScreen

GOLDENS = Path(__file__).parent / "goldens"
SIZES = {"wide": (120, 36), "narrow": (80, 24)}
VERSION = Version(3, SimpleNamespace(digest="3f9c2a7" + "0" * 57))
PROBLEM = Problem("exception", "KeyError: 'value'", "register.py", 12, node=2, tick=41)
BEFORE = row(stars=1, seeds_passed=19, messages_per_operation=9.5, wait_p99=11, availability=0.9)


def story(failure):
    """A stale read, with a message that came too late, one that was lost, and one from a node that had been down."""
    return Story(
        failure.operations,
        failure.operations[1],
        3,
        (1, 3),
        (
            Message(1, 3, "Store(7)", "Store 7", 1, 11, inf, 55),
            Message(1, 2, "Store(7)", "Store 7", 1, 11, inf, None),
            Message(2, 3, "5", "5", 3, 32, 3.5, 36),
        ),
        (Absence(2, "down", 1, 15, 2.5, 25),),
        counts=(60, 480),
    )


def results(game):
    """The windows, by name."""
    level = game.levels[1]
    failed, broken = score(level, (104, 106)), score(level, problem=PROBLEM, run=7)
    relapses = (Relapse(game.levels[0], "client 1 read 5 although 7 had been written"),)
    third = Standing(BEFORE, 2, 7, 3, 1, 9)
    return {
        "failed": (failed, replace(third, place=3, own=4), story(failed.first_failure), LookBack(3, relapses)),
        "error": (broken, Standing(None, 7, 7, None, 1, 1)),
        "passed": (score(level, sends=600), Standing(None, 1, 1, None, 1, 1)),
        "medals": (score(level), third, None, LookBack(1, ())),
    }


def rows():
    """Some results of three players over some days; two have kept their code."""
    found = []
    for day in range(1, 8):
        medals = (day > 5, day > 3, True)
        facts = {"messages_per_operation": 11 - day / 2, "wait_p99": 30 - 2 * day, "when": f"2025-02-0{day}T12:00:00Z"}
        found.append(row(stars=3 if all(medals) else 2, medals=medals, engine_version=1, **facts))
    bobs = {"player": "bob", "code_digest": "b" * 64, "when": "2025-02-03T09:30:00Z"}
    found.append(row(**bobs, stars=1, seeds_passed=14, reads_correct=780, availability=0.95, medals=(False,) * 3))
    found.append(row(player="Cleo the careful one", messages_per_operation=None, wait_p99=None, availability=None))
    changed = "class Register(Node):\n    def process_read_request(self, request):\n        return "
    found[5] = replace(found[5], code=f"{changed}None\n")
    found[6] = replace(found[6], code=f"{changed}self.storage\n", code_digest="c" * 64)
    return found


async def pictures(folder, size):
    """The text of every picture, by name."""
    game = Game(write_levels(folder / "levels"))
    for level in game.levels:
        game._figures[level.id] = Figures(6.25, 12, 0.9987)
    app, found = DistGame(game), {}
    try:
        async with app.run_test(size=SIZES[size]) as pilot:

            async def take(name):
                await pilot.pause()
                await pilot.pause()
                found[f"{name}-{size}"] = screen_text(app) + "\n"

            await app.push_screen(Screen())
            for name, facts in results(game).items():
                app.push_screen(ResultScreen(game.levels[1], facts[0], VERSION, folder / "register.py", *facts[1:]))
                await take(f"result-{name}")
                await pilot.press("escape")
            app.push_screen(ScoresScreen(game.levels[0]))
            await take("scores-empty")
            game.scoreboard.add(rows()[0])
            await pilot.press("right", "left")
            await take("scores-one")
            for each in rows()[1:]:
                game.scoreboard.add(each)
            await pilot.press("right", "left")
            await take("scores-best")
            await pilot.press("v")
            await take("scores-all")
            await pilot.press("d", "down", "d")
            await take("scores-comparing")
    finally:
        game.close()
    return found


@pytest.mark.parametrize("size", SIZES)
async def test_goldens(tmp_path, monkeypatch, size):
    monkeypatch.setenv("DISTGAME_PLAYER", "Ada")
    monkeypatch.setattr("distgame.tui.levels.look.LOOK_SECONDS", 3600)
    found = await pictures(tmp_path, size)
    assert len(found) == 9
    for name, text in found.items():
        assert text == (GOLDENS / f"{name}.txt").read_text(encoding="utf-8"), name


if __name__ == "__main__":
    os.environ["DISTGAME_PLAYER"] = "Ada"
    for each in SIZES:
        with tempfile.TemporaryDirectory() as home:
            os.environ["DISTGAME_HOME"] = home
            for name, text in asyncio.run(pictures(Path(home), each)).items():
                (GOLDENS / f"{name}.txt").write_text(text, encoding="utf-8")
