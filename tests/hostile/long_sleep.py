"""KIND: attack
TRIES: sleep for longer than any number in a file can say
EXPECT: error (api, line 18)
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
    def rest(self):
        yield from self.sleep(10**5000)

    def process_read_request(self, request):
        return ClientReadResponse(ResponseType.Success, self.storage.get("x"))

    def process_write_request(self, request):
        self.storage["x"] = request.value
        return ClientWriteResponse(ResponseType.Success)
