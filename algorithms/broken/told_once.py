"""Told once: gossip without repetition; a new copy is sent to all others when it is written, and never again.

Broken because what was sent into a cut is lost. If nobody writes afterwards, the two sides differ for ever.
"""

from dataclasses import dataclass

from distgame import ClientReadResponse, ClientWriteResponse, Node, ResponseType, WebServer


@dataclass
class Copy:
    tag: tuple[int, int]
    value: int


class ToldOnce(Node):
    def process_read_request(self, request):
        return ClientReadResponse(ResponseType.Success, self.copy().value)

    def process_write_request(self, request):
        version, _ = self.copy().tag
        self.hear(Copy((version + 1, self.id), request.value))
        for node in self.other_nodes:
            self.send_message(node, self.copy())
        return ClientWriteResponse(ResponseType.Success)

    @WebServer.endpoint(Copy)
    def hear(self, copy):
        if copy.tag > self.copy().tag:
            self.storage["copy"] = copy

    def copy(self):
        return self.storage.get("copy", Copy((0, 0), None))
