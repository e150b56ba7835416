"""Levels: TOML files that say in data and prose what a player meets, and the World that the engine makes of them."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from distgame.engine.world import (
    ClientSpec,
    ClockRule,
    Clocks,
    Detector,
    Link,
    LinkRule,
    NodeFault,
    Routing,
    Swarm,
    World,
    check_delay,
    check_share,
)
from distgame.game.judging import MODELS, RICH_MODELS, judged_part
from distgame.game.lesson import LessonStep
from distgame.game.level_files import LevelError as LevelError
from distgame.game.level_files import Problem, TomlFile, Where
from distgame.game.places import levels_folder

MAX_SEEDS = 1_000


@dataclass(frozen=True, kw_only=True)
class WorldTable:
    """`[world]`: delays are [lowest, highest] in ticks, loss and duplicate shares of 1, times ticks."""

    nodes: int
    duration: int = 600
    timeout: int = 100
    delay: tuple[int, int] = (1, 6)
    loss: float = 0.0
    duplicate: float = 0.0
    reorder: bool = True
    front_delay: tuple[int, int] = (0, 1)
    clock_offset: int = 1000
    clock_drift: float = 0.01
    disk_latency: int = 0


@dataclass(frozen=True, kw_only=True)
class ClientTable:
    """`[[clients]]`: `count` clients alike; the shares of what they do, the rest being reads; `think` [lowest, highest]
    ticks. `keys` name the registers they use; a snapshot reads them all.
    """

    count: int = 1
    writes: float = 0.5
    cas: float = 0.0
    increments: float = 0.0
    snapshots: float = 0.0
    keys: tuple[str, ...] = ()
    think: tuple[int, int] = (2, 10)
    start: int = 1
    node: int | None = None


@dataclass(frozen=True, kw_only=True)
class LinkTable:
    """`[[links]]`: what is otherwise on some links between nodes from tick `start` to before tick `end`.

    `senders` and `receivers` are lists of nodes; left out, they are all nodes. `both_ways` means the links back too.
    """

    senders: tuple[int, ...] | None = None
    receivers: tuple[int, ...] | None = None
    both_ways: bool = False
    start: int = 0
    end: int | None = None
    delay: tuple[int, int] | None = None
    loss: float | None = None
    duplicate: float | None = None
    reorder: bool | None = None
    cut: bool | None = None


@dataclass(frozen=True, kw_only=True)
class FaultTable:
    """`[[faults]]`: a crash, restart or pause (of `ticks`) of a node at a tick.

    A restart may `lose_disk`; a pause `freezes_clock` where the node's clock is to stand still with it.
    """

    kind: Literal["crash", "restart", "pause"]
    node: int
    tick: int
    ticks: int = 0
    lose_disk: bool = False
    freezes_clock: bool = False


@dataclass(frozen=True, kw_only=True)
class ClockTable:
    """`[[clocks]]`: a node's clock goes at `rate` times its usual rate from tick `start` to before tick `end`."""

    node: int
    rate: float
    start: int = 0
    end: int | None = None


@dataclass(frozen=True, kw_only=True)
class DetectorTable:
    """`[detector]`: all nodes hear of a death or return `delay` ticks later; if not `perfect`, of long pauses too."""

    delay: int = 10
    perfect: bool = True


@dataclass(frozen=True, kw_only=True)
class GatewayTable:
    """`[gateway]`: ticks until a dead node is left out, and until a request is sent again to the next; 0 is never."""

    health_check: int = 0
    retry: int = 0
    request_ids: bool = False


@dataclass(frozen=True, kw_only=True)
class SwarmTable:
    """`[swarm]`: of these kinds of faults each seed draws some; the figures are the strongest, 0 (clocks: 1) is never.

    Shares of 1 for `loss`, `duplicate` and `slowest_clock`; ticks for `slow` (of one node's signals), `cut`, `down`,
    `pause`, `start` and `end`; `crashes` is the most nodes that crash.
    """

    loss: float = 0.0
    duplicate: float = 0.0
    slow: int = 0
    cut: int = 0
    crashes: int = 0
    down: int = 100
    lose_disk: bool = False
    pause: int = 0
    slowest_clock: float = 1.0
    start: int = 30
    end: int | None = None


@dataclass(frozen=True, kw_only=True)
class PhaseTable:
    """`[[phases]]`: what `clients` (numbered from 1; left out, all) invoke from tick `start` to before `end`.

    Over all scored seeds at least the share `availability` of them must be answered; None asks for nothing.
    """

    name: str
    start: int = 0
    end: int | None = None
    clients: tuple[int, ...] | None = None
    availability: float | None = None


@dataclass(frozen=True, kw_only=True)
class Goals:
    """`[goals]`: what a pass asks for beside right reads. None asks for nothing.

    The first are asked of every seed by itself: at least so many right reads of a value somebody wrote, so many
    compare-and-sets that changed the register (`swaps`), so many tickets (`increments`).
    The others are of all scored seeds together: `availability` the least share of operations answered,
    `messages_per_operation` the most messages between nodes for each operation, and the most ticks of the waits.
    """

    reads_of_written_values: int
    availability: float
    messages_per_operation: float | None = None
    read_p50: int | None = None
    read_p99: int | None = None
    write_p99: int | None = None
    p99: int | None = None
    swaps: int = 0
    increments: int = 0


@dataclass(frozen=True, kw_only=True)
class Medals:
    """`[medals]`: messages an operation and 99th percentile of all waits (ticks) at most, availability at least."""

    messages: float
    wait: int
    availability: float


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """`[bounds]`: what nobody can better on this level, where theory knows it; the figures are those of the medals.

    `source` says why, in a sentence.
    """

    source: str
    messages: float | None = None
    wait: int | None = None
    availability: float | None = None


@dataclass(frozen=True, kw_only=True)
class Seeds:
    """`[seeds]`: the seed that is shown, and the first and last of those that count."""

    shown: int = 1
    scored: tuple[int, int] = (101, 120)


@dataclass(frozen=True, kw_only=True)
class Level:
    """A level as its file says it. `id` is the file's stem; `model` the condition that reads or runs must meet."""

    number: int
    name: str
    act: str
    teaches: str
    story: str
    new: str
    goal: str
    hints: tuple[str, str, str]
    afterword: str
    model: str
    reference: str
    broken: tuple[str, ...]
    world_table: WorldTable = field(metadata={"toml": "world"})
    clients: tuple[ClientTable, ...]
    goals: Goals
    medals: Medals
    links: tuple[LinkTable, ...] = ()
    faults: tuple[FaultTable, ...] = ()
    clocks: tuple[ClockTable, ...] = ()
    detector: DetectorTable | None = None
    gateway: GatewayTable = field(default_factory=GatewayTable)
    swarm: SwarmTable | None = None
    phases: tuple[PhaseTable, ...] = ()
    seeds: Seeds = field(default_factory=Seeds)
    bounds: Bounds | None = None
    lesson: tuple[LessonStep, ...] = ()
    id: str = field(default="", metadata={"toml": ""})

    @cached_property
    def world(self) -> World:
        """What the engine runs. Raises ValueError where the figures make no world."""
        return _world(
            self.world_table,
            clients=_clients(self.clients),
            rules=tuple(rule for each in self.links for rule in _rules(each)),
            faults=tuple(_fault(each) for each in self.faults),
            clock_rules=tuple(_clock(each) for each in self.clocks),
            detector=_detector(self.detector),
            gateway=_routing(self.gateway),
            swarm=_swarm(self.swarm),
        )

    @property
    def judged(self) -> str:
        """What the model has its say on: "every read" or "the whole run"."""
        return judged_part(self.model, [kind for spec in self.world.clients for kind in spec.kinds])

    @cached_property
    def rules_digest(self) -> str:
        """SHA-256 over all that decides what a run or a score comes to: the model and the figures, not the texts."""
        rules = (self.model, self.world, self.goals, self.medals, self.phases, self.seeds.scored)
        return hashlib.sha256(json.dumps(rules, sort_keys=True, default=asdict).encode()).hexdigest()

    @property
    def scored_seeds(self) -> range:
        """The seeds that earn a pass."""
        first, last = self.seeds.scored
        return range(first, last + 1)


def _world(table: WorldTable, **parts: Any) -> World:
    return World(
        nodes=table.nodes,
        duration=table.duration,
        timeout=table.timeout,
        links=Link(delay=table.delay, loss=table.loss, duplicate=table.duplicate, reorder=table.reorder),
        front=Link(delay=table.front_delay),
        clocks=Clocks(offset=table.clock_offset, drift=table.clock_drift),
        disk_latency=table.disk_latency,
        **parts,
    )


def _clients(tables: tuple[ClientTable, ...]) -> tuple[ClientSpec, ...]:
    return tuple(
        ClientSpec(
            writes=each.writes,
            cas=each.cas,
            increments=each.increments,
            snapshots=each.snapshots,
            keys=each.keys,
            think=each.think,
            start=each.start,
            node=each.node,
        )
        for each in tables
        for _ in range(each.count)
    )


def _rules(table: LinkTable) -> list[LinkRule]:
    def rule(senders: tuple[int, ...] | None, receivers: tuple[int, ...] | None) -> LinkRule:
        return LinkRule(
            senders=senders,
            receivers=receivers,
            start=table.start,
            end=table.end,
            delay=table.delay,
            loss=table.loss,
            duplicate=table.duplicate,
            reorder=table.reorder,
            cut=table.cut,
        )

    one_way = [rule(table.senders, table.receivers)]
    return [*one_way, rule(table.receivers, table.senders)] if table.both_ways else one_way


def _fault(table: FaultTable) -> NodeFault:
    return NodeFault(
        kind=table.kind,
        node=table.node,
        tick=table.tick,
        ticks=table.ticks,
        lose_disk=table.lose_disk,
        freezes_clock=table.freezes_clock,
    )


def _clock(table: ClockTable) -> ClockRule:
    return ClockRule(node=table.node, rate=table.rate, start=table.start, end=table.end)


def _detector(table: DetectorTable | None) -> Detector | None:
    return None if table is None else Detector(delay=table.delay, perfect=table.perfect)


def _routing(table: GatewayTable) -> Routing:
    return Routing(health_check=table.health_check, retry=table.retry, request_ids=table.request_ids)


def _swarm(table: SwarmTable | None) -> Swarm | None:
    return None if table is None else Swarm(**{each.name: getattr(table, each.name) for each in fields(table)})


def read_level(path: Path) -> Level:
    """Reads a level file. Raises LevelError with file and line."""
    file = TomlFile(path)
    level = replace(file.read(Level), id=path.stem)
    file.complain(_problems_of(level))
    file.complain(_problems_of_world(level))
    return level


def _problems_of(level: Level) -> Iterator[Problem]:
    first, last = level.seeds.scored
    if level.number < 1:
        yield ("number",), f"levels are numbered from 1, not {level.number}"
    if level.model not in MODELS:
        yield ("model",), f"no level asks for {level.model!r}; they ask for {', '.join(MODELS)}"
    if not level.clients:
        yield ("clients",), "a level has at least one client"
    if first > last:
        yield ("seeds", "scored"), f"scored seeds go from the first to the last, not [{first}, {last}]"
    if last - first >= MAX_SEEDS:
        yield ("seeds", "scored"), f"at most {MAX_SEEDS:,} seeds are scored, not {last - first + 1:,}"
    if level.goals.reads_of_written_values < 1:
        yield ("goals", "reads_of_written_values"), "reads_of_written_values is 1 or more, or silence would pass"
    if not 0 < level.goals.availability <= 1:
        yield ("goals", "availability"), "availability is a share above 0, up to 1, or silence would pass"
    for index, client in enumerate(level.clients):
        rich = next((kind for kind in ("cas", "increments", "snapshots") if getattr(client, kind)), None)
        if rich and level.model not in RICH_MODELS:
            yield ("clients", index, rich), f"{level.model} cannot judge {rich}; {' and '.join(RICH_MODELS)} can"
        if not 1 <= client.count <= 9:
            yield ("clients", index, "count"), f"count goes from 1 to 9, not {client.count}"
    for index, phase in enumerate(level.phases):
        yield from _problems_of_phase(level, phase, ("phases", index))


def _problems_of_phase(level: Level, phase: PhaseTable, where: Where) -> Iterator[Problem]:
    clients = len(_clients(level.clients))
    end = level.world_table.duration if phase.end is None else phase.end
    if not 0 <= phase.start < end <= level.world_table.duration:
        yield (
            (*where, "start"),
            f"a phase goes from its start to a later end within the run, not {phase.start} to {end}",
        )
    for client in phase.clients or ():
        if not 1 <= client <= clients:
            yield (*where, "clients"), f"there is no client {client}; they are numbered from 1 to {clients}"
    if phase.availability is not None and not 0 < phase.availability <= 1:
        yield (*where, "availability"), "availability is a share above 0, up to 1"


def _problems_of_world(level: Level) -> Iterator[Problem]:
    """What the engine says of each table by itself, so that the right one is blamed; the first tables first."""
    everybody = _clients(level.clients)
    trials: tuple[list[tuple[Where, type, dict[str, Any]]], ...] = (
        [(("world",), WorldTable, {"clients": (ClientSpec(),)})],
        [(("clients", i), ClientTable, {"clients": _clients((each,))}) for i, each in enumerate(level.clients)],
        [(("clients",), ClientTable, {"clients": everybody})],
        [
            (("links", i), LinkTable, {"clients": everybody, "rules": tuple(_rules(each))})
            for i, each in enumerate(level.links)
        ]
        + [
            (("faults", i), FaultTable, {"clients": everybody, "faults": (_fault(each),)})
            for i, each in enumerate(level.faults)
        ]
        + [
            (("clocks", i), ClockTable, {"clients": everybody, "clock_rules": (_clock(each),)})
            for i, each in enumerate(level.clocks)
        ]
        + [
            (("detector",), DetectorTable, {"clients": everybody, "detector": _detector(level.detector)}),
            (("gateway",), GatewayTable, {"clients": everybody, "gateway": _routing(level.gateway)}),
            (("swarm",), SwarmTable, {"clients": everybody, "swarm": _swarm(level.swarm)}),
        ],
    )
    for stage in trials:
        refused = False
        for where, shape, parts in stage:
            try:
                _check_links(level.world_table)
                _world(level.world_table, **parts)
            except ValueError as error:
                refused = True
                message = re.sub(r"^client \d+: ", "", str(error))
                yield (*where, *_blamed(message, shape)), message
        # What comes after it would be refused for the same reason.
        if refused:
            return


def _check_links(table: WorldTable) -> None:
    check_delay("delay", table.delay, 1)
    check_delay("front_delay", table.front_delay, 0)
    check_share("loss", table.loss)
    check_share("duplicate", table.duplicate)


def _blamed(message: str, shape: type) -> Where:
    """The field of the table that the message names first."""
    words = re.findall(r"\w+", re.sub(r"\b(clock|disk) ", r"\1_", message))
    names = {each.name for each in fields(shape)}
    return next(((word,) for word in words if word in names), ())


def all_levels(folder: Path | None = None) -> list[Level]:
    """Every level of a folder (the game's own by default), by number. Raises LevelError."""
    folder = folder or levels_folder()
    if not os.path.isdir(folder):
        raise LevelError(f"{folder}: no such folder of levels")
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        raise LevelError(f"{folder}: holds no level (*.toml)")
    levels: dict[int, Level] = {}
    for path in paths:
        level = read_level(path)
        other = levels.setdefault(level.number, level)
        if other is not level:
            file = TomlFile(path)
            file.complain([(("number",), f"number {level.number} is taken: {other.id}.toml has it too")])
    return [levels[number] for number in sorted(levels)]


def find_level(name: str, folder: Path | None = None) -> Level:
    """The level of an id ("08-lost-mail"), a number ("8") or a bare name ("lost-mail"). Raises LevelError."""
    levels = all_levels(folder)
    for level in levels:
        bare = re.sub(r"^\d+-", "", level.id)
        if name in (level.id, bare) or name.lstrip("0") == str(level.number):
            return level
    known = ", ".join(level.id for level in levels)
    raise LevelError(f"there is no level {name!r:.60}; there are {known}")
