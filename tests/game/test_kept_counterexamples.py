"""A counterexample is kept for a file on a level until it is let go; what is damaged is as good as none."""

from dataclasses import replace

import pytest

from distgame.engine.program import Program, Source
from distgame.engine.world import SignalFate
from distgame.game.adversary.hunting import Counterexample
from distgame.game.adversary.kept_counterexamples import forget, keep, kept
from distgame.game.campaign.levels import find_level
from distgame.hunt.trial import Schedule, Wrong

PROGRAM = Program(Source("__main__", "register.py", "class Register: ..."))
FATE = SignalFate(sender=1, receiver=2, k=3, fate="hold", ticks=9)
FOUND = Counterexample(Schedule(7, (FATE,)), Wrong(9, "a read was wrong"), (), "0" * 64, "slow links", 24, None)


@pytest.fixture(autouse=True)
def _home(tmp_path, monkeypatch):
    monkeypatch.setenv("DISTGAME_HOME", str(tmp_path / "home"))


def test_the_last_one_of_each_file_and_level_is_kept(tmp_path):
    two, four = find_level("2"), find_level("4")
    here, there = tmp_path / "register.py", tmp_path / "other" / "register.py"
    assert kept(here, two) is None
    keep(FOUND, PROGRAM, here, two)
    keep(replace(FOUND, schedule=Schedule(8)), PROGRAM, here, two)
    keep(replace(FOUND, schedule=Schedule(9, (FATE,))), PROGRAM, there, two)
    assert kept(here, two) == Schedule(8)
    assert kept(there, two) == Schedule(9, (FATE,))
    assert kept(here, four) is None
    forget(here, two)
    forget(here, two)
    assert kept(here, two) is None
    assert kept(there, two) is not None


def test_what_is_damaged_or_does_not_fit_the_level_is_none(tmp_path):
    two, path = find_level("2"), tmp_path / "register.py"
    keep(replace(FOUND, schedule=Schedule(7, (replace(FATE, receiver=9),))), PROGRAM, path, two)
    assert kept(path, two) is None
    keep(FOUND, PROGRAM, path, two)
    (file,) = (tmp_path / "home" / "counterexamples").iterdir()
    file.write_text("{")
    assert kept(path, two) is None
