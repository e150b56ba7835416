"""Looking into nodes: attributes, clocks, and the frames of handlers that wait, at an event of a run."""

import pytest

from distgame.engine import trace as tr
from distgame.engine.host import Host
from distgame.engine.inspecting import checked_inspection, inspected, look
from distgame.engine.program import Program, Source
from distgame.engine.referee import simulate
from distgame.engine.world import ClientSpec, Link, World
from distgame.game.running.workers import WorkerNodes

TEXT = """\
from dataclasses import dataclass

from distgame import ClientReadResponse, ClientWriteResponse, Node, ResponseType, WebServer


@dataclass
class Ask:
    value: object


class Register(Node):
    def __init__(self):
        self.count = 0
        self.names = ["a", "b"]
        self.odd = print

    def process_read_request(self, request):
        found = yield from self.everyone(Ask(7))
        return ClientReadResponse(ResponseType.Success, self.storage.get("x"))

    async def process_write_request(self, request):
        self.count += 1
        twice = request.value * 2
        await self.sleep(4)
        self.storage["x"] = request.value
        return ClientWriteResponse(ResponseType.Success)

    def everyone(self, ask):
        label, itself = "all", self
        answers = yield from self.wait_for_responses(ask, None, 2)
        return answers

    @WebServer.endpoint(Ask)
    def tell(self, ask):
        return ask.value
"""
PROGRAM = Program(Source("register", "register.py", TEXT))
WORLD = World(nodes=3, clients=(ClientSpec(writes=0.5),) * 3, duration=120, timeout=40, links=Link(delay=(2, 6)))


class Here(Host):
    """Nodes of this process, to be looked into."""

    def inspect(self):
        return inspected(self)


def waits_at(trace, event):
    """Node and handler of each that waits when so many events have happened, with its line."""
    found = {}
    for each in trace.events[:event]:
        if each[0] == tr.WAITS:
            found[each[2], each[3]] = each[6]
        elif each[0] == tr.ENDS:
            found.pop((each[2], each[3]), None)
    return found


def round_ends(trace):
    """Counts of events at which a round is over."""
    return [start for start in trace.rounds[2:] if start]


def test_every_handler_that_waits_is_found_on_its_line():
    trace = simulate(Here(PROGRAM), WORLD, 1)
    for event in round_ends(trace)[::5]:
        inside = look(Here(PROGRAM), WORLD, 1, (), event)
        found = {(node, number): of[-1].line for node, state in inside.items() for number, of in state.handlers.items()}
        assert found == waits_at(trace, event)


def test_plain_local_variables_and_attributes_are_told_and_nothing_else():
    trace = simulate(Here(PROGRAM), WORLD, 1)
    frames, attributes = [], []
    for event in round_ends(trace):
        for state in look(Here(PROGRAM), WORLD, 1, (), event).values():
            attributes.append(dict(state.attributes))
            frames += state.handlers.values()
    reads = next(each for each in frames if len(each) == 2)
    assert [frame.line for frame in reads] == [18, 30]
    assert dict(reads[0].values)["request"].startswith("ClientReadRequest(")
    assert dict(reads[1].values) == {"ask": "Ask(7)", "label": "all"}
    writes = next(each for each in frames if len(each) == 1)
    assert int(dict(writes[0].values)["twice"]) % 2 == 0
    assert all(each["names"] == "[a, b]" and "odd" not in each for each in attributes)
    assert max(int(each["count"]) for each in attributes) > 0


def test_a_worker_tells_the_same_and_the_run_stays_the_same():
    trace = simulate(Here(PROGRAM), WORLD, 1)
    event = round_ends(trace)[20]
    with WorkerNodes() as nodes:
        nodes.load(PROGRAM)
        assert look(nodes, WORLD, 1, (), event) == look(Here(PROGRAM), WORLD, 1, (), event)
        assert simulate(nodes, WORLD, 1).digest == trace.digest


def test_clocks_are_those_of_the_nodes():
    inside = look(Here(PROGRAM), WORLD, 1, (), 50)
    assert len({state.clock for state in inside.values()}) == 3


@pytest.mark.parametrize(
    "told",
    [
        None,
        {},
        [[1, [], []]] * 4,
        [[9, [], []]],
        [[1, [["a"]], []]],
        [[1, [["a", 5]], []]],
        [[1, [], [[1, [["f", "x", []]]]]]],
    ],
)
def test_nonsense_is_refused(told):
    with pytest.raises(ValueError, match="no inspection"):
        checked_inspection(told, 3)
