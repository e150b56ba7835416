"""KIND: cheat
TRIES: keep the register in an attribute of the nodes' class
EXPECT: cheat-fails
"""

from distgame import (
    ClientReadResponse,
    ClientWriteResponse,
    Node,
    ResponseType,
)


class Player(Node):
    cell = {}

    def process_read_request(self, request):
        return ClientReadResponse(ResponseType.Success, self.cell.get("x"))

    def process_write_request(self, request):
        self.cell["x"] = request.value
        self.storage["x"] = request.value
        return ClientWriteResponse(ResponseType.Success)
