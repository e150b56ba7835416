"""ABD with one writer: a read does not answer before a majority has what it is about to say.

Promises: a linearizable register for one writer who keeps to one node and any number of readers, while a majority of
the nodes is up. Nobody waits for a slow minority.
Why it is enough: a read that follows a finished write or a finished read asks a majority, and every majority shares a
node with the one that this operation has left its version at. So what comes later never sees less. (Attiya, Bar-Noy
and Dolev, 1995; the second half of a read is called its write-back.)
What breaks it: a second writer, for the writer takes its next version from its own copy and believes itself alone.
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


class SingleWriterABD(Node):
    def process_read_request(self, request):
        answers = yield from self.wait_for_responses(Query(), None, self.majority - 1)
        newest = max([self.copy(), *answers], key=lambda copy: copy.version)
        yield from self.keep_at_majority(newest)
        return ClientReadResponse(ResponseType.Success, newest.value)

    def process_write_request(self, request):
        yield from self.keep_at_majority(Store(self.copy().version + 1, request.value))
        return ClientWriteResponse(ResponseType.Success)

    def keep_at_majority(self, copy):
        self.store(copy)
        yield from self.wait_for_responses(copy, None, self.majority - 1)

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
