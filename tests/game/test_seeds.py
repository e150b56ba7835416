"""Many seeds: the same score in this process, in workers, and in any order of completion."""

import os
import subprocess
import sys
import time
from concurrent.futures import Future
from dataclasses import replace

import pytest
from every_level import every_level
from processes import is_running

from distgame.engine.errors import PlayerError
from distgame.engine.host import Host
from distgame.engine.program import Program, Source
from distgame.game.campaign.level_tables import Seeds
from distgame.game.campaign.levels import find_level
from distgame.game.play.places import algorithms_folder
from distgame.game.running.program import read_program
from distgame.game.running.seeds import open_pool, score_here, score_seeds, takes_work
from distgame.game.scores.scoring import total

SEEDS = range(7, 12)


class Backwards:
    """An executor that ends what was submitted last first."""

    def __init__(self):
        self.waiting = []

    def submit(self, call, task):
        future = Future()
        nodes = Host(task.program)
        self.waiting.append((future, list(score_here(nodes, task.level, task.seeds))))
        if len(self.waiting) == len(SEEDS):
            for waiting, result in reversed(self.waiting):
                waiting.set_result(result)
        return future


@pytest.fixture(scope="module")
def pool():
    with open_pool(2) as executor:
        yield executor


@every_level
def test_a_level_is_scored_alike_in_this_process_and_in_workers(pool, level):
    program = read_program(algorithms_folder() / level.reference)
    here = total(level, list(score_here(Host(program), level, SEEDS)))
    there = score_seeds(program, level, SEEDS, pool)
    assert here == there
    assert here.digest == there.digest


def test_the_order_of_completion_says_nothing():
    level = find_level("4")
    program = read_program(algorithms_folder() / "write_all_read_local.py")
    seen = []
    backwards = score_seeds(program, level, SEEDS, Backwards(), seen.append)
    assert sorted(score.seed for score in seen) == list(SEEDS)
    assert backwards == total(level, list(score_here(Host(program), level, SEEDS)))


def test_seeds_asked_for_are_practice_even_if_they_are_the_scored_ones(pool):
    level = replace(find_level("1"), seeds=Seeds(scored=(1, 2)))
    program = read_program(algorithms_folder() / level.reference)
    assert score_seeds(program, level, None, pool).stars == 3
    asked = score_seeds(program, level, range(1, 3), pool)
    assert asked.passed
    assert (asked.scored, asked.stars, asked.medals) == (False, 0, (False, False, False))


def test_a_program_that_does_not_load_is_one_error(pool):
    program = Program(Source("bad", "bad.py", "1 / 0"))
    with pytest.raises(PlayerError, match="division by zero"):
        score_seeds(program, find_level("1"), SEEDS, pool)


def test_an_error_in_one_seed_leaves_the_others_standing(pool):
    text = (algorithms_folder() / "local_variable.py").read_text()
    line = 'self.storage["value"] = request.value'
    assert line in text
    breaks = text.replace(line, f"assert request.value % 7, 'seven'; {line}")
    level = find_level("1")
    score = score_seeds(Program(Source("breaks", "breaks.py", breaks)), level, range(1, 9), pool)
    assert len(score.seeds) == 8
    assert not score.passed
    assert score.problem is not None
    assert "AssertionError: seven" in score.problem.message


def test_the_shown_seed_is_worth_a_star_when_the_scored_ones_fail(pool):
    level = find_level("1")
    stub = read_program(algorithms_folder() / "broken" / "empty_stub.py")
    assert score_seeds(stub, level, None, pool).stars == 0
    good = read_program(algorithms_folder() / level.reference)
    assert score_seeds(good, level, None, pool).stars >= 2
    assert score_seeds(good, level, level.scored_seeds[:5], pool).stars == 0


GAME = """
import os, sys, time
from distgame.game.running.seeds import open_pool
if __name__ == "__main__":
    pool = open_pool(1)
    print(pool.submit(os.getpid).result(), flush=True)
    time.sleep(60)
"""


@pytest.mark.skipif(os.name == "nt", reason="looks a process up by POSIX means")
def test_a_killed_game_leaves_no_process(tmp_path):
    script = tmp_path / "game.py"
    script.write_text(GAME)
    game = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True)
    child = int(game.stdout.readline())
    game.kill()
    game.communicate()
    until = time.monotonic() + 20
    while is_running(child) and time.monotonic() < until:
        time.sleep(0.05)
    assert not is_running(child)


def test_a_pool_whose_process_was_killed_takes_no_work():
    pool = open_pool(1)
    assert takes_work(pool)
    os.kill(pool.submit(os.getpid).result(), 9)
    until = time.monotonic() + 20
    while takes_work(pool) and time.monotonic() < until:
        time.sleep(0.05)
    assert not takes_work(pool)
    pool.shutdown()
