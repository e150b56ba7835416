"""KIND: bug
TRIES: be an endless async generator, which nobody can await
EXPECT: error (load, line 16)
"""

from distgame import (
    ClientReadResponse,
    ClientWriteResponse,
    Node,
    ResponseType,
    WebServer,
)


class Player(Node):
    @WebServer.endpoint(str)
    async def talk(self, message):
        while True:
            yield message

    def process_read_request(self, request):
        return ClientReadResponse(ResponseType.Success, self.storage.get("x"))

    def process_write_request(self, request):
        self.storage["x"] = request.value
        return ClientWriteResponse(ResponseType.Success)
