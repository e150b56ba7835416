"""KIND: bug
TRIES: call itself without an end
EXPECT: error (exception, line 15)
"""

from distgame import (
    ClientWriteResponse,
    Node,
    ResponseType,
)


class Player(Node):
    def process_read_request(self, request):
        return self.process_read_request(request)

    def process_write_request(self, request):
        self.storage["x"] = request.value
        return ClientWriteResponse(ResponseType.Success)
