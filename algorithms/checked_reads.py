"""Checked reads: before it answers, the leader asks a majority whether it still leads.

Promises: linearizable reads, writes and increments while a majority is up, whatever clocks do; nothing is measured in
ticks but patience.
Why it is enough: the leader notes the newest value that a majority has, and then asks. If a majority still follows it,
nobody else has led up to that moment, and no write that was finished before the read can have gone past it. What is
asked about is the reign and not the value, so one round may serve all reads that wait for it. (The read index of Raft:
Ongaro, 2014; the idea that a read needs its quorum: Oki and Liskov, 1988.)
What breaks it: nothing that this game has; it costs a round for each read, and a leader that is cut off answers nobody.
"""

from dataclasses import dataclass

from distgame import (
    ClientIncrementResponse,
    ClientReadResponse,
    ClientWriteResponse,
    Node,
    ResponseType,
    WebServer,
)

PATIENCE = 30
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
    value: int | None

    @property
    def age(self):
        return self.epoch, self.count


@dataclass
class Vote:
    yes: bool
    promised: tuple[int, int]
    state: Accept


class CheckedReads(Node):
    def on_start(self):
        self.reign = None
        self.heard = self.local_time
        if self.id == 1 and self.incarnation == 0:
            yield from self.take_over()

    # The leader

    def process_read_request(self, request):
        if not self.leads():
            return ClientReadResponse(ResponseType.Fail)
        newest = self.committed
        still_leads = yield from self.ask(Confirm(self.reign))
        if not still_leads:
            return ClientReadResponse(ResponseType.Fail)
        return ClientReadResponse(ResponseType.Success, newest.value)

    def process_write_request(self, request):
        done, _ = yield from self.decide(lambda value: request.value)
        return ClientWriteResponse(done)

    def process_increment_request(self, request):
        done, ticket = yield from self.decide(lambda value: (value or 0) + 1)
        return ClientIncrementResponse(done, ticket)

    def decide(self, change):
        """Makes a change to the value; whether a majority has it, and the new value."""
        if not self.leads():
            return ResponseType.Fail, None
        old = self.state()
        new = Accept(self.reign, old.count + 1, change(old.value))
        has_majority = yield from self.ask(new)
        if has_majority and new.age > self.committed.age:
            self.committed = new
        return ResponseType.Success if has_majority else ResponseType.Fail, new.value

    def leads(self):
        """Nobody leads who has promised another one to follow."""
        return self.promised() == self.reign

    def ask(self, question):
        """The votes for it, this node's first; an empty list where they are no majority."""
        handler = {Prepare: self.promise, Accept: self.accept, Confirm: self.confirm}[type(question)]
        votes = [handler(question)]
        votes += yield from self.wait_for_responses(question, lambda vote: vote.yes, self.majority - 1, PATIENCE)
        newest = max(vote.promised for vote in votes)
        self.storage["seen"] = max(newest, self.storage.get("seen", newest))
        votes = [vote for vote in votes if vote.yes]
        return votes if len(votes) >= self.majority else []

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
            first = Accept(epoch, 0, newest.value)
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
        yes = message.epoch > self.promised()
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
        return self.storage.get("state", Accept((0, 0), 0, None))
