"""A multi-writer atomic register (Attiya, Bar-Noy & Dolev 1995; Lynch & Shvartsman 1997), for the benchmarks."""

from dataclasses import dataclass

from distgame import ClientReadResponse, ClientWriteResponse, Node, ResponseType, WebServer


@dataclass
class Query:
    pass


@dataclass
class Answer:
    tag: tuple
    value: int


@dataclass
class Store:
    tag: tuple
    value: int


class Register(Node):
    def local(self):
        return self.storage.get("x", ((0, 0), None))

    def process_read_request(self, request):
        got = yield from self.wait_for_responses(Query(), lambda a: True, self.majority - 1)
        tag, value = max([(a.tag, a.value) for a in got] + [self.local()], key=lambda p: p[0])
        yield from self.wait_for_responses(Store(tag, value), lambda a: True, self.majority - 1)
        return ClientReadResponse(ResponseType.Success, value)

    def process_write_request(self, request):
        got = yield from self.wait_for_responses(Query(), lambda a: True, self.majority - 1)
        tag = max([a.tag for a in got] + [self.local()[0]])
        tag = (tag[0] + 1, self.id)
        self.store(Store(tag, request.value))
        yield from self.wait_for_responses(Store(tag, request.value), lambda a: True, self.majority - 1)
        return ClientWriteResponse(ResponseType.Success)

    @WebServer.endpoint(Query)
    def answer(self, q):
        return Answer(*self.local())

    @WebServer.endpoint(Store)
    def store(self, m):
        if m.tag > self.local()[0]:
            self.storage["x"] = (m.tag, m.value)
        return "ok"
