"""Every file that misbehaves ends as it says, within ten seconds, and leaves no process and no file behind.

The files of `tests/hostile` open with KIND, TRIES and EXPECT: what comes of them, and for errors their kinds and line.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path
from typing import IO, Any

import pytest
from processes import none_left_behind

from distgame.engine.errors import PlayerError, Problem
from distgame.engine.host import Host
from distgame.game.campaign.levels import find_level
from distgame.game.running import workers
from distgame.game.running.program import read_program
from distgame.game.running.runs import Run, run_level
from distgame.game.running.workers import WorkerNodes

HERE = Path(__file__).parent
OURS = sorted((HERE.parent / "hostile").glob("*.py"))
OTHERS = sorted((HERE.parents[2] / "shared" / "hostile").glob("*.py"))
SECONDS = 10
LEVEL = find_level("2")
EXPECT = re.compile(r"EXPECT: (\S+)(?: \((\S+), line (\d+)\))?")
# What may come of a file that runs to its end, and of one that does not.
CLEAN = {"cheat-fails", "deterministic", "pass-or-fail-clean"}
KINDS = {
    "timeout": {"deadline"},
    "fuel": {"steps", "deadline"},
    "memory": {"memory"},
    "flood": {"flood", "storm"},
    "load-error": {"syntax", "load", "import", "steps", "deadline"},
}


def expected(file: Path) -> tuple[set[str], set[str], int | None]:
    """What may come of a file; and the kinds and the line of its error, where it says so."""
    words, kinds, line = EXPECT.search(file.read_text(encoding="utf-8")).groups()
    return set(words.split("|")), set((kinds or "").split("|")), int(line) if line else None


def play(file: Path) -> tuple[Run | None, Problem | None]:
    """The run of a file in a worker, and the problem with it."""
    with WorkerNodes() as nodes:
        try:
            run = run_level(nodes.load(read_program(file)), LEVEL, LEVEL.seeds.shown)
        except PlayerError as error:
            return None, error.problem
    return run, run.trace.problem


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Deadlines that no test has to wait for."""
    monkeypatch.setattr(workers, "ROUND_SECONDS", 0.8)
    monkeypatch.setattr(workers, "LOAD_SECONDS", SECONDS - 3)


@pytest.mark.parametrize("file", OURS + OTHERS, ids=lambda file: file.stem)
def test_it_ends_as_it_says(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, impatient: None) -> None:
    monkeypatch.chdir(tmp_path)
    words, kinds, line = expected(file)
    start = time.monotonic()
    if "timeout" not in words:
        # On a busy machine anything may take its time.
        monkeypatch.setattr(workers, "ROUND_SECONDS", SECONDS - 3)
    with none_left_behind():
        run, problem = play(file)
    assert time.monotonic() - start < SECONDS
    assert list(tmp_path.iterdir()) == []
    if problem is None:
        assert run is not None
        assert words & CLEAN
        assert "cheat-fails" not in words or not run.score.passed
        return
    assert words - CLEAN
    assert problem.file is not None or problem.kind == "exit"
    assert problem.message.isprintable()
    assert "Traceback" not in problem.message
    if line is not None:
        assert problem.kind in kinds, problem
        assert problem.line == line, problem
    elif "error" not in words:
        assert problem.kind in set().union(*(KINDS[word] for word in words & KINDS.keys())), problem
    if problem.tick:
        assert problem.node in (1, 2, 3)


def test_there_are_many_kinds_of_them() -> None:
    assert len(OURS) >= 32
    for file in OURS:
        text = file.read_text(encoding="utf-8")
        assert re.match(r'"""KIND: (bug|cheat|attack)\nTRIES: .+\nEXPECT: \S+.*\n"""\n', text), file.name
        assert expected(file)[0] <= CLEAN | KINDS.keys() | {"error"}, file.name


def test_after_each_of_them_an_honest_file_plays_as_ever() -> None:
    honest = read_program(HERE.parents[1] / "algorithms" / "write_all_read_local.py")
    with WorkerNodes() as nodes:
        alone = run_level(nodes.load(honest), LEVEL, 1).trace.digest
        for name in ("patches_a_library", "patches_the_builtins", "last_words", "generator_stays", "finally_for_ever"):
            run_level(nodes.load(read_program(HERE.parent / "hostile" / f"{name}.py")), LEVEL, 1)
            assert run_level(nodes.load(honest), LEVEL, 1).trace.digest == alone, name


@pytest.mark.slow
@pytest.mark.parametrize("file", OURS + OTHERS, ids=lambda file: file.stem)
def test_run_tells_it_in_one_line(file: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "distgame.cli", "run", str(file), "--level", "2", "--seeds", "1-2", "--json"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "DISTGAME_HOME": str(tmp_path / "home")}
    (tmp_path / "here").mkdir()
    with none_left_behind():
        done = subprocess.run(
            command, cwd=tmp_path / "here", env=environment, capture_output=True, text=True, timeout=6 * SECONDS
        )
    found = json.loads(done.stdout)
    words, kinds, line = expected(file)
    assert not found["passed"] or words & {"deterministic", "pass-or-fail-clean"}
    assert done.returncode == (2 if found["error"] else 0 if found["passed"] else 1)
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") <= 1
    assert list((tmp_path / "here").iterdir()) == []
    if line is not None:
        assert (found["error"]["kind"] in kinds, found["error"]["line"]) == (True, line)


# What needs no process of its own: no limit of memory or time, and nothing that reaches out of the engine.
HARMLESS = {"steps", "flood", "storm", "load", "api", "message", "import", "exception"}
HARMLESS_FILES = [file for file in OURS if expected(file)[1] <= HARMLESS]


@pytest.mark.parametrize("file", HARMLESS_FILES, ids=lambda file: file.stem)
def test_it_ends_the_same_in_this_process(file: Path, impatient: None) -> None:
    program = read_program(file)
    try:
        here = run_level(Host(program), LEVEL, LEVEL.seeds.shown).trace.problem
    except PlayerError as error:
        here = error.problem
    assert here is not None
    assert here == play(file)[1]


def test_a_file_that_changes_while_it_loads_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "node.py"
    first = (HERE.parents[1] / "algorithms" / "local_variable.py").read_bytes()
    file.write_bytes(first)
    opened = Path.open
    reads = 0

    def read_and_change(path: Path, *how: str, **more: str) -> IO[Any]:
        nonlocal reads
        if path != file or how != ("rb",):
            return opened(path, *how, **more)
        reads += 1
        with opened(file) as stream:
            content = stream.read()
        with opened(file, "w") as stream:
            stream.write(f"raise SystemExit({reads})")
        return BytesIO(content.encode())

    monkeypatch.setattr(Path, "open", read_and_change)
    program = read_program(file)
    assert reads == 1
    assert program.main.text.encode() == first
    assert program.digest == hashlib.sha256(first).hexdigest()
    with WorkerNodes() as nodes:
        assert run_level(nodes.load(program), LEVEL, 1).trace.problem is None
