"""KIND: attack
TRIES: send a small message that is a thousand million lists when it is written out
EXPECT: flood (flood, line 22)
"""

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
        laugh = ["ha"]
        for _ in range(30):
            laugh = [laugh] * 10
        self.send_message(self.other_nodes[0], laugh)
        self.storage["x"] = request.value
        return ClientWriteResponse(ResponseType.Success)
