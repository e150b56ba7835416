"""One proposer: all changes go through one node, which makes them one after the other.

Promises: linearizable reads, writes, swaps and increments, each at most once, without duels, while that node and a
majority are up.
Why it is enough: agreement is by ballots, as before, so it does not matter for what is right who proposes, or how many
do. It matters for how long it takes: two proposers outbid each other, and one meets nobody. The gateway sends all
requests to one node, and there they stand in a line: the next begins when the one before has ended. (The distinguished
proposer of Paxos: Lamport, 1998.)
What breaks it: the death of the proposer. Nothing wrong is said then, and nothing else either.
"""

from dataclasses import dataclass
from itertools import count

from distgame import (
    ClientCasResponse,
    ClientIncrementResponse,
    ClientReadResponse,
    ClientWriteResponse,
    Node,
    ResponseType,
    WebServer,
)

PATIENCE = 25
BACK_OFF = 20


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


class OneProposer(Node):
    def on_start(self):
        self.line = []
        if self.id == 1:
            self.notify_leadership()

    def process_read_request(self, request):
        value = yield from self.decide(request.id, lambda value: (value, value))
        return ClientReadResponse(ResponseType.Success, value)

    def process_write_request(self, request):
        yield from self.decide(request.id, lambda value: (request.value, None))
        return ClientWriteResponse(ResponseType.Success)

    def process_increment_request(self, request):
        ticket = yield from self.decide(request.id, lambda value: ((value or 0) + 1, (value or 0) + 1))
        return ClientIncrementResponse(ResponseType.Success, ticket)

    def process_cas_request(self, request):
        def swap(value):
            return (request.new, True) if value == request.old else (value, False)

        swapped = yield from self.decide(request.id, swap)
        return ClientCasResponse(ResponseType.Success, swapped)

    def decide(self, name, change):
        """Waits until it is this command's turn, and makes the change; gives the answer."""
        self.line.append(name)
        while self.line[0] != name:
            yield from self.sleep(1)
        answer = yield from self.agree(name, change)
        self.line.pop(0)
        return answer

    def agree(self, name, change):
        """Makes a change, which turns a value into a new one and an answer, exactly once; gives the answer."""
        for tries in count(1):
            ballot = self.new_ballot()
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
            yield from self.sleep(self.random.randint(1, tries * BACK_OFF))

    def new_ballot(self):
        """Higher than all that this node has heard of, and no other node's."""
        round, _ = max(self.promised(), self.storage.get("seen", (0, 0)))
        return round + 1, self.id

    def ask(self, question, own_vote):
        """The votes for it; waits until a majority has said yes, or somebody no."""
        votes = [own_vote(question)]
        requests = [self.send_message(node, question) for node in self.other_nodes]
        while all(vote.yes for vote in votes) and len(votes) < self.majority:
            answers = yield from self.wait_any(requests, len(votes), timeout=PATIENCE)
            if len(votes) == len(votes := [votes[0], *filter(None, answers)]):
                break
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
