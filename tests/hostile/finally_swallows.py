"""KIND: bug
TRIES: end an endless loop with a `finally` that returns, so that nobody hears of it
EXPECT: fuel (steps, line 17)
"""

from distgame import (
    ClientReadResponse,
    ClientWriteResponse,
    Node,
    ResponseType,
)


class Player(Node):
    def process_read_request(self, request):
        try:
            while True:
                pass
        finally:
            return ClientReadResponse(ResponseType.Success, None)

    def process_write_request(self, request):
        self.storage["x"] = request.value
        return ClientWriteResponse(ResponseType.Success)
