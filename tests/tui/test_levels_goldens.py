"""The levels screen with a campaign of 24 levels as text, at both sizes, and how its board is laid out.

Run as a program, it writes the goldens anew: look at them before they are committed.
"""

import asyncio
import itertools
import os
import tempfile
from pathlib import Path

import pytest
from screen_text import screen_text
from shell_data import CAMPAIGN, row, write_campaign

from distgame.game.campaign.figures import Figures
from distgame.game.play.game import Game
from distgame.tui.app import DistGame
from distgame.tui.levels.board import arrange

GOLDENS = Path(__file__).parent / "goldens"
SIZES = {"levels-wide": (120, 36), "levels-narrow": (80, 24)}
ACTS = [(act, len(names)) for act, names in CAMPAIGN.items()]


async def picture(folder: Path, name: str) -> str:
    """The screen after nine levels, one of them given up, with the tenth chosen."""
    game = Game(write_campaign(folder / "levels"))
    for level in game.levels[:9]:
        best = {"stars": 3, "medals": (True, True, True)} if level.number % 3 else {"medals": (False, True, False)}
        game.scoreboard.add(row(level=level.id, **best))
    game.change_settings(forfeited=(game.levels[4].id,))
    game._figures[game.levels[9].id] = Figures(8.25, 12, 0.9987)
    app = DistGame(game)
    try:
        async with app.run_test(size=SIZES[name]) as pilot:
            await pilot.pause()
            await app.workers.wait_for_complete()
            await pilot.pause()
            return screen_text(app) + "\n"
    finally:
        game.close()


@pytest.mark.parametrize("name", SIZES)
async def test_golden(tmp_path, monkeypatch, name):
    monkeypatch.setenv("DISTGAME_PLAYER", "Ada")
    monkeypatch.setattr("distgame.tui.levels.look.LOOK_SECONDS", 3600)
    assert await picture(tmp_path, name) == (GOLDENS / f"{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("columns", [1, 2, 3, 4, 6, 12])
def test_every_level_has_a_place_of_its_own_below_its_act(columns):
    places = arrange(ACTS, columns)
    assert [place.level for place in places if place.level >= 0] == list(range(24))
    assert [place.act for place in places if place.act] == [act for act, _ in ACTS]
    assert len({(place.column, place.row) for place in places}) == len(places)
    assert {place.column for place in places} <= set(range(columns))
    for act, following in itertools.pairwise(places):
        if act.act:
            assert (following.column, following.row) == (act.column, act.row + 1)


def test_columns_are_as_short_as_they_can_be():
    heights = {columns: max(place.row for place in arrange(ACTS, columns)) + 1 for columns in (1, 2, 3, 9)}
    assert heights == {1: 33, 2: 21, 3: 13, 9: 5}


if __name__ == "__main__":
    GOLDENS.mkdir(exist_ok=True)
    os.environ["DISTGAME_PLAYER"] = "Ada"
    for each in SIZES:
        with tempfile.TemporaryDirectory() as home:
            os.environ["DISTGAME_HOME"] = home
            text = asyncio.run(picture(Path(home), each))
        (GOLDENS / f"{each}.txt").write_text(text, encoding="utf-8")
