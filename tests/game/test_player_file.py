"""The player's file: the starter, writing it, reading it."""

import hashlib
import os

import pytest

from distgame.engine.host import Host
from distgame.engine.referee import simulate
from distgame.engine.trace import RETURN
from distgame.engine.world import ClientSpec, World
from distgame.game.play.files import FileError
from distgame.game.play.player_file import (
    MAX_BYTES,
    code_digest,
    read_module,
    read_player_file,
    starter,
    text_of,
    write_new,
)
from distgame.game.running.program import read_program

WORLD = World(nodes=1, clients=(ClientSpec(),))


def reads_of_a_run(path):
    """The values that reads of a one-node run returned, after checking that all went well otherwise."""
    trace = simulate(Host(read_program(path)), WORLD, seed=1)
    assert trace.problem is None
    returned = [event[4:] for event in trace.events if event[0] == RETURN]
    assert len(returned) > 10
    assert {outcome for _, outcome, _ in returned} == {"ok"}
    return [value for f, _, value in returned if f == "read"]


def test_the_starter_plays_but_forgets_what_it_was_told(tmp_path):
    write_new(tmp_path / "register.py", starter("Echo Chamber"))
    assert set(reads_of_a_run(tmp_path / "register.py")) == {None}


def test_the_starter_needs_one_line_to_remember(tmp_path):
    answer = "        return ClientWriteResponse"
    text = starter().replace(answer, f'        self.storage["value"] = request.value\n{answer}')
    write_new(tmp_path / "register.py", text)
    assert len(set(reads_of_a_run(tmp_path / "register.py"))) > 5


@pytest.mark.parametrize("title", ["", "Echo Chamber", 'a "quoted" {title}', "two\nlines\r\nof '''", "\\N{bad}"])
def test_any_title_makes_a_starter_that_loads(tmp_path, title):
    write_new(tmp_path / "register.py", starter(title))
    assert reads_of_a_run(tmp_path / "register.py")


def test_the_starter_fits_a_narrow_editor():
    assert max(map(len, starter("Echo Chamber").splitlines())) <= 90


def test_writing_makes_the_file_with_plain_line_ends(tmp_path):
    write_new(tmp_path / "a.py", "x = 'é'\n")
    assert (tmp_path / "a.py").read_bytes() == b"x = '\xc3\xa9'\n"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("there.py", "is already there and stays as it is"),
        ("dangling.py", "is already there and stays as it is"),
        ("folder.py", "is a folder: name a file in it"),
        ("none/a.py", "there is no folder .*none"),
        ("there.py/a.py", "there is no folder .*there.py"),
        ("a.txt", "the name of a Python file ends with .py, such as a.py"),
        ("a", "ends with .py"),
        ("x" * 300 + ".py", "cannot be written: file name too long"),
    ],
)
def test_what_cannot_be_written_is_told_and_changes_nothing(tmp_path, name, told):
    (tmp_path / "there.py").write_text("mine")
    (tmp_path / "folder.py").mkdir()
    (tmp_path / "dangling.py").symlink_to(tmp_path / "elsewhere.py")
    before = sorted(tmp_path.iterdir())
    with pytest.raises(FileError, match=told):
        write_new(tmp_path / name, "new")
    assert sorted(tmp_path.iterdir()) == before
    assert (tmp_path / "there.py").read_text() == "mine"


def make_fifo(path):
    os.mkfifo(path)


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda path: None, "there is no file .*register.py"),
        (lambda path: path.mkdir(), "is a folder"),
        (make_fifo, "is no ordinary file"),
        (lambda path: path.symlink_to(path), "cannot be read"),
        (lambda path: path.write_bytes(b"\x7fELF\0\0"), "is not text .*null bytes"),
        (lambda path: path.write_bytes("x = 'é'\n".encode("utf-16")), "is not text"),
        (lambda path: path.write_bytes(b"# one\n# two\nx = '\xe9'\n"), "register.py:3: not text in UTF-8"),
        (lambda path: path.write_bytes(b"#" * (MAX_BYTES + 1)), "is larger than 1 MiB"),
        (lambda path: path.write_bytes(b""), "is empty"),
        (lambda path: path.write_bytes(b"\xef\xbb\xbf \r\n\t\n"), "is empty"),
    ],
)
def test_a_file_that_cannot_be_a_program_is_told(tmp_path, make, told):
    path = tmp_path / "register.py"
    make(path)
    with pytest.raises(FileError, match=told):
        read_player_file(path)


def test_a_module_may_be_empty_and_as_large_as_allowed(tmp_path):
    (tmp_path / "a.py").touch()
    assert read_module(tmp_path / "a.py") == b""
    (tmp_path / "a.py").write_bytes(b"#" * MAX_BYTES)
    assert len(read_player_file(tmp_path / "a.py")) == MAX_BYTES


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"a\nb\n", "a\nb\n"),
        (b"a\r\nb\r\n", "a\nb\n"),
        (b"a\rb", "a\nb"),
        (b"\xef\xbb\xbfa = '\xc3\xa9'", "a = 'é'"),
    ],
)
def test_text_is_the_same_whatever_editor_wrote_it(data, text):
    assert text_of(data) == text


def test_the_digest_is_of_the_bytes_in_the_file(tmp_path):
    data = b"\xef\xbb\xbfx = 1\r\n"
    (tmp_path / "a.py").write_bytes(data)
    assert code_digest(tmp_path / "a.py") == code_digest(data) == hashlib.sha256(data).hexdigest()
    with pytest.raises(FileError, match="there is no file"):
        code_digest(tmp_path / "b.py")
