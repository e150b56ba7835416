"""Broken: an increment reads a majority, adds one and writes a majority, in two steps with room between them.

Why it is wrong: two nodes read the same number before either has written, add one to it, and hand the same ticket to
two people. Tags and majorities order the writes; they do not make anybody look again before writing. Registers of
reads and writes, however good, cannot do it (Herlihy, 1991: their consensus number is 1).
"""

from dataclasses import dataclass

from distgame import (
    ClientCasResponse,
    ClientIncrementResponse,
    ClientReadResponse,
    ClientWriteResponse,
    Node,
    ResponseType,
    WebServer,
)


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


class ReadThenWrite(Node):
    def process_read_request(self, request):
        newest = yield from self.newest_of_majority()
        yield from self.keep_at_majority(newest)
        return ClientReadResponse(ResponseType.Success, newest.value)

    def process_write_request(self, request):
        newest = yield from self.newest_of_majority()
        yield from self.write(newest, request.value)
        return ClientWriteResponse(ResponseType.Success)

    def process_increment_request(self, request):
        newest = yield from self.newest_of_majority()
        ticket = (newest.value or 0) + 1
        yield from self.write(newest, ticket)
        return ClientIncrementResponse(ResponseType.Success, ticket)

    def process_cas_request(self, request):
        newest = yield from self.newest_of_majority()
        if newest.value != request.old:
            yield from self.keep_at_majority(newest)
            return ClientCasResponse(ResponseType.Success, False)
        yield from self.write(newest, request.new)
        return ClientCasResponse(ResponseType.Success, True)

    def write(self, newest, value):
        version, _ = newest.tag
        yield from self.keep_at_majority(Store((version + 1, self.id), value))

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
