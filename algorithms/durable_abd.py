"""Durable ABD: what a node acknowledges it has on its disk.

Promises: a linearizable register for any number of readers and writers although nodes crash and start again, as long as
a majority is up long enough to answer and the disks are kept.
Why it is enough: ABD rests on one sentence, "a majority has it", and a crash must not make it untrue. So a node waits
for its disk before it says Stored, also where it has nothing new to store: what it holds may still be on its way to the
disk. The node that asks counts itself, and therefore waits for its own disk as well. A query needs no waiting; whoever
asks writes back what it hears before it believes it. Who crashes forgets only what it has promised nobody. (Attiya,
Bar-Noy and Dolev, 1995; a log on stable storage before an answer: Lampson and Sturgis, 1979.)
What breaks it: a disk that is lost with its node.
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


class DurableABD(Node):
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
        self.keep(copy)
        yield from self.ask_majority(copy)
        yield from self.sync()

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
        self.keep(message)
        yield from self.sync()
        return Stored()

    def keep(self, message):
        if message.tag > self.copy().tag:
            self.storage["copy"] = message

    def copy(self):
        return self.storage.get("copy", Store((0, 0), None))
