"""KIND: attack
TRIES: give the referee more than it can read
EXPECT: error|flood
"""

from distgame import (
    ClientReadResponse,
    ClientWriteResponse,
    Node,
    ResponseType,
)


class Player(Node):
    def process_read_request(self, request):
        self._WebServer__runtime.outbox.extend([(5, "x" * 1_000_000)] * 40)
        return ClientReadResponse(ResponseType.Success, self.storage.get("x"))

    def process_write_request(self, request):
        self.storage["x"] = request.value
        return ClientWriteResponse(ResponseType.Success)
