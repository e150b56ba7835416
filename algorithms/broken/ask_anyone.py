"""Ask anyone: a node that comes back without its memory takes the newest copy of the first node that answers.

Why it fails: one node may not have heard of the last write, and may be as fresh from the floor as the one that asks.
Only a majority is bound to know.
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


class AskAnyone(Node):
    def on_start(self):
        if self.incarnation > 0:
            answers = yield from self.ask(Query(), 1)
            for copy in answers:
                self.keep(copy)

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
        answers = yield from self.ask(Query(), self.majority - 1)
        return max([self.copy(), *answers], key=lambda copy: copy.tag)

    def keep_at_majority(self, copy):
        self.keep(copy)
        yield from self.ask(copy, self.majority - 1)
        yield from self.sync()

    def ask(self, question, count):
        answered, requests = {}, []
        while len(answered) < count:
            requests += [self.send_message(node, question) for node in self.other_nodes if node not in answered]
            answers = yield from self.wait_any(requests, count - len(answered), timeout=PATIENCE)
            found = zip(requests, answers, strict=True)
            answered |= {request.receiver_id: answer for request, answer in found if answer is not None}
            requests = [request for request in requests if request.receiver_id not in answered]
        return answered.values()

    @WebServer.endpoint(Query)
    def answer(self, query):
        return self.copy()

    @WebServer.endpoint(Store)
    def store(self, message):
        self.keep(message)
        yield from self.sync()
        return Stored()

    def keep(self, message):
        if message.tag > self.copy().tag:
            self.storage["copy"] = message

    def copy(self):
        return self.storage.get("copy", Store((0, 0), None))
