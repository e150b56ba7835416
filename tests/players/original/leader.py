"""The first node leads, tells the gateway so at the first tick of its timer, and sends what it stores to the rest."""

from dataclasses import dataclass

from engine.contracts import ClientReadRequest, ClientReadResponse, ClientWriteRequest, ClientWriteResponse, ResponseType
from engine.contracts import RequestTimeout
from engine.node import Node
from engine.web_server import WebServer


@dataclass
class Replicate:
    value: int


@dataclass
class Heartbeat:
    time: int


class Leader(Node):
    def __init__(self, node_id, timer, is_leader=False):
        super().__init__(node_id, timer, is_leader)
        self.told = False
        self.missed = 0

    @WebServer.timer(interval=10)
    def tell(self):
        if self.is_leader and not self.told:
            self.notify_leadership()
            self.told = True

    @WebServer.timer(interval=40)
    def beat(self):
        if not self.is_leader:
            return
        requests = [self.send_message(node, Heartbeat(self.local_time), timeout=20) for node in self.other_nodes]
        answers = yield from self.wait_all(requests)
        self.missed += sum(isinstance(answer, RequestTimeout) for answer in answers)
        print(f"{self.missed} heartbeats missed")

    @WebServer.endpoint(message_type=Heartbeat)
    def process_heartbeat(self, message):
        return True

    @WebServer.endpoint(message_type=Replicate)
    def process_replicate(self, message):
        self.storage["x"] = message.value
        return "Ack"

    @WebServer.endpoint(message_type=ClientReadRequest)
    def process_read_request(self, request):
        if not self.is_leader:
            return ClientReadResponse(result=ResponseType.Fail, value=None)
        return ClientReadResponse(result=ResponseType.Success, value=self.storage.get("x", "N"))

    @WebServer.endpoint(message_type=ClientWriteRequest)
    def process_write_request(self, request):
        if not self.is_leader:
            return ClientWriteResponse(result=ResponseType.Fail)
        waiting = [self.send_message(node, Replicate(request.value)) for node in self.other_nodes]
        yield from self.wait_any(waiting, min_count=len(waiting) // 2)
        self.storage["x"] = request.value
        return ClientWriteResponse(result=ResponseType.Success)
