"""KIND: attack
TRIES: change the built-in functions under the feet of the game
EXPECT: pass-or-fail-clean
"""

from distgame import (
    ClientReadResponse,
    ClientWriteResponse,
    Node,
    ResponseType,
)

__builtins__["len"] = __builtins__["type"] = __builtins__["isinstance"] = lambda *values: 1 / 0


class Player(Node):
    def process_read_request(self, request):
        return ClientReadResponse(ResponseType.Success, self.storage.get("x"))

    def process_write_request(self, request):
        self.storage["x"] = request.value
        return ClientWriteResponse(ResponseType.Success)
