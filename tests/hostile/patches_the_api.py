"""KIND: cheat
TRIES: keep the register in a class of the API, which all nodes share
EXPECT: error (api, line 19)
"""

from distgame import (
    ClientReadResponse,
    ClientWriteResponse,
    Node,
    ResponseType,
)


class Player(Node):
    def process_read_request(self, request):
        return ClientReadResponse(ResponseType.Success, getattr(Node, "cell", None))

    def process_write_request(self, request):
        Node.cell = request.value
        self.storage["x"] = request.value
        return ClientWriteResponse(ResponseType.Success)
