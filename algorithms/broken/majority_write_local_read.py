"""Majority write, local read: a write waits for a majority, and a read asks nobody.

Broken because the two no longer meet. While a write waited for all, every node had it; now a minority may not have
heard of it yet, and a read at one of those gives what was there before.
"""

from dataclasses import dataclass

from distgame import ClientReadResponse, ClientWriteResponse, Node, ResponseType, WebServer


@dataclass
class Store:
    version: int
    value: int


@dataclass
class Stored:
    pass


class ReadsAtHome(Node):
    def process_read_request(self, request):
        return ClientReadResponse(ResponseType.Success, self.copy().value)

    def process_write_request(self, request):
        new = Store(self.copy().version + 1, request.value)
        self.store(new)
        yield from self.wait_for_responses(new, None, self.majority - 1)
        return ClientWriteResponse(ResponseType.Success)

    @WebServer.endpoint(Store)
    def store(self, message):
        self.storage["copy"] = message
        return Stored()

    def copy(self):
        return self.storage.get("copy", Store(0, None))
