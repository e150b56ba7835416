"""Fixed majority: ABD with many writers that asks the same two neighbours every time.

Promises: a linearizable register at half the price, as long as the nodes that were chosen are up.
Why it is enough: ABD needs the answers of a majority and not questions to everybody; two nodes and oneself are three of
five. Any two majorities share a node, also two that were chosen beforehand. (Quorums chosen before the question:
Thomas, 1979; Gifford, 1979.)
What breaks it: the end of one of the chosen, although a majority is up.
"""

from dataclasses import dataclass

from distgame import ClientReadResponse, ClientWriteResponse, Node, ResponseType, WebServer


@dataclass
class Query:
    pass


@dataclass
class Store:
    tag: tuple[int, int]
    value: int


@dataclass
class Stored:
    pass


class FixedMajority(Node):
    def process_read_request(self, request):
        newest = yield from self.newest_of_majority()
        yield from self.keep_at_majority(newest)
        return ClientReadResponse(ResponseType.Success, newest.value)

    def process_write_request(self, request):
        newest = yield from self.newest_of_majority()
        version, _ = newest.tag
        yield from self.keep_at_majority(Store((version + 1, self.id), request.value))
        return ClientWriteResponse(ResponseType.Success)

    def newest_of_majority(self):
        answers = yield from self.ask_majority(Query())
        return max([self.copy(), *answers], key=lambda copy: copy.tag)

    def keep_at_majority(self, copy):
        self.store(copy)
        yield from self.ask_majority(copy)

    def ask_majority(self, question):
        chosen = self.other_nodes[: self.majority - 1]
        return (yield from self.wait_all([self.send_message(node, question) for node in chosen]))

    @WebServer.endpoint(Query)
    def answer(self, query):
        return self.copy()

    @WebServer.endpoint(Store)
    def store(self, message):
        if message.tag > self.copy().tag:
            self.storage["copy"] = message
        return Stored()

    def copy(self):
        return self.storage.get("copy", Store((0, 0), None))
