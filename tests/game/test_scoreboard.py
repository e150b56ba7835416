"""Scores: what is best, what a seal holds for, and that older files keep all they have."""

import json
import sqlite3
from dataclasses import replace
from itertools import permutations

import pytest
from some_score import SCORE

from distgame.game.scores.scoreboard import Scoreboard, Seal, rank


@pytest.fixture
def path(home):
    return home / "scores.sqlite3"


def test_scores_come_back_as_they_were_added_oldest_first(path):
    scores = [replace(SCORE, stars=stars, player=player) for stars, player in ((1, "ada"), (3, "bob"), (0, "ada"))]
    scores.append(replace(SCORE, messages_per_operation=None, wait_p99=None, availability=None, medals=(False,) * 3))
    with Scoreboard.open() as board:
        for score in scores:
            board.add(score)
    with Scoreboard.open() as board:
        assert board.scores() == scores
        assert (board.persistent, board.notice) == (True, None)
    assert path.is_file()


def test_scores_are_chosen_by_level_and_player():
    with Scoreboard.open() as board:
        for level in ("a", "b"):
            for player in ("ada", "bob"):
                board.add(replace(SCORE, level=level, player=player))
        assert [(s.level, s.player) for s in board.scores("a")] == [("a", "ada"), ("a", "bob")]
        assert [(s.level, s.player) for s in board.scores(player="bob")] == [("a", "bob"), ("b", "bob")]
        assert [(s.level, s.player) for s in board.scores("b", "ada")] == [("b", "ada")]
        assert board.scores("c") == []


BEST_FIRST = [
    replace(SCORE, stars=3, seeds_passed=1, messages_per_operation=99.0),
    replace(SCORE, seeds_passed=20, messages_per_operation=1.0, wait_p99=500),
    replace(SCORE, seeds_passed=20, messages_per_operation=2.0, wait_p99=10),
    replace(SCORE, seeds_passed=20, messages_per_operation=2.0, wait_p99=11, when="2025-01-01T00:00:00Z"),
    replace(SCORE, seeds_passed=20, messages_per_operation=2.0, wait_p99=11, when="2025-01-02T00:00:00Z"),
    replace(SCORE, seeds_passed=20, messages_per_operation=2.0, wait_p99=None),
    replace(SCORE, seeds_passed=20, messages_per_operation=None, wait_p99=1),
    replace(SCORE, seeds_passed=19, messages_per_operation=0.1),
    replace(SCORE, stars=1, seeds_passed=20, messages_per_operation=0.1),
]


def test_best_is_stars_then_seeds_then_messages_then_wait_then_the_earliest():
    worst_first = BEST_FIRST[::-1]
    assert sorted(worst_first, key=rank) == BEST_FIRST


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_best_does_not_depend_on_the_order_of_adding(order):
    with Scoreboard.open() as board:
        for index in order:
            board.add(BEST_FIRST[index])
        assert board.best(SCORE.level) == BEST_FIRST[0]
        assert board.best(SCORE.level, "nobody") is None
        assert board.best("no-such-level") is None


def test_of_equals_the_first_that_was_added_is_best():
    with Scoreboard.open() as board:
        for algorithm in ("z.py", "a.py", "m.py"):
            board.add(replace(SCORE, algorithm=algorithm))
        assert board.best(SCORE.level).algorithm == "z.py"
        assert board.best_of_each_level()[SCORE.level].algorithm == "z.py"


def test_best_of_each_level_is_by_level():
    with Scoreboard.open() as board:
        for level, player, stars in (
            ("b", "ada", 1),
            ("a", "ada", 2),
            ("b", "ada", 3),
            ("b", "bob", 3),
            ("c", "bob", 1),
        ):
            board.add(replace(SCORE, level=level, player=player, stars=stars))
        best = board.best_of_each_level("ada")
        assert [(level, score.stars) for level, score in best.items()] == [("a", 2), ("b", 3)]
        assert list(board.best_of_each_level()) == ["a", "b", "c"]


def test_json_has_the_promised_fields_in_order():
    assert list(json.loads(json.dumps(SCORE.as_json()))) == [
        "level",
        "player",
        "algorithm",
        "code_digest",
        "stars",
        "seeds_passed",
        "messages_per_operation",
        "wait_p99",
        "availability",
        "when",
    ]


FIRST_VERSION = """
CREATE TABLE scores (
    id INTEGER PRIMARY KEY, level TEXT NOT NULL, player TEXT NOT NULL, algorithm TEXT NOT NULL,
    code_digest TEXT NOT NULL, stars INTEGER NOT NULL, seeds_passed INTEGER NOT NULL,
    messages_per_operation REAL, wait_p99 REAL, availability REAL, "when" TEXT NOT NULL,
    reads_correct INTEGER NOT NULL, reads_answered INTEGER NOT NULL, engine_version INTEGER NOT NULL,
    medals INTEGER NOT NULL
);
CREATE INDEX scores_by_level ON scores (level, player);
INSERT INTO scores VALUES (1, '08-lost-mail', 'ada', 'register.py', 'd', 2, 20, 12.5, 91, 0.99, '2025', 400, 401, 1, 5);
PRAGMA user_version = 1;
"""


def test_the_file_of_an_older_game_keeps_all_its_scores_and_takes_new_ones(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    with sqlite3.connect(path) as connection:
        connection.executescript(FIRST_VERSION)
    connection.close()
    old = replace(SCORE, code_digest="d", when="2025")
    new = replace(SCORE, digest="0" * 64, rules="1" * 64, code="class Register: ...")
    for _ in range(2):
        with Scoreboard.open() as board:
            assert (board.persistent, board.notice) == (True, None)
            board.add(new)
            assert board.scores()[0] == old
            board.add_seal(SEAL)
    with Scoreboard.open() as board:
        assert board.scores() == [old, new, new]
        assert board.seal(SEAL.level, RULES) == SEAL
    assert not list(path.parent.glob("*damaged*"))


RULES = "1" * 64
SEAL = Seal("08-lost-mail", "ada", "ab" * 32, 480, 1, "2025-01-31T12:00:00Z", RULES)


def test_of_a_level_the_seal_with_the_most_runs_counts(path):
    with Scoreboard.open() as board:
        for runs, player in ((100, "ada"), (900, "bob"), (480, "ada"), (20, "ada")):
            board.add_seal(replace(SEAL, runs=runs, player=player))
        assert board.seal(SEAL.level, RULES, "ada").runs == 480
        assert board.seal(SEAL.level, RULES).player == "bob"
        assert board.seal(SEAL.level, RULES, "eve") is None
        assert board.seal("09-new-then-old", RULES) is None


def test_a_seal_holds_for_the_rules_that_it_was_won_under(path):
    with Scoreboard.open() as board:
        board.add_seal(SEAL)
        assert board.seal(SEAL.level, "2" * 64) is None
        board.add_seal(replace(SEAL, runs=20, rules="2" * 64))
        assert board.seal(SEAL.level, "2" * 64).runs == 20
        assert board.seal(SEAL.level, RULES) == SEAL


SECOND_VERSION = """
ALTER TABLE scores ADD COLUMN digest TEXT;
ALTER TABLE scores ADD COLUMN rules TEXT;
ALTER TABLE scores ADD COLUMN code TEXT;
CREATE TABLE seals (
    id INTEGER PRIMARY KEY, level TEXT NOT NULL, player TEXT NOT NULL, code_digest TEXT NOT NULL, runs INTEGER NOT NULL,
    engine_version INTEGER NOT NULL, "when" TEXT NOT NULL
);
INSERT INTO seals VALUES (1, '08-lost-mail', 'ada', 'd', 720, 1, '2025');
PRAGMA user_version = 2;
"""


def test_a_seal_of_an_older_game_which_does_not_name_the_rules_stays(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    with sqlite3.connect(path) as connection:
        connection.executescript(FIRST_VERSION + SECOND_VERSION)
    connection.close()
    with Scoreboard.open() as board:
        assert (board.persistent, board.notice) == (True, None)
        assert board.seal(SEAL.level, RULES, "ada") == Seal("08-lost-mail", "ada", "d", 720, 1, "2025")
        board.add_seal(SEAL)
        assert board.seal(SEAL.level, RULES, "ada").runs == 720


# Several games, and games that die
