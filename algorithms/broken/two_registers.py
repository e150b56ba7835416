"""Broken: a register for each key, each of them right, and a snapshot that reads the one and then the other.

Why it is wrong: what is linearizable key by key is not a snapshot. Between the two reads somebody may write both keys,
one after the other, and then the snapshot has the new value of the one it reads last and the old value of the one it
reads first, which never were there together. Each read by itself is right, and no checker of single keys objects.
"""

from dataclasses import dataclass

from distgame import (
    ClientReadResponse,
    ClientSnapshotResponse,
    ClientWriteResponse,
    Node,
    ResponseType,
    WebServer,
)

PATIENCE = 15
TRIES = 4
SILENCE = 40


@dataclass
class Alive:
    epoch: tuple[int, int]


@dataclass
class Prepare:
    epoch: tuple[int, int]


@dataclass
class Confirm:
    epoch: tuple[int, int]


@dataclass
class Accept:
    key: str
    epoch: tuple[int, int]
    count: int
    value: int | None

    @property
    def age(self):
        return self.epoch, self.count


@dataclass
class Vote:
    yes: bool
    promised: tuple[int, int]
    states: dict


NOTHING = Accept(None, (0, 0), 0, None)


class TwoRegisters(Node):
    def on_start(self):
        self.reign = None
        self.heard = self.local_time
        if self.id == 1 and self.incarnation == 0:
            yield from self.take_over()

    # The leader

    def process_read_request(self, request):
        done, value = yield from self.read(request.key)
        if done:
            return ClientReadResponse(ResponseType.Success, value)

    def process_snapshot_request(self, request):
        values = {}
        for key in request.keys:
            done, values[key] = yield from self.read(key)
            if not done:
                return None
        return ClientSnapshotResponse(ResponseType.Success, values)

    def process_write_request(self, request):
        done = yield from self.write(request.key, request.value)
        if done:
            return ClientWriteResponse(ResponseType.Success)

    def read(self, key):
        if not self.leads():
            return False, None
        newest = self.committed.get(key, NOTHING)
        still_leads = yield from self.ask(Confirm(self.reign))
        return bool(still_leads), newest.value

    def write(self, key, value):
        if not self.leads():
            return False
        old = self.states().get(key, NOTHING)
        new = Accept(key, self.reign, old.count + 1, value)
        has_majority = yield from self.ask(new)
        if has_majority and new.age > self.committed.get(key, NOTHING).age:
            self.committed[key] = new
        return bool(has_majority)

    def leads(self):
        """Nobody leads who has promised another one to follow."""
        return self.promised() == self.reign

    def ask(self, question):
        """The votes for it, this node's too; asks the silent again. An empty list where they are no majority."""
        handler = {Prepare: self.promise, Accept: self.accept, Confirm: self.confirm}[type(question)]
        votes, requests = {self.id: handler(question)}, []
        for _ in range(TRIES):
            requests += [self.send_message(node, question) for node in self.other_nodes if node not in votes]
            missing = self.majority - len(votes)
            answers = yield from self.wait_any(requests, missing, timeout=PATIENCE)
            found = zip(requests, answers, strict=True)
            votes |= {request.receiver_id: vote for request, vote in found if vote is not None}
            requests = [request for request in requests if request.receiver_id not in votes]
            newest = max(vote.promised for vote in votes.values())
            self.storage["seen"] = max(newest, self.storage.get("seen", newest))
            if len(votes) >= self.majority:
                break
        yes = [vote for vote in votes.values() if vote.yes]
        return yes if len(yes) >= self.majority else []

    @WebServer.timer(interval=15)
    def say_alive(self):
        if self.leads():
            for node in self.other_nodes:
                self.send_message(node, Alive(self.reign))

    # The next one

    @WebServer.timer(interval=5)
    def watch(self):
        if not self.leads() and self.local_time - self.heard > SILENCE + 15 * self.id:
            self.heard = self.local_time
            yield from self.take_over()

    def take_over(self):
        number, _ = max(self.promised(), self.storage.get("seen", (0, 0)))
        epoch = (number + 1, self.id)
        votes = yield from self.ask(Prepare(epoch))
        if votes:
            keys = sorted({key for vote in votes for key in vote.states})
            states = [
                max((vote.states.get(key, NOTHING) for vote in votes), key=lambda state: state.age) for key in keys
            ]
            first = {state.key: Accept(state.key, epoch, 0, state.value) for state in states}
            for each in first.values():
                votes = votes and (yield from self.ask(each))
        if votes:
            self.reign, self.committed = epoch, first
        if self.leads():
            self.notify_leadership()

    # Everybody

    @WebServer.endpoint(Alive)
    def hear(self, message):
        if message.epoch >= self.promised():
            self.heard = self.local_time

    @WebServer.endpoint(Prepare)
    def promise(self, message):
        yes = message.epoch >= self.promised()
        if yes:
            self.storage["promised"] = message.epoch
            self.heard = self.local_time
        return Vote(yes, self.promised(), self.states())

    @WebServer.endpoint(Confirm)
    def confirm(self, message):
        return Vote(message.epoch == self.promised(), self.promised(), self.states())

    @WebServer.endpoint(Accept)
    def accept(self, message):
        yes = message.epoch >= self.promised()
        if yes:
            self.storage["promised"] = message.epoch
            self.heard = self.local_time
            if message.age > self.states().get(message.key, NOTHING).age:
                self.storage["states"] = {**self.states(), message.key: message}
        return Vote(yes, self.promised(), self.states())

    def promised(self):
        return self.storage.get("promised", (0, 0))

    def states(self):
        return self.storage.get("states", {})
