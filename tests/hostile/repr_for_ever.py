"""KIND: bug
TRIES: return something wrong, whose repr never ends when the error is told
EXPECT: fuel (steps, line 15)
"""

from distgame import (
    ClientWriteResponse,
    Node,
    ResponseType,
)


class Endless:
    def __repr__(self):
        while True:
            pass


class Player(Node):
    def process_read_request(self, request):
        return Endless()

    def process_write_request(self, request):
        self.storage["x"] = request.value
        return ClientWriteResponse(ResponseType.Success)
