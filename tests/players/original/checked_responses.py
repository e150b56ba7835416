"""The versioned majority again, with wait_for_responses, its check and its timeout."""

from dataclasses import dataclass
from operator import attrgetter

from engine.contracts import ClientReadRequest, ClientReadResponse, ClientWriteRequest, ClientWriteResponse, ResponseType
from engine.node import Node
from engine.web_server import WebServer


@dataclass
class Ask:
    pass


@dataclass
class Known:
    value: int
    version: int


@dataclass
class Store:
    value: int
    version: int


class CheckedResponses(Node):
    @WebServer.endpoint(Ask)
    def process_ask(self, message):
        return Known(*self.storage.get("x", ("N", 0)))

    @WebServer.endpoint(Store)
    def process_store(self, message):
        if message.version > self.storage.get("x", ("N", 0))[1]:
            self.storage["x"] = (message.value, message.version)
        return "Ack"

    @WebServer.endpoint(ClientReadRequest)
    def process_read_request(self, request):
        responses = yield from self.wait_for_responses(
            request=Ask(),
            check_response=lambda x: isinstance(x, Known),
            count=len(self.other_nodes) // 2,
            timeout=60,
        )
        if len(responses) < len(self.other_nodes) // 2:
            return ClientReadResponse(result=ResponseType.Fail, value=None)
        responses.append(Known(*self.storage.get("x", ("N", 0))))
        return ClientReadResponse(ResponseType.Success, max(responses, key=attrgetter("version")).value)

    @WebServer.endpoint(ClientWriteRequest)
    def process_write_request(self, request):
        known = yield from self.wait_for_responses(Ask(), lambda x: isinstance(x, Known), len(self.other_nodes) // 2)
        version = max([each.version for each in known] + [self.storage.get("x", ("N", 0))[1]]) + 1
        self.storage["x"] = (request.value, version)
        acks = yield from self.wait_for_responses(
            Store(request.value, version), lambda x: x == "Ack", len(self.other_nodes) // 2
        )
        return ClientWriteResponse(ResponseType.Success if acks else ResponseType.Fail)
