"""At least once, and once more: each node counts the stores that reach it and calls the count a version.

Broken because a store that is sent twice is counted twice. A node that heard an old write three times has a higher
count than one that heard two new writes once, and a read believes the higher count. The version must be given by the
writer and travel in the message, so that hearing it again changes nothing.
"""

from dataclasses import dataclass

from distgame import ClientReadResponse, ClientWriteResponse, Node, ResponseType, WebServer

PATIENCE = 25


@dataclass
class Query:
    pass


@dataclass
class Copy:
    version: int
    value: int


@dataclass
class Store:
    value: int


@dataclass
class Stored:
    pass


class AtLeastOnceIncrement(Node):
    def process_read_request(self, request):
        answers = yield from self.ask_majority(Query())
        newest = max([self.copy(), *answers], key=lambda copy: copy.version)
        return ClientReadResponse(ResponseType.Success, newest.value)

    def process_write_request(self, request):
        new = Store(request.value)
        self.store(new)
        yield from self.ask_majority(new)
        return ClientWriteResponse(ResponseType.Success)

    def ask_majority(self, question):
        """Asks the others, and every PATIENCE ticks the silent ones again, until this node has a majority with it."""
        answered, requests = {}, []
        while len(answered) < self.majority - 1:
            requests += [self.send_message(node, question) for node in self.other_nodes if node not in answered]
            answers = yield from self.wait_any(requests, self.majority - 1 - len(answered), timeout=PATIENCE)
            found = zip(requests, answers, strict=True)
            answered |= {request.receiver_id: answer for request, answer in found if answer is not None}
            requests = [request for request in requests if request.receiver_id not in answered]
        return answered.values()

    @WebServer.endpoint(Query)
    def answer(self, query):
        return self.copy()

    @WebServer.endpoint(Store)
    def store(self, message):
        self.storage["copy"] = Copy(self.copy().version + 1, message.value)
        return Stored()

    def copy(self):
        return self.storage.get("copy", Copy(0, None))
