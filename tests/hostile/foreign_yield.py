"""KIND: bug
TRIES: yield an object of its own, as other frameworks want it
EXPECT: error (api, line 23)
"""

from distgame import (
    ClientReadResponse,
    ClientWriteResponse,
    Node,
    ResponseType,
    WebServer,
)


class Future:
    def __await__(self):
        yield self


class Player(Node):
    @WebServer.timer(5)
    async def later(self):
        await Future()

    def process_read_request(self, request):
        return ClientReadResponse(ResponseType.Success, self.storage.get("x"))

    def process_write_request(self, request):
        self.storage["x"] = request.value
        return ClientWriteResponse(ResponseType.Success)
