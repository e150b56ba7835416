"""KIND: attack
TRIES: put an action of its own making among those that the referee is given
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
        self._WebServer__runtime.outbox.append((0, 99, -1, "x", {}))
        return ClientReadResponse(ResponseType.Success, self.storage.get("x"))

    def process_write_request(self, request):
        self.storage["x"] = request.value
        return ClientWriteResponse(ResponseType.Success)
