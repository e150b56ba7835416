"""KIND: bug
TRIES: send hundreds of messages at every tick
EXPECT: flood (flood, line 23)
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
        pass

    @WebServer.timer(1)
    def flood(self):
        for _ in range(300):
            self.send_message(self.other_nodes[0], 1)

    def process_read_request(self, request):
        return ClientReadResponse(ResponseType.Success, self.storage.get("x"))

    def process_write_request(self, request):
        self.storage["x"] = request.value
        return ClientWriteResponse(ResponseType.Success)
