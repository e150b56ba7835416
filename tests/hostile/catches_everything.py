"""KIND: bug
TRIES: go on for ever by catching whatever would end the loop
EXPECT: fuel (steps, line 16)
"""

from distgame import (
    ClientReadResponse,
    ClientWriteResponse,
    Node,
    ResponseType,
)


class Player(Node):
    def process_read_request(self, request):
        while True:
            try:
                self.storage["x"] + 1
            except BaseException:
                continue
        return ClientReadResponse(ResponseType.Success, self.storage.get("x"))

    def process_write_request(self, request):
        self.storage["x"] = request.value
        return ClientWriteResponse(ResponseType.Success)
