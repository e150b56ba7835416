"""Clocks that go slower, faster or not at all for a while."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playing import events, play, register, said, scripted

from distgame.engine import trace as tr
from distgame.engine.clock import NEVER, PRECISION, Clock
from distgame.engine.trace import Trace
from distgame.engine.world import ClockRule, Clocks, NodeFault, World

RINGING = register("@WebServer.timer(10)\ndef ring(self):\n    if self.id == 2: print(self.local_time)")


def rings(trace: Trace) -> list[tuple[int, int]]:
    """When node 2's timer rang, and what its clock showed."""
    assert trace.problem is None
    return [(event[1], int(event[3])) for event in events(trace, tr.PRINT)]


def bent(*rules: ClockRule, **more) -> World:
    return scripted(nodes=2, clock_rules=rules, **more)


def test_a_slow_clock_makes_timers_late_and_is_as_usual_afterwards() -> None:
    trace = play(RINGING, world=bent(ClockRule(node=2, rate=0.5, start=16, end=56), duration=90))
    # From 16 to 56 the clock goes from 16 to 36.
    assert rings(trace) == [(10, 10), (24, 20), (44, 30), (60, 40), (70, 50), (80, 60), (90, 70)]
    assert [event[1:] for event in events(trace, tr.FAULT)] == [
        (16, "clock at 0.5 of its rate", 2),
        (56, "clock as usual", 2),
    ]


def test_a_fast_clock_makes_timers_early() -> None:
    trace = play(RINGING, world=bent(ClockRule(node=2, rate=2, start=20), duration=60))
    assert rings(trace) == [
        (10, 10),
        (20, 20),
        (25, 30),
        (30, 40),
        (35, 50),
        (40, 60),
        (45, 70),
        (50, 80),
        (55, 90),
        (60, 100),
    ]


def test_a_clock_that_stands_still_rings_when_it_goes_on() -> None:
    trace = play(RINGING, world=bent(ClockRule(node=2, rate=0, start=15, end=45), duration=70))
    assert rings(trace) == [(10, 10), (50, 20), (60, 30), (70, 40)]


def test_of_two_rules_the_later_one_counts() -> None:
    rules = (ClockRule(node=2, rate=0.5, start=10, end=50), ClockRule(node=2, rate=2, start=20, end=30))
    trace = play(RINGING, world=bent(*rules, duration=60))
    assert [event[2] for event in events(trace, tr.FAULT)] == [
        "clock at 0.5 of its rate",
        "clock at 2 of its rate",
        "clock at 0.5 of its rate",
        "clock as usual",
    ]
    # 10 at 10, 15 at 20, 35 at 30, 45 at 50.
    assert rings(trace) == [(10, 10), (23, 21), (28, 31), (42, 41), (56, 51)]


def test_a_pause_may_freeze_the_clock() -> None:
    pause = NodeFault(kind="pause", node=2, tick=15, ticks=40, freezes_clock=True)
    trace = play(RINGING, world=scripted(nodes=2, faults=(pause,), duration=80))
    assert rings(trace) == [(10, 10), (60, 20), (70, 30), (80, 40)]


def test_a_crash_in_a_frozen_pause_sets_the_clock_going() -> None:
    faults = (
        NodeFault(kind="pause", node=2, tick=15, ticks=100, freezes_clock=True),
        NodeFault(kind="crash", node=2, tick=25),
        NodeFault(kind="restart", node=2, tick=35),
    )
    trace = play(RINGING, world=scripted(nodes=2, faults=faults, duration=70))
    assert rings(trace) == [(10, 10), (45, 35), (55, 45), (65, 55)]


def test_a_slow_clock_stays_slow_over_pause_crash_and_restart() -> None:
    faults = (
        NodeFault(kind="pause", node=2, tick=30, ticks=10, freezes_clock=True),
        NodeFault(kind="crash", node=2, tick=62),
        NodeFault(kind="restart", node=2, tick=80),
    )
    world = bent(ClockRule(node=2, rate=0.5, start=10), faults=faults, duration=120)
    assert rings(play(RINGING, world=world)) == [(10, 10), (40, 20), (60, 30), (100, 50), (120, 60)]


def test_a_rule_made_by_hand_bends_a_clock_too_and_one_that_meets_nothing_is_listed() -> None:
    rule = ClockRule(node=2, rate=0.5, start=15, end=55)
    late = ClockRule(node=1, rate=0.5, start=95)
    world = scripted(nodes=2, duration=90)
    trace = play(RINGING, world=world, interventions=(rule, late))
    assert rings(trace) == rings(play(RINGING, world=bent(rule, duration=90)))
    assert trace.unmet == (late,)


@pytest.mark.parametrize(
    "rule",
    [{"node": 3, "rate": 1}, {"node": 1, "rate": -1}, {"node": 1, "rate": 11}, {"node": 1, "rate": 1, "start": -1}],
)
def test_a_rule_that_means_nothing_is_refused(rule: dict) -> None:
    with pytest.raises(ValueError, match="a clock rule"):
        bent(ClockRule(**rule))
    with pytest.raises(ValueError, match="a clock rule"):
        play(RINGING, world=scripted(nodes=2), interventions=(ClockRule(**rule),))


def test_one_clock_is_bent_and_no_other() -> None:
    code = register("@WebServer.timer(10)\ndef ring(self): print(self.id, self.local_time)")
    rule = ClockRule(node=2, rate=0.3, start=20)
    straight, crooked = (
        play(code, world=scripted(nodes=2, clock_rules=rules, clocks=Clocks())) for rules in ((), (rule,))
    )
    assert said(straight, 1) == said(crooked, 1)
    assert len(said(straight, 2)) > 2 * len(said(crooked, 2))


rates = st.integers(0, 3 * PRECISION)


@given(st.integers(0, 1_000), rates, rates, st.integers(0, 100_000), st.integers(0, 1_000))
def test_a_clock_goes_on_from_where_it_is(offset: int, first: int, then: int, tick: int, more: int) -> None:
    before = Clock(offset, first)
    after = before.at_rate(then, tick)
    assert after.local(tick) == before.local(tick)
    assert after.local(tick + more) >= after.local(tick)
    assert abs(after.local(tick + more) - after.local(tick) - more * then / PRECISION) <= 1


@given(st.integers(0, 1_000), st.integers(-10, 10))
def test_a_clock_that_stands_still_shows_no_later_time_ever(offset: int, later: int) -> None:
    assert Clock(offset, 0).true(offset + later) == (0 if later <= 0 else NEVER)
