"""KIND: bug
TRIES: start a handler by hand and throw it away half done, again and again
EXPECT: pass-or-fail-clean
"""

from distgame import (
    ClientReadResponse,
    ClientWriteResponse,
    Node,
    ResponseType,
)


class Player(Node):
    def half(self):
        try:
            yield from self.sleep(2)
        finally:
            self.storage["half"] = self.storage.get("half", 0) + 1

    def process_read_request(self, request):
        for _ in range(20):
            task = self.half()
            next(task)
        return ClientReadResponse(ResponseType.Success, self.storage.get("x"))

    def process_write_request(self, request):
        self.storage["x"] = request.value
        return ClientWriteResponse(ResponseType.Success)
