"""Timers spread the value that a node knows: messages are tuples and texts, and nobody waits for an answer."""

import random

import engine.contracts
from engine.node import Node
from engine.web_server import WebServer


class Rumours(Node):
    @WebServer.timer(interval=7)
    def spread(self):
        if "x" in self.storage:
            self.send_message(random.choice(self.other_nodes), self.storage["x"])

    @WebServer.endpoint(message_type=tuple)
    def hear(self, rumour):
        self.storage["x"] = max(rumour, self.storage.get("x", rumour))

    @WebServer.endpoint(message_type=engine.contracts.ClientReadRequest)
    def process_read_request(self, request):
        return engine.contracts.ClientReadResponse(
            result=engine.contracts.ResponseType.Success, value=self.storage.get("x", (0, 0, "N"))[2]
        )

    @WebServer.endpoint(message_type=engine.contracts.ClientWriteRequest)
    def process_write_request(self, request):
        count = self.storage.get("x", (0, 0, "N"))[0] + 1
        self.storage["x"] = (count, self.id, request.value)
        return engine.contracts.ClientWriteResponse(result=engine.contracts.ResponseType.Success)
