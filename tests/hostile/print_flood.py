"""KIND: bug
TRIES: fill the log from every handler of every node, with sequences that clear the screen
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
        for _ in range(5_000):
            print("\x1b[2J\x1b[H" * 100, sep="", end="", file=None, flush=True)
        return ClientReadResponse(ResponseType.Success, self.storage.get("x"))

    def process_write_request(self, request):
        self.storage["x"] = request.value
        return ClientWriteResponse(ResponseType.Success)
