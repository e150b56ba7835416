"""KIND: bug
TRIES: look for a missing attribute in the method that is asked for missing attributes
EXPECT: error (exception, line 16)
"""

from distgame import (
    ClientReadResponse,
    ClientWriteResponse,
    Node,
    ResponseType,
)


class Player(Node):
    def __getattr__(self, name):
        return self.missing

    def process_read_request(self, request):
        self.nothing
        return ClientReadResponse(ResponseType.Success, self.storage.get("x"))

    def process_write_request(self, request):
        self.storage["x"] = request.value
        return ClientWriteResponse(ResponseType.Success)
