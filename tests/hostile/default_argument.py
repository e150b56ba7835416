"""KIND: cheat
TRIES: keep the register in the default value of an argument
EXPECT: cheat-fails
"""

from distgame import (
    ClientReadResponse,
    ClientWriteResponse,
    Node,
    ResponseType,
)


class Player(Node):
    def register(self, *values, kept=[None]):
        kept += values
        return kept[-1]

    def process_read_request(self, request):
        return ClientReadResponse(ResponseType.Success, self.register())

    def process_write_request(self, request):
        self.register(request.value)
        self.storage["x"] = request.value
        return ClientWriteResponse(ResponseType.Success)
