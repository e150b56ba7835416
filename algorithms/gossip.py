"""Gossip: answer at once from what you have, tell the others when there is time, and let the highest tag win.

Promises: every node that is up answers at once, whatever is cut; each client that keeps to its node reads its own
writes and never goes back (causal consistency); and when nobody writes any more and the network is whole, all agree.
Why it is enough: a write takes a tag above all that its node has seen, so no node, and no client, ever goes back.
Every node tells each other one its newest copy again and again, so that the highest tag reaches all. (Anti-entropy:
Demers et al., 1987; the tags: Lamport, 1978; the last writer wins: Johnson and Thomas, 1975.)
What breaks it: the wish to read what others have just written elsewhere. And of two writes that do not know of each
other one is lost without a word, though both were acknowledged.
"""

from dataclasses import dataclass

from distgame import ClientReadResponse, ClientWriteResponse, Node, ResponseType, WebServer


@dataclass
class Copy:
    tag: tuple[int, int]
    value: int


class Gossip(Node):
    def on_start(self):
        self.waiting = []

    def process_read_request(self, request):
        return ClientReadResponse(ResponseType.Success, self.copy().value)

    def process_write_request(self, request):
        version, _ = self.copy().tag
        self.hear(Copy((version + 1, self.id), request.value))
        for node in self.other_nodes:
            self.send_message(node, self.copy())
        return ClientWriteResponse(ResponseType.Success)

    @WebServer.timer(interval=15)
    def tell_the_next(self):
        self.waiting = self.waiting or self.other_nodes
        if self.waiting:
            self.send_message(self.waiting.pop(0), self.copy())

    @WebServer.endpoint(Copy)
    def hear(self, copy):
        if copy.tag > self.copy().tag:
            self.storage["copy"] = copy

    def copy(self):
        return self.storage.get("copy", Copy((0, 0), None))
