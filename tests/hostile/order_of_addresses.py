"""KIND: cheat
TRIES: take decisions by the order of objects in memory, which is another one in every process
EXPECT: deterministic
"""

from distgame import (
    ClientReadResponse,
    ClientWriteResponse,
    Node,
    ResponseType,
)


class Thing:
    pass


class Player(Node):
    def on_start(self):
        self.things = {Thing() for _ in range(50)}
        for number, thing in enumerate(self.things):
            thing.number = number

    def process_read_request(self, request):
        first = min(self.things, key=id)
        return ClientReadResponse(ResponseType.Success, first.number)

    def process_write_request(self, request):
        self.storage["x"] = request.value
        return ClientWriteResponse(ResponseType.Success)
