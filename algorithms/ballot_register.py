"""Ballot register: a change is agreed upon in two rounds, and what it found and what it left are decided together.

Promises: linearizable reads, writes, swaps and increments at any node, while a majority is up and the contenders do
not disturb each other for ever.
Why it is enough: a node that wants to change something takes a ballot, a number nobody has used, and asks a majority
to promise that they will accept nothing lower. The newest state that they have accepted is the one to change, for a
decided state was accepted by a majority, and two majorities meet. Then it asks them to accept the new state. Whoever
has promised more in the meantime refuses; so if a majority accepts, nobody came in between. If not, it begins again
with a higher ballot. Its first try may yet have been carried on by others, so every command has a name, and the state
says which have happened and how they were answered: a command is tried as often as need be, and happens once.
(Lamport, 1998; as a register of changes: Rystsov, "CASPaxos", 2018.)
What breaks it: contenders who outbid each other; that costs rounds, never a wrong answer.
"""

from dataclasses import dataclass

from distgame import (
    ClientCasResponse,
    ClientIncrementResponse,
    ClientReadResponse,
    ClientWriteResponse,
    Node,
    ResponseType,
    WebServer,
)


@dataclass
class Prepare:
    ballot: tuple[int, int]


@dataclass
class Accept:
    ballot: tuple[int, int]
    value: int | None
    answers: dict  # To the commands that have happened, by their names.


@dataclass
class Vote:
    yes: bool
    promised: tuple[int, int]
    accepted: Accept


class BallotRegister(Node):
    def process_read_request(self, request):
        value = yield from self.decide(lambda value: (value, value))
        return ClientReadResponse(ResponseType.Success, value)

    def process_write_request(self, request):
        yield from self.decide(lambda value: (request.value, None))
        return ClientWriteResponse(ResponseType.Success)

    def process_increment_request(self, request):
        ticket = yield from self.decide(lambda value: ((value or 0) + 1, (value or 0) + 1))
        return ClientIncrementResponse(ResponseType.Success, ticket)

    def process_cas_request(self, request):
        swapped = yield from self.decide(lambda value: (request.new, True) if value == request.old else (value, False))
        return ClientCasResponse(ResponseType.Success, swapped)

    def decide(self, change):
        """Makes a change, which turns a value into a new one and an answer, exactly once; gives the answer."""
        name = None
        while True:
            ballot = self.new_ballot()
            name = name or ballot
            votes = yield from self.ask(Prepare(ballot), self.promise)
            if len(votes) >= self.majority:
                newest = max((vote.accepted for vote in votes), key=lambda accepted: accepted.ballot)
                value, answers = newest.value, newest.answers
                if name in answers:
                    answer = answers[name]
                else:
                    value, answer = change(newest.value)
                    if value != newest.value:
                        answers = {**answers, name: answer}
                votes = yield from self.ask(Accept(ballot, value, answers), self.accept)
                if len(votes) >= self.majority:
                    return answer

    def new_ballot(self):
        """Higher than all that this node has heard of, and no other node's."""
        round, _ = max(self.promised(), self.storage.get("seen", (0, 0)))
        return round + 1, self.id

    def ask(self, question, own_vote):
        """The votes for it: of this node first, then of the others."""
        votes = [own_vote(question)]
        votes += yield from self.wait_for_responses(question, lambda vote: vote.yes, self.majority - 1)
        self.storage["seen"] = max(self.storage.get("seen", (0, 0)), *(vote.promised for vote in votes))
        return [vote for vote in votes if vote.yes]

    @WebServer.endpoint(Prepare)
    def promise(self, message):
        yes = message.ballot > self.promised()
        if yes:
            self.storage["promised"] = message.ballot
        return Vote(yes, self.promised(), self.accepted())

    @WebServer.endpoint(Accept)
    def accept(self, message):
        yes = message.ballot >= self.promised()
        if yes:
            self.storage["promised"] = message.ballot
            self.storage["accepted"] = message
        return Vote(yes, self.promised(), self.accepted())

    def promised(self):
        return self.storage.get("promised", (0, 0))

    def accepted(self):
        return self.storage.get("accepted", Accept((0, 0), None, {}))
