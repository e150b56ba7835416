"""A write goes to every node and waits for all of them; a read asks nobody."""

from dataclasses import dataclass

from engine.contracts import ClientReadRequest, ClientReadResponse, ClientWriteRequest, ClientWriteResponse, ResponseType
from engine.node import Node
from engine.web_server import WebServer


@dataclass
class Store:
    value: int


class WriteAllReadLocal(Node):
    @WebServer.endpoint(message_type=Store)
    def process_store(self, message: Store):
        self.storage["x"] = message.value
        return "Ack"

    @WebServer.endpoint(message_type=ClientReadRequest)
    def process_read_request(self, request: ClientReadRequest):
        value = self.storage.get("x", None)
        return ClientReadResponse(result=ResponseType.Success, value=value if value is not None else "N")

    @WebServer.endpoint(message_type=ClientWriteRequest)
    def process_write_request(self, request: ClientWriteRequest):
        self.storage["x"] = request.value
        waiting = [self.send_message(node, Store(request.value)) for node in self.other_nodes]
        acks = yield from self.wait_all(waiting)
        assert acks == ["Ack"] * len(self.other_nodes)
        return ClientWriteResponse(result=ResponseType.Success)
