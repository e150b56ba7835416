"""KIND: bug
TRIES: answer every message with two messages: a storm that doubles at every step
EXPECT: flood (flood, line 19)
"""

from distgame import (
    ClientReadResponse,
    ClientWriteResponse,
    Node,
    ResponseType,
    WebServer,
)


class Player(Node):
    @WebServer.endpoint(int)
    def take(self, message):
        for node in self.other_nodes * 2:
            self.send_message(node, message)

    def process_read_request(self, request):
        return ClientReadResponse(ResponseType.Success, self.storage.get("x"))

    def process_write_request(self, request):
        for node in self.other_nodes:
            self.send_message(node, 1)
        self.storage["x"] = request.value
        return ClientWriteResponse(ResponseType.Success)
