"""KIND: cheat
TRIES: keep the register in a module of Python's own, which all nodes share
EXPECT: cheat-fails
"""

import math

from distgame import (
    ClientReadResponse,
    ClientWriteResponse,
    Node,
    ResponseType,
)


class Player(Node):
    def process_read_request(self, request):
        return ClientReadResponse(ResponseType.Success, getattr(math, "cell", None))

    def process_write_request(self, request):
        math.cell = request.value
        self.storage["x"] = request.value
        return ClientWriteResponse(ResponseType.Success)
