"""One node holds the only copy; the others pass the clients' own requests on to it."""

from engine.contracts import ClientReadRequest, ClientReadResponse, ClientWriteRequest, ClientWriteResponse, ResponseType
from engine.node import Node
from engine.web_server import WebServer


class SingleCopy(Node):
    @property
    def keeper(self):
        return min(self.other_nodes + [self.id])

    @WebServer.endpoint(message_type=ClientReadRequest)
    def process_read_request(self, request):
        if self.id != self.keeper:
            answer = yield from self.send_message(self.keeper, request).wait()
            return answer
        return ClientReadResponse(result=ResponseType.Success, value=self.storage.get("x", "N"))

    @WebServer.endpoint(message_type=ClientWriteRequest)
    def process_write_request(self, request):
        if self.id != self.keeper:
            waiting = self.send_message(self.keeper, request).wait()
            answer = yield from waiting
            return answer
        self.storage["x"] = request.value
        return ClientWriteResponse(result=ResponseType.Success)
