"""KIND: bug
TRIES: send and store not-a-number, infinities, minus zero, half of a pair of surrogates and control characters
EXPECT: pass-or-fail-clean
"""

from distgame import (
    ClientReadResponse,
    ClientWriteResponse,
    Node,
    ResponseType,
    WebServer,
)


class Player(Node):
    @WebServer.endpoint(list)
    def take(self, message):
        self.storage.update({str(n): value for n, value in enumerate(message)})
        self.storage[message[0]] = 1
        return {message[0]: {message[1]}, "\x1b[2J": "\ud800"}

    def process_read_request(self, request):
        return ClientReadResponse(ResponseType.Success, self.storage.get("x"))

    def process_write_request(self, request):
        odd = [float("nan"), float("inf"), -0.0, "\ud800", "\x1b[2J\x00", b"\xff", 2**1000]
        for node in self.other_nodes:
            self.send_message(node, odd)
        print(odd, *odd)
        self.storage["x"] = request.value
        return ClientWriteResponse(ResponseType.Success)
