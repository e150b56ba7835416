"""The play screen with everything real: the file watched, the nodes and the scored seeds in processes."""

from concurrent.futures import CancelledError, Executor, Future

import pytest
from play_stage import LOCAL, MAJORITY, UNCLOSED, level
from screen_text import screen_text

from distgame.game.play.game import Game
from distgame.game.running.seeds import score_seeds
from distgame.tui.app import DistGame


async def test_a_save_is_seen_run_and_scored(tmp_path):
    played = level(tmp_path)
    path = tmp_path / "register.py"
    path.write_text(LOCAL)
    game = Game(tmp_path)
    game.warm_up()
    app = DistGame(game, played, path)
    try:
        async with app.run_test(size=(120, 36)) as pilot:

            async def until(done) -> None:
                for _ in range(1500):
                    if done():
                        return
                    await pilot.pause(0.02)
                raise AssertionError(screen_text(app))

            screen = app.screen
            await until(lambda: screen.score is not None)
            assert not screen.score.passed
            assert screen.head.time > 0
            path.write_text(UNCLOSED)
            await until(lambda: "does not load" in screen_text(app))
            assert screen.version.number == 1
            path.write_text(MAJORITY)
            await until(lambda: screen.version.number == 2)
            await until(lambda: screen.score is not None)
            assert screen.score.seeds_passed == 3
            assert screen.file.reload_ms is not None
            assert [row.seeds_passed for row in game.scoreboard.scores()] == [0, 3]
    finally:
        game.close()


def test_seeds_of_a_pool_that_was_shut_down_end_as_cancelled(tmp_path):
    class ShutDown(Executor):
        def submit(self, *_):
            future = Future()
            future.cancel()
            return future

    with pytest.raises(CancelledError):
        score_seeds(None, level(tmp_path), None, ShutDown())
