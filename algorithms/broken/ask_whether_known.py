"""Broken: a write asks a majority whether anybody knows the request, and writes if nobody does.

Why it is wrong: the question and the write are two steps, and between them the other node that was asked for the same
thing may do its own. One store of it is at one node, unknown to the majority that was asked; a reader who meets that
node sees the value and carries it on, without its name; then another write, and then the second store of the first,
with a higher version: one write, two places in the order. That a request has happened must be agreed upon together
with what it did.
"""

from dataclasses import dataclass

from distgame import ClientReadResponse, ClientWriteResponse, Node, ResponseType, WebServer


@dataclass
class Query:
    name: int


@dataclass
class Answer:
    tag: tuple[int, int]
    value: int
    known: bool


@dataclass
class Store:
    tag: tuple[int, int]
    value: int
    name: int


@dataclass
class Stored:
    pass


class AskWhetherKnown(Node):
    def process_read_request(self, request):
        newest, _ = yield from self.ask_majority(None)
        yield from self.keep_at_majority(Store(newest.tag, newest.value, None))
        return ClientReadResponse(ResponseType.Success, newest.value)

    def process_write_request(self, request):
        newest, known = yield from self.ask_majority(request.id)
        if known:
            yield from self.keep_at_majority(Store(newest.tag, newest.value, None))
        else:
            version, _ = newest.tag
            yield from self.keep_at_majority(Store((version + 1, self.id), request.value, request.id))
        return ClientWriteResponse(ResponseType.Success)

    def ask_majority(self, name):
        query = Query(name)
        answers = yield from self.wait_for_responses(query, None, self.majority - 1)
        answers.append(self.answer(query))
        return max(answers, key=lambda answer: answer.tag), any(answer.known for answer in answers)

    def keep_at_majority(self, copy):
        self.store(copy)
        yield from self.wait_for_responses(copy, None, self.majority - 1)

    @WebServer.endpoint(Query)
    def answer(self, query):
        tag, value = self.storage.get("copy", ((0, 0), None))
        return Answer(tag, value, query.name is not None and query.name in self.storage.get("known", []))

    @WebServer.endpoint(Store)
    def store(self, message):
        self.storage["known"] = [*self.storage.get("known", []), message.name]
        if message.tag > self.storage.get("copy", ((0, 0), None))[0]:
            self.storage["copy"] = message.tag, message.value
        return Stored()
