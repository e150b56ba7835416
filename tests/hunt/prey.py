"""A world to hunt in, and two registers: one that answers a write too early, and one that is right."""

from distgame.engine.host import Host
from distgame.engine.program import Program, Source
from distgame.engine.world import ClientSpec, Link, World
from distgame.game.adversary.hunting import WorldRunner

MAJORITY = """
from dataclasses import dataclass
from distgame import ClientReadResponse, ClientWriteResponse, Node, ResponseType, WebServer

@dataclass
class Query:
    pass

@dataclass
class Store:
    tag: tuple
    value: int

class Register(Node):
    def process_read_request(self, request):
        answers = yield from self.wait_for_responses(Query(), None, self.majority - 1)
        newest = max([self.copy(), *answers], key=lambda copy: copy.tag)
        self.store(newest)
        yield from self.wait_for_responses(newest, None, self.majority - 1)
        return ClientReadResponse(ResponseType.Success, newest.value)

    def process_write_request(self, request):
        answers = yield from self.wait_for_responses(Query(), None, self.majority - 1)
        new = Store((max(copy.tag for copy in [self.copy(), *answers])[0] + 1, self.id), request.value)
        self.store(new)
        yield from self.wait_for_responses(new, None, {acknowledged})
        return ClientWriteResponse(ResponseType.Success)

    @WebServer.endpoint(Query)
    def answer(self, query):
        return self.copy()

    @WebServer.endpoint(Store)
    def store(self, message):
        if message.tag > self.copy().tag:
            self.storage["copy"] = message
        return "stored"

    def copy(self):
        return self.storage.get("copy", Store((0, 0), None))
"""
RIGHT = MAJORITY.format(acknowledged="self.majority - 1")
TOO_EARLY = MAJORITY.format(acknowledged="0")
WORLD = World(nodes=3, clients=(ClientSpec(think=(2, 9)),) * 2, duration=220, timeout=60, links=Link(delay=(1, 4)))


def runner(code, world=WORLD):
    """Runs and judges the code in the world."""
    host = Host(Program(Source("register", "register.py", code)))
    return WorldRunner(lambda: host, world, "linearizable")


WRITE_ALL = """
from dataclasses import dataclass
from distgame import ClientReadResponse, ClientWriteResponse, Node, ResponseType, WebServer

@dataclass
class Store:
    value: int

class Register(Node):
    def process_read_request(self, request):
        return ClientReadResponse(ResponseType.Success, self.storage.get("value"))

    def process_write_request(self, request):
        yield from self.wait_for_responses(Store(request.value), None, len(self.other_nodes))
        self.storage["value"] = request.value
        return ClientWriteResponse(ResponseType.Success)

    @WebServer.endpoint(Store)
    def store(self, message):
        self.storage["value"] = message.value
        return "stored"
"""
"""Every node has each value before its write is answered; a read asks nobody else."""

WRITE_BACK = """        self.store(newest)
        yield from self.wait_for_responses(newest, None, self.majority - 1)
        return ClientRead"""
assert WRITE_BACK in RIGHT
NO_WRITE_BACK = RIGHT.replace(WRITE_BACK, "        return ClientRead")
"""A read gives the newest of a majority's values and goes home."""
