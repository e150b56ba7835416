"""Broken: ballots without names. A try that was outvoted is made again, and does not know whether it has happened.

Why it is wrong: a refused proposal is not a dead one. Whoever has accepted it shows it to the next proposer, who takes
it for the newest state and carries it on. Then the change has happened, and happens once more when its own node tries
again: the counter jumps by two, and a ticket is given to nobody.
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


@dataclass
class Vote:
    yes: bool
    promised: tuple[int, int]
    accepted: Accept


class NamelessBallots(Node):
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
        """Makes a change, which turns a value into a new one and an answer; gives the answer."""
        while True:
            ballot = self.new_ballot()
            votes = yield from self.ask(Prepare(ballot), self.promise)
            if len(votes) >= self.majority:
                newest = max((vote.accepted for vote in votes), key=lambda accepted: accepted.ballot)
                value, answer = change(newest.value)
                votes = yield from self.ask(Accept(ballot, value), self.accept)
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
        return self.storage.get("accepted", Accept((0, 0), None))
