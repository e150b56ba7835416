"""Every level can be passed, by its reference; and it bites: what misses its point fails, and so does doing nothing.

A few of the scored seeds show it every day; all of them (as `make campaign` tries them), and a hundred others that
nobody has chosen, are slow.
"""

from __future__ import annotations

import ast
import re
import textwrap
from functools import cache
from itertools import pairwise

import pytest

from distgame.checker.history import Kind, Outcome
from distgame.engine.host import Host
from distgame.engine.program import Program, Source
from distgame.engine.world import SignalFate
from distgame.game.campaign.level_check import LevelCheck, Trial, silence
from distgame.game.campaign.levels import all_levels
from distgame.game.play.places import algorithms_folder
from distgame.game.running.runs import run_level, simulate
from distgame.game.scores.scoring import total

LEVELS = {level.id: level for level in all_levels()}
FEW = range(101, 107)
OTHERS = range(201, 301)

references = pytest.mark.parametrize(
    ("level_id", "algorithm"), [(level.id, level.reference) for level in LEVELS.values()]
)
must_fail = pytest.mark.parametrize(
    ("level_id", "algorithm"), [(level.id, broken) for level in LEVELS.values() for broken in level.broken]
)


@cache
def trial_of(level_id: str, algorithm: str, seeds: range = FEW) -> Trial:
    level = LEVELS[level_id]
    path = algorithms_folder() / algorithm
    program = Program(Source(path.stem, path.name, path.read_text(encoding="utf-8")))
    host = Host(program)
    scores = [run_level(host, level, seed).score for seed in seeds]
    shown = seeds == level.scored_seeds and run_level(host, level, level.seeds.shown).score.passed
    return Trial(level, algorithm, program.digest, total(level, scores, shown))


def check_of(level_id: str, seeds: range) -> LevelCheck:
    level = LEVELS[level_id]
    reference = trial_of(level_id, level.reference, seeds)
    broken = tuple(trial_of(level_id, algorithm, seeds) for algorithm in level.broken)
    return LevelCheck(level, reference, broken, tuple(trial_of(level_id, each, seeds) for each in silence(level)))


@references
def test_the_reference_passes(level_id: str, algorithm: str) -> None:
    assert trial_of(level_id, algorithm).outcome == "pass"


@references
def test_the_shown_seed_can_be_passed(level_id: str, algorithm: str) -> None:
    shown = LEVELS[level_id].seeds.shown
    assert trial_of(level_id, algorithm, range(shown, shown + 1)).caught_in == 0


@must_fail
def test_what_misses_the_point_fails(level_id: str, algorithm: str) -> None:
    trial = trial_of(level_id, algorithm)
    assert not trial.passed
    assert 3 * trial.caught_in >= trial.seeds or trial.missed


nothing_done = pytest.mark.parametrize(
    ("level_id", "algorithm"), [(level.id, algorithm) for level in LEVELS.values() for algorithm in silence(level)]
)


@nothing_done
def test_nothing_is_won_by_doing_nothing(level_id: str, algorithm: str) -> None:
    trial = trial_of(level_id, algorithm)
    assert trial.caught_in == trial.seeds
    assert not trial.passed


@pytest.mark.slow
@pytest.mark.parametrize("level_id", LEVELS)
def test_a_level_is_sound(level_id: str) -> None:
    assert check_of(level_id, LEVELS[level_id].scored_seeds).problems == ()


@pytest.mark.slow
@pytest.mark.parametrize("level_id", LEVELS)
def test_a_level_is_sound_on_seeds_nobody_has_chosen(level_id: str) -> None:
    problems = check_of(level_id, OTHERS).problems
    assert [problem for problem in problems if "head-room" not in problem] == []


# Two levels are answered by what was good enough before: one by either of two codes, of which it is the end of the
# other, and one by the same code, which is tempted to give way.
ANSWERED_BEFORE = (12, 13)


def test_the_code_that_passed_the_level_before_fails_the_next() -> None:
    for before, after in pairwise(LEVELS.values()):
        if after.number == before.number + 1 and after.number not in ANSWERED_BEFORE:
            assert before.reference in after.broken


@pytest.mark.parametrize(("seed", "k"), [(12, 2), (1, 3)])
def test_a_write_that_was_given_up_does_not_come_back_over_a_later_one(seed: int, k: int) -> None:
    held = SignalFate(sender=3, receiver=1, k=k, fate="hold", ticks=100)
    run = simulate(algorithms_folder() / "primary_backup.py", "5", seed, [held])
    assert any(each.kind is Kind.WRITE and each.outcome is Outcome.UNKNOWN for each in run.history.operations)
    assert not run.judgement.wrong


def test_every_algorithm_that_is_named_is_there_and_says_what_it_is() -> None:
    for level in LEVELS.values():
        for name in (level.reference, *level.broken):
            text = (algorithms_folder() / name).read_text(encoding="utf-8")
            assert text.startswith('"""'), name
            assert ("Promises:" in text) is (not name.startswith("broken/")), name


def code_in(prose: str) -> list[str]:
    """The pieces of code in a level's prose: paragraphs that stand in by four."""
    pieces = re.findall(r"(?:^    .*\n(?:\n(?=    ))?)+", prose, re.MULTILINE)
    return [textwrap.dedent(piece) for piece in pieces]


def test_the_first_node_a_learner_sees_runs_and_only_forgets() -> None:
    level = LEVELS["01-echo-chamber"]
    (code,) = code_in(level.new)
    run = run_level(Host(Program(Source("register", "register.py", code))), level, level.seeds.shown)
    assert run.trace.problem is None
    assert run.score.answered == run.score.invoked
    assert run.score.wrong > 0


@pytest.mark.parametrize("level_id", LEVELS)
def test_the_prose_is_plain_and_its_code_is_python(level_id: str) -> None:
    level = LEVELS[level_id]
    for text in (level.story, level.new, level.goal, level.afterword, *level.hints):
        assert text.strip()
        assert text.isascii()
    assert 2 <= len(re.findall(r"[.?!](?=\s)", level.story)) <= 6
    for code in code_in(level.new):
        ast.parse(code)


@pytest.mark.parametrize("level_id", LEVELS)
def test_a_run_is_lively_and_not_too_long_to_watch(level_id: str) -> None:
    level = LEVELS[level_id]
    score = trial_of(level_id, level.reference, range(level.seeds.shown, level.seeds.shown + 1)).score
    assert score is not None
    assert level.world.duration <= 800
    assert 30 <= score.seeds[0].invoked <= 150
