"""KIND: cheat
TRIES: send a message whose methods keep what the sender knows
EXPECT: error (message, line 19)
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
        self.send_message(self.other_nodes[0], lambda: self.storage)
        self.storage["x"] = request.value
        return ClientWriteResponse(ResponseType.Success)
