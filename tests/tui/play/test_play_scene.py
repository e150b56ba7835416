"""What the diagram shows of an instant."""

import pytest
from play_stage import FAULTS, MAJORITY, level

from distgame.engine.world import LinkRule
from distgame.game.play.playback import ClientState, Counts, HandlerWait, Instant, NodeState, Playback
from distgame.game.running.runs import simulate
from distgame.tui.diagram.scene import LinkMark
from distgame.tui.play.scene import link_marks, scene_of


def instant(nodes=None, clients=None, broken=(), last_node=0) -> Instant:
    """A quiet moment, but for what is given."""
    nodes = {node: NodeState() for node in (1, 2, 3)} | (nodes or {})
    clients = {-1: ClientState(), -2: ClientState()} | (clients or {})
    return Instant(10.0, 5, nodes, clients, (), broken, 41, last_node, Counts(0, 2, 0, 0, 0, 0))


@pytest.fixture
def world(tmp_path):
    return level(tmp_path).world


@pytest.mark.parametrize(
    ("state", "long", "short"),
    [
        (NodeState(), ("empty", "idle"), ("empty", "idle")),
        (NodeState(storage={"x": "((4, 1), 7)"}), ("x = 7 (4,1)",), ("x=7 (4,1)",)),
        (NodeState(storage={"x": "((14, 3), 123)"}), ("x = 123 (14,3)",), ("123 (14,3)",)),
        (NodeState(storage={"x": "Store(14, 137)"}), ("x = (14,137)",), ("x=(14,137)",)),
        (NodeState(storage={"value": "7", "version": "4"}), ("value = 7 +1",), ("value=7 +1",)),
        (NodeState(storage={"v": "7", "t": "4"}), ("v = 7 t = 4",), ("v=7 t=4",)),
        (
            NodeState(waits=(HandlerWait(1, "read", "r.py", 3, 2, 3),)),
            ("empty", "2 of 3 answers"),
            ("empty", "2 of 3"),
        ),
        (
            NodeState(waits=(HandlerWait(1, "read", "r.py", 3, 0, 1),)),
            ("empty", "0 of 1 answer"),
            ("empty", "0 of 1"),
        ),
        (
            NodeState(waits=(HandlerWait(1, "read", "r.py", 3, 2, 3), HandlerWait(2, "write", "r.py", 9, 0, 3))),
            ("empty", "2 of 3 +1"),
            ("empty", "2 of 3 +1"),
        ),
        (NodeState(waits=(HandlerWait(1, "tick", "r.py", 3, 0, 0),)), ("empty", "sleeps"), ("empty", "sleeps")),
    ],
)
def test_node_box(world, state, long, short):
    box = scene_of(instant({1: state}), world).nodes[0]
    assert box.lines[: len(long)] == long
    if len(short[0]) <= 10:
        assert box.short[: len(short)] == short
    assert max(map(len, box.lines)) <= 14


def test_states_of_nodes(world):
    states = {1: NodeState(leader=True), 2: NodeState(up=False), 3: NodeState(paused=True)}
    nodes = scene_of(instant(states), world).nodes
    assert [node.state for node in nodes] == ["up", "down", "paused"]
    assert [node.title for node in nodes] == ["node 1 ◆", "node 2", "node 3"]


def test_a_node_without_links_is_cut_off(world):
    rules = (LinkRule(senders=(1,), cut=True), LinkRule(receivers=(1,), cut=True))
    nodes = scene_of(instant(broken=rules), world).nodes
    assert [node.state for node in nodes] == ["cut off", "up", "up"]


@pytest.mark.parametrize(
    ("state", "words", "sign"),
    [
        (ClientState(), "thinks", "-"),
        (ClientState(asks="read", last="read 5"), "read ?", "R?"),
        (ClientState(asks="write 123"), "write 123", "W123?"),
        (ClientState(last="read 5"), "read 5", "R5"),
        (ClientState(last="read nothing yet"), "read ∅", "R∅"),
        (ClientState(last="wrote 5"), "wrote 5", "W5"),
        (ClientState(last="read 123", wrong=True), "read 123✗", "R123✗"),
        (ClientState(last="no answer", unanswered=1), "no answer", "-"),
    ],
)
def test_client_box(world, state, words, sign):
    box = scene_of(instant(clients={-1: state}), world).clients[0]
    assert (box.lines[0], box.short[0]) == (words, sign)
    assert len(box.lines[0]) <= 9


def test_gateway_names_the_next_node_or_the_leader(world):
    assert scene_of(instant(last_node=3), world).gateway.lines == ("sent on 41", "next node 1", "2 open")
    assert scene_of(instant({2: NodeState(leader=True)}), world).gateway.lines[1] == "leader: 2"


@pytest.mark.parametrize(
    ("rules", "marks"),
    [
        ((), ()),
        ((LinkRule(senders=(1,), receivers=(2,), cut=True),), (LinkMark(1, 2, "cut", 2),)),
        ((LinkRule(senders=(2,), receivers=(1,), cut=True),), (LinkMark(1, 2, "cut", 1),)),
        ((LinkRule(senders=(1, 2), receivers=(1, 2), cut=True),), (LinkMark(1, 2, "cut"),)),
        ((LinkRule(senders=(1,), receivers=(2,), loss=1.0),), (LinkMark(1, 2, "cut", 2),)),
        ((LinkRule(senders=(1,), receivers=(2,), loss=0.5),), (LinkMark(1, 2, "lossy"),)),
        ((LinkRule(senders=(3,), receivers=(2,), delay=(1, 7)),), (LinkMark(2, 3, "slow"),)),
        ((LinkRule(senders=(3,), receivers=(2,), delay=(1, 6)),), ()),
        ((LinkRule(cut=True), LinkRule(receivers=(1, 2, 3), cut=False)), ()),
        ((LinkRule(senders=(0,), receivers=(1,), delay=(1, 5)),), (LinkMark(0, 1, "slow"),)),
        ((LinkRule(senders=(-2,), receivers=(0,), cut=True),), (LinkMark(-2, 0, "cut", 0),)),
        (
            (LinkRule(delay=(10, 20)), LinkRule(senders=(1,), receivers=(2,), cut=True)),
            (LinkMark(1, 2, "cut", 2), LinkMark(1, 3, "slow"), LinkMark(2, 3, "slow")),
        ),
    ],
)
def test_marks_on_links(world, rules, marks):
    assert link_marks(rules, world) == marks


def test_every_signal_in_flight_is_shown_with_its_label(tmp_path):
    (tmp_path / "register.py").write_text(MAJORITY)
    run = simulate(tmp_path / "register.py", level(tmp_path, loss=0.1))
    playback = Playback(run.trace, run.judgement)
    seen = set()
    for tenth in range(playback.duration * 2):
        moment = playback.at(tenth / 2)
        signals = scene_of(moment, run.trace.world).signals
        assert len(signals) == len(moment.flights)
        seen |= {signal.label for signal in signals}
        seen |= {"lost" for signal in signals if signal.lost}
    assert {"R", "W+", "R∅", "Query", "Store", "ok", "lost"} <= seen


def test_faults_of_the_level_are_written_as_it_says(tmp_path):
    assert "links" in FAULTS
    (tmp_path / "register.py").write_text(MAJORITY)
    run = simulate(tmp_path / "register.py", level(tmp_path))
    scene = scene_of(Playback(run.trace, run.judgement).at(110), run.trace.world)
    assert scene.links == (LinkMark(1, 2, "cut"), LinkMark(2, 3, "slow"))
    assert [node.state for node in scene.nodes] == ["up", "up", "down"]
