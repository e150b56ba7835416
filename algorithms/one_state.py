"""One state: all keys stand in one state that is agreed upon as a whole, so a snapshot is one look at it.

Promises: strictly serializable reads, writes, swaps, increments and snapshots of all keys, while a majority can hear
each other.
Why it is enough: every change, whatever key it names, is a change of the whole state, so all changes of all keys stand
in one order, and what a majority has is a moment of it. A snapshot is a read: it takes the newest state that a majority
has, asks whether this node still leads, and then says what it took, all keys of one moment. (What is read together is
one object: Papadimitriou, 1979; Herlihy and Wing, 1990. One order for all commands: Lamport, 1978; Schneider, 1990.)
What breaks it: nothing in what it says; but what is agreed upon together is as quick as one, however many keys there
are. Large stores have one such state for each part of their keys, and a second protocol between the parts.
"""

from dataclasses import dataclass

from distgame import (
    ClientCasResponse,
    ClientIncrementResponse,
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
    epoch: tuple[int, int]
    count: int
    values: dict

    @property
    def age(self):
        return self.epoch, self.count


@dataclass
class Vote:
    yes: bool
    promised: tuple[int, int]
    state: Accept


class OneState(Node):
    def on_start(self):
        self.reign = None
        self.heard = self.local_time
        if self.id == 1 and self.incarnation == 0:
            yield from self.take_over()

    # The leader

    def process_read_request(self, request):
        values = yield from self.look()
        if values is not None:
            return ClientReadResponse(ResponseType.Success, values.get(request.key))

    def process_snapshot_request(self, request):
        values = yield from self.look()
        if values is not None:
            return ClientSnapshotResponse(ResponseType.Success, {key: values.get(key) for key in request.keys})

    def process_write_request(self, request):
        done, _ = yield from self.decide(request.key, lambda value: request.value)
        if done:
            return ClientWriteResponse(ResponseType.Success)

    def process_increment_request(self, request):
        done, ticket = yield from self.decide(request.key, lambda value: (value or 0) + 1)
        if done:
            return ClientIncrementResponse(ResponseType.Success, ticket)

    def process_cas_request(self, request):
        swapped = self.state().values.get(request.key) == request.old
        done, _ = yield from self.decide(request.key, lambda value: request.new if swapped else value)
        if done:
            return ClientCasResponse(ResponseType.Success, swapped)

    def look(self):
        """The newest values of all keys at one moment; None where this node cannot say."""
        if self.leads():
            newest = self.committed
            still_leads = yield from self.ask(Confirm(self.reign))
            if still_leads:
                return newest.values

    def decide(self, key, change):
        """Makes a change to the value of a key; whether a majority has it, and the new value."""
        if not self.leads():
            return False, None
        old = self.state()
        value = change(old.values.get(key))
        new = Accept(self.reign, old.count + 1, {**old.values, key: value})
        has_majority = yield from self.ask(new)
        if has_majority and new.age > self.committed.age:
            self.committed = new
        return bool(has_majority), value

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
            newest = max((vote.state for vote in votes), key=lambda state: state.age)
            first = Accept(epoch, 0, newest.values)
            votes = yield from self.ask(first)
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
        return Vote(yes, self.promised(), self.state())

    @WebServer.endpoint(Confirm)
    def confirm(self, message):
        return Vote(message.epoch == self.promised(), self.promised(), self.state())

    @WebServer.endpoint(Accept)
    def accept(self, message):
        yes = message.epoch >= self.promised()
        if yes:
            self.storage["promised"] = message.epoch
            self.heard = self.local_time
            if message.age > self.state().age:
                self.storage["state"] = message
        return Vote(yes, self.promised(), self.state())

    def promised(self):
        return self.storage.get("promised", (0, 0))

    def state(self):
        return self.storage.get("state", Accept((0, 0), 0, {}))
