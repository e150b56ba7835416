"""Compare, then store: a majority with versions, in which a copy never goes back.

Promises: a regular register for one writer who keeps to one node: a read gives the last finished write, or one that
is still under way. Any minority of the nodes may be slow.
Why it is enough: any two majorities share a node, so a read meets one that has stored the last finished write; the
highest version wins; and since a node keeps the higher of what it has and what it is told, mail that is late, out of
order or doubled changes nothing. (Gifford 1979, Thomas 1979; the versions of Attiya, Bar-Noy and Dolev, 1995.)
What breaks it: a lost message, for nobody asks twice. Two reads during one write may give the new value first and
then the old one: that is regular, but not atomic.
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


class CompareThenStore(Node):
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
        if message.version > self.copy().version:
            self.storage["copy"] = message
        return Stored()

    def copy(self):
        return self.storage.get("copy", Store(0, None))
