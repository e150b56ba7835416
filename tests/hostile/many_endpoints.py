"""KIND: attack
TRIES: have five thousand endpoints
EXPECT: error (load, line 16)
"""

from distgame import (
    ClientReadResponse,
    ClientWriteResponse,
    Node,
    ResponseType,
    WebServer,
)


class Player(Node):
    def first(self):
        pass

    for number in range(5_000):
        locals()[f"take_{number}"] = WebServer.endpoint(type(f"M{number}", (), {}))(lambda self, message: None)

    def process_read_request(self, request):
        return ClientReadResponse(ResponseType.Success, None)

    def process_write_request(self, request):
        self.storage["x"] = request.value
        return ClientWriteResponse(ResponseType.Success)
