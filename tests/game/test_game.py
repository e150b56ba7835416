"""The game behind its screens: what it keeps of a result, and what it opens when it is needed."""

from dataclasses import replace
from pathlib import Path

import pytest

from distgame.engine.errors import PlayerError, Problem
from distgame.engine.host import Host
from distgame.game.campaign.levels import LevelError
from distgame.game.play.game import Game
from distgame.game.play.places import algorithms_folder
from distgame.game.play.session import Session, Version
from distgame.game.running.program import read_program
from distgame.game.running.seeds import score_here
from distgame.game.running.workers import WorkerNodes
from distgame.game.scores.record import row_of
from distgame.game.scores.scoring import total


@pytest.fixture
def game():
    opened = Game()
    yield opened
    opened.close()


def result(game, algorithm):
    level = game.levels[0]
    program = read_program(algorithms_folder() / algorithm)
    return total(level, list(score_here(Host(program), level, level.scored_seeds))), Version(1, program)


def test_the_same_result_in_succession_is_one_row(game):
    good, good_version = result(game, "local_variable.py")
    stub, stub_version = result(game, "broken/empty_stub.py")
    path = Path("register.py")
    game.scoreboard.add(replace(row_of(good, game.levels[0], "bob", "any.py", good_version.program), stars=2))
    stands = [game.record(*each, path) for each in [(stub, stub_version)] * 2 + [(good, good_version)]]
    assert [each.best_before and each.best_before.stars for each in stands] == [None, 0, 0]
    assert [(each.place_before, each.place, each.players) for each in stands] == [(None, 2, 2), (2, 2, 2), (2, 1, 2)]
    assert [(each.own, each.results) for each in stands] == [(1, 1), (1, 1), (1, 2)]
    again = game.record(stub, stub_version, path)
    assert (again.best_before.stars, again.place, again.results) == (3, 1, 3)
    assert [row.stars for row in game.scoreboard.scores(player=game.player)] == [0, 3, 0]
    assert {row.algorithm for row in game.scoreboard.scores(player=game.player)} == {"register.py"}


def test_a_program_that_loads_only_sometimes_is_not_replayed_and_plays_again(game, tmp_path, monkeypatch):
    path = tmp_path / "register.py"
    path.write_bytes((algorithms_folder() / "local_variable.py").read_bytes())
    session = game.open_session(game.levels[0], path)
    try:
        run = session.load().run
        with monkeypatch.context() as patch:
            patch.setattr(WorkerNodes, "begin", fail)
            assert session.replay(7) is None
        assert session.run is run
        assert session.replay(7).trace.seed == 7
    finally:
        session.close()


def fail(*_):
    raise PlayerError(Problem("deadline", "too slow today"))


def test_levels_follow_one_another(game):
    assert [game.next_level(level) for level in game.levels] == [*game.levels[1:], None]
    assert game.level(game.levels[2].id) is game.levels[2]


def test_settings_are_kept(game):
    game.change_settings(theme="distgame-light")
    again = Game()
    assert again.settings.theme == "distgame-light"
    again.close()


def test_a_folder_without_levels_is_one_error(tmp_path):
    with pytest.raises(LevelError, match="holds no level"):
        Game(tmp_path)


def test_a_slip_of_the_pen_costs_no_worker(game, tmp_path):
    path = tmp_path / "register.py"
    path.write_text("x = 1\ndef broken(:\n")
    attempt = Session(game.levels[0], path, workers=None, open_pool=None).load()
    assert (attempt.problem.kind, attempt.problem.line) == ("syntax", 2)
