"""What a worker sends is believed only if it is an action: honest ones pass unchanged, all else is refused."""

import json
from contextlib import suppress
from typing import Any

import pytest
from digests import EVERYTHING, INTERVENTIONS, WORLD
from hypothesis import given
from hypothesis import strategies as st
from playing import program

from distgame.engine.actions import Action, Event
from distgame.engine.checked import Nonsense, checked_actions
from distgame.engine.host import Host
from distgame.engine.referee import simulate
from distgame.engine.trace import text_of


class ThroughJson:
    """Nodes of this process whose actions go through JSON, as those of a worker do."""

    def __init__(self) -> None:
        self.host = Host(program(EVERYTHING))
        self.seen: list[Action] = []

    def begin(self, nodes: int, seeds: tuple[int, ...]) -> None:
        self.host.begin(nodes, seeds)

    def handle(self, events: list[Event]) -> list[list[Action]]:
        actions = self.host.handle(events)
        checked = checked_actions(json.loads(json.dumps(actions)), len(events), 5)
        assert checked == [list(each) for each in actions]
        self.seen += [action for each in actions for action in each]
        return checked


def test_what_honest_nodes_do_passes_as_it_is() -> None:
    nodes = ThroughJson()
    trace = simulate(nodes, WORLD, 1, INTERVENTIONS)
    assert trace.digest == simulate(Host(program(EVERYTHING)), WORLD, 1, INTERVENTIONS).digest
    assert trace.problem is None
    assert {action[0] for action in nodes.seen} == {0, 1, 2, 3, 4, 5, 6}


PARTS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 9)
    | st.integers()
    | st.sampled_from([*"tldszfbeocnx", "0x1p9", "a", "\n"]),
    lambda inner: st.lists(inner, max_size=4),
    max_leaves=12,
)
ACTIONS = st.tuples(st.integers(0, 8), st.lists(PARTS, max_size=6)).map(lambda each: [each[0], *each[1]])
SENDS = st.tuples(st.integers(0, 5), st.booleans(), PARTS).map(lambda each: [0, each[0], 7, *each[1:]])


@given(st.one_of(PARTS, st.lists(st.lists(ACTIONS | SENDS, max_size=3), max_size=2)), st.integers(0, 2))
def test_whatever_comes_is_actions_or_nonsense(answers: Any, events: int) -> None:
    with suppress(ValueError):
        for actions in checked_actions(answers, events, 5):
            for action in actions:
                hash(action)
                if action[0] in (0, 2):
                    assert text_of(action[-1]).isprintable()


@pytest.mark.parametrize("answers", [None, [], [[], []], [None], [[None]], [[[]]], [[[False, 1, 2, True, 3]]], {}])
def test_an_answer_of_another_shape_is_refused(answers: Any) -> None:
    with pytest.raises(Nonsense):
        checked_actions(answers, 1, 5)


class Forger:
    """Nodes that answer every request of a client with something of their own making."""

    def __init__(self, wire: Any) -> None:
        self.wire = wire

    def begin(self, nodes: int, seeds: tuple[int, ...]) -> None: ...

    def handle(self, events: list[Event]) -> list[list[Action]]:
        return [[(0, 0, event[4], True, self.wire)] if event[0] == 1 else [] for event in events]


FORGED = [
    ("o", "distgame.ClientReadResponse", 1),
    ("o", "distgame.ClientReadResponse", 1, 2, 3),
    ("o", "distgame.ClientReadResponse", ("e", "distgame.ResponseType", "x"), 1),
    ("o", "distgame.ClientReadResponse", ("d", ("l",), 1), 1),
    ("n", "distgame.ClientReadResponse", 1),
    ("e", "distgame.ClientReadResponse", 1),
    ("c", "distgame.ResponseType", "x", 1),
    ("o", "distgame.LeaderNotification", 1),
    ("o", "distgame.ClientReadResponse", ("e", "distgame.ResponseType", "Success"), ("o", "Mine", ("s", ("l",)))),
    ("t",),
    5,
]


@pytest.mark.parametrize("wire", FORGED, ids=str)
def test_a_forged_answer_is_a_wrong_answer_or_an_error(wire: Any) -> None:
    trace = simulate(Forger(wire), WORLD, 1)
    assert trace.problem is None or trace.problem.kind in ("answer", "exit")
    assert trace.digest
