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
from typing import Any

from distgame.engine.world import (
    ClientSpec,
    World,
    check_delay,
    check_share,
)
from distgame.game.campaign.lesson import LessonStep
from distgame.game.campaign.level_files import LevelError as LevelError
from distgame.game.campaign.level_files import Problem, TomlFile, Where
from distgame.game.campaign.level_tables import (
    Bounds,
    ClientTable,
    ClockTable,
    DetectorTable,
    FaultTable,
    GatewayTable,
    Goals,
    LinkTable,
    Medals,
    PhaseTable,
    Seeds,
    SwarmTable,
    WorldTable,
    clients_of,
    clock_of,
    detector_of,
    fault_of,
    routing_of,
    rules_of,
    swarm_of,
    world_of,
)
from distgame.game.play.places import levels_folder
from distgame.game.scores.judging import MODELS, RICH_MODELS, judged_part

MAX_SEEDS = 1_000


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
        return world_of(
            self.world_table,
            clients=clients_of(self.clients),
            rules=tuple(rule for each in self.links for rule in rules_of(each)),
            faults=tuple(fault_of(each) for each in self.faults),
            clock_rules=tuple(clock_of(each) for each in self.clocks),
            detector=detector_of(self.detector),
            gateway=routing_of(self.gateway),
            swarm=swarm_of(self.swarm),
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
    clients = len(clients_of(level.clients))
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
    everybody = clients_of(level.clients)
    trials: tuple[list[tuple[Where, type, dict[str, Any]]], ...] = (
        [(("world",), WorldTable, {"clients": (ClientSpec(),)})],
        [(("clients", i), ClientTable, {"clients": clients_of((each,))}) for i, each in enumerate(level.clients)],
        [(("clients",), ClientTable, {"clients": everybody})],
        [
            (("links", i), LinkTable, {"clients": everybody, "rules": tuple(rules_of(each))})
            for i, each in enumerate(level.links)
        ]
        + [
            (("faults", i), FaultTable, {"clients": everybody, "faults": (fault_of(each),)})
            for i, each in enumerate(level.faults)
        ]
        + [
            (("clocks", i), ClockTable, {"clients": everybody, "clock_rules": (clock_of(each),)})
            for i, each in enumerate(level.clocks)
        ]
        + [
            (("detector",), DetectorTable, {"clients": everybody, "detector": detector_of(level.detector)}),
            (("gateway",), GatewayTable, {"clients": everybody, "gateway": routing_of(level.gateway)}),
            (("swarm",), SwarmTable, {"clients": everybody, "swarm": swarm_of(level.swarm)}),
        ],
    )
    for stage in trials:
        refused = False
        for where, shape, parts in stage:
            try:
                _check_links(level.world_table)
                world_of(level.world_table, **parts)
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
