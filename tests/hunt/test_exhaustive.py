"""Exhaustive search: it finds the shortest counterexamples there are, and says when there are none."""

from itertools import permutations
from math import factorial

import pytest
from prey import NO_WRITE_BACK, RIGHT, WRITE_ALL

from distgame.engine.draws import number
from distgame.engine.host import Host
from distgame.engine.program import Program, Source
from distgame.engine.world import ClientSpec, World
from distgame.game.adversary.hunting import WorldRunner
from distgame.hunt.exhaustive import Search
from distgame.hunt.tiny import Asker, Limits, Tiny, tiny_of
from distgame.hunt.tiny_world import played

LOCAL = """
from distgame import ClientReadResponse, ClientWriteResponse, Node, ResponseType

class Register(Node):
    def process_read_request(self, request):
        return ClientReadResponse(ResponseType.Success, self.storage.get("value"))

    def process_write_request(self, request):
        self.storage["value"] = request.value
        return ClientWriteResponse(ResponseType.Success)
"""
"""No node asks another one."""

TWO_NOTES = (
    LOCAL.replace(
        "        return ClientWrite",
        "        for node in (2, 3, 2, 3):\n            self.send_message(node, 'note')\n        return ClientWrite",
    ).replace("ResponseType\n", "ResponseType, WebServer\n")
    + """
    @WebServer.endpoint(str)
    def hear(self, note):
        pass
"""
)
"""A write tells two other nodes, twice, and waits for neither."""


def host_of(code):
    return Host(Program(Source("register", "register.py", code)))


def search(code, tiny, model="linearizable", most_states=60_000):
    """The search, what it came to, and the run of what it found."""
    host = host_of(code)

    def play(node, events):
        host.begin(tiny.nodes, tuple(number(1, "node", each) for each in range(1, tiny.nodes + 1)), node)
        return host.handle(events)

    runs = []

    def confirm(path):
        world, schedule = played(tiny, found.first, path)
        runs.append(WorldRunner(lambda: host, world, model).watched(schedule))
        return runs[-1].wrong is not None

    found = Search(tiny, play, model)
    return found.run(most_states, confirm), runs


BOTH = ("write", "read")


def tiny(nodes, writes, reads, *askers, **more):
    return Tiny(nodes, askers or (Asker(9, BOTH),), ("write",) * writes + ("read",) * reads, **more)


def test_write_all_read_local_breaks_in_six_events():
    result, (run,) = search(WRITE_ALL, tiny(3, 1, 2))
    assert result.events == 6
    assert len(result.path) == 4
    assert "yet client 3 later read the initial value" in run.wrong.reason.replace("process", "client")


def test_a_missing_write_back_breaks_in_eleven_events():
    readers = (Asker(1, ("read",), 2), Asker(1, ("read",), 3))
    result, (run,) = search(NO_WRITE_BACK, tiny(3, 1, 2, Asker(1, ("write",), 1), *readers))
    assert result.events == 11
    assert run.wrong is not None
    assert len(run.wrong.operations) == 3


def test_one_write_and_one_read_of_a_majority_are_right_in_every_schedule():
    result, runs = search(RIGHT, tiny(2, 1, 1))
    assert (result.path, result.whole, runs) == (None, True, [])
    assert result.schedules > 1_000


def test_schedules_are_counted_as_orders_of_steps():
    # Each operation is one step, and ends in it: so many orders as there are orders of its steps, at one node each.
    for writes, reads in ((1, 1), (2, 1), (2, 2), (1, 3)):
        result, _ = search(LOCAL, tiny(1, writes, reads, Asker(9, BOTH, 1)))
        orders = set(permutations("w" * writes + "r" * reads))
        assert len(orders) == factorial(writes + reads) // factorial(writes) // factorial(reads)
        assert (result.whole, result.schedules) == (True, len(orders))
        assert result.events == 2 * (writes + reads)


def test_a_search_that_is_too_large_says_how_far_it_came():
    result, _ = search(RIGHT, tiny(3, 1, 2), most_states=500)
    assert (result.path, result.whole) == (None, False)
    assert 3 <= result.events < 11
    assert result.states > 500


def test_what_differs_only_in_time_is_one_state():
    # Which of two nodes hears of something first makes two orders, but no other state.
    result, _ = search(TWO_NOTES, tiny(3, 1, 1, Asker(1, ("write",), 1), Asker(1, ("read",), 1)))
    assert result.whole
    assert result.states < result.schedules


def test_clients_ask_what_they_ask_in_the_level_where_they_ask_it_and_one_thing_at_a_time():
    clients = (ClientSpec(writes=1.0, node=1), ClientSpec(writes=0.0, node=2), ClientSpec(writes=0.0, node=5))
    five = World(nodes=5, clients=clients)
    one_and_two = ("write", "read", "read")
    assert tiny_of(five, 3, one_and_two, Limits()) == Tiny(
        3, (Asker(1, ("write",), 1), Asker(1, ("read",), 2), Asker(1, ("read",), 3)), one_and_two
    )
    assert tiny_of(World(nodes=2, clients=(ClientSpec(),) * 4), 3, ("read", "write"), Limits()) == Tiny(
        2, (Asker(4, BOTH),), ("write", "read")
    )
    # A client alone never overlaps itself, so what all nodes have is right.
    alone, _ = search(WRITE_ALL, tiny(2, 1, 2, Asker(1, BOTH)))
    assert (alone.path, alone.whole) == (None, True)


def test_where_a_node_leads_the_others_are_not_asked():
    leading = LOCAL + "\n    def on_start(self):\n        if self.id == 1:\n            self.notify_leadership()\n"
    result, _ = search(leading, tiny(3, 2, 2))
    assert (result.path, result.whole) == (None, True)
    followers, _ = search(LOCAL, tiny(3, 1, 1))
    assert followers.path is not None


def test_a_regular_register_is_searched_for_what_is_not_regular():
    result, _ = search(NO_WRITE_BACK, tiny(2, 1, 1), model="regular")
    assert (result.path, result.whole) == (None, True)


@pytest.mark.slow
def test_a_majority_with_write_back_is_right_in_every_schedule_of_up_to_ten_events():
    readers = (Asker(1, ("read",), 2), Asker(1, ("read",), 3))
    result, _ = search(RIGHT, tiny(3, 1, 2, Asker(1, ("write",), 1), *readers), most_states=250_000)
    assert (result.path, result.whole) == (None, False)
    assert result.events >= 10
