"""The program as a process: what it imports, closed streams, and how it ends."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from distgame.cli import STOPPED, main
from distgame.game.play.places import algorithms_folder

GOOD = algorithms_folder() / "local_variable.py"


def program(*arguments, **options):
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, timeout=60, env=os.environ, check=False, **options
    )


@pytest.mark.parametrize("command", [["--help"], ["run", str(GOOD), "--level", "1", "--seeds", "1"], ["levels"]])
def test_no_screen_is_imported_where_none_is_opened(command):
    code = (
        "import sys, distgame.cli\n"
        f"try: distgame.cli.main({command!r})\n"
        "except SystemExit: pass\n"
        "assert not [name for name in sys.modules if name.partition('.')[0] == 'textual' or 'distgame.tui' in name]\n"
        "print('clean')"
    )
    result = program("-c", f"if __name__ == '__main__': exec({code!r})")
    assert result.stdout.endswith("clean\n"), result.stderr


def test_an_interrupt_while_the_commands_are_imported_is_silent(tmp_path):
    (tmp_path / "click.py").write_text("raise KeyboardInterrupt\n")
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); from distgame.__main__ import main; main()"
    result = program("-c", code)
    assert (result.returncode, result.stdout, result.stderr) == (STOPPED, "", "")


def test_a_reader_that_goes_away_is_no_error(tmp_path):
    script = f"{sys.executable} -m distgame levels --json | head -c 5"
    result = subprocess.run(["sh", "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert result.stderr == ""


@pytest.mark.parametrize(
    ("script", "code", "told"),
    [
        ("levels --json > /dev/full", 2, "Error: No space left on device\n"),
        ("levels > /dev/full", 2, "Error: No space left on device\n"),
        ("levels >&-", 0, ""),
        ("check - <&-", 0, ""),
        ("play <&-", 2, "Error: the game needs a terminal; `distgame run FILE --level ID` works without one\n"),
        ("levels < /dev/null", 0, ""),
    ],
)
def test_a_stream_that_is_closed_or_full_is_no_traceback(script, code, told):
    script = f"{sys.executable} -m distgame {script}"
    result = subprocess.run(["sh", "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert (result.returncode, result.stderr) == (code, told)


def test_what_the_terminal_cannot_write_is_a_question_mark(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    (tmp_path / "h.jsonl").write_text('{"process": 1, "type": "invoke", "f": "write", "value": 5, "time": 1}\n')
    result = program("-m", "distgame.cli", "check", str(tmp_path / "h.jsonl"))
    assert result.stdout.endswith("h.jsonl: linearizable: ? holds, 1 operation\n")


def test_a_file_whose_name_is_no_utf_8_can_be_run(tmp_path):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/a\xff.py"))
    path.write_bytes(GOOD.read_bytes())
    result = program("-m", "distgame.cli", "run", path, "--level", "1")
    assert (result.returncode, result.stderr) == (0, "")
    assert [
        row["algorithm"] for row in json.loads(CliRunner().invoke(main, ["scoreboard", "--json"]).stdout)["scores"]
    ] == ["a?.py"]
