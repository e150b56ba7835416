"""KIND: bug
TRIES: wait for no time, again and again: the tick never ends
EXPECT: error (storm, line 19)
"""

from distgame import (
    ClientReadResponse,
    ClientWriteResponse,
    Node,
    ResponseType,
    WebServer,
)


class Player(Node):
    @WebServer.timer(5)
    async def hurry(self):
        while True:
            await self.sleep(0)

    def process_read_request(self, request):
        return ClientReadResponse(ResponseType.Success, self.storage.get("x"))

    def process_write_request(self, request):
        self.storage["x"] = request.value
        return ClientWriteResponse(ResponseType.Success)
