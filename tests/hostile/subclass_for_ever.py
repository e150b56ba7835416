"""KIND: attack
TRIES: hang while the file loads, in __init_subclass__ and so outside of any handler
EXPECT: load-error (steps, line 16)
"""

from distgame import (
    ClientReadResponse,
    ClientWriteResponse,
    Node,
    ResponseType,
)


class Base(Node):
    def __init_subclass__(cls):
        while cls:
            pass


class Player(Base):
    def process_read_request(self, request):
        return ClientReadResponse(ResponseType.Success, self.storage.get("x"))

    def process_write_request(self, request):
        self.storage["x"] = request.value
        return ClientWriteResponse(ResponseType.Success)
