"""The commands: what they print, their exit codes, and that bad input of every kind gets one clear message."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from distgame.checker import models
from distgame.cli import main
from distgame.game.play.places import algorithms_folder, levels_folder
from distgame.game.scores.scoreboard import Scoreboard, Seal

ALGORITHMS = algorithms_folder()
GOOD = ALGORITHMS / "local_variable.py"
STUB = ALGORITHMS / "broken" / "empty_stub.py"
NODE = "from distgame import *\nclass A(Node):\n    def process_read_request(self, r): pass\n"
WHOLE = NODE + "    def process_write_request(self, r): pass\n"
HISTORY = '{"process": 1, "type": "invoke", "f": "write", "value": 5, "time": 1}\n'
RUN_KEYS = [
    "level", "algorithm", "code_digest", "digest", "seeds", "passed", "reads", "writes", "availability",
    "messages_per_operation", "latency", "stars", "medals", "seeds_passed", "first_failure", "error", "engine_version",
    "phases",
]  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def one_pool():
    """Pools are slow to start; the commands of these tests share one process."""
    from distgame.game.running import executors
    from distgame.game.running.seeds import open_pool

    pool = open_pool(1)
    pool.submit(int).result()  # The process starts here, whatever the first test does with the current folder.
    before, executors.open_pool = executors.open_pool, lambda: Shared(pool)
    yield
    executors.open_pool = before
    pool.shutdown()


class Shared:
    def __init__(self, pool):
        self.submit = pool.submit

    def shutdown(self, cancel_futures):
        pass


def call(*arguments, stdin=None):
    result = CliRunner().invoke(main, [str(each) for each in arguments], input=stdin)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_run_says_passed_and_stores_a_row():
    result = call("run", GOOD, "--level", "1")
    assert result.exit_code == 0
    assert "✓ passed  local_variable.py on 1 Echo Chamber" in result.stdout
    rows = json.loads(call("scoreboard", "--json").stdout)["scores"]
    assert [(row["level"], row["algorithm"], row["seeds_passed"]) for row in rows] == [
        ("01-echo-chamber", "local_variable.py", 20)
    ]
    assert "local_variable.py" in call("scoreboard", "--level", "echo-chamber").stdout


def test_run_says_not_passed_and_why():
    result = call("run", GOOD, "--level", "two-minds")
    assert result.exit_code == 1
    assert "✗ not passed" in result.stdout
    assert "client 1 read" in result.stdout


def test_run_json_is_one_object_a_line_in_the_order_given_and_the_worst_code():
    result = call("run", GOOD, STUB, "--level", "1", "--json")
    objects = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 1
    assert [each["algorithm"] for each in objects] == ["local_variable.py", "empty_stub.py"]
    for each in objects:
        assert list(each) == RUN_KEYS
    passed, failed = objects
    assert passed["passed"] is True
    assert passed["seeds"] == [101, 120]
    assert passed["availability"] == 1.0
    assert failed["passed"] is False
    assert failed["first_failure"]["reason"].startswith("only 0 right reads of a written value")


def test_practice_seeds_earn_nothing():
    result = json.loads(call("run", GOOD, "--level", "1", "--seeds", "5-7", "--json").stdout)
    assert result["passed"] is True
    assert result["seeds"] == [5, 7]
    assert result["stars"] == 0
    assert json.loads(call("scoreboard", "--json").stdout) == {"scores": []}


def test_the_same_run_gives_the_same_digest():
    outputs = {call("run", GOOD, "--level", "4", "--seeds", "9", "--json").stdout for _ in range(2)}
    assert len(outputs) == 1


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("missing.py", None, "there is no file"),
        ("folder.py", "folder", "is a folder"),
        ("binary.py", b"\x00\x01\x02", "not text"),
        ("latin.py", b"x = '\xe4'", "not text in UTF-8"),
        ("empty.py", "", "is empty"),
        ("nonode.py", "class A: pass", "no class derived from Node"),
        ("part.py", NODE, "lacks process_write_request"),
        ("two.py", WHOLE + WHOLE.replace("class A", "class B"), "found 2 Node classes, A (line 2), B (line 6)"),
        ("syntax.py", "class A(:\n  pass", "syntax error"),
        ("deep.py", f"x = {'-' * 100_000}1", "nested too deep"),
        ("imports.py", "import numpy", "cannot import numpy"),
        ("raises.py", WHOLE.replace("r): pass", "r): return 1 / 0", 1), "division by zero"),
    ],
)
def test_a_broken_algorithm_is_one_message_and_exit_code_2(tmp_path, name, content, words):
    path = tmp_path / name
    if content == "folder":
        path.mkdir()
    elif content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    result = call("run", path, "--level", "1", "--json")
    assert result.exit_code == 2
    assert words in result.stderr
    assert name in result.stderr
    assert "Traceback" not in result.stderr
    assert list(json.loads(result.stdout)) == RUN_KEYS
    assert json.loads(result.stdout)["error"]["message"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", GOOD, "--level", "99"], "there is no level '99'"),
        (["run", GOOD, "--level", "nosuch"], "01-echo-chamber"),
        (["run", GOOD, "--level", "1", "--seeds", "5-1"], "the first is greater than the last"),
        (["run", GOOD, "--level", "1", "--seeds", "x"], "are no seeds"),
        (["run", GOOD, "--level", "1", "--seeds", "1-99999999"], "at most 100,000"),
        (["run", GOOD, "--level", "1", "--seeds", "1-" + "9" * 5000], "are no seeds"),
        (["run", GOOD, "--level", "9" * 5000], "there is no level '99"),
        (["run", GOOD, "--level", "1", "--levels", "x" * 5000], "no such folder"),
        (["play", "~nobody-of-this-name/a.py"], "there is no file"),
        (["new", "~nobody-of-this-name/a.py"], "there is no folder"),
        (["run", GOOD, "--level", "1", "--levels", "/nonexistent"], "no such folder"),
        (["play", "/nonexistent.py"], "there is no file"),
        (["play", GOOD], "needs a terminal"),
        ([], "needs a terminal"),
        (["new", "file.txt"], "ends with .py"),
        (["new", "nofolder/file.py"], "there is no folder"),
        (["check", "/nonexistent"], "cannot be read"),
        (["check", "-", "--model", "nice"], "there is no model 'nice'; there are strict-serializable, linearizable"),
        (["check", "-", "--model", "Linearisable"], "(did you mean linearizable?)"),
        (["check", "-", "--model", "seq"], "(did you mean sequential?)"),
        (["check", "-", "--failed-cas", "maybe"], "'maybe' is not one of 'mismatch', 'no-effect'"),
        (["check", "-", "--null-read", "maybe"], "'maybe' is not one of 'initial', 'any'"),
        (["check", "-", "-"], "standard input can be read only once"),
        (["check", "/"], "cannot be read: Is a directory"),
        (["check", "-", "--initial", "1.5"], "no register's value"),
    ],
)
def test_bad_input_is_one_message_and_exit_code_2(arguments, words):
    result = call(*arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert result.stdout == ""


def test_a_broken_level_names_its_line(tmp_path):
    (tmp_path / "01-bad.toml").write_text('name = "x"\nnumber = \n')
    result = call("levels", "--levels", tmp_path)
    assert result.exit_code == 2
    assert "01-bad.toml:2" in result.stderr


def test_levels_lists_all_as_text_and_json():
    assert "Lost Mail" in call("levels").stdout
    found = json.loads(call("levels", "--json").stdout)["levels"]
    assert [each["number"] for each in found] == sorted(int(path.name[:2]) for path in levels_folder().glob("*.toml"))
    assert list(found[0]) == [
        "id", "number", "name", "act", "teaches", "nodes", "clients", "goal", "reference", "broken", "best", "seal",
    ]  # fmt: skip


def test_levels_tells_of_seals(monkeypatch):
    monkeypatch.setenv("DISTGAME_PLAYER", "ada")
    seal = Seal("08-lost-mail", "ada", "ab" * 32, 720, 1, "2025-01-31T12:00:00Z")
    with Scoreboard.open() as board:
        board.add_seal(seal)
        board.add_seal(replace(seal, level="09-new-then-old", player="bob"))
    (line,) = (line for line in call("levels").stdout.splitlines() if "◈" in line)
    assert "Lost Mail" in line
    assert "◈ 720 runs" in line
    found = {each["id"]: each["seal"] for each in json.loads(call("levels", "--json").stdout)["levels"] if each["seal"]}
    assert found == {
        "08-lost-mail": {
            "runs": 720,
            "code_digest": "ab" * 32,
            "engine_version": 1,
            "when": "2025-01-31T12:00:00Z",
        }
    }


def test_new_writes_a_starter_that_plays_and_never_overwrites(tmp_path):
    path = tmp_path / "mine.py"
    assert call("new", path, "--level", "1").exit_code == 0
    text = path.read_text()
    assert call("run", path, "--level", "1").exit_code == 1
    again = call("new", path)
    assert again.exit_code == 2
    assert "already there" in again.stderr
    assert path.read_text() == text


def test_check_judges_files_and_standard_input(tmp_path):
    lines = [
        {"process": 1, "type": "invoke", "f": "write", "value": 5, "time": 1},
        {"process": 1, "type": "ok", "f": "write", "value": 5, "time": 2},
        {"process": 2, "type": "invoke", "f": "read", "value": None, "time": 3},
        {"process": 2, "type": "ok", "f": "read", "value": 5, "time": 4},
    ]
    good, bad = tmp_path / "good.jsonl", tmp_path / "bad.jsonl"
    good.write_text("\n".join(map(json.dumps, lines)))
    bad.write_text("\n".join(map(json.dumps, [*lines[:3], lines[3] | {"value": None}])))
    assert call("check", good).exit_code == 0
    assert call("check", good, bad).exit_code == 1
    assert call("check", "-", stdin=good.read_text()).exit_code == 0
    told = call("check", bad, "--explain").stdout
    assert "client 2 read the initial value" in told
    assert "although client 1's write of 5 had completed at tick 2" in told
    assert "├ ✗ read null ┤" in told
    assert "the register could have answered: 5" in told
    found = json.loads(call("check", bad, "--json").stdout)
    assert list(found) == ["file", "model", "verdict", "operations", "reason", "witness"]
    assert found["verdict"] == "violated"
    assert "order" in json.loads(call("check", good, "--json", "--order").stdout)


EDN = """
{:process 0 :type :invoke :f :cas :value [1 2]}
{:process :nemesis :type :info :f :start}
{:process 0 :type :fail :f :cas :value [1 2]}
{:process 1 :type :invoke :f :write :value 1}
{:process 1 :type :ok :f :write :value 1}
{:process 1 :type :invoke :f :read :value nil}
{:process 1 :type :ok :f :read :value %s}
"""


@pytest.mark.parametrize(
    ("value", "arguments", "code"),
    [
        ("1", ["--failed-cas", "no-effect"], 0),
        ("nil", ["--failed-cas", "no-effect"], 1),
        ("nil", ["--failed-cas", "no-effect", "--null-read", "any"], 0),
        ("1", ["--failed-cas", "no-effect", "--initial", "7"], 0),
    ],
)
def test_check_reads_what_jepsen_writes(tmp_path, value, arguments, code):
    (tmp_path / "h.edn").write_text(EDN % value)
    for path, stdin in ((tmp_path / "h.edn", None), ("-", EDN % value)):
        result = call("check", path, *arguments, stdin=stdin)
        assert result.exit_code == code
        assert result.stderr == f"Warning: {path}:3: 1 event of the process :nemesis skipped\n"


STEPS = [(0, 1, "write", 5, 0, 90), (0, 4, "write", 6, 50, 60), (1, 2, "read", 5, 10, 20), (2, 3, "read", None, 30, 40)]


def write_steps(path, steps=STEPS):
    """Operations of number, process, kind, value, call and return, as a file."""
    lines = []
    for _, process, kind, value, called, returned in steps:
        question = {"process": process, "f": kind, "type": "invoke", "value": value if kind == "write" else None}
        lines += [question | {"time": called}, question | {"type": "ok", "value": value, "time": returned}]
    path.write_text("".join(json.dumps(line) + "\n" for line in sorted(lines, key=lambda line: line["time"])))
    return path


def test_check_tells_how_strong_a_history_is(tmp_path):
    path = write_steps(tmp_path / "h.jsonl")
    result = call("check", path, "--model", "strongest", "--explain")
    assert result.exit_code == 0
    first, holds, violated, *rest = result.stdout.splitlines()
    assert first.startswith(f"{path}: ")
    assert first.endswith("✓ holds, 4 operations")
    assert holds.startswith("  holds      ")
    assert "regular" in holds
    assert violated.startswith("  violated   linearizable")
    assert any(line.startswith("client 3") and "✗ read null" in line for line in rest)
    record = json.loads(call("check", path, "--model", "strongest", "--json").stdout)
    assert record["verdict"] == "holds"
    assert record["model"] in record["holds"]
    assert record["first_violated"]["model"] in record["violated"]


def test_check_of_a_history_that_no_model_allows(tmp_path):
    path = write_steps(tmp_path / "h.jsonl", [(0, 1, "read", 7, 0, 10)])
    result = call("check", path, "--model", "strongest")
    assert "nobody ever wrote 7" in result.stdout
    assert "linearizable" in result.stdout
    assert json.loads(call("check", path, "--model", "strongest", "--json").stdout)["violated"][0] == "linearizable"


def test_check_draws_the_whole_history(tmp_path):
    path = write_steps(tmp_path / "h.jsonl")
    told = call("check", path, "--all", "--model", "regular").stdout
    assert [told.count(sign) for sign in ("├", "┤", "*", "✗ r")] == [4, 4, 0, 0]
    told = call("check", path, "--all").stdout
    assert [told.count(sign) for sign in ("├", "┤", "*", "✗ r")] == [4, 4, 2, 1]


def test_check_shows_an_order_with_every_kind(tmp_path):
    path = write_steps(tmp_path / "h.jsonl", [(0, 1, "write", "a b", 0, 10), (1, 2, "read", "a b", 20, 30)])
    assert call("check", path, "--order").stdout.splitlines()[1:] == ["  client 1 write 'a b'", "  client 2 read 'a b'"]


def test_a_register_of_several_is_named_once(tmp_path):
    events = [("write", 1, "x"), ("read", None, "x"), ("write", 2, "y")]
    lines = [
        {"process": process, "type": kind, "f": f, "value": value, "time": 2 * process + (kind == "ok"), "key": key}
        for process, (f, value, key) in enumerate(events)
        for kind in ("invoke", "ok")
    ]
    (tmp_path / "h.jsonl").write_text("\n".join(map(json.dumps, lines)))
    told = call("check", tmp_path / "h.jsonl", "--explain").stdout.splitlines()
    assert told[2:] == [
        "client 0  ├ write x 1 ┤",
        "client 1                ├ ✗ read x null ┤",
        "  key 'x': client 1 read the initial value (sent at tick 2) although client 0's write of 1 had completed "
        "at tick 1",
        "  the register could have answered: 1",
    ]


def test_a_search_that_takes_too_long_is_undecided(tmp_path):
    steps = [(0, process, "write", process % 3, process, 90 + process) for process in range(1, 12)]
    path = write_steps(tmp_path / "h.jsonl", [*steps, (0, 99, "read", 0, 200, 201), (0, 99, "read", 1, 202, 203)])
    result = call("check", path, "--budget", "3")
    assert (result.exit_code, result.stdout) == (3, f"{path}: linearizable: ? undecided, 13 operations\n")
    assert json.loads(call("check", path, "--budget", "3", "--json").stdout)["verdict"] == "undecided"
    assert call("check", path, "--budget", "3", "--model", "strongest").exit_code in (0, 3)
    assert call("check", path).exit_code == 1


def test_the_budget_is_that_of_the_library():
    from distgame.checker.search import DEFAULT_BUDGET
    from distgame.cli import check

    assert {each.name: each.default for each in check.params}["budget"] == DEFAULT_BUDGET


def test_several_files_are_judged_although_one_is_broken(tmp_path):
    good, bad = write_steps(tmp_path / "good.jsonl"), tmp_path / "bad.jsonl"
    bad.write_bytes(b"\x1f\x8b\x08")
    result = call("check", bad, good, "--json")
    assert result.exit_code == 2
    assert result.stderr == f"Error: {bad}: packed with gzip; unpack it, as in `gzip -dc FILE | distgame check -`\n"
    assert [json.loads(line)["file"] for line in result.stdout.splitlines()] == [str(good)]


def test_the_help_of_check_names_every_model():
    text = call("check", "--help").stdout
    assert [model for model in models() if model not in text.replace(",", " ").split()] == []


def test_ctrl_c_stops_a_check_without_a_word(monkeypatch):
    from distgame.game.commands import checking

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(checking, "_check", interrupted)
    result = call("check", "-")
    assert (result.exit_code, result.output) == (130, "")


def test_check_names_file_and_line_of_a_broken_history(tmp_path):
    path = tmp_path / "h.jsonl"
    path.write_text(HISTORY + "{nonsense\n")
    result = call("check", path)
    assert result.exit_code == 2
    assert f"{path}:2" in result.stderr


def test_check_warns_of_a_clock_that_goes_back(tmp_path):
    path = tmp_path / "h.jsonl"
    path.write_text(HISTORY + HISTORY.replace("invoke", "ok").replace('"time": 1', '"time": 0'))
    result = call("check", path)
    assert result.exit_code == 0
    assert "Warning" in result.stderr


def test_an_empty_history_holds_and_is_said_to_be_empty(tmp_path):
    path = tmp_path / "h.jsonl"
    path.write_text("")
    assert "an empty history" in call("check", path).stdout


def test_a_current_folder_that_is_gone_is_told(tmp_path, monkeypatch):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    result = call("run", GOOD, "--level", "1", "--seeds", "1")
    assert result.exit_code == 0
    monkeypatch.setenv("DISTGAME_HOME", "here")
    result = call("levels")
    assert (result.exit_code, result.stderr) == (
        2,
        "Error: DISTGAME_HOME is here, in the current folder, which is gone\n",
    )


def test_settings_that_were_damaged_are_told(home):
    (home / "settings.json").write_text("{")
    result = call("levels", "--json")
    assert "the settings were damaged" in result.stderr
    assert json.loads(result.stdout)["levels"]


def test_the_version_is_told():
    assert call("--version").stdout.startswith("distgame, version 0.")


def test_the_readme_is_true():
    """Its code runs: doctest executes every example."""
    import doctest

    readme = Path(__file__).parent.parent / "README.md"
    failed, tried = doctest.testfile(str(readme), module_relative=False)
    assert tried > 0
    assert failed == 0


def test_the_history_of_the_readme_is_judged_as_shown(tmp_path, monkeypatch):
    readme = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    shown = readme.split("$ cat history.jsonl\n")[1].split("```")[0]
    lines, told = shown.split("\n\n$ distgame check history.jsonl --explain\n")
    (tmp_path / "history.jsonl").write_text(lines)
    monkeypatch.chdir(tmp_path)
    assert call("check", "history.jsonl", "--explain").stdout == told


def test_the_page_about_the_checker_names_every_model_and_option():
    from distgame.cli import check

    page = (Path(__file__).parent.parent / "docs" / "checker.md").read_text(encoding="utf-8")
    paragraphs = {line.split(".**")[0].removeprefix("**") for line in page.splitlines() if line.startswith("**")}
    assert {*models()} <= {name for names in paragraphs for name in names.split(", ")}
    assert [
        option for each in check.params for option in each.opts if option[0] == "-" and f"`{option}" not in page
    ] == []
