"""Primary: one node serves every request and keeps the others in step with it.

Promises: a linearizable register for any number of clients, as long as the primary is up.
Why it is enough: reads and writes meet in one node, so there is one order and all clients see it. The backups are
never read; they are there for the day the primary is not. (Alsberg and Day, 1976.)
What breaks it: a primary that dies, for nobody takes its place; and a backup that does not answer.
"""

from dataclasses import dataclass

from distgame import ClientReadResponse, ClientWriteResponse, Node, ResponseType, WebServer


@dataclass
class Store:
    value: int


@dataclass
class Stored:
    pass


class Primary(Node):
    def on_start(self):
        if self.is_leader:
            self.notify_leadership()

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
