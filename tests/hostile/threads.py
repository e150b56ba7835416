"""KIND: cheat
TRIES: let a thread do the waiting
EXPECT: error|load-error (import, line 6)
"""

import threading

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
        threading.Timer(0.1, print).start()
        self.storage["x"] = request.value
        return ClientWriteResponse(ResponseType.Success)
