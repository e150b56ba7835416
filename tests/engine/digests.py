"""Prints the digests of some runs; the tests start it in other processes and on other versions of Python."""

import sys
from functools import cache
from pathlib import Path

from playing import play, register

from distgame.engine.trace import Trace
from distgame.engine.world import ClientSpec, Link, LinkRule, NodeFault, SignalFate, World

PLAYERS = Path(__file__).parents[1] / "players" / "original"
WORLD = World(
    nodes=5,
    clients=(ClientSpec(), ClientSpec(writes=0.2, start=9), ClientSpec(node=3)),
    links=Link(delay=(1, 9), loss=0.05, duplicate=0.05),
    rules=(LinkRule(senders=(1, 2), receivers=(4,), start=100, end=200, cut=True), LinkRule(start=250, reorder=False)),
    faults=(
        NodeFault(kind="crash", node=2, tick=120),
        NodeFault(kind="restart", node=2, tick=260),
        NodeFault(kind="pause", node=5, tick=70, ticks=90),
    ),
    disk_latency=3,
)
INTERVENTIONS = (
    SignalFate(sender=1, receiver=2, k=3, fate="drop"),
    SignalFate(sender=3, receiver=1, k=5, fate="double"),
    SignalFate(sender=2, receiver=1, k=2, fate="hold", ticks=40),
)
# All kinds of values, a set whose order depends on the hash seed, random draws, and text of Python's own errors.
EVERYTHING = register(
    """
    @WebServer.endpoint(Note)
    def note(self, note, sender):
        self.storage[f"from {sender}"] = note
        return {word for word in note.words}

    @WebServer.timer(11)
    async def tell(self):
        try:
            [].pop()
        except IndexError as error:
            print(error, self.id)
        words = {"ant", "bee", "cat", str(self.random.random()), str(random.randint(1, 9))}
        tag = Tag(1, [self.local_time])
        note = Note(words, frozenset({1.5, "x", None, (1, b"y")}), Kind.LOUD, tag, {1: {2: words}})
        sent = [self.send_message(node, note, 9) for node in self.other_nodes]
        await self.wait_any(sent, 2, 20, lambda answer: len(answer) > 2)
        await self.sync()
        self.storage["told"] = words
    """,
    top="""
    import enum, random
    from dataclasses import dataclass
    from typing import NamedTuple
    class Kind(enum.Enum):
        LOUD = 1
    class Tag(NamedTuple):
        a: int
        b: list
    @dataclass
    class Note:
        words: set
        more: frozenset
        kind: Kind
        tag: Tag
        deep: dict
    """,
)


@cache
def traces() -> dict[str, Trace]:
    """Runs of the programs of the original's style, and of one that uses everything."""
    codes = {path.stem: path.read_text(encoding="utf-8") for path in sorted(PLAYERS.glob("*.py"))}
    return {
        f"{name} {seed} {len(interventions)}": play(code, world=WORLD, seed=seed, interventions=interventions)
        for name, code in {**codes, "everything": EVERYTHING}.items()
        for seed in (1, 2)
        for interventions in ((), INTERVENTIONS)
    }


if __name__ == "__main__":
    for name, trace in traces().items():
        sys.stdout.write(f"{name} {len(trace.events)} {trace.digest}\n")
