"""KIND: attack
TRIES: wait when the run ends, and then loop for ever in a `finally`
EXPECT: pass-or-fail-clean
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
            yield from self.sleep(10**6)
        finally:
            while True:
                pass
        return ClientReadResponse(ResponseType.Success, self.storage.get("x"))

    def process_write_request(self, request):
        self.storage["x"] = request.value
        return ClientWriteResponse(ResponseType.Success)
