"""ABD with many writers: a write first asks a majority how far the others have come.

Promises: a linearizable register for any number of readers and writers at any nodes, while a majority is up.
Why it is enough: a write asks a majority, so it meets every finished write and takes a higher version; two writes
that choose the same version at the same time differ in the node's id, and all nodes compare version first, id second.
The node stores its choice in the step in which it chooses, so that its own next write sees it. Reads write back.
(Attiya, Bar-Noy and Dolev, 1995, for one writer; Lynch and Shvartsman, 1997, for many.)
What breaks it: the loss of a majority, for then it waits for ever; and the price, two rounds for every operation.
"""

from dataclasses import dataclass

from distgame import ClientReadResponse, ClientWriteResponse, Node, ResponseType, WebServer


@dataclass
class Query:
    pass


@dataclass
class Store:
    tag: tuple[int, int]
    value: int


@dataclass
class Stored:
    pass


class ManyWriterABD(Node):
    def process_read_request(self, request):
        newest = yield from self.newest_of_majority()
        yield from self.keep_at_majority(newest)
        return ClientReadResponse(ResponseType.Success, newest.value)

    def process_write_request(self, request):
        newest = yield from self.newest_of_majority()
        version, _ = newest.tag
        yield from self.keep_at_majority(Store((version + 1, self.id), request.value))
        return ClientWriteResponse(ResponseType.Success)

    def newest_of_majority(self):
        answers = yield from self.wait_for_responses(Query(), None, self.majority - 1)
        return max([self.copy(), *answers], key=lambda copy: copy.tag)

    def keep_at_majority(self, copy):
        self.store(copy)
        yield from self.wait_for_responses(copy, None, self.majority - 1)

    @WebServer.endpoint(Query)
    def answer(self, query):
        return self.copy()

    @WebServer.endpoint(Store)
    def store(self, message):
        if message.tag > self.copy().tag:
            self.storage["copy"] = message
        return Stored()

    def copy(self):
        return self.storage.get("copy", Store((0, 0), None))
