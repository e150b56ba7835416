"""Every node keeps the value for itself and asks nobody: right with one node, wrong with two."""

from engine.contracts import (
    ClientReadRequest,
    ClientReadResponse,
    ClientWriteRequest,
    ClientWriteResponse,
    ResponseType,
)
from engine.node import Node
from engine.web_server import WebServer


class LocalVariable(Node):
    @WebServer.endpoint(message_type=ClientReadRequest)
    def process_read_request(self, request: ClientReadRequest):
        value = self.storage.get("x", None)
        print(f"node {self.id} reads {value}")
        return ClientReadResponse(result=ResponseType.Success, value=value if value is not None else "N")

    @WebServer.endpoint(message_type=ClientWriteRequest)
    def process_write_request(self, request: ClientWriteRequest):
        self.storage["x"] = request.value
        return ClientWriteResponse(result=ResponseType.Success)
