"""Recover before voting: a node that comes back without its memory first asks a majority, and only then counts.

Promises: a linearizable register although nodes crash and may lose their disks, as long as a majority at a time keeps
both. Nodes that are still asking answer nobody.
Why it is enough: what is finished is held by a majority, and a majority of nodes that know what they are saying tells
the returning one the newest of it. From its first answer on it is as good as before its crash. `incarnation` says that
there was a crash: an empty disk alone looks like the first morning, on which nobody must wait for anybody. (Attiya,
Bar-Noy and Dolev, 1995; recovery of quorum systems: Michael, Ports, Sharma and Szekeres, 2017.)
What breaks it: a majority that loses its memory, for then everybody asks and nobody answers; and an acknowledgement
from a node's former life that is counted together with those of its new one (see crash_counters.py).
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


class RecoverBeforeVoting(Node):
    has_a_vote = False

    def on_start(self):
        if self.incarnation > 0:
            newest = yield from self.newest_of(self.majority)
            self.keep(newest)
            yield from self.sync()
        self.has_a_vote = True

    def process_read_request(self, request):
        newest = yield from self.newest_of(self.majority - 1)
        yield from self.keep_at_majority(newest)
        return ClientReadResponse(ResponseType.Success, newest.value)

    def process_write_request(self, request):
        newest = yield from self.newest_of(self.majority - 1)
        version, _ = newest.tag
        yield from self.keep_at_majority(Store((version + 1, self.id), request.value))
        return ClientWriteResponse(ResponseType.Success)

    def newest_of(self, count):
        answers = yield from self.ask(Query(), count)
        return max([self.copy(), *answers], key=lambda copy: copy.tag)

    def keep_at_majority(self, copy):
        while not self.has_a_vote:
            yield from self.sleep(1)
        self.keep(copy)
        yield from self.ask(copy, self.majority - 1)
        yield from self.sync()

    def ask(self, question, count):
        """Asks the others, and every PATIENCE ticks the silent ones again, until `count` of them have answered."""
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
        return self.copy() if self.has_a_vote else None

    @WebServer.endpoint(Store)
    def store(self, message):
        self.keep(message)
        yield from self.sync()
        return Stored() if self.has_a_vote else None

    def keep(self, message):
        if message.tag > self.copy().tag:
            self.storage["copy"] = message

    def copy(self):
        return self.storage.get("copy", Store((0, 0), None))
