"""Leased leader: for a while nobody may depose the leader, and so long it answers reads alone.

Promises: what the epoch leader promises, with reads that cost no message, as long as clocks run at nearly one rate.
Why it is enough: a node that votes for a leader follows no other for GRANT ticks of its own clock. The leader counts
LEASE ticks of its own, from before it asked; LEASE is shorter than GRANT by more than clocks can drift apart. So its
lease ends before any of the grants in its majority do, and as long as it holds there is no other leader whose writes it
might miss. It answers with the newest value that a majority has, not with one that it has only sent out: if it is cut
off now, its successor never hears of that one. (Leases: Gray and Cheriton, 1989; in Paxos: Chandra, Griesemer and
Redstone, 2007.)
What breaks it: a clock that is slow by more than the difference, or that stands still while its node does.
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
GRANT = 70
LEASE = 60


@dataclass
class Renew:
    epoch: tuple[int, int]


@dataclass
class Prepare:
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


class LeasedLeader(Node):
    def on_start(self):
        self.reign = None
        # After a crash it keeps its word, though it has forgotten to whom it gave it.
        self.granted_until = self.local_time + (GRANT if self.incarnation else 0)
        self.leased_until = self.local_time
        if self.id == 1 and self.incarnation == 0:
            yield from self.take_over()

    # The leader

    def process_read_request(self, request):
        if self.leads() and self.local_time < self.leased_until:
            return ClientReadResponse(ResponseType.Success, self.committed.value)
        return None

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
        asked_at = self.local_time
        handler = {Prepare: self.promise, Accept: self.accept, Renew: self.renew}[type(question)]
        votes = [handler(question)]
        votes += yield from self.wait_for_responses(question, lambda vote: vote.yes, self.majority - 1, PATIENCE)
        newest = max(vote.promised for vote in votes)
        self.storage["seen"] = max(newest, self.storage.get("seen", newest))
        votes = [vote for vote in votes if vote.yes]
        if len(votes) < self.majority:
            return []
        if type(question) is not Prepare:
            self.leased_until = max(self.leased_until, asked_at + LEASE)
        return votes

    @WebServer.timer(interval=10)
    def keep_the_lease(self):
        if self.leads() and self.local_time > self.leased_until - PATIENCE:
            yield from self.ask(Renew(self.reign))

    # The next one

    @WebServer.timer(interval=5)
    def watch(self):
        if not self.leads() and self.local_time > self.granted_until + 15 * self.id:
            self.granted_until = self.local_time
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

    @WebServer.endpoint(Renew)
    def renew(self, message):
        return self.grant(message.epoch)

    @WebServer.endpoint(Prepare)
    def promise(self, message):
        yes = message.epoch > self.promised() and self.local_time >= self.granted_until
        if yes:
            self.storage["promised"] = message.epoch
        return Vote(yes, self.promised(), self.state())

    @WebServer.endpoint(Accept)
    def accept(self, message):
        vote = self.grant(message.epoch)
        if vote.yes and message.age > self.state().age:
            self.storage["state"] = message
        return vote

    def grant(self, epoch):
        """Follows a leader, and nobody else for GRANT ticks."""
        yes = epoch >= self.promised()
        if yes:
            self.storage["promised"] = epoch
            self.granted_until = max(self.granted_until, self.local_time + GRANT)
        return Vote(yes, self.promised(), self.state())

    def promised(self):
        return self.storage.get("promised", (0, 0))

    def state(self):
        return self.storage.get("state", Accept((0, 0), 0, None))
