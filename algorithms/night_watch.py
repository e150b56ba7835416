"""Night watch: epochs, names, one state, and a disk that is written before anything is said.

Promises: strictly serializable reads, writes, swaps, increments and snapshots of all keys, each change at most once,
whatever letters are lost, late or doubled, whoever sleeps, whichever clock is bent, and if all the lights go out at
once; and an answer, as long as a majority is up and can hear each other.
Why it is enough: it is nothing new. A leader has the promise of a majority that no older one is listened to (epochs).
It asks a majority before each answer, reads too, and asks the silent again. A vote is given when what it says is on the
disk, and not before. What has happened to a command stands in the state under the command's name, so that a second copy
of it finds the answer. All keys are one state. (Oki and Liskov, 1988; Lamport, 1998; Ongaro and Ousterhout, 2014.)
What breaks it: disks that burn, which it takes for empty ones; the loss of a majority, which makes it silent; and an
hour glass, for its state forgets no name.
"""

from dataclasses import dataclass

from distgame import (
    ClientCasResponse,
    ClientIncrementResponse,
    ClientReadResponse,
    ClientSnapshotResponse,
    ClientWriteResponse,
    Node,
    RequestTimeout,
    ResponseType,
    WebServer,
)

PATIENCE = 22
TRIES = 3
SILENCE = 45


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
    answers: dict  # To the commands that have happened, by their names.

    @property
    def age(self):
        return self.epoch, self.count


@dataclass
class Vote:
    yes: bool
    promised: tuple[int, int]
    state: Accept


class NightWatch(Node):
    def on_start(self):
        self.reign = None
        self.heard = self.local_time - (SILENCE if self.incarnation else 0)
        if self.id == 1 and self.incarnation == 0:
            yield from self.take_over()

    # The leader

    def process_read_request(self, request):
        if not self.leads():
            return (yield from self.pass_on(request))
        values = yield from self.look()
        return None if values is None else ClientReadResponse(ResponseType.Success, values.get(request.key))

    def process_snapshot_request(self, request):
        if not self.leads():
            return (yield from self.pass_on(request))
        values = yield from self.look()
        if values is not None:
            return ClientSnapshotResponse(ResponseType.Success, {key: values.get(key) for key in request.keys})

    def process_write_request(self, request):
        def write(value):
            return request.value, ClientWriteResponse(ResponseType.Success)

        return (yield from self.decide(request, write))

    def process_increment_request(self, request):
        def count_up(value):
            ticket = (value or 0) + 1
            return ticket, ClientIncrementResponse(ResponseType.Success, ticket)

        return (yield from self.decide(request, count_up))

    def process_cas_request(self, request):
        def swap(value):
            swapped = value == request.old
            return request.new if swapped else value, ClientCasResponse(ResponseType.Success, swapped)

        return (yield from self.decide(request, swap))

    def pass_on(self, request):
        """Asks the leader, as far as this node knows who it is; its answer is the answer."""
        _, leader = self.promised()
        if leader in self.other_nodes:
            answer = yield from self.send_message(leader, request, timeout=3 * PATIENCE).wait()
            return None if isinstance(answer, RequestTimeout) else answer

    def look(self):
        """The newest values of all keys at one moment; None where this node leads no more."""
        newest = self.committed
        still_leads = yield from self.ask(Confirm(self.reign))
        return newest.values if still_leads else None

    def decide(self, request, change):
        """Makes the change that a request asks for, once, and gives the answer when a majority has both."""
        if not self.leads():
            return (yield from self.pass_on(request))
        old = self.state()
        values, answers = old.values, old.answers
        if request.id not in answers:
            value, answer = change(values.get(request.key))
            values, answers = {**values, request.key: value}, {**answers, request.id: answer}
        new = Accept(self.reign, old.count + 1, values, answers)
        has_majority = yield from self.ask(new)
        if has_majority and new.age > self.committed.age:
            self.committed = new
        return answers[request.id] if has_majority else None

    def leads(self):
        """Nobody leads who has promised another one to follow."""
        return self.promised() == self.reign

    def ask(self, question):
        """The votes for it, this node's too; asks the silent again. An empty list where they are no majority."""
        handler = {Prepare: self.promise, Accept: self.accept, Confirm: self.confirm}[type(question)]
        votes, requests = {}, [self.send_message(node, question) for node in self.other_nodes]
        votes[self.id] = yield from handler(question)
        for _ in range(TRIES):
            answers = yield from self.wait_any(requests, self.majority - len(votes), timeout=PATIENCE)
            found = zip(requests, answers, strict=True)
            votes |= {request.receiver_id: vote for request, vote in found if vote is not None}
            newest = max(vote.promised for vote in votes.values())
            self.storage["seen"] = max(newest, self.storage.get("seen", newest))
            if len(votes) >= self.majority:
                break
            requests = [request for request in requests if request.receiver_id not in votes]
            requests += [self.send_message(node, question) for node in self.other_nodes if node not in votes]
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
            first = Accept(epoch, 0, newest.values, newest.answers)
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
        return (yield from self.vote(yes))

    @WebServer.endpoint(Accept)
    def accept(self, message):
        yes = message.epoch >= self.promised()
        if yes:
            self.storage["promised"] = message.epoch
            self.heard = self.local_time
            if message.age > self.state().age:
                self.storage["state"] = message
        return (yield from self.vote(yes))

    @WebServer.endpoint(Confirm)
    def confirm(self, message):
        return (yield from self.vote(message.epoch == self.promised()))

    def vote(self, yes):
        """A vote on what is known now, given when it is on the disk."""
        vote = Vote(yes, self.promised(), self.state())
        yield from self.sync()
        return vote

    def promised(self):
        return self.storage.get("promised", (0, 0))

    def state(self):
        return self.storage.get("state", Accept((0, 0), 0, {}, {}))
