"""Scores: what is best, and that none is lost."""

import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest

from distgame.game.scores.scoreboard import Score, Scoreboard, Seal, rank

SCORE = Score(
    level="08-lost-mail",
    player="ada",
    algorithm="register.py",
    code_digest="ab" * 32,
    stars=2,
    seeds_passed=20,
    messages_per_operation=12.5,
    wait_p99=91,
    availability=0.99,
    when="2025-01-31T12:00:00Z",
    reads_correct=400,
    reads_answered=401,
    engine_version=1,
    medals=(True, False, True),
)


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


WRITER = """
import sys
from distgame.game.scores.scoreboard import Score, Scoreboard
name, count = sys.argv[1], int(sys.argv[2])
print("ready", flush=True)
sys.stdin.readline()
board = Scoreboard.open()
for number in range(count):
    board.add(Score(level="l", player=name, algorithm="a.py", code_digest="d", stars=1, seeds_passed=number,
                    messages_per_operation=1.0, wait_p99=1, availability=1.0, when="2025"))
    print(number, flush=True)
assert board.persistent, board.notice
print("done", flush=True)
sys.stdin.readline()
"""

HALF_A_TRANSACTION = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA cache_size = 1")
connection.execute("BEGIN IMMEDIATE")
connection.execute('''
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
    INSERT INTO scores SELECT NULL, 'torn', player, algorithm, code_digest, stars, seeds_passed,
        messages_per_operation, wait_p99, availability, "when", reads_correct, reads_answered, engine_version, medals,
        NULL, NULL, NULL
    FROM scores, n''')
connection.execute("DELETE FROM scores WHERE level = 'l'")
print("middle", flush=True)
sys.stdin.readline()
"""


def start(code, *arguments):
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def go(process):
    assert process.stdout.readline() == "ready\n"
    process.stdin.write("go\n")
    process.stdin.flush()


def end(process, kill=False):
    if kill:
        process.kill()
    process.communicate()
    return process.returncode


def test_two_games_that_write_at_once_lose_no_score(path):
    writers = [start(WRITER, name, "100") for name in ("ada", "bob")]
    for writer in writers:
        go(writer)
    assert [end(writer) for writer in writers] == [0, 0]
    with Scoreboard.open() as board:
        for name in ("ada", "bob"):
            assert [score.seeds_passed for score in board.scores(player=name)] == list(range(100))
    assert not list(path.parent.glob("*damaged*"))


def test_a_game_killed_while_it_writes_loses_nothing_it_had_written(path):
    writer = start(WRITER, "ada", "1000000")
    go(writer)
    told = [writer.stdout.readline() for _ in range(30)][-1]
    end(writer, kill=True)
    with Scoreboard.open() as board:
        found = [score.seeds_passed for score in board.scores()]
        assert found == list(range(len(found)))
        assert len(found) > int(told)
        assert board.notice is None


def test_a_writer_killed_in_the_middle_of_a_transaction_leaves_every_committed_row(path):
    committed = [replace(SCORE, level="l", seeds_passed=number) for number in range(5)]
    with Scoreboard.open() as board:
        for score in committed:
            board.add(score)
        torn = start(HALF_A_TRANSACTION, str(path))
        assert torn.stdout.readline() == "middle\n"
        assert path.with_name("scores.sqlite3-wal").stat().st_size > 500_000, "nothing was torn"
        assert board.scores() == committed
        end(torn, kill=True)
        board.add(SCORE)
    with Scoreboard.open() as board:
        assert board.scores() == [*committed, SCORE]
        assert (board.persistent, board.notice) == (True, None)


# Files that are no scoreboard


def truncate(path):
    os.truncate(path, path.stat().st_size - 4096)


def foreign(path):
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE birds (name TEXT)")
    connection.close()


def half_foreign(path):
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE scores (name TEXT)")
        connection.execute("PRAGMA user_version = 1")
    connection.close()


def overwrite_pages(path):
    content = bytearray(path.read_bytes())
    content[4096:12288] = b"\xa5" * 8192
    path.write_bytes(content)


@pytest.mark.parametrize(
    "harm",
    [
        lambda path: path.write_bytes(b"not a database at all " * 100),
        lambda path: path.write_bytes(b"short"),
        truncate,
        foreign,
        half_foreign,
        overwrite_pages,
    ],
    ids=["garbage", "short", "truncated", "foreign", "same name, other columns", "pages"],
)
def test_a_damaged_file_is_set_aside_and_a_new_one_begins(path, harm):
    with Scoreboard.open() as board:
        for _ in range(40):
            board.add(SCORE)
    harm(path)
    harmed = path.read_bytes()
    with Scoreboard.open() as board:
        assert board.persistent
        assert "the scores were damaged" in board.notice
        assert "scores.sqlite3.damaged-1" in board.notice
        assert board.scores() == []
        board.add(SCORE)
    assert path.with_name("scores.sqlite3.damaged-1").read_bytes() == harmed
    with Scoreboard.open() as board:
        assert board.notice is None
        assert board.scores() == [SCORE]


def test_the_companions_of_a_damaged_file_go_with_it(path):
    Scoreboard.open().close()
    writer = start(WRITER, "ada", "10")
    go(writer)
    while writer.stdout.readline() != "done\n":
        pass
    end(writer, kill=True)
    wal = path.with_name("scores.sqlite3-wal").read_bytes()
    path.write_bytes(b"garbage " * 1000)
    with Scoreboard.open() as board:
        assert board.scores() == []
        assert "damaged" in board.notice
    assert path.with_name("scores.sqlite3.damaged-1-wal").read_bytes() == wal


def test_an_empty_file_becomes_a_scoreboard(path):
    path.touch()
    with Scoreboard.open() as board:
        board.add(SCORE)
        assert (board.persistent, board.notice) == (True, None)


def test_the_file_of_a_newer_game_is_refused_and_left_as_it_is(path):
    with Scoreboard.open() as board:
        board.add(SCORE)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = path.read_bytes()
    with Scoreboard.open() as board:
        assert not board.persistent
        assert "written by a newer distgame (version 99" in board.notice
        board.add(SCORE)
        assert board.scores() == [SCORE]
    assert path.read_bytes() == before
    assert not list(path.parent.glob("*damaged*"))


# Folders that cannot be written


def test_a_home_that_cannot_be_made_means_a_board_in_memory(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("DISTGAME_HOME", str(tmp_path / "file" / "home"))
    with Scoreboard.open() as board:
        assert not board.persistent
        assert "scores cannot be saved in" in board.notice
        board.add(SCORE)
        assert board.best(SCORE.level) == SCORE
        assert board.scores("other") == board.scores(player="bob") == []


def test_a_folder_in_the_place_of_the_file_means_a_board_in_memory(path):
    path.mkdir()
    with Scoreboard.open() as board:
        assert not board.persistent
        assert path.is_dir()


@pytest.fixture
def anybody():
    """A folder outside root's own, as a user who is not root."""
    folder = Path(tempfile.mkdtemp())
    is_root = os.geteuid() == 0
    if is_root:
        os.chown(folder, 65534, 65534)
        os.seteuid(65534)
    yield folder
    folder.chmod(0o755)
    if is_root:
        os.seteuid(0)
    shutil.rmtree(folder)


def test_old_scores_are_shown_from_a_folder_that_cannot_be_written(anybody):
    path = anybody / "scores.sqlite3"
    with Scoreboard.open(path) as board:
        board.add(SCORE)
    anybody.chmod(0o555)
    with Scoreboard.open(path) as board:
        assert not board.persistent
        assert "scores are kept until you leave" in board.notice
        assert board.scores() == [SCORE]
        board.add(SCORE)
        assert board.scores() == [SCORE, SCORE]
    anybody.chmod(0o755)
    with Scoreboard.open(path) as board:
        assert board.scores() == [SCORE]


@contextmanager
def full_disk(size):
    """No file of this process can grow beyond so many bytes; afterwards they can again, before a test is reported."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_a_full_disk_at_the_start_means_a_board_in_memory():
    with full_disk(100), Scoreboard.open() as board:
        board.add(SCORE)
        assert board.scores() == [SCORE]
        assert not board.persistent
        assert "scores are kept until you leave" in board.notice


def test_a_disk_that_fills_up_later_loses_no_score_of_this_session(path):
    with Scoreboard.open() as board:
        board.add(SCORE)
        with full_disk(path.with_name("scores.sqlite3-wal").stat().st_size):
            board.add(replace(SCORE, stars=3))
            assert [score.stars for score in board.scores()] == [2, 3]
        assert not board.persistent
        assert "scores are kept until you leave" in board.notice


def test_without_sqlite_the_game_still_keeps_scores_in_memory(monkeypatch):
    monkeypatch.delitem(sys.modules, "distgame.game.scores.score_file", raising=False)
    monkeypatch.delattr("distgame.game.scores.score_file", raising=False)
    monkeypatch.setitem(sys.modules, "sqlite3", None)
    with Scoreboard.open() as board:
        board.add(SCORE)
        assert board.scores() == [SCORE]
        assert "no SQLite" in board.notice


def test_the_module_of_scores_loads_without_sqlite():
    code = "import sys; import distgame.game.scores.scoreboard; assert 'sqlite3' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
