"""KIND: attack
TRIES: objects that send, print and loop when they are thrown away
EXPECT: pass-or-fail-clean|fuel
"""

from distgame import (
    ClientReadResponse,
    ClientWriteResponse,
    Node,
    ResponseType,
    WebServer,
)


class Ghost:
    def __init__(self, node):
        self.node, self.me = node, self

    def __del__(self):
        self.node.send_message(self.node.other_nodes[0], 1)
        print("boo")
        while True:
            pass


class Player(Node):
    @WebServer.endpoint(int)
    def take(self, message):
        pass

    def process_read_request(self, request):
        Ghost(self)
        return ClientReadResponse(ResponseType.Success, self.storage.get("x"))

    def process_write_request(self, request):
        self.storage["x"] = request.value
        return ClientWriteResponse(ResponseType.Success)
