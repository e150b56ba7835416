"""KIND: bug
TRIES: make an endpoint of a method that the game itself calls
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
    @WebServer.endpoint(str)
    def add_message(self, message):
        return message

    def process_read_request(self, request):
        return ClientReadResponse(ResponseType.Success, self.storage.get("x"))

    def process_write_request(self, request):
        self.storage["x"] = request.value
        return ClientWriteResponse(ResponseType.Success)
