"""KIND: attack
TRIES: replace the count of steps itself and then loop for ever
EXPECT: timeout|fuel (deadline|steps, line 20)
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
        for name in [name for name in __builtins__ if "step" in name]:
            __builtins__[name] = itertools.repeat(0)
        [n for n in itertools.repeat(0) if n]
        return ClientReadResponse(ResponseType.Success, self.storage.get("x"))

    def process_write_request(self, request):
        self.storage["x"] = request.value
        return ClientWriteResponse(ResponseType.Success)
