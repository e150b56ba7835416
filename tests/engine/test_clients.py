"""Clients and gateway: one open operation, unique values without an order, patience, and who is asked."""

from collections import Counter
from itertools import pairwise

import pytest
from playing import REGISTER, Line, events, history, one_client, play, register, scripted

from distgame.engine import trace as tr
from distgame.engine.client import Workload
from distgame.engine.trace import Trace
from distgame.engine.world import GATEWAY, ClientSpec, LinkRule, NodeFault, SignalFate, World

SILENT = register("def process_read_request(self, r): pass", "def process_write_request(self, r): pass")
FAILING = register("def process_write_request(self, r): return ClientWriteResponse(ResponseType.Fail)")
THREE = (ClientSpec(), ClientSpec(writes=0.2, think=(1, 3)), ClientSpec(writes=1.0, think=(5, 9), start=50))
WORLDS = {
    "a quiet one": World(nodes=3, clients=THREE, duration=500, timeout=60),
    "a lossy one": World(
        nodes=3, clients=THREE, duration=500, timeout=60, rules=(LinkRule(receivers=(GATEWAY,), loss=0.3),)
    ),
    "one with a crash": World(
        nodes=3, clients=THREE, duration=500, timeout=60, faults=(NodeFault(kind="crash", node=2, tick=100),)
    ),
}
CODES = {"a register": REGISTER, "a silent one": SILENT, "a failing one": FAILING}


def by_client(trace: Trace) -> dict[int, list[Line]]:
    """The history of each client."""
    clients = range(1, len(trace.world.clients) + 1)
    return {client: [line for line in history(trace) if line.client == client] for client in clients}


@pytest.fixture(params=WORLDS, scope="module")
def world(request) -> World:
    return WORLDS[request.param]


@pytest.fixture(params=CODES, scope="module")
def trace(request, world: World) -> Trace:
    return play(CODES[request.param], world=world, seed=3)


def test_a_client_has_one_operation_open(trace: Trace) -> None:
    for lines in by_client(trace).values():
        assert [line.type == "invoke" for line in lines] == [True, False] * (len(lines) // 2)
        for call, end in zip(lines[::2], lines[1::2], strict=True):
            assert (call.process, call.f) == (end.process, end.f)


def test_every_operation_ends_before_the_run_does_and_none_begins_in_the_last_timeout(trace: Trace) -> None:
    last = trace.world.duration - trace.world.timeout
    for line in history(trace):
        assert line.tick <= (last if line.type == "invoke" else trace.world.duration)
    assert trace.end == trace.world.duration


def test_a_client_thinks_within_its_bounds_and_begins_at_its_start(trace: Trace) -> None:
    for client, lines in by_client(trace).items():
        spec = trace.world.clients[client - 1]
        low, high = spec.think
        ended = spec.start
        for call, end in zip(lines[::2], lines[1::2], strict=True):
            assert low <= call.tick - ended <= high
            ended = end.tick


def test_think_times_are_drawn_evenly_from_both_ends() -> None:
    workload = Workload(scripted(clients=(ClientSpec(think=(2, 5)),), duration=5_000), 1)
    counts = Counter(workload.operation(1, n).think for n in range(2_000))
    assert set(counts) == {2, 3, 4, 5}
    assert all(abs(count - 500) < 70 for count in counts.values())


def test_an_operation_without_an_answer_is_info_after_the_timeout(trace: Trace) -> None:
    for lines in by_client(trace).values():
        for call, end in zip(lines[::2], lines[1::2], strict=True):
            assert end.tick - call.tick <= trace.world.timeout
            if end.type == "info" and (call.f == "read" or end.tick - call.tick == trace.world.timeout):
                assert end.tick - call.tick == trace.world.timeout


def test_after_an_info_a_client_is_a_new_process_and_else_the_same(trace: Trace) -> None:
    for client, lines in by_client(trace).items():
        processes = [line.process for line in lines[::2]]
        outcomes = [line.type for line in lines[1::2]]
        assert processes[0] == client
        for (before, after), outcome in zip(pairwise(processes), outcomes, strict=False):
            assert after == before + (3 if outcome == "info" else 0)


def test_process_ids_are_never_shared(trace: Trace) -> None:
    owners = {(line.process, line.client) for line in history(trace)}
    assert len(owners) == len({process for process, _ in owners})


def test_written_values_are_unique_whole_numbers(trace: Trace) -> None:
    written = [line.value for line in history(trace) if line.f == "write" and line.type == "invoke"]
    assert len(set(written)) == len(written) > 3
    assert all(type(value) is int and value > 0 for value in written)


def test_the_order_of_written_values_says_nothing() -> None:
    rising = falling = 0
    for seed in range(1, 11):
        trace = play(REGISTER, world=World(nodes=1, clients=THREE), seed=seed)
        written = [line.value for line in history(trace) if line.f == "write" and line.type == "invoke"]
        rising += sum(before < after for before, after in pairwise(written))
        falling += sum(before > after for before, after in pairwise(written))
    assert rising + falling > 500
    assert abs(rising - falling) < 0.15 * (rising + falling)


@pytest.mark.parametrize("think", [(1, 1), (1, 8), (50, 60)])
def test_the_fastest_clients_never_run_out_of_values(think: tuple[int, int]) -> None:
    clients = (ClientSpec(writes=1.0, think=(1, 1)), ClientSpec(writes=1.0, think=think))
    trace = play(REGISTER, world=scripted(nodes=1, clients=clients, duration=1_000, timeout=2))
    written = [line.value for line in history(trace) if line.type == "invoke"]
    assert len(set(written)) == len(written) > 990


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_writes_take_their_share(share: float) -> None:
    clients = one_client(writes=share, think=1)
    lines = history(play(REGISTER, world=scripted(nodes=1, clients=clients, duration=2_050)))
    calls = [line for line in lines if line.type == "invoke"]
    assert abs(sum(line.f == "write" for line in calls) / len(calls) - share) < 0.03


def test_the_nth_operation_is_the_same_whatever_happens() -> None:
    workload = Workload(WORLDS["a quiet one"], 3)
    interventions = (
        (),
        (SignalFate(sender=-1, receiver=GATEWAY, k=0, fate="drop"),),
        (NodeFault(kind="crash", node=1, tick=10), LinkRule(senders=(GATEWAY,), receivers=(2,), loss=0.5)),
    )
    for code in CODES.values():
        for each in interventions:
            trace = play(code, world=WORLDS["a quiet one"], seed=3, interventions=each)
            for client, lines in by_client(trace).items():
                calls = [line for line in lines if line.type == "invoke"]
                expected = [workload.operation(client, n) for n in range(len(calls))]
                assert [line.value for line in calls] == [operation.value for operation in expected]
                assert [line.f for line in calls] == ["read" if each.value is None else "write" for each in expected]


# Who is asked


def asked(trace: Trace, client: int | None = None) -> list[int]:
    """The nodes that the gateway asks, in order, for one client or all."""
    forwarded, wanted = [], []
    for event in events(trace, tr.SEND):
        _, _, _, sender, receiver, _, _, is_answer, *_ = event
        if sender < 0:
            wanted.append(-sender)
        elif sender == GATEWAY and receiver > 0 and not is_answer:
            forwarded.append(receiver)
    return [node for node, who in zip(forwarded, wanted, strict=True) if client in (None, who)]


def test_the_gateway_goes_round_the_nodes() -> None:
    nodes = asked(play(REGISTER, world=scripted(nodes=4, clients=one_client())))
    assert nodes == ([1, 2, 3, 4] * 10)[: len(nodes)]
    assert len(nodes) > 10


def test_the_gateway_goes_round_whether_nodes_answer_or_not() -> None:
    nodes = asked(play(SILENT, world=scripted(nodes=3, clients=one_client(), timeout=10)))
    assert nodes == ([1, 2, 3] * 10)[: len(nodes)]


def test_a_pinned_client_is_served_by_its_node_and_the_round_goes_on_without_it() -> None:
    clients = (*one_client(node=2), *one_client(start=3))
    trace = play(REGISTER, world=scripted(nodes=3, clients=clients, front=0))
    assert set(asked(trace, 1)) == {2}
    assert asked(trace, 2) == ([1, 2, 3] * 10)[: len(asked(trace, 2))]


def leading(*ticks_and_nodes: tuple[int, int]) -> str:
    """A register whose nodes say at these ticks that they lead."""
    return register(
        f"""
        def on_start(self):
            for tick, node in {ticks_and_nodes!r}:
                yield from self.sleep(tick - self.local_time)
                if node == self.id:
                    self.notify_leadership()
        """
    )


def test_the_gateway_asks_the_node_that_last_said_it_leads() -> None:
    trace = play(leading((50, 3), (100, 1)), world=scripted(clients=one_client()))
    calls = [line.tick for line in history(trace) if line.type == "invoke"]
    for tick, node in zip(calls, asked(trace), strict=True):
        if tick > 50:
            assert node == (3 if tick <= 100 else 1)
    assert events(trace, tr.LEADER) == [(tr.LEADER, 50, 3), (tr.LEADER, 100, 1)]


def test_a_pinned_client_stays_pinned_when_somebody_leads() -> None:
    trace = play(leading((1, 3)), world=scripted(clients=(*one_client(node=2), *one_client())))
    assert set(asked(trace, 1)) == {2}
    assert set(asked(trace, 2)) == {3}


@pytest.mark.parametrize("leader", ["0", "7", "-1", "True", "'2'", "None", "2.0"])
def test_a_leader_that_is_no_node_is_ignored(leader: str) -> None:
    code = register(f"def on_start(self): self.send_message(0, LeaderNotification({leader}))")
    trace = play(code, world=scripted(nodes=3, clients=one_client()))
    assert events(trace, tr.LEADER) == []
    assert set(asked(trace)) == {1, 2, 3}


def test_request_ids_of_the_gateway_say_nothing() -> None:
    trace = play(REGISTER, world=scripted(nodes=1, clients=one_client()))
    ids = [event[6] for event in events(trace, tr.SEND) if event[3] == GATEWAY and event[4] == 1]
    assert len(set(ids)) == len(ids) > 5
    assert ids != sorted(ids)
    assert ids != sorted(ids, reverse=True)
