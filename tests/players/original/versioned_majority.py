"""Versions from a majority, written to a majority; the answers that have not come are None and are left out."""

from dataclasses import dataclass
from operator import attrgetter

from engine.contracts import ClientReadRequest, ClientReadResponse, ClientWriteRequest, ClientWriteResponse, ResponseType
from engine.node import Node
from engine.web_server import WebServer


class AskVersion:
    pass


@dataclass
class Version:
    value: int
    version: int


@dataclass
class Store:
    value: int
    version: int


class VersionedMajority(Node):
    @property
    def quorum(self):
        return len(self.other_nodes) // 2

    @WebServer.endpoint(message_type=AskVersion)
    def process_ask_version(self, message):
        return self.mine()

    @WebServer.endpoint(message_type=Store)
    def process_store(self, message, sender_id):
        assert sender_id in self.other_nodes
        if message.version > self.mine().version:
            self.storage["x"] = (message.value, message.version)
        return "Ack"

    @WebServer.endpoint(message_type=ClientReadRequest)
    def process_read_request(self, request):
        newest = yield from self.newest()
        return ClientReadResponse(result=ResponseType.Success, value=newest.value)

    @WebServer.endpoint(message_type=ClientWriteRequest)
    def process_write_request(self, request):
        newest = yield from self.newest()
        store = Store(value=request.value, version=newest.version + 1)
        self.storage["x"] = (store.value, store.version)
        waiting = []
        for node in self.other_nodes:
            waiting.append(self.send_message(node, store))
        yield from self.wait_any(waiting, min_count=self.quorum)
        return ClientWriteResponse(result=ResponseType.Success)

    def newest(self):
        waiting = [self.send_message(node, AskVersion()) for node in self.other_nodes]
        responses = yield from self.wait_any(waiting, min_count=self.quorum)
        responses = [r for r in responses if r is not None]
        responses.append(self.mine())
        return max(responses, key=attrgetter("version"))

    def mine(self):
        value, version = self.storage.get("x", ("N", 0))
        return Version(value=value, version=version)
