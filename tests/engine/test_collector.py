"""What is asked of Python's collector while runs are made, with a screen and without."""

import gc
import sys

import pytest

from distgame.engine.collector import (
    FEW,
    MOST_KEPT,
    MUCH,
    SHORT_LOOKS,
    TURN_SECONDS,
    look_early,
    rare_collections,
    smooth_screen,
)
from distgame.engine.host import Host
from distgame.engine.node import Node
from distgame.engine.referee import simulate
from distgame.engine.world import ClientSpec, World


class Silent(Node):
    def process_read_request(self, request):
        return None

    def process_write_request(self, request):
        return None


def test_while_a_run_is_made_looks_are_rare_and_then_as_before():
    before = gc.get_threshold()
    with rare_collections():
        assert gc.get_threshold()[0] > before[0]
    assert gc.get_threshold() == before


def test_while_a_screen_is_open_looks_stay_short_also_in_a_run():
    before = gc.get_threshold()
    with smooth_screen():
        with rare_collections():
            assert gc.get_threshold()[0] == SHORT_LOOKS
        frozen, little = gc.get_freeze_count(), [[] for _ in range(100)]
        gc.collect()
        assert gc.get_freeze_count() <= frozen
        kept = []
        for _ in range(MOST_KEPT):
            kept.append([[] for _ in range(MUCH + 1)])
            gc.collect()
        assert gc.get_freeze_count() > frozen + MOST_KEPT * MUCH
        frozen, more = gc.get_freeze_count(), [[] for _ in range(MUCH + 1)]
        gc.collect()
        assert gc.get_freeze_count() <= frozen
        assert len(little) < len(more)
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0


def test_while_a_screen_is_open_threads_that_compute_take_short_turns():
    before = sys.getswitchinterval()
    with smooth_screen():
        assert sys.getswitchinterval() == pytest.approx(TURN_SECONDS)
        with smooth_screen():
            pass
        assert sys.getswitchinterval() == pytest.approx(TURN_SECONDS)
    assert sys.getswitchinterval() == before


def test_a_screen_looks_at_everything_when_much_has_come_and_not_before():
    looks = []
    gc.callbacks.append(lambda phase, info: looks.append(info["generation"]) if phase == "start" else None)
    try:
        look_early()
        with smooth_screen():
            gc.collect()
            looks.clear()
            look_early()
            assert 2 not in looks
            more = [[] for _ in range(2 * FEW)]
            gc.collect(1)
            look_early()
            look_early()
            assert looks.count(2) == 1
            assert len(more) == 2 * FEW
    finally:
        gc.callbacks.pop()


def test_a_run_that_is_over_keeps_none_of_its_events():
    gc.collect()
    gc.disable()
    try:
        trace = simulate(Host.of_class(Silent), World(nodes=3, clients=(ClientSpec(),), duration=200), 1)
        holders = [each for each in gc.get_referrers(trace.events[-1]) if isinstance(each, list)]
        assert holders == []
    finally:
        gc.enable()
