"""Two kings: a leader with a majority behind it, and a successor by timeout, without epochs.

Why it fails: silence is not death. The old king was asleep, wakes up, and goes on from the state that he remembers; his
people say "stored" to him as they do to the new one, for nobody has told them to stop.
"""

from dataclasses import dataclass

from distgame import ClientIncrementResponse, ClientReadResponse, ClientWriteResponse, Node, ResponseType, WebServer

PATIENCE = 30
SILENCE = 40


@dataclass
class Alive:
    pass


@dataclass
class Query:
    pass


@dataclass
class Store:
    version: int
    value: int | None


@dataclass
class Stored:
    pass


class TwoKings(Node):
    def on_start(self):
        self.leads = self.id == 1
        self.heard = self.local_time

    def process_read_request(self, request):
        done, value = yield from self.decide(lambda value: value)
        return ClientReadResponse(done, value)

    def process_write_request(self, request):
        done, _ = yield from self.decide(lambda value: request.value)
        return ClientWriteResponse(done)

    def process_increment_request(self, request):
        done, ticket = yield from self.decide(lambda value: (value or 0) + 1)
        return ClientIncrementResponse(done, ticket)

    def decide(self, change):
        if not self.leads:
            return ResponseType.Fail, None
        new = Store(self.state().version + 1, change(self.state().value))
        self.store(new)
        answers = yield from self.wait_for_responses(new, None, self.majority - 1, PATIENCE)
        return ResponseType.Success if len(answers) >= self.majority - 1 else ResponseType.Fail, new.value

    @WebServer.timer(interval=15)
    def say_alive(self):
        if self.leads:
            self.notify_leadership()
            for node in self.other_nodes:
                self.send_message(node, Alive())

    @WebServer.timer(interval=5)
    def watch(self):
        if not self.leads and self.local_time - self.heard > SILENCE + 15 * self.id:
            self.heard = self.local_time
            answers = yield from self.wait_for_responses(Query(), None, self.majority - 1, PATIENCE)
            if len(answers) >= self.majority - 1:
                self.store(max(answers, key=lambda state: state.version))
                self.leads = True
                self.notify_leadership()

    @WebServer.endpoint(Alive)
    def hear(self, message):
        self.heard = self.local_time

    @WebServer.endpoint(Query)
    def answer(self, query):
        self.heard = self.local_time
        return self.state()

    @WebServer.endpoint(Store)
    def store(self, message):
        self.heard = self.local_time
        if message.version > self.state().version:
            self.storage["state"] = message
        return Stored()

    def state(self):
        return self.storage.get("state", Store(0, None))
