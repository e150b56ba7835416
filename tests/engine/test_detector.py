"""Who hears of a death, and when; and what a node knows of its own past."""

import pytest
from playing import events, mistake, one_client, play, register, said, scripted

from distgame.engine import trace as tr
from distgame.engine.trace import Trace
from distgame.engine.world import Detector, NodeFault, World

SAYING = register(
    """
    @WebServer.timer(1)
    def say(self):
        if self.suspects != getattr(self, "said", ()):
            self.said = self.suspects
            print(self.local_time, *self.suspects)
    """
)


def fault(kind: str, tick: int, node: int = 2, **more: int) -> NodeFault:
    return NodeFault(kind=kind, node=node, tick=tick, **more)


def world(*faults: NodeFault, delay: int = 10, perfect: bool = True, **more) -> World:
    return scripted(faults=faults, detector=Detector(delay=delay, perfect=perfect), **more)


def told(trace: Trace) -> list[tuple[int, str, int]]:
    return [event[1:] for event in events(trace, tr.FAULT) if "suspected" in event[2]]


def test_all_nodes_hear_of_a_death_and_of_a_return_in_the_same_tick() -> None:
    trace = play(SAYING, world=world(fault("crash", 20), fault("restart", 60)))
    assert said(trace, 1) == said(trace, 3) == ["30 2", "70"]
    assert told(trace) == [(30, "suspected", 2), (70, "no longer suspected", 2)]


def test_a_node_that_starts_again_hears_of_the_others_at_once_and_never_of_itself() -> None:
    crashes = (fault("crash", 20), fault("crash", 30, node=3), fault("restart", 50))
    trace = play(SAYING, world=world(*crashes))
    assert said(trace, 1) == ["30 2", "40 2 3", "60 3"]
    assert said(trace, 2) == ["51 3"]


@pytest.mark.parametrize(("delay", "lines"), [(0, ["20 2", "30"]), (9, ["29 2", "39"]), (10, []), (11, [])])
def test_whoever_is_back_in_time_is_never_suspected(delay: int, lines: list[str]) -> None:
    trace = play(SAYING, world=world(fault("crash", 20), fault("restart", 30), delay=delay))
    assert said(trace, 1) == lines


def test_a_second_death_within_the_delay_of_a_return_is_no_return() -> None:
    trace = play(SAYING, world=world(fault("crash", 20), fault("restart", 60), fault("crash", 65)))
    assert said(trace, 1) == ["30 2"]


@pytest.mark.parametrize(("perfect", "lines"), [(True, []), (False, ["30 2", "70"])])
def test_a_perfect_detector_is_never_mistaken_and_the_other_takes_a_pause_for_a_death(
    perfect: bool, lines: list[str]
) -> None:
    trace = play(SAYING, world=world(fault("pause", 20, ticks=40), perfect=perfect))
    assert said(trace, 1) == said(trace, 3) == lines


def test_a_paused_node_hears_of_deaths_when_it_goes_on() -> None:
    trace = play(SAYING, world=world(fault("crash", 20), fault("pause", 25, node=3, ticks=40)))
    assert said(trace, 1) == ["30 2"]
    assert said(trace, 3) == ["65 2"]


def test_where_a_level_has_no_detector_nobody_is_suspected() -> None:
    assert said(play(SAYING, world=scripted(faults=(fault("crash", 20),)))) == []


def test_the_suspects_cannot_be_set() -> None:
    problem = mistake(register("def on_start(self):\n    self.suspects = [1]"))
    assert problem.line is not None


@pytest.mark.parametrize("name", ["suspects", "incarnation"])
def test_a_class_keeps_off_the_names_that_the_game_gives(name: str) -> None:
    problem = mistake(register(f"{name} = 3"))
    assert f"{name} is what the game gives each node" in problem.message


def test_a_node_knows_how_often_it_has_crashed_though_its_disk_burns() -> None:
    code = register(
        "def on_start(self):\n    print(self.incarnation, self.storage.get('x'))\n    self.storage['x'] = 1"
    )
    burnt = NodeFault(kind="restart", node=2, tick=40, lose_disk=True)
    crashes = (fault("crash", 10), fault("restart", 20), fault("crash", 30), burnt)
    assert said(play(code, world=scripted(faults=crashes)), 2) == ["0 None", "1 1", "2 None"]


def test_clients_and_detector_together_give_the_same_run_twice() -> None:
    both = world(fault("crash", 20), fault("restart", 60), clients=one_client())
    assert play(SAYING, world=both).digest == play(SAYING, world=both).digest
