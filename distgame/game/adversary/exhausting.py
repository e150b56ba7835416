"""The exhaustive hunt: a program against every schedule of a few operations on a few nodes of a level."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from distgame.checker import Operation
from distgame.checker.sentences import show
from distgame.engine import actions as act
from distgame.engine.actions import Action, Event
from distgame.engine.draws import number
from distgame.engine.errors import PlayerError, Problem
from distgame.engine.program import Program
from distgame.engine.trace import label_of
from distgame.game.adversary.hunting import WorldRunner
from distgame.game.campaign.levels import Level
from distgame.game.pictures.story_picture import story_svg
from distgame.game.running.workers import WorkerNodes
from distgame.game.scores.judging import namer
from distgame.hunt.exhaustive import JUDGES, Play, Search, Searched, Step
from distgame.hunt.story import story
from distgame.hunt.tiny_world import played, tiny_of
from distgame.hunt.trial import Trial

MOST_STATES = 60_000
NODES = 3


@dataclass(frozen=True, slots=True)
class Size:
    """The size of a search: operations and nodes."""

    nodes: int
    writes: int
    reads: int

    def __str__(self) -> str:
        return f"{_count(self.writes, 'write')} and {_count(self.reads, 'read')} on {_count(self.nodes, 'node')}"


@dataclass(frozen=True, slots=True)
class Exhausted:
    """What the search of one size came to.

    `reason`, `steps` and `picture` (SVG) tell of a wrong answer, played in the simulator; `unconfirmed` counts those
    that came out right there, because the program goes by its clock.
    """

    size: Size
    searched: Searched
    unconfirmed: int
    reason: str | None = None
    operations: tuple[Operation, ...] = ()
    steps: tuple[str, ...] = ()
    picture: str | None = None


def sizes(operations: int, nodes: int) -> Iterator[Size]:
    """The sizes with up to so many operations, the smallest first; each has a write and a read."""
    for total in range(2, operations + 1):
        for writes in range(1, total):
            yield Size(nodes, writes, total - writes)


def can_be_searched(level: Level) -> str | None:
    """Why a level cannot be searched, in words; None if it can."""
    if level.model not in JUDGES:
        return f"only linearizable and regular levels can be searched, and this one asks for {level.model}"
    if any(client.cas or client.increments or client.snapshots or client.keys for client in level.world.clients):
        return "only levels with plain reads and writes of one register can be searched"
    return None


def exhaust(
    program: Program, level: Level, size: Size, most_states: int, tell: Callable[[int, int], None] = lambda *_: None
) -> Exhausted:
    """Searches one size. Raises PlayerError where the program fails."""
    tiny = tiny_of(level.world, size.nodes, size.writes, size.reads)
    size = Size(tiny.nodes, size.writes, size.reads)
    with WorkerNodes() as worker:
        worker.load(program)
        search = Search(tiny, _play(worker, tiny.nodes), level.model)
        tries: list[Trial] = []

        def confirm(path: tuple[Step, ...]) -> bool:
            world, schedule = played(tiny, search.first, path)
            tries.append(WorldRunner(lambda: worker, world, level.model).watched(schedule))
            return tries[-1].wrong is not None

        searched = search.run(most_states, confirm, tell)
    wrong = tries[-1].wrong if searched.path is not None else None
    if wrong is None or searched.path is None:
        return Exhausted(size, searched, len(tries))
    steps = tuple(_told(searched.path, tries[-1]))
    picture = story_svg(tries[-1], story(tries[-1], namer(len(tries[-1].trace.world.clients))), level)
    return Exhausted(size, searched, len(tries) - 1, wrong.reason, wrong.operations, steps, picture)


def _play(worker: WorkerNodes, nodes: int) -> Play:
    seeds = tuple(number(1, "node", node) for node in range(1, nodes + 1))

    def play(node: int, events: list[Event]) -> list[list[Action]]:
        worker.ask_to_begin(nodes, seeds, only=node)
        worker.answer()
        done = worker.handle(events)
        for action in done[-1]:
            if action[0] == act.PROBLEM:
                _, kind, message, file, line = action
                raise PlayerError(Problem(kind, message, file, line, node))
        return done

    return play


def _told(path: tuple[Step, ...], trial: Trial) -> Iterator[str]:
    """The events of a path in words, as they were played."""
    operations = {op.process: op for op in trial.history}
    asked: dict[int, int] = {}
    for step in path:
        if step.operation is not None:
            client = asked[step.operation] = len(asked) + 1
            op = operations[client]
            what = f"writes {show(op.value)}" if op.kind.value == "write" else "reads"
            yield f"client {client} {what} at node {step.node}"
        elif step.message is not None:
            yield f"{label_of(step.message[4])} from node {step.message[0]} reaches node {step.node}"
        for operation, _ in step.returned:
            op = operations[asked[operation]]
            value = "None" if op.value is None else show(op.value)
            answer = f"is told that {value} is written" if op.kind.value == "write" else f"is answered {value}"
            yield f"client {asked[operation]} {answer}"


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'s' * (number != 1)}"
