"""The classical mistakes, each as a change to a register that is right, with the world in which it shows."""

from dataclasses import replace

from prey import NO_WRITE_BACK, RIGHT, TOO_EARLY, WORLD

from distgame.engine.world import ClientSpec, ClockRule, Link, NodeFault, World


def changed(code, *pairs):
    """The code with each text of a pair, which must be there, replaced by the other one."""
    for old, new in pairs:
        assert old in code
        code = code.replace(old, new)
    return code


WITHOUT_ID = changed(RIGHT, ("[0] + 1, self.id)", "[0] + 1, 0)"))
OVERWRITES = changed(RIGHT, ("if message.tag > self.copy().tag:", "if True:"))

KEPT, NOT_KEPT = "        self.store(new)\n        yield from self.wait", "        yield from self.wait"
ANSWERED = "        return ClientWriteResponse"
ONE_TAG_TWICE = changed(RIGHT, (KEPT, NOT_KEPT), (ANSWERED, f"        self.store(new)\n{ANSWERED}"))
"""A coordinator keeps what it writes only when the others have it: its next write may choose the same tag meanwhile."""

IN_MEMORY = changed(
    RIGHT,
    ('self.storage["copy"] = message', "self.kept = message"),
    ('self.storage.get("copy", Store((0, 0), None))', 'getattr(self, "kept", Store((0, 0), None))'),
)

LEASE = """
from dataclasses import dataclass
from distgame import ClientReadResponse, ClientWriteResponse, Node, ResponseType, WebServer

TICKS = 40

@dataclass
class Ask:
    pass

@dataclass
class Store:
    version: int
    value: int

class Register(Node):
    holds_until = 0
    promised = 0
    promised_until = 0

    def process_read_request(self, request):
        if not (yield from self.lead()):
            return ClientReadResponse(ResponseType.Fail, None)
        return ClientReadResponse(ResponseType.Success, self.copy().value)

    def process_write_request(self, request):
        if not (yield from self.lead()):
            return ClientWriteResponse(ResponseType.Fail)
        new = Store(self.copy().version + 1, request.value)
        self.store(new)
        yield from self.wait_for_responses(new, None, self.majority - 1)
        return ClientWriteResponse(ResponseType.Success)

    def lead(self):
        if self.local_time < self.holds_until:
            return True
        asked = self.local_time
        if not self.promise(self.id):
            return False
        answers = yield from self.wait_for_responses(Ask(), lambda answer: answer is not None, self.majority - 1, 20)
        granted = [answer for answer in answers if isinstance(answer, Store)]
        if len(granted) < self.majority - 1:
            return False
        newest = max([self.copy(), *granted], key=lambda copy: copy.version)
        self.store(newest)
        yield from self.wait_for_responses(newest, None, self.majority - 1, 20)
        self.holds_until = asked + TICKS
        return self.local_time < self.holds_until

    def promise(self, node):
        if self.promised != node and self.local_time < self.promised_until:
            return False
        self.promised, self.promised_until = node, self.local_time + TICKS
        return True

    @WebServer.endpoint(Ask)
    def grant(self, ask, sender):
        return self.copy() if self.promise(sender) else "no"

    @WebServer.endpoint(Store)
    def store(self, message):
        if message.version > self.copy().version:
            self.storage["copy"] = message
        return "stored"

    def copy(self):
        return self.storage.get("copy", Store(0, None))
"""
"""Who holds the lease answers alone; it is as long by the clock of the holder as by that of those who granted it."""

TWO_OF_ONE = replace(WORLD, clients=(ClientSpec(writes=0.8, think=(1, 3), node=1),) * 2 + (ClientSpec(writes=0.0),) * 2)
READERS = (ClientSpec(writes=0.0, node=2), ClientSpec(writes=0.0, node=3))
ONE_WRITER = replace(WORLD, clients=(ClientSpec(writes=1.0, node=1), *READERS))
RESTARTING = replace(
    WORLD,
    clients=(ClientSpec(writes=1.0, node=1), ClientSpec(writes=0.0, node=2)),
    faults=tuple(
        NodeFault(kind=kind, node=3, tick=tick + after)
        for tick in range(40, 180, 30)
        for kind, after in (("crash", 0), ("restart", 3))
    ),
)
PINNED = (ClientSpec(writes=0.3, think=(1, 4), node=1), ClientSpec(writes=0.7, think=(1, 9), node=2))
LEASED = World(nodes=3, clients=PINNED, duration=300, timeout=60, links=Link(delay=(1, 3)))
BENT = replace(LEASED, clock_rules=(ClockRule(node=1, rate=0.3, start=150, end=250),))

CLASSICS = {
    "missing write-back": (NO_WRITE_BACK, ONE_WRITER, 480),
    "tags without node id": (WITHOUT_ID, WORLD, 240),
    "two writes of one coordinator with one tag": (ONE_TAG_TWICE, TWO_OF_ONE, 240),
    "a store that overwrites a newer value": (OVERWRITES, WORLD, 240),
    "acknowledgement before a majority": (TOO_EARLY, WORLD, 240),
    "state lost over a restart": (IN_MEMORY, RESTARTING, 480),
    "a lease under a slow clock": (LEASE, BENT, 240),
}
"""By name: the code, the world, and the runs within which the hunter must find what is wrong."""
