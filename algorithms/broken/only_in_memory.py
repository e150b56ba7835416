"""Only in memory: ABD that keeps its copy in an attribute and not in its storage.

Why it fails: attributes are memory, and a crash takes them. Two of the three nodes that knew of a write start again and
know of nothing, and a majority of the ignorant is a majority.
"""

from dataclasses import dataclass

from distgame import ClientReadResponse, ClientWriteResponse, Node, ResponseType, WebServer

PATIENCE = 40


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


class OnlyInMemory(Node):
    held = Store((0, 0), None)

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
        answers = yield from self.ask_majority(Query())
        return max([self.copy(), *answers], key=lambda copy: copy.tag)

    def keep_at_majority(self, copy):
        self.store(copy)
        yield from self.ask_majority(copy)

    def ask_majority(self, question):
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
        if message.tag > self.copy().tag:
            self.held = message
        return Stored()

    def copy(self):
        return self.held
