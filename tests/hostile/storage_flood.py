"""KIND: bug
TRIES: store a hundred thousand keys at once
EXPECT: flood
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
        for key in range(100_000):
            self.storage[key] = request.value
        self.storage["x"] = request.value
        return ClientWriteResponse(ResponseType.Success)
