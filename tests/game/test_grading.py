"""Grading: strangers' files side by side, each its own report, and nothing left behind, whatever is in them."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from click.testing import CliRunner
from processes import descendants, hear_interrupts, none_left_behind

from distgame.cli import STOPPED, main
from distgame.game.play.places import algorithms_folder, levels_folder
from distgame.game.running import walls
from distgame.game.scores import grading

needs_walls = pytest.mark.skipif(walls.missing() is not None, reason=f"{walls.missing()}")
ALGORITHMS = algorithms_folder()
GOOD, BAD = ALGORITHMS / "write_all_read_local.py", ALGORITHMS / "local_variable.py"
HERE = Path(__file__).parent
OURS, OTHERS = (sorted(folder.glob("*.py")) for folder in (HERE.parent / "hostile", HERE.parents[2] / "shared/hostile"))


@pytest.fixture(scope="module")
def few(tmp_path_factory):
    """The levels 2 and 3 with two scored seeds each."""
    folder = tmp_path_factory.mktemp("levels")
    for path in sorted(levels_folder().glob("0[23]-*.toml")):
        text = re.sub(r"\n\[seeds\][^\[]*", "\n", path.read_text())
        (folder / path.name).write_text(f"{text}\n[seeds]\nscored = [101, 102]\n")
    return folder


def call(*arguments):
    result = CliRunner().invoke(main, [str(each) for each in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def objects(result):
    return [json.loads(line) for line in result.stdout.splitlines()]


@needs_walls
def test_a_grade_is_the_object_that_run_prints_and_is_stored_nowhere(few):
    with none_left_behind():
        graded = call("grade", GOOD, BAD, "--level", "2", "--levels", few, "--json")
        assert json.loads(call("scoreboard", "--json").stdout) == {"scores": []}
        run = call("run", GOOD, BAD, "--level", "2", "--levels", few, "--json")
    assert objects(graded) == objects(run)
    assert graded.exit_code == run.exit_code == 1
    assert [each["passed"] for each in objects(graded)] == [True, False]
    assert objects(graded)[0]["stars"] >= 2


@needs_walls
def test_every_file_on_every_level_in_the_order_given_and_the_worst_exit_code(few, tmp_path):
    syntax, missing = tmp_path / "syntax.py", tmp_path / "missing.py"
    syntax.write_text("class A(:\n  pass")
    graded = call("grade", BAD, missing, syntax, GOOD, "--levels", few, "--json")
    assert [(each["algorithm"], each["level"]) for each in objects(graded)] == [
        (name, level)
        for name in ("local_variable.py", "missing.py", "syntax.py", "write_all_read_local.py")
        for level in ("02-two-minds", "03-close-to-home")
    ]
    assert [each["error"]["kind"] if each["error"] else each["passed"] for each in objects(graded)] == [
        *(False, False, "file", "file", "syntax", "syntax", True, True)
    ]
    assert graded.exit_code == 2
    assert "there is no file" in graded.stderr
    assert "syntax.py:1" in graded.stderr
    assert call("grade", GOOD, "--levels", few, "--json").exit_code == 0


@needs_walls
def test_the_table_and_the_junit_file_say_the_same(few, tmp_path):
    raises = tmp_path / "raises.py"
    raises.write_text(
        GOOD.read_text().replace(
            "        yield from", "        print('\\x1b[2J'); {}['<&\\x00>']\n        yield from", 1
        )
    )
    report = tmp_path / "grades.xml"
    graded = call("grade", GOOD, BAD, raises, "--level", "2", "--levels", few, "--junit", report)
    assert graded.exit_code == 2
    rows = graded.stdout.splitlines()
    assert rows[0].split() == ["file", "seeds", "wrong", "result"]
    assert re.match(r"write_all_read_local.py    2/2      0  ✓ passed ★★[★·]", rows[1])
    assert re.match(r"local_variable.py          0/2  +\d+  ✗ wrong-read", rows[2])
    assert re.match(r"raises.py                  0/2      0  ! exception", rows[3])
    assert re.match(
        r"\nlocal_variable.py\n    seed 101, tick \d+: client 1 read .*\n\nraises.py\n    KeyError: .*\n\n",
        "\n".join(rows[4:]),
    )
    assert graded.stdout.endswith("\n\n1 passed, 1 not passed, 1 with an error\n")
    root = Xml.parse(report).getroot()
    assert root.attrib == {"name": "distgame", "tests": "3", "failures": "1", "errors": "1"}
    assert [suite.get("name") for suite in root] == ["write_all_read_local.py", "local_variable.py", "raises.py"]
    good, bad, broken = (suite.find("testcase") for suite in root)
    assert good.get("name") == "02-two-minds"
    assert list(good) == []
    assert "client 1 read" in bad.find("failure").get("message")
    assert broken.find("error").get("type") == "exception"
    assert re.search(r"raises\.py:\d+, node \d, tick \d+", broken.find("error").text)
    assert list(tmp_path.iterdir()) == [raises, report] or list(tmp_path.iterdir()) == [report, raises]


@pytest.mark.parametrize(
    ("place", "words"), [("", "is a folder"), ("nowhere/grades.xml", "there is no folder")], ids=["folder", "nowhere"]
)
@needs_walls
def test_a_junit_file_without_a_place_is_told_before_any_work(tmp_path, monkeypatch, place, words):
    monkeypatch.setattr(grading, "open_pool", None)
    result = call("grade", GOOD, "--junit", tmp_path / place)
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr


def test_without_walls_grading_refuses_unless_trusted(few, monkeypatch):
    monkeypatch.setattr(walls, "missing", lambda: "this kernel has no Landlock")
    result = call("grade", GOOD, "--level", "2", "--levels", few)
    assert result.exit_code == 2
    assert "this kernel has no Landlock; with --trust" in result.stderr
    trusted = call("grade", GOOD, "--level", "2", "--levels", few, "--trust", "--json")
    assert [each["passed"] for each in objects(trusted)] == [True]


@needs_walls
def test_a_file_may_import_its_own_modules_but_not_the_work_of_others(few, tmp_path):
    (tmp_path / "helper.py").write_text("STORED = 'stored'\n")
    (tmp_path / "alice.py").write_text("import helper\n" + GOOD.read_text())
    (tmp_path / "bob.py").write_text("from alice import WriteAllReadLocal\n")
    graded = call("grade", tmp_path / "alice.py", tmp_path / "bob.py", "--level", "2", "--levels", few, "--json")
    alice, bob = objects(graded)
    assert alice["passed"]
    assert bob["error"]["kind"] == "import"
    assert bob["error"]["message"].startswith("cannot import alice")


@needs_walls
def test_files_of_the_same_name_are_told_apart(few, tmp_path):
    for name, path in (("alice", GOOD), ("bob", BAD)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "register.py").write_text(path.read_text())
    files = [tmp_path / name / "register.py" for name in ("alice", "bob")]
    rows = call("grade", *files, "--levels", few).stdout.splitlines()
    assert rows[0].split() == ["file", "level", "seeds", "wrong", "result"]
    assert [row.split()[:3] for row in rows[1:3]] == [["alice/register.py", "2", "Two"], ["3", "Close", "to"]]
    assert rows[3].startswith("bob/register.py")


def dies_of_killers(assignment):
    """What `grade` does, but for one file, which ends its process as a broken parser would."""
    if assignment.path.name == "killer.py":
        os._exit(139)
    return grading.grade(assignment)


@needs_walls
def test_a_file_that_ends_the_grading_process_spoils_nothing(few, tmp_path, monkeypatch):
    killer = tmp_path / "killer.py"
    killer.write_text(GOOD.read_text())
    plain = grading.open_pool

    def open_pool(processes):
        pool = plain(processes)
        submit = pool.submit
        monkeypatch.setattr(pool, "submit", lambda _, assignment: submit(dies_of_killers, assignment), raising=False)
        return pool

    monkeypatch.setattr(grading, "open_pool", open_pool)
    graded = call("grade", BAD, killer, GOOD, "--level", "2", "--levels", few, "--json")
    bad, killed, good = objects(graded)
    assert (bad["passed"], bad["error"], good["passed"]) == (False, None, True)
    assert killed["error"]["message"] == "the file ended the process that graded it"


CHEATS = {
    "a module": (
        "json.decoder.cell = request.value",
        "getattr(json.decoder, 'cell', None)",
        "shared-memory",
    ),
    "an address": (
        "self.storage['x'] = request.value; self.storage['least'] = min((id(object()) >> 4) % 1009, 1009)",
        "self.storage.get('x')",
        "nondeterminism",
    ),
}
CHEAT = """
import json
from distgame import ClientReadResponse, ClientWriteResponse, Node, ResponseType
class Cheat(Node):
    def process_read_request(self, request):
        return ClientReadResponse(ResponseType.Success, {read})
    def process_write_request(self, request):
        {write}
        return ClientWriteResponse(ResponseType.Success)
"""


@needs_walls
@pytest.mark.parametrize(("write", "read", "kind"), CHEATS.values(), ids=CHEATS)
def test_what_comes_out_otherwise_is_an_error(few, tmp_path, write, read, kind):
    cheat = tmp_path / "cheat.py"
    cheat.write_text(CHEAT.format(write=write, read=read))
    (graded,) = objects(call("grade", cheat, "--level", "2", "--levels", few, "--json"))
    assert (graded["passed"], graded["stars"]) == (False, 0)
    assert graded["error"]["kind"] == kind
    assert graded["error"]["line"] == 8
    # The nodes were apart from the beginning, so the cheat did not even help.
    assert graded["reads"]["wrong"] > 0


def test_what_takes_too_long_in_all_is_an_error(few, tmp_path, monkeypatch):
    from distgame.game.campaign.levels import find_level

    monkeypatch.setattr(grading, "LEVEL_SECONDS", 0.0)
    level = find_level("2", few)
    done = grading.grade(grading.Assignment(GOOD, level, "trusting", frozenset()))
    assert (done.code, done.kind) == (2, "deadline")
    assert "1 of 2 seeds took more than" in done.reason


# What a person does to it

HANGS = CHEAT.format(read="sum(iter(int, 1))", write="pass")


def started(folder, few, *more, stop_at=6):
    """`distgame grade` of files that hang, when their nodes run already."""
    files = []
    for number in range(4):
        files.append(folder / f"hangs{number}.py")
        files[-1].write_text(HANGS)
    (folder / "out").mkdir()
    command = [sys.executable, "-m", "distgame.cli", "grade", *files, "--level", "2", "--levels", few]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen(
        [*command, *more],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=hear_interrupts,
    )
    until = time.monotonic() + 60
    while len(descendants(process.pid)) < stop_at and time.monotonic() < until:
        time.sleep(0.01)
    assert len(descendants(process.pid)) >= stop_at
    return process


@needs_walls
def test_an_interrupt_stops_at_once_and_leaves_nothing(few, tmp_path):
    with none_left_behind():
        process = started(tmp_path, few, "--junit", tmp_path / "out" / "grades.xml")
        os.killpg(process.pid, signal.SIGINT)
        stdout, stderr = process.communicate(timeout=60)
    assert process.returncode == STOPPED
    assert (stdout, stderr) == (b"", b"")
    assert list((tmp_path / "out").iterdir()) == []


@needs_walls
def test_killed_grading_leaves_no_process(few, tmp_path):
    with none_left_behind():
        process = started(tmp_path, few)
        process.kill()
        process.communicate()


# Files that misbehave; each says in a line what must come of it.

EXPECTED = {
    "cheat-fails": lambda each: not each["passed"] and each["error"] is None,
    "error": lambda each: each["error"] is not None and (each["error"]["line"] or each["error"]["kind"] == "exit"),
    "load-error": lambda each: each["error"] is not None and each["error"]["tick"] is None,
    "timeout": lambda each: each["error"] is not None and each["error"]["kind"] == "deadline",
    "fuel": lambda each: each["error"] is not None and each["error"]["kind"] in ("steps", "deadline"),
    "memory": lambda each: each["error"] is not None and each["error"]["kind"] == "memory",
    "flood": lambda each: each["error"] is not None,
    "deterministic": lambda each: each["error"] is None or each["error"]["kind"] == "nondeterminism",
    "pass-or-fail-clean": lambda each: True,
}


def as_expected(file, graded):
    words = re.search(r"EXPECT: (\S+)", file.read_text())[1].split("|")
    return any(EXPECTED[word](graded) for word in words)


@needs_walls
@pytest.mark.skipif(not OURS + OTHERS, reason="there are no files that misbehave")
def test_files_that_misbehave_end_as_they_should_and_spoil_nothing(few, tmp_path, monkeypatch):
    some = OURS[::5] + OTHERS
    monkeypatch.chdir(tmp_path)
    with none_left_behind():
        graded = objects(call("grade", GOOD, *some, GOOD, "--level", "2", "--levels", few, "--json"))
    assert len(graded) == len(some) + 2
    assert graded[0] == graded[-1]
    assert graded[0]["passed"]
    odd = [file.name for file, each in zip(some, graded[1:-1], strict=True) if not as_expected(file, each)]
    assert odd == []
    assert list(tmp_path.iterdir()) == []


@needs_walls
@pytest.mark.slow
@pytest.mark.parametrize("file", OURS + OTHERS, ids=lambda file: file.stem)
def test_a_file_that_misbehaves_ends_on_a_whole_level(file, tmp_path):
    command = [sys.executable, "-m", "distgame.cli", "grade", file, "--level", "2", "--json"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with none_left_behind(1):
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60)
    assert as_expected(file, json.loads(done.stdout))
    assert done.returncode in (0, 1, 2)
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []
