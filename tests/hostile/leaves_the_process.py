"""KIND: attack
TRIES: end the process with exit code 0, by way of os._exit found among the subclasses of object
EXPECT: error|flood
"""

from distgame import (
    ClientReadResponse,
    ClientWriteResponse,
    Node,
    ResponseType,
)


class Player(Node):
    def process_read_request(self, request):
        found = [each for each in object.__subclasses__() if each.__name__ == "_wrap_close"]
        found[0].__init__.__globals__["_exit"](0)
        return ClientReadResponse(ResponseType.Success, self.storage.get("x"))

    def process_write_request(self, request):
        self.storage["x"] = request.value
        return ClientWriteResponse(ResponseType.Success)
