"""The tests of input, ladder and picture reject every small mistake of this table, put into a copy one at a time."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

MISTAKES = {
    ("checker/pairing.py", "test_jsonl"): [
        ("equal times go back", "event.time < self._clock", "event.time <= self._clock"),
        ("last warning", "self._backwards = self._backwards or (", "self._backwards = ("),
        ("going on after info", "current.outcome is Outcome.UNKNOWN:", "False:"),
        ("two open operations", "and current.answered is None:\n", "and False:\n"),
        ("two answers", "current is None or current.answered is not None", "current is None"),
        ("info ends an operation", "or outcome is Outcome.UNKNOWN else", "else"),
        ("answer's time forgotten", "None if answer is None else answer.time", "None"),
        ("answers of any key", "event.key is not None and event.key != call.key", "False"),
        ("values", "(event.value, event.old) != (call.value, call.old)", "event.old != call.old"),
        ("told nothing", "call.kind in _ANSWERED or not event.told", "call.kind in _ANSWERED"),
        ("failed reads", "answer is not None and outcome is Outcome.OK", "answer is not None"),
        ("a write answered with null", "not answer or value is not None", "True"),
    ],
    ("checker/pairing.py", "test_jepsen"): [
        ("numbers for lines", "self.line(number), len(self._found)", "number, len(self._found)"),
    ],
    ("checker/jsonl.py", "test_jsonl"): [
        ("true is a process", "if type(process) is not int:", "if not isinstance(process, int):"),
        ("an f that cannot be looked up", "if isinstance(f, str) else None", ""),
        ("nesting", "(ValueError, RecursionError)", "ValueError"),
    ],
    ("checker/jsonl.py", "test_files"): [
        ("what follows is ignored", "if end != len(text):", "if False:"),
    ],
    ("checker/history.py", "test_jsonl"): [
        ("mixed kinds", "kind is not expected", "False"),
    ],
    ("checker/history.py", "test_jepsen"): [
        ("a value in two registers", "place = operation.key, value", "place = None, value"),
    ],
    ("checker/files.py", "test_files"): [
        ("byte order mark", "removeprefix(_UTF_8_MARK)", "removeprefix(b'')"),
        ("blank lines first", "while first and not first.strip():", "while False:"),
        ("lines miscounted", "chain(blank, (first,), rest)", "chain((first,), rest)"),
        ("binary files", 'b"\\0" in first', "False"),
    ],
    ("checker/edn.py", "test_edn"): [
        ("N and M", '.rstrip("NM"))\n    if _FRACTION', ")\n    if _FRACTION"),
        ("numbers in parts cut", "return float(text", "return int(text"),
        ("a key without value", "if len(forms) % 2:", "if False:"),
        ("#_#_", "                self._form(self._token())\n                return", "                return"),
        ("keywords are texts", "return Keyword(text)", "return text"),
    ],
    ("checker/jepsen.py", "test_jepsen"): [
        ("pairs of pairs", "isinstance(value[1], list)", "isinstance(value[0], list)"),
        ("lines not counted", "line + text.count(", "line + 0 * text.count("),
        ("times in parts", "elif type(time) is not int:", "elif False:"),
    ],
    ("checker/ladder.py", "test_ladder"): [
        ("regular", '"linearizable": ("sequential", "regular"),', '"linearizable": ("sequential",),'),
        ("regular too strong", '"regular": ("safe",),', '"regular": ("safe", "sequential"),'),
        ("eventual follows", '("causal", *_SESSIONS)', '("causal", "eventual", *_SESSIONS)'),
        ("undecided stays", "if implied and undecided else verdict", "if False else verdict"),
        ("proof from below", 'if verdict.status == "undecided" and proof', "if False and proof"),
        ("strict for one key", "and not several", "and False"),
        ("first violated from the top", "above[-1] if above", "above[0] if above"),
    ],
    ("checker/answers.py", "test_answers"): [
        ("later operations known", "if op.invoked <= read.completed and op != read", "if op != read"),
        ("the wrong answer itself", "() if read.value in values else values", "values"),
        ("later answers known", "as_known(op, read) for op", "op for op"),
    ],
    ("game/pictures/lane_layout.py", "test_history_picture"): [
        ("a column too many", "> width:", "> width + 1:"),
        ("no room for labels", "if op in block.calls:", "if False:"),
        ("cut at the edge", "block = blocks[-1]\n    return tuple(", "block = blocks[-1]\n    return () and tuple("),
    ],
    ("game/pictures/history_picture.py", "test_history_picture"): [
        ("left out miscounted", "place - before - 1 for", "place - before for"),
        ("long ticks", "all(tick is not None", "any(tick is not None"),
    ],
}
"""By changed file and the tests that must see it: what the mistake is, the code and what takes its place."""


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of the package and its tests, to be changed and changed back."""
    folder = tmp_path_factory.mktemp("copy")
    for name in ("distgame", "tests", "levels", "algorithms"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def run(copy, module):
    (test,) = (copy / "tests").rglob(f"{module}.py")
    command = [sys.executable, "-B", "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", str(test)]
    environment = os.environ | {"PYTHONPATH": str(copy)}
    result = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)
    return result.returncode, result.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "module", "old", "new"),
    [
        pytest.param(*place, old, new, id=f"{place[1]}: {name}")
        for place, rows in MISTAKES.items()
        for name, old, new in rows
    ],
)
def test_a_mistake_is_found(copy, file, module, old, new):
    path = copy / "distgame" / file
    source = path.read_text(encoding="utf-8")
    assert source.count(old) == 1, f"{old!r} is {source.count(old)} times in {file}"
    path.write_text(source.replace(old, new), encoding="utf-8")
    try:
        code, told = run(copy, module)
    finally:
        path.write_text(source, encoding="utf-8")
    assert code in (1, 2), told[-2000:]


@pytest.mark.slow
@pytest.mark.parametrize("module", sorted({module for _, module in MISTAKES}))
def test_without_a_mistake_all_is_well(copy, module):
    code, told = run(copy, module)
    assert code == 0, told[-2000:]
