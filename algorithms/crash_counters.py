"""Crash counters: recover before voting, and count only answers of nodes that have not died since.

Promises: a linearizable register although nodes crash and may lose their disks, as long as a majority at a time keeps
both; also where an acknowledgement outlives the memory of the node that gave it.
Why it is enough: each answer bears the number of the life it was given in, and what its sender knows of the lives of
others. A node that comes back tells a majority of its new life while it recovers. So of any two majorities, one that
acknowledges a store and one that teaches a returning node, a common node either had the store already, and taught it,
or knows of the new life, and says so beside its acknowledgement; then the old one is void and the node is asked again.
(Crash-consistent quorums: Michael, Ports, Sharma and Szekeres, 2017.)
What breaks it: a majority that loses its memory at once; then everybody asks and nobody answers, for ever.
"""

from dataclasses import dataclass

from distgame import ClientReadResponse, ClientWriteResponse, Node, ResponseType, WebServer

PATIENCE = 40


@dataclass
class Query:
    life: int


@dataclass
class Copy:
    tag: tuple[int, int]
    value: int


@dataclass
class Store:
    life: int
    copy: Copy


@dataclass
class Answer:
    life: int
    lives: dict[int, int]
    copy: Copy


class CrashCounters(Node):
    def on_start(self):
        self.lives = dict.fromkeys(self.other_nodes, 0)
        self.has_a_vote = self.incarnation == 0
        if not self.has_a_vote:
            yield from self.keep_newest_of(self.majority)
            self.has_a_vote = True

    def process_read_request(self, request):
        copy = yield from self.keep_newest_of(self.majority - 1)
        yield from self.keep_at_majority(copy)
        return ClientReadResponse(ResponseType.Success, copy.value)

    def process_write_request(self, request):
        newest = yield from self.keep_newest_of(self.majority - 1)
        version, _ = newest.tag
        yield from self.keep_at_majority(Copy((version + 1, self.id), request.value))
        return ClientWriteResponse(ResponseType.Success)

    def keep_newest_of(self, count):
        answers = yield from self.ask(Query(self.incarnation), count)
        copy = max([self.copy(), *(answer.copy for answer in answers)], key=lambda copy: copy.tag)
        self.keep(copy)
        yield from self.sync()
        return copy

    def keep_at_majority(self, copy):
        while not self.has_a_vote:
            yield from self.sleep(1)
        self.keep(copy)
        yield from self.ask(Store(self.incarnation, copy), self.majority - 1)
        yield from self.sync()

    def ask(self, question, count):
        """Asks the others, and every PATIENCE ticks the silent ones again, until `count` lives have answered."""
        answered, requests = {}, []
        while len(answered) < count:
            requests += [self.send_message(node, question) for node in self.other_nodes if node not in answered]
            answers = yield from self.wait_any(requests, count - len(answered), timeout=PATIENCE)
            found = zip(requests, answers, strict=True)
            answered |= {request.receiver_id: answer for request, answer in found if answer is not None}
            for answer in answered.values():
                self.hear_of(answer.lives)
            answered = {node: answer for node, answer in answered.items() if answer.life >= self.lives[node]}
            requests = [request for request in requests if request.outcome is None]
        return answered.values()

    @WebServer.endpoint(Query)
    def answer(self, query, sender):
        self.hear_of({sender: query.life})
        return Answer(self.incarnation, self.lives, self.copy()) if self.has_a_vote else None

    @WebServer.endpoint(Store)
    def store(self, message, sender):
        self.hear_of({sender: message.life})
        self.keep(message.copy)
        yield from self.sync()
        return Answer(self.incarnation, self.lives, self.copy()) if self.has_a_vote else None

    def hear_of(self, lives):
        for node in self.other_nodes:
            self.lives[node] = max(self.lives[node], lives.get(node, 0))

    def keep(self, copy):
        if copy.tag > self.copy().tag:
            self.storage["copy"] = copy

    def copy(self):
        return self.storage.get("copy", Copy((0, 0), None))
