"""Operations beyond read and write: compare-and-set, increments, snapshots and keys, as clients ask for them."""

import re
from collections import Counter

import pytest
from playing import Line, events, history, mistake, one_client, play, register, scripted

from distgame.engine import trace as tr
from distgame.engine.client import Workload
from distgame.engine.trace import Trace, label_of
from distgame.engine.wire import Codec
from distgame.engine.world import ClientSpec, SkippedOperation, World

# One node that does everything, one register for each key.
EVERYTHING = register(
    """
    def process_cas_request(self, request):
        held = self.storage.get(request.key) == request.old
        if held:
            self.storage[request.key] = request.new
        return ClientCasResponse(ResponseType.Success, held)
    """,
    """
    def process_increment_request(self, request):
        self.storage[request.key] = (self.storage.get(request.key) or 0) + 1
        return ClientIncrementResponse(ResponseType.Success, self.storage[request.key])
    """,
    """
    def process_snapshot_request(self, request):
        return ClientSnapshotResponse(ResponseType.Success, {key: self.storage.get(key) for key in request.keys})
    """,
    """
    def process_read_request(self, request):
        return ClientReadResponse(ResponseType.Success, self.storage.get(request.key))
    """,
    """
    def process_write_request(self, request):
        self.storage[request.key] = request.value
        return ClientWriteResponse(ResponseType.Success)
    """,
)
SHARES = {"writes": 0.2, "cas": 0.2, "increments": 0.2, "snapshots": 0.2}
MIXED = (ClientSpec(**SHARES, keys=("x", "y")),)


def run(code: str = EVERYTHING, clients: tuple[ClientSpec, ...] = MIXED, **more) -> Trace:
    return play(code, world=scripted(nodes=1, clients=clients, duration=900, **more))


def pairs(trace: Trace, f: str) -> list[tuple[Line, Line]]:
    lines = [line for line in history(trace) if line.f == f]
    return list(zip(lines[::2], lines[1::2], strict=True))


def test_every_kind_is_asked_in_its_share() -> None:
    counts = Counter(Workload(scripted(clients=MIXED, duration=9_000), 1).operation(1, n).f for n in range(5_000))
    assert set(counts) == {"read", "write", "cas", "add", "snapshot"}
    assert all(abs(count - 1_000) < 120 for count in counts.values())


def test_an_operation_depends_on_its_place_alone_and_keys_are_drawn_evenly() -> None:
    world = scripted(clients=(ClientSpec(), *MIXED), duration=9_000)
    one, other = Workload(world, 7), Workload(world, 7)
    backwards = [other.operation(2, n) for n in reversed(range(1_000))]
    assert [one.operation(2, n) for n in range(1_000)] == backwards[::-1]
    keys = Counter(operation.key for operation in backwards if operation.f != "snapshot")
    assert set(keys) == {"x", "y"}
    assert abs(keys["x"] - keys["y"]) < 120


def test_what_a_client_writes_is_the_same_whatever_else_it_does() -> None:
    plain, rich = ClientSpec(writes=0.2), ClientSpec(writes=0.2, cas=0.3, increments=0.3)
    alone, among = (Workload(scripted(clients=(spec,), duration=9_000), 5) for spec in (plain, rich))
    for n in range(500):
        if alone.operation(1, n).f == "write":
            assert alone.operation(1, n) == among.operation(1, n)


def test_answers_stand_in_the_history_as_they_were_given() -> None:
    trace = run(clients=MIXED * 2)
    assert trace.problem is None
    held: dict[str, int | None] = {"x": None, "y": None}
    calls: dict[int, tuple] = {}
    seen: Counter = Counter()
    for event in trace.events:
        if event[0] == tr.INVOKE:
            calls[event[2]] = event[5:]
        elif event[0] == tr.RETURN:
            f, kind, value = event[4:7]
            asked, *keys = calls[event[2]]
            key = keys[0] if keys else None
            seen[f, kind] += 1
            if f == "write":
                held[key] = value
            elif f == "add":
                held[key] = (held[key] or 0) + 1
                assert value == held[key]
            elif f == "read":
                assert value == held[key]
            elif f == "snapshot":
                assert asked == ("x", "y")
                assert value == tuple(held.items())
            else:
                old, new = asked
                assert (kind == "ok") == (held[key] == old)
                if kind == "ok":
                    held[key] = new
    assert {("cas", "ok"), ("cas", "fail"), ("snapshot", "ok"), ("add", "ok")} <= set(seen)


def test_a_client_compares_with_what_it_last_saw() -> None:
    trace = run(clients=(ClientSpec(writes=0.3, cas=0.4),))
    last = None
    for call, end in zip(*[iter(history(trace))] * 2, strict=True):
        if call.f == "cas":
            assert call.value[0] == last
            last = call.value[1] if end.type == "ok" else last
        else:
            last = end.value
    assert all(end.type == "ok" for _, end in pairs(trace, "cas"))


def test_a_change_that_failed_may_have_happened_and_a_mismatch_has_not() -> None:
    failing = "def process_{0}_request(self, r): return Client{1}Response(ResponseType.Fail)"
    code = register(*(failing.format(*names) for names in (("increment", "Increment"), ("cas", "Cas"))))
    trace = run(code, (ClientSpec(writes=0, increments=0.5, cas=0.5),))
    assert {line.type for line in history(trace)} == {"invoke", "info"}
    assert len({line.process for line in history(trace)}) == len(events(trace, tr.INVOKE))
    refused = run(register("def process_cas_request(self, r): return ClientCasResponse(ResponseType.Success, False)"),
                  (ClientSpec(writes=0, cas=1.0),))  # fmt: skip
    assert {line.type for line in history(refused)} == {"invoke", "fail"}
    assert {line.process for line in history(refused)} == {1}


def test_a_skipped_operation_may_be_of_any_kind() -> None:
    world = World(nodes=1, clients=MIXED)
    skips = tuple(SkippedOperation(client=1, n=n, ticks=3) for n in range(10))
    trace = play(EVERYTHING, world=world, interventions=skips)
    assert trace.unmet == ()
    assert len(events(trace, tr.INVOKE)) < len(events(play(EVERYTHING, world=world), tr.INVOKE))


ASKED = {
    "cas": ("cas", "process_cas_request"),
    "increments": ("increments", "process_increment_request"),
    "snapshots": ("snapshots", "process_snapshot_request"),
}


@pytest.mark.parametrize(("share", "handler"), ASKED.values(), ids=ASKED)
def test_a_class_that_lacks_the_handler_is_told_which(share: str, handler: str) -> None:
    asks = (ClientSpec(writes=0, keys=("x",), **{share: 1.0}),)
    problem = mistake(register(), world=scripted(nodes=1, clients=asks))
    assert problem.message == f"Register has no {handler}; the clients of this level ask for it"
    assert (problem.file, problem.node) == ("register.py", 1)
    assert problem.line


ODD = {
    "a ticket that is none": (
        "increments",
        "def process_increment_request(self, r): return ClientIncrementResponse(ResponseType.Success)",
        "a ClientIncrementResponse's value is the ticket, a whole number, not None",
    ),
    "a ticket that is true": (
        "increments",
        "def process_increment_request(self, r): return ClientIncrementResponse(ResponseType.Success, True)",
        "a ClientIncrementResponse's value is the ticket, a whole number, not True",
    ),
    "neither swapped nor not": (
        "cas",
        "def process_cas_request(self, r): return ClientCasResponse(ResponseType.Success, 1)",
        "a ClientCasResponse's swapped is True or False: whether the register held `old`, not 1",
    ),
    "no dict": (
        "snapshots",
        "def process_snapshot_request(self, r): return ClientSnapshotResponse(ResponseType.Success, [1])",
        "a ClientSnapshotResponse's values is a dict of keys and values, not [1]",
    ),
    "another answer": (
        "cas",
        "def process_cas_request(self, r): return ClientWriteResponse(ResponseType.Success)",
        "process_cas_request must return a ClientCasResponse, not ClientWriteResponse",
    ),
}


@pytest.mark.parametrize(("share", "method", "words"), ODD.values(), ids=ODD)
def test_an_answer_of_the_wrong_kind_is_named(share: str, method: str, words: str) -> None:
    asks = (ClientSpec(writes=0, keys=("x",), **{share: 1.0}),)
    problem = mistake(register(method), world=scripted(nodes=1, clients=asks))
    assert problem.kind == "answer"
    assert words in problem.message


def test_a_key_that_a_snapshot_leaves_out_was_never_written_and_odd_values_are_kept_as_text() -> None:
    method = """
    def process_snapshot_request(self, request):
        return ClientSnapshotResponse(ResponseType.Success, {"y": [1, 2], "z": 5})
    """
    trace = run(register(method), (ClientSpec(writes=0, snapshots=1.0, keys=("x", "y")),))
    assert {line.value for line in history(trace) if line.type == "ok"} == {(("x", None), ("y", '["l",1,2]'))}


def test_an_endpoint_of_ones_own_name_answers_too() -> None:
    method = """
    @WebServer.endpoint(ClientIncrementRequest)
    def turn(self, request):
        return ClientIncrementResponse(ResponseType.Success, 1)
    """
    trace = run(register(method), one_client(writes=0, increments=1.0))
    assert trace.problem is None
    assert len(pairs(trace, "add")) > 10


LABELS = {
    "ClientReadRequest()": "R",
    "ClientReadRequest('x')": "R x",
    "ClientWriteRequest(7, 'x')": "W7 x",
    "ClientWriteRequest(7, id=5)": "W7",
    "ClientCasRequest(None, 7)": "C∅>7",
    "ClientCasRequest(3, 7, 'x')": "C3>7 x",
    "ClientCasResponse(ResponseType.Success, True)": "C+",
    "ClientCasResponse(ResponseType.Success, False)": "C=",
    "ClientCasResponse(ResponseType.Fail)": "C-",
    "ClientIncrementRequest()": "+1",
    "ClientIncrementResponse(ResponseType.Success, 4)": "#4",
    "ClientIncrementResponse(ResponseType.Fail)": "#-",
    "ClientSnapshotRequest(('x', 'y'))": "R x,y",
    "ClientSnapshotRequest(5)": "R 5",
    "ClientSnapshotResponse(ResponseType.Success, {'x': 1, 'y': None})": "R 1,∅",
    "ClientSnapshotResponse(ResponseType.Fail)": "R-",
}


@pytest.mark.parametrize(("text", "label"), LABELS.items())
def test_labels_are_short(text: str, label: str) -> None:
    import distgame

    names = {name: getattr(distgame, name) for name in dir(distgame)}
    assert label_of(Codec().encode(eval(text, names))) == label


REFUSED = {
    "more than everything": ({"writes": 0.6, "cas": 0.5}, "writes + cas must be at most 1"),
    "a share that is none": ({"increments": 1.5}, "increments is a share of 1"),
    "snapshots of nothing": ({"snapshots": 0.5, "writes": 0.2}, "snapshots need keys to read"),
    "a key twice": ({"keys": ("x", "x")}, "keys names one of x, x twice"),
    "a key that is none": ({"keys": ("a b",)}, "keys are short names such as x, not 'a b'"),
}


@pytest.mark.parametrize(("spec", "words"), REFUSED.values(), ids=REFUSED)
def test_clients_that_cannot_be_are_refused(spec: dict, words: str) -> None:
    with pytest.raises(ValueError, match=f"^client 1: {re.escape(words)}"):
        World(nodes=1, clients=(ClientSpec(**spec),))
