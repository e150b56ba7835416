"""What holds for every file of ours: openings, lengths, and imports that stay behind their seams."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = sorted(
    file
    for folder in ("distgame", "tests", "benchmarks", "scripts", "algorithms")
    for file in (ROOT / folder).rglob("*.py")
    if "players" not in file.parts and file.stat().st_size
)
OURS = [file for file in FILES if file.is_relative_to(ROOT / "distgame")]
# The seams: what processes and the scoreboard's file need stays in these modules; the rest imports it when it is used.
SEAMS = {"distgame/game/scores/score_file.py", "distgame/game/running/workers.py"}
BEHIND_SEAMS = {
    "fcntl",
    "faulthandler",
    "multiprocessing",
    "resource",
    "signal",
    "sqlite3",
    "subprocess",
    "watchfiles",
}
MAX_LINES = 500


def name(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def imported_at_module_level(file: Path) -> set[str]:
    """Top names of all modules that are imported when the file is; what TYPE_CHECKING guards is not."""
    found: set[str] = set()
    open_parts: list[ast.AST] = [ast.parse(file.read_text(encoding="utf-8"))]
    while open_parts:
        part = open_parts.pop()
        if isinstance(part, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in part.names}
        elif isinstance(part, ast.ImportFrom) and part.level == 0:
            found.add(str(part.module).partition(".")[0])
        elif isinstance(part, ast.If) and ast.unparse(part.test) == "TYPE_CHECKING":
            open_parts += part.orelse
        elif not isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            open_parts += ast.iter_child_nodes(part)
    return found


def imported_by(statement: str) -> set[str]:
    """Top names of the modules that a fresh interpreter has loaded after a statement, beyond those it starts with."""
    code = f"import sys; before = set(sys.modules); {statement}; print(*(set(sys.modules) - before))"
    output = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return {module.partition(".")[0] for module in output.split()}


@pytest.mark.parametrize("file", FILES, ids=name)
def test_a_file_opens_with_a_docstring_and_is_not_too_long(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(text)), f"{name(file)} does not say what it is"
    assert len(text.splitlines()) <= MAX_LINES


@pytest.mark.parametrize("file", [file for file in OURS if name(file) not in SEAMS], ids=name)
def test_a_module_imports_nothing_that_belongs_behind_a_seam(file: Path) -> None:
    assert not imported_at_module_level(file) & BEHIND_SEAMS


def test_there_are_no_more_seams_than_named() -> None:
    assert {name(file) for file in OURS if imported_at_module_level(file) & BEHIND_SEAMS} == SEAMS


ROOMS = [
    "import distgame",
    "import distgame; distgame.Node; distgame.Signal; distgame.Gateway; distgame.Client",
    "import distgame.engine.referee, distgame.engine.host",
    "import distgame.checker",
]


@pytest.mark.parametrize("statement", ROOMS)
def test_engine_and_checker_load_the_standard_library_alone(statement: str) -> None:
    loaded = imported_by(statement)
    assert "distgame" in loaded
    assert loaded - {"distgame"} <= sys.stdlib_module_names
    assert not loaded & (BEHIND_SEAMS | {"asyncio", "socket", "ssl", "tkinter"})


def test_importing_distgame_loads_no_room() -> None:
    code = "import sys, distgame; print(*[m for m in sys.modules if m.startswith('distgame.')])"
    output = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert output.split() == []


def test_every_public_name_is_found() -> None:
    import distgame

    for public in distgame.__all__:
        assert getattr(distgame, public) is not None
    with pytest.raises(AttributeError):
        distgame.nothing  # noqa: B018
