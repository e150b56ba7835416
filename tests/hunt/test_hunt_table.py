"""What `make hunt` says at its end: how many are caught, how soon, and the longest of each."""

import importlib.util
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "hunt_all.py"


@pytest.fixture
def table(monkeypatch):
    spec = importlib.util.spec_from_file_location("hunt_all", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "hunt_all", module)
    spec.loader.exec_module(module)
    return module


def test_the_sums(table):
    def prey(algorithm, wrong, runs, seconds, steps=0):
        found = SimpleNamespace(runs=runs, steps=("step",) * steps) if steps else None
        hunted = SimpleNamespace(found=found, runs=runs, seconds=seconds)
        return table.Prey(SimpleNamespace(number=7), algorithm, algorithm == "right.py", wrong, hunted)

    hunted = [
        prey("right.py", 0, 700, 30.0),
        prey("a.py", 20, 24, 2.0, 4),
        prey("b.py", 3, 48, 31.5, 7),
        prey("c.py", 1, 900, 30.0),
        prey("d.py", 0, 800, 30.0),
        prey("e.py", 0, 240, 12.5, 9),
    ]
    assert table.sums(hunted) == [
        "2 of 3 that answer wrongly in scored seeds are caught",
        "33% of them within 30 s, the story told",
        "1 of the other 2, which miss a goal, answer wrongly in some run",
        "runs to find it: median 48, most 240 (e.py on 7)",
        "seconds to find and tell it: median 12.5, most 31.5 (b.py on 7)",
        "steps of its story: median 7, most 9 (e.py on 7)",
        "0 of 1 references are accused",
        "runs of a reference: median 700, most 700 (right.py on 7)",
    ]
    assert table.sums(hunted[:1]) == [
        "0 of 1 references are accused",
        "runs of a reference: median 700, most 700 (right.py on 7)",
    ]
