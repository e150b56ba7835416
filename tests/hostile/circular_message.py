"""KIND: bug
TRIES: send a dict that contains itself
EXPECT: error (message, line 21)
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
        circle = {}
        circle["again"] = circle
        self.send_message(self.other_nodes[0], circle)
        self.storage["x"] = request.value
        return ClientWriteResponse(ResponseType.Success)
