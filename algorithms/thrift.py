"""Thrift: ABD with many writers that saves what it can prove to be needless.

Promises: what ABD promises, a linearizable register while a majority is up; and a read in quiet times costs one round.
Why it is enough: a read writes back so that a majority has what it says. If the answers to its question already show
that a majority has it, the second round would tell nobody anything. (How fast a read can be at all: Dutta, Guerraoui,
Levy and Chakraborty, 2004.)
What breaks it: the loss of a majority, as before. Many writers only take the saving away, for then answers differ.
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


class Thrift(Node):
    def process_read_request(self, request):
        copies = yield from self.copies_of_majority()
        newest = max(copies, key=lambda copy: copy.tag)
        if sum(copy.tag == newest.tag for copy in copies) < self.majority:
            yield from self.keep_at_majority(newest)
        return ClientReadResponse(ResponseType.Success, newest.value)

    def process_write_request(self, request):
        copies = yield from self.copies_of_majority()
        version, _ = max(copy.tag for copy in copies)
        yield from self.keep_at_majority(Store((version + 1, self.id), request.value))
        return ClientWriteResponse(ResponseType.Success)

    def copies_of_majority(self):
        answers = yield from self.wait_for_responses(Query(), None, self.majority - 1)
        return [self.copy(), *answers]

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
