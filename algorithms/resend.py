"""Resend: a majority with versions that asks the silent again.

Promises: a regular register for one writer who keeps to one node, although any message may be lost, doubled or late.
Why it is enough: a link that loses some messages but not all lets one through if we keep trying. Asking twice does
no harm: a query changes nothing, and a store names its version, so that the second copy of it finds its work done.
Only answers to the question at hand count, and each node counts once. (Retransmission: Stenning, 1976; the
register: Attiya, Bar-Noy and Dolev, 1995.)
What breaks it: the silence of a majority, for then it asks for ever. And like the regular register it builds on, it
lets a read return an old value after another read has seen the new one.
"""

from dataclasses import dataclass

from distgame import ClientReadResponse, ClientWriteResponse, Node, ResponseType, WebServer

PATIENCE = 25


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


class Resend(Node):
    def process_read_request(self, request):
        answers = yield from self.ask_majority(Query())
        newest = max([self.copy(), *answers], key=lambda copy: copy.version)
        return ClientReadResponse(ResponseType.Success, newest.value)

    def process_write_request(self, request):
        new = Store(self.copy().version + 1, request.value)
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
        if message.version > self.copy().version:
            self.storage["copy"] = message
        return Stored()

    def copy(self):
        return self.storage.get("copy", Store(0, None))
