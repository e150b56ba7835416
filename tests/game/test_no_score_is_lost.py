"""No score is lost: writers that die, files that are damaged, disks that are full, homes that nobody may write to."""

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from some_score import SCORE

from distgame.game.scores.scoreboard import Scoreboard


@pytest.fixture
def path(home):
    return home / "scores.sqlite3"


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
