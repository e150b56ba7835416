"""Wall-clock tags: gossip in which the time of day at the writer's node decides which copy is newer.

Broken because no two clocks agree. A client reads a value from a node whose clock is ahead and writes over it at one
whose clock is behind; its write is thrown away as old, and it reads again what it has just replaced.
"""

from dataclasses import dataclass

from distgame import ClientReadResponse, ClientWriteResponse, Node, ResponseType, WebServer


@dataclass
class Copy:
    tag: tuple[int, int]
    value: int


class WallClockTags(Node):
    def on_start(self):
        self.waiting = []

    def process_read_request(self, request):
        return ClientReadResponse(ResponseType.Success, self.copy().value)

    def process_write_request(self, request):
        self.hear(Copy((self.local_time, self.id), request.value))
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
