"""KIND: attack
TRIES: a handler whose __wrapped__ is the handler, so that looking at it never ends
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

    @WebServer.endpoint(str)
    def take(self, message):
        pass

    take.__wrapped__ = take

    def process_read_request(self, request):
        return ClientReadResponse(ResponseType.Success, self.storage.get("x"))

    def process_write_request(self, request):
        self.storage["x"] = request.value
        return ClientWriteResponse(ResponseType.Success)
