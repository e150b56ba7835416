"""Local variable: a register of one node.

Promises: a linearizable register, as long as there is one node and it stays up.
Why it is enough: the node handles one request after the other, so every operation happens at one instant between
its question and its answer, and a read finds what the last write left. (Linearizability: Herlihy and Wing, 1990.)
What breaks it: a second node. Each keeps a value of its own, and a read asks the wrong one.
"""

from distgame import ClientReadResponse, ClientWriteResponse, Node, ResponseType


class LocalVariable(Node):
    def process_read_request(self, request):
        return ClientReadResponse(ResponseType.Success, self.storage.get("value"))

    def process_write_request(self, request):
        self.storage["value"] = request.value
        return ClientWriteResponse(ResponseType.Success)
