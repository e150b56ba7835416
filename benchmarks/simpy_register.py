"""The versioned majority register written for SimPy, as the reference that the engine's speed is compared with.

The same world: 5 nodes, 2 clients, delays of 1 to 6 ticks between nodes and 0 or 1 at the gateway, 16 messages an
operation. It is written in SimPy's own idioms: a link is a process that waits and puts the message into the
receiver's Store, a node is a process that takes from it, a handler that waits is a process, an answer is an event.
What SimPy is spared: messages are shared, nothing is traced, nobody gives up, no clocks, no faults.
"""

from __future__ import annotations

import random
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import simpy

NODES = 5
MAJORITY = 3
Process = Generator[simpy.Event, Any, Any]


@dataclass
class Message:
    """A question to a node, or (`answers` is None) an answer on its way back."""

    kind: str
    tag: tuple[int, int] = (0, 0)
    value: Any = None
    answers: Answers | None = None


class Answers:
    """The answers to one question to all other nodes, and an event for the moment when enough have come."""

    def __init__(self, env: simpy.Environment, need: int) -> None:
        self.messages: list[Message] = []
        self.need = need
        self.enough = env.event()

    def add(self, message: Message) -> None:
        """The moment of the last answer that is needed is the event."""
        self.messages.append(message)
        if len(self.messages) == self.need:
            self.enough.succeed()


class Node:
    """One node of the register."""

    def __init__(self, env: simpy.Environment, number: int, network: Network) -> None:
        self.env, self.number, self.network = env, number, network
        self.inbox = simpy.Store(env)
        self.tag, self.value = (0, 0), None
        env.process(self.serve())

    def serve(self) -> Process:
        """Takes messages from the inbox for ever."""
        while True:
            sender, message, answers = yield self.inbox.get()
            if message.kind == "answer":
                answers.add(message)
                continue
            if message.kind == "store" and message.tag > self.tag:
                self.tag, self.value = message.tag, message.value
            self.network.send(self, sender, Message("answer", self.tag, self.value), answers)

    def ask_others(self, message: Message) -> Answers:
        """Sends a message to every other node."""
        answers = Answers(self.env, MAJORITY - 1)
        for other in self.network.nodes:
            if other is not self:
                self.network.send(self, other, message, answers)
        return answers

    def read(self) -> Process:
        """Asks a majority, writes the newest back to a majority."""
        asked = self.ask_others(Message("query"))
        yield asked.enough
        newest = max([*asked.messages, Message("own", self.tag, self.value)], key=lambda message: message.tag)
        stored = self.ask_others(Message("store", newest.tag, newest.value))
        yield stored.enough
        return newest.value

    def write(self, value: int) -> Process:
        """Asks a majority for its tags, stores with a greater one."""
        asked = self.ask_others(Message("query"))
        yield asked.enough
        self.tag = (max(self.tag, *(message.tag for message in asked.messages))[0] + 1, self.number)
        self.value = value
        stored = self.ask_others(Message("store", self.tag, value))
        yield stored.enough


class Network:
    """The links: each message is a process that waits for its delay."""

    def __init__(self, env: simpy.Environment, seed: int) -> None:
        self.env = env
        self.random = random.Random(seed)
        self.messages = 0
        self.turn = 0
        self.nodes: list[Node] = []
        self.nodes.extend(Node(env, number, self) for number in range(1, NODES + 1))

    def send(self, sender: Node, receiver: Node, message: Message, answers: Answers) -> None:
        """Puts a message on its way."""
        self.messages += 1
        self.env.process(self.carry(sender, receiver, message, answers))

    def carry(self, sender: Node, receiver: Node, message: Message, answers: Answers) -> Process:
        """The way of one message."""
        yield self.env.timeout(1 + int(self.random.random() * 6))
        yield receiver.inbox.put((sender, message, answers))

    def front(self) -> simpy.Event:
        """A hop between client, gateway and node."""
        self.messages += 1
        return self.env.timeout(int(self.random.random() * 2))

    def next_node(self) -> Node:
        """Round robin."""
        self.turn = (self.turn + 1) % NODES
        return self.nodes[self.turn]


def client(env: simpy.Environment, network: Network, number: int, done: list[tuple[int, int]]) -> Process:
    """Thinks, asks, waits."""
    value = number
    while True:
        yield env.timeout(1 + int(network.random.random() * 8))
        start = env.now
        yield network.front()
        yield network.front()
        node = network.next_node()
        value += 2
        yield env.process(node.write(value) if network.random.random() < 0.5 else node.read())
        yield network.front()
        yield network.front()
        done.append((start, env.now))


def run(ticks: int, seed: int) -> tuple[int, int]:
    """Runs two clients for some ticks; the operations done and the messages carried."""
    env = simpy.Environment()
    network = Network(env, seed)
    done: list[tuple[int, int]] = []
    for number in (1, 2):
        env.process(client(env, network, number, done))
    env.run(until=ticks)
    return len(done), network.messages
