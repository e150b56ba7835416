"""Single copy: node 1 keeps the value, the others pass every request on to it.

Promises: a linearizable register, as long as node 1 is up and can be reached.
Why it is enough: there is one value in one place again. It does not matter which door a client comes in by. (The
central server of Stumm and Zhou, 1990.)
What breaks it: distance, for most reads travel to node 1 and back; and the end of node 1.
"""

from distgame import ClientReadResponse, ClientWriteResponse, Node, ResponseType

KEEPER = 1


class SingleCopy(Node):
    def process_read_request(self, request):
        if self.id != KEEPER:
            return (yield from self.send_message(KEEPER, request).wait())
        return ClientReadResponse(ResponseType.Success, self.storage.get("value"))

    def process_write_request(self, request):
        if self.id != KEEPER:
            return (yield from self.send_message(KEEPER, request).wait())
        self.storage["value"] = request.value
        return ClientWriteResponse(ResponseType.Success)
