"""Version without id: ABD with many writers, in which a version is a bare number.

Broken because two writers that ask at the same time are told the same number, and both take the next one. Two values
then go by one version; each node keeps the one that came first, and no comparison will ever bring them together.
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


class VersionWithoutId(Node):
    def process_read_request(self, request):
        newest = yield from self.newest_of_majority()
        yield from self.keep_at_majority(newest)
        return ClientReadResponse(ResponseType.Success, newest.value)

    def process_write_request(self, request):
        newest = yield from self.newest_of_majority()
        yield from self.keep_at_majority(Store(newest.version + 1, request.value))
        return ClientWriteResponse(ResponseType.Success)

    def newest_of_majority(self):
        answers = yield from self.wait_for_responses(Query(), None, self.majority - 1)
        return max([self.copy(), *answers], key=lambda copy: copy.version)

    def keep_at_majority(self, copy):
        self.store(copy)
        yield from self.wait_for_responses(copy, None, self.majority - 1)

    @WebServer.endpoint(Query)
    def answer(self, query):
        return self.copy()

    @WebServer.endpoint(Store)
    def store(self, message):
        if message.version > self.copy().version:
            self.storage["copy"] = message
        return Stored()

    def copy(self):
        return self.storage.get("copy", Store(0, None))
