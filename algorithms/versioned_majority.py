"""Versioned majority: a write is done when a majority has it, and a read asks a majority for the newest.

Promises: a regular register for one writer who keeps to one node, while mail from one node to another arrives in the
order in which it was sent. Nobody waits for a slow or silent minority.
Why it is enough: any two majorities share a node, so every read meets a node that has stored the last finished write,
and the writer's count says which of the answers is the newest. A node stores what it hears last, which is the newest
as long as no letter overtakes another. (Weighted voting with versions: Gifford, 1979; Thomas, 1979.)
What breaks it: a letter that is overtaken or comes twice, for then a node goes back to an older version.
"""

from dataclasses import dataclass

from distgame import ClientReadResponse, ClientWriteResponse, Node, ResponseType, WebServer


@dataclass
class Query:
    pass


@dataclass
class Store:
    version: int
    value: int


@dataclass
class Stored:
    pass


class VersionedMajority(Node):
    def process_read_request(self, request):
        answers = yield from self.wait_for_responses(Query(), None, self.majority - 1)
        newest = max([self.copy(), *answers], key=lambda copy: copy.version)
        return ClientReadResponse(ResponseType.Success, newest.value)

    def process_write_request(self, request):
        new = Store(self.copy().version + 1, request.value)
        self.store(new)
        yield from self.wait_for_responses(new, None, self.majority - 1)
        return ClientWriteResponse(ResponseType.Success)

    @WebServer.endpoint(Query)
    def answer(self, query):
        return self.copy()

    @WebServer.endpoint(Store)
    def store(self, message):
        self.storage["copy"] = message
        return Stored()

    def copy(self):
        return self.storage.get("copy", Store(0, None))
