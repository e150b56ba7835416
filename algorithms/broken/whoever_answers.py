"""Whoever answers: asks all, and after a while goes on with those who have answered, be it a majority or not.

Broken because two halves that cannot hear each other both go on. A write that is finished on one side is unknown on the
other, which reads what was there before and writes over it.
"""

from dataclasses import dataclass

from distgame import ClientReadResponse, ClientWriteResponse, Node, ResponseType, WebServer

PATIENCE = 20


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


class WhoeverAnswers(Node):
    def process_read_request(self, request):
        copies = yield from self.copies_of_all_there_are()
        newest = max(copies, key=lambda copy: copy.tag)
        if sum(copy.tag == newest.tag for copy in copies) < self.majority:
            yield from self.keep_at_all_there_are(newest)
        return ClientReadResponse(ResponseType.Success, newest.value)

    def process_write_request(self, request):
        copies = yield from self.copies_of_all_there_are()
        version, _ = max(copy.tag for copy in copies)
        yield from self.keep_at_all_there_are(Store((version + 1, self.id), request.value))
        return ClientWriteResponse(ResponseType.Success)

    def copies_of_all_there_are(self):
        answers = yield from self.wait_for_responses(Query(), None, self.majority - 1, PATIENCE)
        return [self.copy(), *answers]

    def keep_at_all_there_are(self, copy):
        self.store(copy)
        yield from self.wait_for_responses(copy, None, self.majority - 1, PATIENCE)

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
