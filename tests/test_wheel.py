"""The wheel: installed alone into an empty environment outside the checkout, it plays its levels."""

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def run(*command, cwd):
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VIRTUAL_ENV"))}
    words = [str(part) for part in command]
    done = subprocess.run(words, cwd=cwd, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The folder of programs of an environment that holds the wheel and what it needs."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "env", with_pip=True)
    programs = folder / "env" / ("Scripts" if os.name == "nt" else "bin")
    run(programs / "python", "-m", "pip", "install", "-q", "-c", ROOT / "constraints.txt", wheel, cwd=folder)
    return programs


def test_it_holds_levels_and_algorithms_and_plays_them(installed, tmp_path):
    levels = json.loads(run(installed / "distgame", "levels", "--json", cwd=tmp_path))["levels"]
    assert len(levels) >= 6
    where = "from distgame.game.play.places import algorithms_folder; print(algorithms_folder())"
    algorithms = Path(run(installed / "python", "-c", where, cwd=tmp_path).strip())
    assert ROOT not in algorithms.parents
    for level in levels[::8]:
        arguments = ("run", algorithms / level["reference"], "--level", level["id"], "--seeds", "1-2", "--json")
        assert json.loads(run(installed / "distgame", *arguments, cwd=tmp_path))["passed"], level["id"]


def test_it_brings_types_and_screens(installed, tmp_path):
    code = "import distgame, distgame.tui.app, pathlib; print(pathlib.Path(distgame.__file__).parent)"
    package = Path(run(installed / "python", "-c", code, cwd=tmp_path).strip())
    assert (package / "py.typed").is_file()
    assert list(package.rglob("*.tcss"))
