"""Convergence: reads that must agree a while after the last write and the last cut, and clients that stop asking."""

from __future__ import annotations

from functools import cache

import pytest

from distgame.checker import Kind
from distgame.game.campaign.convergence import converged, ticks_to_agree, whole_from
from distgame.game.campaign.levels import find_level
from distgame.game.play.places import algorithms_folder
from distgame.game.running.runs import Run, simulate

LEVEL = find_level("two-islands")
GOSSIP, ONCE = "gossip.py", "broken/told_once.py"


@cache
def run(algorithm: str, seed: int) -> Run:
    return simulate(algorithms_folder() / algorithm, LEVEL, seed)


def test_the_network_is_whole_after_the_last_cut_and_fault() -> None:
    assert whole_from(LEVEL.world) == 360
    assert whole_from(find_level("echo-chamber").world) == 0
    assert whole_from(find_level("the-straggler").world) == 570


@pytest.mark.parametrize("algorithm", [GOSSIP, ONCE])
@pytest.mark.parametrize("seed", range(1, 6))
def test_the_reads_agree_from_the_tick_that_is_told(algorithm: str, seed: int) -> None:
    found = run(algorithm, seed)
    ticks = ticks_to_agree(LEVEL.world, found.history)
    assert ticks > 0
    assert converged(LEVEL.world, found.history, ticks).status in ("holds", "undecided")
    before = converged(LEVEL.world, found.history, ticks - 2)
    assert before.status == "violated"


def test_what_never_agrees_fails_with_the_reads_that_differ() -> None:
    score = run(ONCE, 1).score
    assert score.failure is not None
    assert "and was the last, yet later client" in score.failure.reason
    kinds = [operation.kind for operation in score.failure.operations]
    assert kinds.count(Kind.READ) == 2


def test_what_agrees_in_time_passes() -> None:
    score = run(GOSSIP, 1).score
    assert score.passed
    assert 0 < score.ticks_to_agree <= 100


def test_a_client_asks_nothing_from_its_end_on() -> None:
    asked = [op for op in run(GOSSIP, 1).history if op.process in (1, 2, 3)]
    others = [op for op in run(GOSSIP, 1).history if op.process not in (1, 2, 3)]
    assert 320 < max(op.invoked_at or 0 for op in asked) < 340
    assert max(op.invoked_at or 0 for op in others) > 550
