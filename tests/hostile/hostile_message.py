"""KIND: attack
TRIES: messages that fail when they are compared, hashed, shown, copied or asked for anything
EXPECT: pass-or-fail-clean
"""

from distgame import (
    ClientReadResponse,
    ClientWriteResponse,
    Node,
    ResponseType,
    WebServer,
)


class Cell:
    def __init__(self, value):
        object.__setattr__(self, "value", value)

    def fail(self, *_):
        raise KeyError

    __eq__ = __hash__ = __repr__ = __bool__ = __getattr__ = __setattr__ = __reduce__ = __deepcopy__ = fail


class Player(Node):
    @WebServer.endpoint(Cell)
    def take(self, cell):
        self.storage["x"] = cell.__dict__["value"]
        return cell

    def process_read_request(self, request):
        return ClientReadResponse(ResponseType.Success, self.storage.get("x"))

    def process_write_request(self, request):
        yield from self.wait_for_responses(Cell(request.value), None, 1)
        self.storage["x"] = request.value
        return ClientWriteResponse(ResponseType.Success)
