"""KIND: bug
TRIES: catch GeneratorExit and go on: a handler that cannot be closed
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
        while True:
            try:
                yield from self.sleep(3)
            except GeneratorExit:
                continue
        return ClientReadResponse(ResponseType.Success, self.storage.get("x"))

    def process_write_request(self, request):
        self.storage["x"] = request.value
        return ClientWriteResponse(ResponseType.Success)
