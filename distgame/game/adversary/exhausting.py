"""The exhaustive hunt: a program against every schedule of a few operations on a few nodes of a level."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, combinations_with_replacement

from distgame.checker import Operation
from distgame.engine import actions as act
from distgame.engine.actions import Action, Event
from distgame.engine.draws import number
from distgame.engine.errors import PlayerError, Problem
from distgame.engine.program import Program
from distgame.engine.trace import label_of
from distgame.game.adversary.hunting import WorldRunner
from distgame.game.campaign.levels import Level
from distgame.game.pictures.story_picture import story_svg
from distgame.game.play.files import FileError
from distgame.game.running.workers import WorkerNodes
from distgame.game.scores.judging import RICH_MODELS, namer
from distgame.hunt.exhaustive import Search, Searched
from distgame.hunt.story import asks, is_told, story
from distgame.hunt.tiny import KINDS, Limits, Play, Step, Tiny, kinds_of, limits_of, tiny_of
from distgame.hunt.tiny_world import askers_of, played
from distgame.hunt.trial import Trial

MOST_STATES = 60_000
NODES = 3

_KINDS = {"write": "write", "cas": "compare-and-set", "add": "increment", "read": "read", "snapshot": "snapshot"}
_CHANGE, _TELL = {"write", "cas", "add"}, {"cas", "add", "read", "snapshot"}


@dataclass(frozen=True, slots=True)
class Size:
    """The size of a search: nodes, and what each operation does."""

    nodes: int
    operations: tuple[str, ...]

    def __str__(self) -> str:
        counts = [(self.operations.count(kind), word) for kind, word in _KINDS.items()]
        told = [_count(count, word) for count, word in counts if count]
        return f"{_listed(told)} on {_count(self.nodes, 'node')}"


@dataclass(frozen=True, slots=True)
class Exhausted:
    """What the search of one size, within limits, came to. Where nobody waits for a clock, no timeout is in these.

    `timed` says whether somebody does. `reason`, `steps` and `picture` (SVG) tell of a wrong answer, played in the
    simulator; `unconfirmed` counts those that came out right there, because the program goes by numbers that are others
    there.
    """

    size: Size
    limits: Limits
    searched: Searched
    timed: bool
    unconfirmed: int
    reason: str | None = None
    operations: tuple[Operation, ...] = ()
    steps: tuple[str, ...] = ()
    picture: str | None = None


def sizes(level: Level, operations: int, nodes: int) -> Iterator[Size]:
    """The sizes with up to so many operations that the level's clients ask for, the smallest first.

    Each changes something and is told something.
    """
    asked = {kind for client in level.world.clients for kind in kinds_of(client)}
    kinds = [kind for kind in reversed(KINDS) if kind in asked]
    for total in range(2, operations + 1):
        for some in combinations_with_replacement(kinds, total):
            if _CHANGE & set(some) and _TELL & set(some):
                yield Size(nodes, tuple(sorted(some, key=KINDS.index)))


def limits(level: Level, nodes: int, at_most: Mapping[str, int]) -> Limits:
    """What may go wrong: what does on the level, each once, but as often as is said of lost, doubled, and so on.

    Raises FileError for what cannot be searched there.
    """
    found = limits_of(level.world, nodes)
    crashes = at_most.get("crashes", found.crashes)
    doubles = at_most.get("doubled", found.doubles)
    in_order = not level.world.links.reorder
    if in_order and (crashes or doubles):
        raise FileError(
            f"{level.id}: its links keep the order, and there only lost signals and timeouts can be searched"
        )
    return replace(
        found,
        # On other links a signal that is lost is one that is late, which any may be.
        losses=at_most.get("lost", found.losses) if in_order else 0,
        doubles=doubles,
        crashes=crashes,
        at_once=found.at_once or ((nodes - 1) // 2 if crashes else 0),
        timeouts=at_most.get("timeouts", found.timeouts),
    )


def can_be_searched(level: Level) -> str | None:
    """Why a level cannot be searched, in words; None if it can."""
    plain = all(set(client.kinds) <= {"read", "write"} for client in level.world.clients)
    models = ("linearizable", "regular") if plain else RICH_MODELS
    if level.model not in models:
        return f"only {' and '.join(models)} levels can be searched, and this one asks for {level.model}"
    return None


def exhaust(
    program: Program,
    level: Level,
    size: Size,
    limits: Limits,
    most_states: int,
    tell: Callable[[int, int], None] = lambda *_: None,
) -> Exhausted:
    """Searches one size. Raises PlayerError where the program fails."""
    tiny = tiny_of(level.world, size.nodes, size.operations, limits)
    size = Size(tiny.nodes, tiny.operations)
    with WorkerNodes() as worker:
        worker.load(program)
        search = Search(tiny, _play(worker, tiny.nodes), level.model)
        tries: list[Trial] = []

        def confirm(path: tuple[Step, ...]) -> bool:
            world, schedule = played(tiny, search.first, path)
            tries.append(WorldRunner(lambda: worker, world, level.model).watched(schedule))
            return tries[-1].wrong is not None

        searched = search.run(most_states, confirm, tell)
    timed = search.has_timers or tiny.asks_on
    limits = limits if timed else replace(limits, timeouts=0)
    wrong = tries[-1].wrong if searched.path is not None else None
    if wrong is None or searched.path is None:
        return Exhausted(size, limits, searched, timed, len(tries))
    steps = tuple(_told(tiny, searched.path, tries[-1]))
    picture = story_svg(tries[-1], story(tries[-1], namer(len(tries[-1].trace.world.clients))), level)
    told = wrong.reason, wrong.operations, steps, picture
    return Exhausted(size, limits, searched, timed, len(tries) - 1, *told)


def _play(worker: WorkerNodes, nodes: int) -> Play:
    seeds = tuple(number(1, "node", node) for node in range(1, nodes + 1))

    def play(node: int, events: list[Event]) -> list[list[Action]]:
        worker.ask_to_begin(nodes, seeds, only=node)
        worker.answer()
        done = worker.handle(events)
        for action in chain.from_iterable(done):
            if action[0] == act.PROBLEM:
                _, kind, message, file, line = action
                raise PlayerError(Problem(kind, message, file, line, node))
        return done

    return play


def _told(tiny: Tiny, path: tuple[Step, ...], trial: Trial) -> Iterator[str]:
    """The events of a path in words, as they were played."""
    clients = {place: client for client, places in enumerate(askers_of(tiny, path), 1) for place in places}
    calls = iter(sorted(trial.history, key=lambda op: op.invoked))
    asked: dict[int, tuple[int, Operation]] = {}
    for place, step in enumerate(path):
        match step.kind:
            case "asked":
                assert step.operation is not None
                asked[step.operation] = client, op = clients[place], next(calls)
                yield f"client {client} {asks(op)} at node {step.node}"
            case "arrives":
                assert step.message is not None
                for lost in step.lost:
                    yield f"{label_of(lost[4])} from node {lost[0]} to node {lost[1]} is lost"
                again = " once more" if step.message[5] else ", and will come twice" if step.doubled else ""
                yield f"{label_of(step.message[4])} from node {step.message[0]} reaches node {step.node}{again}"
            case "crash":
                torn = "" if step.torn is None else ", before its disk has what was stored last"
                yield f"node {step.node} crashes{torn}"
            case "restart":
                yield f"node {step.node} starts again{' with an empty disk' if step.emptied else ''}"
            case "timeouts":
                yield f"time passes, and what waits for tick {step.now} goes on"
                yield from (f"client {asked[operation][0]} gives up" for operation in step.given_up)
        for operation, _ in step.returned:
            client, op = asked[operation]
            yield f"client {client} {is_told(op)}"


def said(limits: Limits) -> str:
    """What may go wrong within limits, in words; empty for nothing."""
    after = ["a restart", *["the disk"] * limits.empties, *["what was stored last"] * limits.torn]
    crash = f"crash (with or without {_listed(after)})" if limits.restarts else "crash"
    told = [
        words.replace(kind, f"{number} {kind}{plural * (number != 1)}", 1)
        for number, kind, plural, words in (
            (limits.losses, "lost signal", "s", "lost signal"),
            (limits.doubles, "doubled signal", "s", "doubled signal"),
            (limits.crashes, "crash", "es", crash),
            (limits.timeouts, "timeout", "s", "timeout"),
        )
        if number
    ]
    return f"at most {_listed(told)}" if told else ""


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'s' * (number != 1)}"


def _listed(parts: Sequence[str]) -> str:
    return ", ".join(parts[:-1]) + " and " * (len(parts) > 1) + parts[-1]
