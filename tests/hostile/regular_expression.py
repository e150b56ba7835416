"""KIND: bug
TRIES: match a regular expression that takes exponential time, all of it in C code
EXPECT: timeout (deadline, line 18)
"""

import re

from distgame import (
    ClientReadResponse,
    ClientWriteResponse,
    Node,
    ResponseType,
)


class Player(Node):
    def process_read_request(self, request):
        re.match(r"(a+)+$", "a" * 60 + "b")
        return ClientReadResponse(ResponseType.Success, self.storage.get("x"))

    def process_write_request(self, request):
        self.storage["x"] = request.value
        return ClientWriteResponse(ResponseType.Success)
