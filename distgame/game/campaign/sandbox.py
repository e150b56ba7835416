"""The sandbox: a world that is set by hand, while it runs, and that can be kept as a level file.

Delay, loss, doubles and a partition may change from a tick on, and what went before stays as it was. All else, such as
how many nodes there are or what the gateway does, is settled before a run begins: to turn it makes the run anew from
its start.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Any

from distgame.engine.world import ClockRule, Intervention, LinkRule, NodeFault
from distgame.game.campaign.level_tables import (
    ClientTable,
    DetectorTable,
    GatewayTable,
    Goals,
    LinkTable,
    Medals,
    Seeds,
    WorldTable,
)
from distgame.game.campaign.levels import Level
from distgame.game.scores.judging import MODELS

MAX_SERVERS = 9
MAX_DELAY = 200
KEYS = ("x", "y", "z")


@dataclass(frozen=True, kw_only=True)
class Sandbox:
    """What is set. Times are in ticks, shares of 1; `links` are the changes from a tick on, by their ticks.

    `keys` is how many registers there are, `length` how long the run is, `drift` how far off the clocks' rates are,
    `disk` how long a store takes to be durable. The other times are 0 for never: after how long a `detector` tells of
    a death, the gateway leaves a dead node out (`health_check`), or asks the next one (`retry`).
    """

    nodes: int = 3
    clients: int = 3
    writes: float = 0.3
    shortest: int = 1
    longest: int = 6
    loss: float = 0.0
    duplicate: float = 0.0
    model: str = "linearizable"
    seed: int = 1
    keys: int = 1
    length: int = 600
    disk: int = 0
    drift: float = 0.01
    detector: int = 0
    health_check: int = 0
    retry: int = 0
    links: tuple[LinkTable, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the registers; a single one has none."""
        return KEYS[: self.keys] if self.keys > 1 else ()

    @property
    def level(self) -> Level:
        """The level that this makes."""
        return Level(
            number=0,
            name="Sandbox",
            act="Sandbox",
            teaches="What you find out.",
            story="Nobody has told a story about this place yet.",
            new="Everything can be turned.",
            goal="Whatever you want to know.",
            hints=("Look.", "Think.", "Try."),
            afterword="What was it that you have seen?",
            model=self.model,
            reference="single_copy.py",
            broken=(),
            world_table=WorldTable(
                nodes=self.nodes,
                duration=self.length,
                disk_latency=self.disk,
                clock_drift=self.drift,
                delay=(self.shortest, self.longest),
                loss=self.loss,
                duplicate=self.duplicate,
            ),
            clients=(ClientTable(count=self.clients, writes=self.writes, keys=self.names),),
            detector=DetectorTable(delay=self.detector) if self.detector else None,
            gateway=GatewayTable(health_check=self.health_check, retry=self.retry, request_ids=self.retry > 0),
            goals=Goals(reads_of_written_values=1, availability=0.5),
            medals=Medals(messages=20.0, wait=100, availability=0.9),
            links=self.links,
            seeds=Seeds(shown=self.seed),
            id="sandbox",
        )


@dataclass(frozen=True, slots=True)
class Knob:
    """Something that can be turned: the field it sets, in which steps and bounds; `lasting` for what links do.

    One that has `choices` goes through them, and round. `about` says what it is, where its name does not.
    """

    name: str
    field: str
    step: float = 1
    least: float = 0
    most: float = 0
    lasting: bool = False
    choices: tuple[Any, ...] = ()
    about: str = ""


_WAITS = (0, 5, 10, 20, 40, 80)

KNOBS = (
    Knob("nodes", "nodes", 1, 1, MAX_SERVERS),
    Knob("clients", "clients", 1, 1, MAX_SERVERS),
    Knob("writes", "writes", 0.1, 0.0, 1.0),
    Knob("model", "model", choices=MODELS),
    Knob("seed", "seed", 1, 0, 9999),
    Knob("shortest delay", "shortest", 1, 1, MAX_DELAY, lasting=True),
    Knob("longest delay", "longest", 1, 1, MAX_DELAY, lasting=True),
    Knob("loss", "loss", 0.05, 0.0, 0.95, lasting=True),
    Knob("doubles", "duplicate", 0.05, 0.0, 0.95, lasting=True),
    Knob("cut off", "apart", 1, 0, MAX_SERVERS - 1, lasting=True),
    Knob("length", "length", choices=(300, 600, 1200, 2400)),
    Knob("registers", "keys", 1, 1, len(KEYS), about="A request names its register: request.key."),
    Knob(
        "clocks",
        "drift",
        choices=(0.0, 0.01, 0.05, 0.2, 0.4),
        about="How fast or slow the nodes' clocks run, at most. No two ever show the same.",
    ),
    Knob("disk", "disk", choices=_WAITS, about="After so long a crash takes nothing of what was stored: self.sync()."),
    Knob("detector", "detector", choices=_WAITS, about="So long after a death all nodes know of it: self.suspects."),
    Knob("health check", "health_check", choices=_WAITS, about="So long after a death the gateway leaves a node out."),
    Knob("asks again", "retry", choices=_WAITS, about="After so long the gateway asks the next node: request.id."),
)


def value(sandbox: Sandbox, field: str, tick: int = 0) -> Any:
    """What a field is at a tick. `apart` is how many nodes, from the first on, are cut off from the others."""
    now = 0 if field == "apart" else getattr(sandbox, field)
    for table in sandbox.links:
        if table.start <= tick and (table.end is None or tick < table.end):
            now = _said(table, field, now)
    return now


def _said(table: LinkTable, field: str, otherwise: Any) -> Any:
    if table.cut:
        return len(table.senders or ()) if field == "apart" else otherwise
    if field in ("shortest", "longest"):
        return otherwise if table.delay is None else table.delay[field == "longest"]
    said = getattr(table, field, None)
    return otherwise if said is None else said


def turned(sandbox: Sandbox, knob: Knob, steps: int, tick: int | None = None) -> Sandbox:
    """The sandbox with a knob turned by so many steps, from `tick` on where it is lasting, else in the whole run."""
    start = tick if knob.lasting and tick is not None else 0
    if knob.choices:
        place = knob.choices.index(getattr(sandbox, knob.field)) + steps
        return replace(sandbox, **{knob.field: knob.choices[place % len(knob.choices)]})
    most = min(knob.most, sandbox.nodes - 1) if knob.field == "apart" else knob.most
    before = value(sandbox, knob.field, start)
    wanted = min(max(round((before + steps * knob.step) / knob.step) * knob.step, knob.least), most)
    now: Any = round(wanted, 2) if isinstance(knob.step, float) else int(wanted)
    if now == before:
        return sandbox
    if knob.field == "apart":
        return _parted(sandbox, now, start)
    if knob.lasting and start > 0:
        return _from_tick(sandbox, knob.field, now, start)
    changed: dict[str, Any] = {knob.field: now}
    if knob.field == "shortest":
        changed["longest"] = max(now, sandbox.longest)
    elif knob.field == "longest":
        changed["shortest"] = min(now, sandbox.shortest)
    sandbox = replace(sandbox, **changed)
    return _within(sandbox) if knob.field == "nodes" else sandbox


def _from_tick(sandbox: Sandbox, field: str, now: Any, tick: int) -> Sandbox:
    if field in ("shortest", "longest"):
        low, high = (now if field == each else value(sandbox, each, tick) for each in ("shortest", "longest"))
        delay = (low, max(low, high)) if field == "shortest" else (min(low, high), high)
        field, now = "delay", delay
    table = LinkTable(start=tick, **{field: now})
    others = [each for each in sandbox.links if not (each.start == tick and getattr(each, field) is not None)]
    return replace(sandbox, links=_by_tick([*others, table]))


def _parted(sandbox: Sandbox, apart: int, tick: int) -> Sandbox:
    """The first nodes are cut off from the others from the tick on; an older cut ends there."""
    links = []
    for table in sandbox.links:
        if table.cut and table.start < tick:
            table = replace(table, end=tick if table.end is None else min(table.end, tick))
        if not (table.cut and table.start >= tick):
            links.append(table)
    return replace(sandbox, links=_by_tick([*links, *_cut(sandbox.nodes, apart, tick)]))


def _cut(nodes: int, apart: int, tick: int, end: int | None = None) -> list[LinkTable]:
    if not 0 < apart < nodes:
        return []
    here, there = tuple(range(1, apart + 1)), tuple(range(apart + 1, nodes + 1))
    return [LinkTable(senders=here, receivers=there, both_ways=True, start=tick, end=end, cut=True)]


def _within(sandbox: Sandbox) -> Sandbox:
    """The same cuts, for as many nodes as there are now."""
    links: list[LinkTable] = []
    for table in sandbox.links:
        links += _cut(sandbox.nodes, len(table.senders or ()), table.start, table.end) if table.cut else [table]
    return replace(sandbox, links=tuple(links))


def _by_tick(links: Iterable[LinkTable]) -> tuple[LinkTable, ...]:
    return tuple(sorted(links, key=lambda table: table.start))


def level_text(sandbox: Sandbox, reference: str, number: int, by_hand: Iterable[Intervention] = ()) -> tuple[str, int]:
    """The sandbox as the text of a level file, and how many of the changes by hand no level can say.

    Crashes, pauses, clocks and changes of links between nodes are kept; what befell a single signal or operation is
    not, nor what befell the links of clients.
    """
    level = replace(sandbox.level, number=number, name=f"Sandbox {number}", reference=reference)
    texts = ("name", "act", "teaches", "model", "story", "new", "goal", "afterword", "reference")
    lines = [f"number = {level.number}", *(f"{name} = {_toml(getattr(level, name))}" for name in texts)]
    lines += [f"hints = {_toml(level.hints)}", "broken = []", ""]
    lines += _table("[world]", level.world_table)
    for client in level.clients:
        lines += _table("[[clients]]", client)
    if level.detector is not None:
        lines += _table("[detector]", level.detector)
    if level.gateway != GatewayTable():
        lines += _table("[gateway]", level.gateway)
    for link in level.links:
        lines += _table("[[links]]", link)
    left_out = 0
    for each in by_hand:
        said = _said_of(each)
        lines += said
        left_out += not said
    for name in ("goals", "medals", "seeds"):
        lines += _table(f"[{name}]", getattr(level, name))
    return "\n".join(lines).rstrip("\n") + "\n", left_out


def _said_of(change: Intervention) -> list[str]:
    if isinstance(change, NodeFault):
        return _table("[[faults]]", change)
    if isinstance(change, ClockRule):
        return _table("[[clocks]]", change)
    if isinstance(change, LinkRule) and min((*(change.senders or ()), *(change.receivers or ())), default=1) > 0:
        return _table("[[links]]", change)
    return []


def _table(header: str, table: Any) -> list[str]:
    """A table with those of its fields that are not what they would be anyway."""
    lines = [header]
    for each in fields(table):
        said = getattr(table, each.name)
        if said is not None and said != each.default:
            lines.append(f"{each.metadata.get('toml', each.name)} = {_toml(said)}")
    return [*lines, ""]


def _toml(said: Any) -> str:
    return json.dumps(said, ensure_ascii=False)
