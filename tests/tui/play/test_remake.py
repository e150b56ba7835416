"""Results made again from the scores: their code is played, compared with then, and nothing of the player's changes."""

from contextlib import asynccontextmanager

from play_stage import LOCAL, MAJORITY, StageGame, level, write
from screen_text import screen_text, words

from distgame.engine.host import Host
from distgame.engine.program import Program, Source
from distgame.engine.trace import ENGINE_VERSION
from distgame.game.play.player_file import code_digest
from distgame.game.play.settings import read_settings
from distgame.game.running.seeds import score_here
from distgame.game.scores.record import row_of
from distgame.game.scores.scoring import total
from distgame.tui.app import DistGame
from distgame.tui.play.remake import RemakeScreen
from distgame.tui.scores.screen import ScoresScreen


def result(played, text, **changes):
    """The row that a program of one file earns on a level."""
    program = Program(Source("register", "register.py", text), (), code_digest(text.encode()))
    score = total(played, list(score_here(Host(program), played, played.scored_seeds)))
    row = row_of(score, played, "bob", "register.py", program)
    return type(row)(**{name: getattr(row, name) for name in row.__slots__} | changes)


@asynccontextmanager
async def scores(folder, *rows, size=(120, 36)):
    """The scores of the small level, with the best of these results chosen."""
    game = StageGame(folder)
    for row in rows:
        game.scoreboard.add(row)
    app = DistGame(game)
    async with app.run_test(size=size, notifications=True) as pilot:
        app.push_screen(ScoresScreen(game.levels[0]))
        await settled(app, pilot)
        yield app, pilot
    game.close()


async def settled(app, pilot):
    for _ in range(3):
        await app.workers.wait_for_complete()
        await pilot.pause()
    await pilot.pause()


async def test_a_result_is_played_again_compared_with_then_and_escape_comes_back(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "register.py", MAJORITY)
    played = level(tmp_path)
    async with scores(tmp_path, result(played, LOCAL, when="2025-01-31T12:00:00Z")) as (app, pilot):
        await pilot.press("enter")
        await settled(app, pilot)
        screen = app.screen
        assert isinstance(screen, RemakeScreen)
        told = screen_text(app)
        assert "seed 101" in told
        assert " s Failed > Fault w Why v View l Scores " in told
        assert f"register-{code_digest(LOCAL.encode())[:7]}.py  as it was then" in told
        assert (
            "bob's result of 2025-01-31 12:00: ✓ the same 3 runs as then   s the next seed that failed   esc Scores"
            in told
        )
        for seed in (101, 102, 103, 101):
            await pilot.press("s")
            await settled(app, pilot)
            assert screen.recording.run.trace.seed == seed
            assert f"seed {seed}" in screen_text(app)
        screen.tabs.active = "code"
        await settled(app, pilot)
        assert 'self.storage.get("x"))' in screen_text(app)
        await pilot.press("e", "E", "n", "H")
        await pilot.pause()
        assert app.screen is screen
        await pilot.press("escape", "escape")
        await pilot.pause()
        assert isinstance(app.screen, ScoresScreen)
        assert len(app.game.scoreboard.scores()) == 1
    assert (tmp_path / "register.py").read_text() == MAJORITY
    settings = read_settings()[0]
    assert (settings.last_file, settings.last_level) == (None, None)


async def test_two_clicks_make_a_result_again_and_what_differs_is_said(tmp_path):
    played = level(tmp_path)
    old = result(played, MAJORITY, engine_version=0, rules="0" * 64, digest="1" * 64)
    async with scores(tmp_path, old, size=(80, 24)) as (app, pilot):
        await pilot.click(offset=(5, 2))
        await pilot.pause()
        assert isinstance(app.screen, ScoresScreen)
        await pilot.click(offset=(5, 2), times=2)
        await settled(app, pilot)
        assert isinstance(app.screen, RemakeScreen)
        told = screen_text(app)
        for part in (
            "✗ not the runs of then: ",
            f"the engine: version {ENGINE_VERSION} here, 0 then",
            "the level's rules: ",
        ):
            assert part in told


async def test_a_result_without_its_code_stays_a_row(tmp_path):
    async with scores(tmp_path, result(level(tmp_path), LOCAL, code=None)) as (app, pilot):
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, ScoresScreen)
        assert "was not kept" in words(app)
