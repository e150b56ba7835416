"""Phantom commit: a primary with succession that keeps a new value before the others have it.

Broken because it reads out what nobody else knows yet. If it dies now, the value dies with it, and the successor, who
never heard of it, gives the old one to those who have seen the new.
"""

from dataclasses import dataclass

from distgame import ClientReadResponse, ClientWriteResponse, Node, ResponseType, WebServer

PATIENCE = 5


@dataclass
class Store:
    value: int


@dataclass
class Stored:
    pass


class PhantomCommit(Node):
    def on_start(self):
        self.role = "backup"
        if self.is_leader:
            self.role = "primary"
            self.notify_leadership()

    def first(self):
        return min({self.id, *self.other_nodes} - set(self.suspects))

    @WebServer.timer(interval=PATIENCE)
    def succeed(self):
        if self.role == "backup" and self.first() == self.id:
            self.role = "successor"
            yield from self.bring_to_all(self.storage.get("value"))
            self.role = "primary"
            self.notify_leadership()

    def process_read_request(self, request):
        if self.first() != self.id:
            return (yield from self.send_message(self.first(), request).wait())
        while self.role != "primary":
            yield from self.sleep(PATIENCE)
        return ClientReadResponse(ResponseType.Success, self.storage.get("value"))

    def process_write_request(self, request):
        if self.first() != self.id:
            return (yield from self.send_message(self.first(), request).wait())
        while self.role != "primary":
            yield from self.sleep(PATIENCE)
        self.storage["value"] = request.value
        yield from self.bring_to_all(request.value)
        return ClientWriteResponse(ResponseType.Success)

    def bring_to_all(self, value):
        """Waits until each of the others has the value or is dead."""
        requests = [self.send_message(node, Store(value)) for node in self.other_nodes if node not in self.suspects]
        waiting = True
        while waiting:
            answers = yield from self.wait_any(requests, len(requests), timeout=PATIENCE)
            silent = {request.receiver_id for request, answer in zip(requests, answers, strict=True) if answer is None}
            waiting = silent - set(self.suspects)

    @WebServer.endpoint(Store)
    def store(self, message):
        self.storage["value"] = message.value
        return Stored()
