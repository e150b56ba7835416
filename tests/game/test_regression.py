"""Regression: the levels that a file has passed are tried again with few seeds, and only real failures are named."""

from concurrent.futures import Executor, Future
from pathlib import Path

import pytest

from distgame.engine.host import Host
from distgame.engine.program import Program, Source
from distgame.game.campaign.levels import all_levels
from distgame.game.play.places import algorithms_folder
from distgame.game.play.session import Session, Version
from distgame.game.running.runs import run_level
from distgame.game.scores.regression import FEW, Passed, look_back, look_back_in_pool, passed_with
from distgame.game.scores.scoreboard import Score as Row
from distgame.game.scores.scoring import total

LEVELS = all_levels()[:4]


def program(name: str) -> Program:
    path = algorithms_folder() / name
    return Program(Source(path.stem, path.name, path.read_text(encoding="utf-8")))


def trying(name: str, log: list | None = None):
    """Scores seeds of a level with an algorithm, in this process."""
    host = Host(program(name))

    def score(level, seeds):
        seeds = list(seeds)
        if log is not None:
            log.append((level.number, len(seeds)))
        return total(level, [run_level(host, level, seed).score for seed in seeds])

    return score


def test_a_level_that_broke_again_is_named_with_the_reason():
    found = look_back(LEVELS, trying("local_variable.py"))
    assert found.tried == 4
    assert [relapse.level.number for relapse in found.relapses] == [2, 3, 4]
    assert str(found.relapses[0]).startswith("02 Two Minds: client 1 read ")


def test_what_still_passes_is_tried_with_few_seeds_only():
    log = []
    found = look_back(LEVELS[:2], trying("primary.py", log))
    assert (found.tried, found.relapses) == (2, ())
    assert log == [(1, FEW), (2, FEW)]


def test_what_fails_in_few_seeds_is_tried_in_all():
    log = []
    look_back(LEVELS[1:2], trying("local_variable.py", log))
    assert log == [(2, FEW), (2, 20)]


def test_a_missed_goal_is_a_reason():
    third = LEVELS[2:3]
    found = look_back(third, trying("single_copy.py"))
    assert [relapse.level.number for relapse in found.relapses] == [3]
    assert "asked for at most 0.6 messages an operation, got 1.3" in found.relapses[0].reason


def row(**changes):
    facts = {
        "level": "01-echo-chamber",
        "player": "Ada",
        "algorithm": "register.py",
        "code_digest": "0" * 64,
        "stars": 2,
        "seeds_passed": 20,
        "messages_per_operation": 1.0,
        "wait_p99": 4,
        "availability": 1.0,
        "when": "2025-01-31T12:00:00Z",
    }
    return Row(**facts | changes)


def test_the_levels_to_look_back_at_are_those_that_this_file_passed():
    rows = [
        row(level="04-the-second-reader", stars=3),
        row(),
        row(level="02-two-minds", stars=1),
        row(level="03-close-to-home", algorithm="other.py"),
    ]
    passed = passed_with(LEVELS, rows, Path("here/register.py"))
    assert [level.number for level in passed.levels] == [1, 4]
    assert passed.last is None


def test_the_program_that_passed_last_is_that_of_the_newest_pass():
    rows = [
        row(code="first"),
        row(level="02-two-minds", code="second"),
        row(level="03-close-to-home", code="third", stars=1),
        row(level="04-the-second-reader", code="not among the levels"),
    ]
    last = passed_with(LEVELS[:3], rows, Path("register.py")).last
    assert last == Program(Source("register", "register.py", "second"))


@pytest.mark.parametrize(
    ("last", "given_up", "broken"), [("versioned_majority.py", [3], [2]), (None, [], [2, 3])], ids=["kept", "unknown"]
)
def test_what_was_broken_when_another_level_was_passed_is_no_news(last, given_up, broken):
    session = Session(LEVELS[3], Path("register.py"), None, Inline)
    passed = Passed(tuple(LEVELS[1:3]), last and program(last))
    found = session.look_back(Version(1, program("local_variable.py")), passed, lambda: False)
    assert [level.number for level in found.given_up] == given_up
    assert [relapse.level.number for relapse in found.relapses] == broken
    assert found.tried == len(broken)


class Inline(Executor):
    """Runs in this process, at once."""

    def submit(self, call, /, *arguments, **named):
        future = Future()
        future.set_result(
            [run_level(Host(task.program), task.level, seed).score for task in arguments for seed in task.seeds]
        )
        return future


@pytest.mark.parametrize(("stop_after", "tried"), [(0, None), (2, None), (1000, 2)])
def test_a_look_back_ends_when_a_newer_save_is_there(stop_after, tried):
    asked = iter(range(10_000))
    found = look_back_in_pool(program("primary.py"), LEVELS[:2], Inline(), lambda: next(asked) >= stop_after)
    assert (found and found.tried) == tried
