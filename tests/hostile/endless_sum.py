"""KIND: bug
TRIES: hang inside C code that calls back into Python for each element
EXPECT: fuel (steps, line 18)
"""

import itertools

from distgame import (
    ClientReadResponse,
    ClientWriteResponse,
    Node,
    ResponseType,
)


class Player(Node):
    def process_read_request(self, request):
        sum(n for n in itertools.count())
        return ClientReadResponse(ResponseType.Success, self.storage.get("x"))

    def process_write_request(self, request):
        self.storage["x"] = request.value
        return ClientWriteResponse(ResponseType.Success)
