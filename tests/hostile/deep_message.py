"""KIND: attack
TRIES: send a list that is nested ten thousand deep
EXPECT: error (message, line 22)
"""

from distgame import (
    ClientReadResponse,
    ClientWriteResponse,
    Node,
    ResponseType,
)


class Player(Node):
    def process_read_request(self, request):
        return ClientReadResponse(ResponseType.Success, self.storage.get("x"))

    def process_write_request(self, request):
        deep = []
        for _ in range(10_000):
            deep = [deep]
        self.send_message(self.other_nodes[0], deep)
        self.storage["x"] = request.value
        return ClientWriteResponse(ResponseType.Success)
