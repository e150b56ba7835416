"""Primary and backups with succession: the first of the living serves, and says nothing that the others lack.

Promises: a linearizable register for one writer, as long as one node is up, where deaths are announced without a
mistake, and not before the last letters of the dead have arrived.
Why it is enough: a write counts when all living backups have it, so whoever succeeds has every finished write. The
primary itself keeps the new value last: what it reads out, all have. It does one write after the other, also where a
client has given one up, so that none comes back over a later one. The successor first brings the others to what it has,
since the last letter of the dead may have reached it alone. (Alsberg and Day, 1976; fail-stop: Schlichting and
Schneider, 1983.)
What breaks it: a detector that is mistaken, for then there are two primaries; and a backup that neither answers nor
dies.
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


class PrimaryBackup(Node):
    def on_start(self):
        self.role = "backup"
        self.is_writing = False
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
        while self.role != "primary" or self.is_writing:
            yield from self.sleep(PATIENCE)
        self.is_writing = True
        yield from self.bring_to_all(request.value)
        self.storage["value"] = request.value
        self.is_writing = False
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
