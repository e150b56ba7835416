"""Acknowledge, then replicate: a write is called done while the copies are still on their way.

Broken because the client hears of its write, asks another node, and is faster than the mail: it reads what it has
just replaced.
"""

from dataclasses import dataclass

from distgame import ClientReadResponse, ClientWriteResponse, Node, ResponseType, WebServer


@dataclass
class Store:
    value: int


class AckBeforeReplicate(Node):
    def process_read_request(self, request):
        return ClientReadResponse(ResponseType.Success, self.storage.get("value"))

    def process_write_request(self, request):
        self.storage["value"] = request.value
        for node in self.other_nodes:
            self.send_message(node, Store(request.value))
        return ClientWriteResponse(ResponseType.Success)

    @WebServer.endpoint(Store)
    def store(self, message):
        self.storage["value"] = message.value
