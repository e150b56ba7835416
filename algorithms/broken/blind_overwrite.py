"""Blind overwrite: a majority with versions, in which a copy believes the mail that came last.

Right while mail arrives in the order it was sent. Broken when it does not: a late or doubled store of an old version
replaces a newer one, and a majority that once held the last finished write holds it no longer.
"""

from dataclasses import dataclass

from distgame import ClientReadResponse, ClientWriteResponse, Node, ResponseType, WebServer


@dataclass
class Query:
    pass


@dataclass
class Store:
    version: int
    value: int


@dataclass
class Stored:
    pass


class BlindOverwrite(Node):
    def process_read_request(self, request):
        answers = yield from self.wait_for_responses(Query(), None, self.majority - 1)
        newest = max([self.copy(), *answers], key=lambda copy: copy.version)
        return ClientReadResponse(ResponseType.Success, newest.value)

    def process_write_request(self, request):
        new = Store(self.copy().version + 1, request.value)
        self.store(new)
        yield from self.wait_for_responses(new, None, self.majority - 1)
        return ClientWriteResponse(ResponseType.Success)

    @WebServer.endpoint(Query)
    def answer(self, query):
        return self.copy()

    @WebServer.endpoint(Store)
    def store(self, message):
        self.storage["copy"] = message
        return Stored()

    def copy(self):
        return self.storage.get("copy", Store(0, None))
