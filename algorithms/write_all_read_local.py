"""Write all, read local: a write is done when every node has the value; a read asks nobody.

Promises: with one client, a linearizable register whose reads cost no message.
Why it is enough: the client hears of its write only after every copy has changed, so whichever node it reads from
next, the value is there. ("Read one, write all": Bernstein and Goodman, 1984.)
What breaks it: a second client, who may look while the copies change one after the other; and a node that does not
answer, for every write waits for all.
"""

from dataclasses import dataclass

from distgame import ClientReadResponse, ClientWriteResponse, Node, ResponseType, WebServer


@dataclass
class Store:
    value: int


@dataclass
class Stored:
    pass


class WriteAllReadLocal(Node):
    def process_read_request(self, request):
        return ClientReadResponse(ResponseType.Success, self.storage.get("value"))

    def process_write_request(self, request):
        self.storage["value"] = request.value
        yield from self.wait_for_responses(Store(request.value), None, len(self.other_nodes))
        return ClientWriteResponse(ResponseType.Success)

    @WebServer.endpoint(Store)
    def store(self, message):
        self.storage["value"] = message.value
        return Stored()
