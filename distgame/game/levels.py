"""Levels: TOML files that say in data and prose what a player meets, and the World that the engine makes of them."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from cattrs import ClassValidationError, Converter, transform_error
from cattrs.gen import make_dict_structure_fn

from distgame.checker import models
from distgame.engine.world import ClientSpec, Clocks, Link, LinkRule, NodeFault, World
from distgame.game.places import levels_folder


class LevelError(Exception):
    """A level that cannot be found or read; the message says what, where (file:line), and what was expected."""


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
    """`[[clients]]`: `count` clients alike; `writes` is the share of writes, `think` [lowest, highest] ticks."""

    count: int = 1
    writes: float = 0.5
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
    """`[[faults]]`: a crash, restart or pause (of `ticks`) of a node at a tick."""

    kind: Literal["crash", "restart", "pause"]
    node: int
    tick: int
    ticks: int = 0
    lose_disk: bool = False


@dataclass(frozen=True, kw_only=True)
class Goals:
    """`[goals]`: what a pass asks for beside right reads. None asks for nothing.

    `reads_of_written_values` is asked of every seed by itself: at least so many right reads of a value somebody wrote.
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


@dataclass(frozen=True, kw_only=True)
class Medals:
    """`[medals]`: messages an operation and 99th percentile of all waits (ticks) at most, availability at least."""

    messages: float
    wait: int
    availability: float


@dataclass(frozen=True, kw_only=True)
class Seeds:
    """`[seeds]`: the seed that is shown, and the first and last of those that count."""

    shown: int = 1
    scored: tuple[int, int] = (101, 120)


@dataclass(frozen=True, kw_only=True)
class Level:
    """A level as its file says it. `id` is the file's stem; `model` the condition that its reads must meet."""

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
    world_table: WorldTable
    clients: tuple[ClientTable, ...]
    goals: Goals
    medals: Medals
    links: tuple[LinkTable, ...] = ()
    faults: tuple[FaultTable, ...] = ()
    seeds: Seeds = field(default_factory=Seeds)
    id: str = ""

    @cached_property
    def world(self) -> World:
        """What the engine runs. Raises ValueError where the figures make no world."""
        table = self.world_table
        return World(
            nodes=table.nodes,
            clients=tuple(
                ClientSpec(writes=each.writes, think=each.think, start=each.start, node=each.node)
                for each in self.clients
                for _ in range(each.count)
            ),
            duration=table.duration,
            timeout=table.timeout,
            links=Link(delay=table.delay, loss=table.loss, duplicate=table.duplicate, reorder=table.reorder),
            front=Link(delay=table.front_delay),
            rules=tuple(rule for each in self.links for rule in _rules(each)),
            faults=tuple(
                NodeFault(kind=f.kind, node=f.node, tick=f.tick, ticks=f.ticks, lose_disk=f.lose_disk)
                for f in self.faults
            ),
            clocks=Clocks(offset=table.clock_offset, drift=table.clock_drift),
            disk_latency=table.disk_latency,
        )

    @property
    def scored_seeds(self) -> range:
        """The seeds that earn a pass."""
        first, last = self.seeds.scored
        return range(first, last + 1)


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


_TABLES = (WorldTable, ClientTable, LinkTable, FaultTable, Goals, Medals, Seeds)


def _converter() -> Converter:
    converter = Converter()

    def exact(value: Any, kind: type[Any]) -> Any:
        # bool is an int to Python, but "nodes = true" is a slip.
        if type(value) is not kind and not (kind is float and type(value) is int):
            raise ValueError(f"expected {_KINDS[kind]}, got {value!r}")
        return float(value) if kind is float else value

    for kind in _KINDS:
        converter.register_structure_hook(kind, exact)

    def pair(value: Any, _: Any) -> tuple[int, int]:
        if not isinstance(value, list) or len(value) != 2:
            raise ValueError(f"expected two whole numbers [lowest, highest], got {value!r}")
        return exact(value[0], int), exact(value[1], int)

    converter.register_structure_hook_func(lambda kind: kind == tuple[int, int], pair)
    for table in _TABLES:
        converter.register_structure_hook(
            table, make_dict_structure_fn(table, converter, _cattrs_forbid_extra_keys=True)
        )
    converter.register_structure_hook(Level, make_dict_structure_fn(Level, converter, _cattrs_forbid_extra_keys=True))
    return converter


_KINDS: dict[type, str] = {int: "a whole number", float: "a number", str: "a text", bool: "true or false"}
_CONVERTER = _converter()


def read_level(path: Path) -> Level:
    """Reads a level file. Raises LevelError with file and line."""
    try:
        text = path.read_text(encoding="utf-8")
        table = tomllib.loads(text)
    except OSError as error:
        raise LevelError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise LevelError(f"{path}: is no text file in UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        place = f"{path}:{found.group(1)}" if found else f"{path}"
        raise LevelError(f"{place}: not valid TOML: {error}") from None
    for reserved in ("id", "world_table"):
        if reserved in table:
            raise LevelError(f"{_place(path, text, reserved)}: no field {reserved!r} can be set in a level")
    if "world" in table:
        table["world_table"] = table.pop("world")
    try:
        level = _CONVERTER.structure(table | {"id": path.stem}, Level)
    except ClassValidationError as error:
        raise LevelError(_first_problem(path, text, error)) from None
    try:
        _check(level, path, text)
        level.world  # noqa: B018 - making the world checks its figures
    except ValueError as error:
        raise LevelError(f"{path}: {error}") from None
    return level


def _check(level: Level, path: Path, text: str) -> None:
    if level.model not in models():
        raise LevelError(f"{_place(path, text, 'model')}: no model {level.model!r}; known are {', '.join(models())}")
    if level.seeds.scored[0] > level.seeds.scored[1]:
        raise LevelError(f"{_place(path, text, 'scored')}: scored seeds go from the first to the last")
    if level.goals.reads_of_written_values < 1 or not 0 < level.goals.availability <= 1:
        raise LevelError(
            f"{_place(path, text, 'goals')}: reads_of_written_values must be 1 or more and availability above 0, "
            "so that silence does not pass"
        )


def _first_problem(path: Path, text: str, error: ClassValidationError) -> str:
    problem = transform_error(error)[0].replace("world_table", "world")
    message, _, where = problem.partition(" @ ")
    where = where.removeprefix("$").strip(".")
    field_name = re.split(r"[.\[]", where)[-1] if where else ""
    extra = re.search(r"extra fields found \((\w+)", message)
    missing = re.match(r"required field missing", message)
    if extra:
        known = _known_fields(where)
        message = f"unknown field {extra.group(1)!r}{_nearest(extra.group(1), known)}"
        field_name = extra.group(1)
    elif missing:
        message = f"the field {where or field_name} is missing"
    else:
        message = message.removeprefix("invalid value for type, ").strip()
        message = f"{where}: {message}"
    return f"{_place(path, text, field_name)}: {message}"


def _known_fields(where: str) -> list[str]:
    name = re.sub(r"\[\d+\]", "", where)
    homes: dict[str, Any] = {
        "world": WorldTable,
        "clients": ClientTable,
        "links": LinkTable,
        "faults": FaultTable,
        "goals": Goals,
        "medals": Medals,
        "seeds": Seeds,
    }
    return list(homes.get(name, Level).__dataclass_fields__)


def _nearest(word: str, known: list[str]) -> str:
    import difflib

    close = difflib.get_close_matches(word, known, 1)
    return f"; did you mean {close[0]!r}?" if close else f"; known are {', '.join(known)}"


def _place(path: Path, text: str, name: str) -> str:
    if name:
        pattern = re.compile(rf"^\s*(\[+)?{re.escape(name)}\b")
        for number, line in enumerate(text.splitlines(), 1):
            if pattern.match(line):
                return f"{path}:{number}"
    return str(path)


def all_levels(folder: Path | None = None) -> list[Level]:
    """Every level of a folder (the game's own by default), by number. Raises LevelError."""
    folder = folder or levels_folder()
    if not folder.is_dir():
        raise LevelError(f"{folder}: no such folder of levels")
    levels = [read_level(path) for path in sorted(folder.glob("*.toml"))]
    if not levels:
        raise LevelError(f"{folder}: holds no level (*.toml)")
    return sorted(levels, key=lambda level: (level.number, level.id))


def find_level(name: str, folder: Path | None = None) -> Level:
    """The level of an id ("08-lost-mail"), a number ("8") or a bare name ("lost-mail"). Raises LevelError."""
    levels = all_levels(folder)
    for level in levels:
        names = {level.id, str(level.number), re.sub(r"^\d+-", "", level.id)}
        if name in names or (name.isdigit() and int(name) == level.number):
            return level
    known = ", ".join(level.id for level in levels)
    raise LevelError(f"there is no level {name!r}; there are {known}")
