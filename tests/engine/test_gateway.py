"""The gateway's health check, its second tries, and the ids of requests."""

from itertools import pairwise

import pytest
from playing import answers, events, one_client, play, register, said, scripted

from distgame import ClientReadRequest, ClientWriteRequest
from distgame.engine import trace as tr
from distgame.engine.trace import Trace
from distgame.engine.wire import Codec
from distgame.engine.world import GATEWAY, ClientSpec, LinkRule, NodeFault, Routing, World

CRASH = NodeFault(kind="crash", node=2, tick=40)
RESTART = NodeFault(kind="restart", node=2, tick=150)


def asked(trace: Trace, start: int = 0) -> list[int]:
    """The nodes that the gateway asked, from a tick on."""
    return [e[4] for e in events(trace, tr.SEND) if e[3] == GATEWAY and e[4] > 0 and not e[7] and e[1] >= start]


def faults_of(trace: Trace) -> list[tuple[int, str, int]]:
    return [event[1:] for event in events(trace, tr.FAULT)]


def test_a_dead_node_is_left_out_after_the_check_and_served_again_once_it_runs() -> None:
    world = scripted(
        clients=one_client(),
        duration=300,
        timeout=30,
        faults=(CRASH, RESTART),
        gateway=Routing(health_check=10),
    )
    trace = play(register(), world=world)
    assert 2 not in [e[4] for e in events(trace, tr.SEND) if e[3] == GATEWAY and 50 <= e[1] < 150]
    assert 2 in asked(trace, 150)
    assert faults_of(trace) == [
        (40, "crash", 2),
        (50, "left out by the gateway", 2),
        (150, "restart", 2),
        (150, "served by the gateway again", 2),
    ]


def test_a_node_that_is_back_before_the_check_is_never_left_out() -> None:
    back = NodeFault(kind="restart", node=2, tick=49)
    again = NodeFault(kind="crash", node=2, tick=49)
    world = scripted(clients=one_client(), timeout=10, faults=(CRASH, back, again), gateway=Routing(health_check=10))
    out = [tick for tick, what, _ in faults_of(play(register(), world=world)) if what.startswith("left out")]
    assert out == [59]


def test_clients_pinned_to_a_dead_node_go_to_the_next_and_come_back() -> None:
    world = scripted(
        clients=(ClientSpec(think=(5, 5), node=3),),
        duration=300,
        timeout=30,
        faults=(NodeFault(kind="crash", node=3, tick=40), NodeFault(kind="restart", node=3, tick=150)),
        gateway=Routing(health_check=5),
    )
    trace = play(register(), world=world)
    assert {e[4] for e in events(trace, tr.SEND) if e[3] == GATEWAY and e[4] > 0 and 45 <= e[1] < 150} == {1}
    assert set(asked(trace, 170)) == {3}


def test_a_leader_that_is_left_out_is_followed_no_more() -> None:
    code = register("def on_start(self):\n    if self.id == 2 and self.incarnation == 0: self.notify_leadership()")
    world = scripted(clients=one_client(), timeout=20, faults=(CRASH,), gateway=Routing(health_check=5))
    trace = play(code, world=world)
    assert set(asked(trace)[:3]) == {2}
    assert set(asked(trace, 60)) == {1, 3}


def test_where_all_are_left_out_the_gateway_tries_them_in_turn() -> None:
    dead = tuple(NodeFault(kind="crash", node=node, tick=5) for node in (1, 2, 3))
    world = scripted(clients=one_client(), timeout=10, faults=dead, gateway=Routing(health_check=1))
    assert asked(play(register(), world=world), 6)[:3] in ([1, 2, 3], [2, 3, 1], [3, 1, 2])


def test_without_a_check_a_dead_node_is_asked_for_ever() -> None:
    world = scripted(clients=one_client(), timeout=10, faults=(CRASH,))
    assert 2 in asked(play(register(), world=world), 100)


# Second tries

DEAF = register(
    """
    def process_write_request(self, request):
        print(request.value)
        if self.id != 3:
            return None
        return ClientWriteResponse(ResponseType.Success)
    """
)


def test_a_request_without_an_answer_goes_to_the_next_node_until_one_answers() -> None:
    world = scripted(clients=one_client(writes=1.0), timeout=60, gateway=Routing(retry=15))
    trace = play(DEAF, world=world)
    assert {kind for kind, _ in answers(trace, "write")} == {"ok"}
    sends = [(e[1], e[4]) for e in events(trace, tr.SEND) if e[3] == GATEWAY and e[4] > 0]
    first = sends[0][0]
    assert sends[:3] == [(first, 1), (first + 15, 2), (first + 30, 3)]


@pytest.mark.parametrize("retry", [20, 25, 30, 59, 60, 100])
def test_no_try_is_made_when_the_client_has_given_up(retry: int) -> None:
    silent = register("def process_write_request(self, request): print(self.id)")
    world = scripted(clients=one_client(writes=1.0, think=150), duration=300, timeout=60, gateway=Routing(retry=retry))
    assert len(said(play(silent, world=world))) == (60 - 1) // retry + 1


def test_the_first_answer_counts_and_a_later_one_is_heard_by_nobody() -> None:
    code = register(
        """
        def process_read_request(self, request):
            yield from self.sleep(40 if self.id == 1 else 2)
            return ClientReadResponse(ResponseType.Success, self.id)
        """
    )
    world = scripted(clients=one_client(writes=0.0, think=100), gateway=Routing(retry=10), timeout=60)
    assert answers(play(code, world=world), "read")[0] == ("ok", 2)


def test_an_answer_in_the_tick_of_the_second_try_comes_first() -> None:
    code = register(
        """
        def process_read_request(self, request):
            yield from self.sleep(10)
            return ClientReadResponse(ResponseType.Success, self.id)
        """
    )
    world = scripted(clients=one_client(writes=0.0, think=100), gateway=Routing(retry=10), timeout=60)
    trace = play(code, world=world)
    assert asked(trace) == [1]
    assert answers(trace, "read") == [("ok", 1)]


def test_second_tries_leave_out_the_dead() -> None:
    world = scripted(
        clients=one_client(writes=1.0, think=100),
        timeout=60,
        faults=(NodeFault(kind="crash", node=2, tick=1),),
        gateway=Routing(retry=10, health_check=1),
    )
    assert asked(play(DEAF, world=world))[:2] == [1, 3]


# Ids of requests

TELLING = register("def process_write_request(self, request): print(request.id, request.value)")


def test_a_request_has_the_same_id_at_each_try_and_no_two_requests_have_one() -> None:
    world = scripted(
        clients=(*one_client(writes=1.0), *one_client(writes=1.0)),
        duration=2_000,
        timeout=30,
        gateway=Routing(retry=10, request_ids=True),
    )
    lines = said(play(TELLING, world=world))
    pairs = {tuple(line.split()) for line in lines}
    ids = {one for one, _ in pairs}
    assert len(lines) > 2 * len(pairs) > 40
    assert len(ids) == len(pairs)
    assert all(int(one) > 0 for one in ids)


def test_the_order_of_ids_says_nothing() -> None:
    world = scripted(
        clients=one_client(writes=1.0, think=1), duration=5_000, timeout=2, gateway=Routing(request_ids=True)
    )
    ids = [int(line.split()[0]) for line in said(play(TELLING, world=world))]
    rising = sum(later > earlier for earlier, later in pairwise(ids))
    assert len(ids) > 300
    assert 0.4 < rising / len(ids) < 0.6


def test_a_level_that_gives_no_ids_gives_none_and_its_messages_are_as_short_as_ever() -> None:
    trace = play(TELLING, world=scripted(clients=one_client(writes=1.0), timeout=30))
    assert {line.split()[0] for line in said(trace)} == {"None"}
    assert {len(e[8]) for e in events(trace, tr.SEND) if e[3] == GATEWAY} == {3}


@pytest.mark.parametrize(
    "message", [ClientReadRequest(), ClientReadRequest(id=7), ClientWriteRequest(3), ClientWriteRequest(3, id=1 << 62)]
)
def test_requests_travel_with_their_ids(message: object) -> None:
    codec = Codec()
    assert codec.decode(codec.encode(message)) == message


def test_a_file_may_make_requests_of_its_own_as_it_always_could() -> None:
    code = register(
        """
        def on_start(self):
            answer = yield from self.send_message(self.id % 3 + 1, ClientWriteRequest(5)).wait()
            read = yield from self.send_message(self.id % 3 + 1, ClientReadRequest()).wait()
            print(answer.result, read.value)
        """
    )
    assert set(said(play(code, world=scripted()))) == {"ResponseType.Success 5"}


def test_runs_of_a_gateway_that_tries_again_agree_with_each_other() -> None:
    world = World(
        nodes=3,
        clients=(ClientSpec(), ClientSpec()),
        rules=(LinkRule(senders=(GATEWAY,), receivers=(2,), loss=0.5),),
        faults=(CRASH, RESTART),
        gateway=Routing(retry=20, health_check=30, request_ids=True),
    )
    assert len({play(register(), world=world, seed=4).digest for _ in range(2)}) == 1
    assert play(register(), world=world, seed=4).digest != play(register(), world=world, seed=5).digest
