"""The sandbox: a world that is set by hand, while it runs, and that can be kept as a level file.

How many nodes and clients there are, what these ask for, the seed and the model are settled before a run begins: to
turn one of them makes the run anew from its start. Delay, loss, doubles and a partition may also change from a tick on,
and what went before stays as it was.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Any

from distgame.engine.world import ClockRule, Intervention, LinkRule, NodeFault
from distgame.game.campaign.level_tables import ClientTable, Goals, LinkTable, Medals, Seeds, WorldTable
from distgame.game.campaign.levels import Level
from distgame.game.scores.judging import MODELS

MAX_SERVERS = 9
MAX_DELAY = 200


@dataclass(frozen=True, kw_only=True)
class Sandbox:
    """What is set. Delays are in ticks, shares of 1; `links` are the changes from a tick on, by their ticks."""

    nodes: int = 3
    clients: int = 3
    writes: float = 0.3
    shortest: int = 1
    longest: int = 6
    loss: float = 0.0
    duplicate: float = 0.0
    model: str = "linearizable"
    seed: int = 1
    links: tuple[LinkTable, ...] = ()

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
                delay=(self.shortest, self.longest),
                loss=self.loss,
                duplicate=self.duplicate,
            ),
            clients=(ClientTable(count=self.clients, writes=self.writes),),
            goals=Goals(reads_of_written_values=1, availability=0.5),
            medals=Medals(messages=20.0, wait=100, availability=0.9),
            links=self.links,
            seeds=Seeds(shown=self.seed),
            id="sandbox",
        )


@dataclass(frozen=True, slots=True)
class Knob:
    """Something that can be turned: the field it sets, in which steps and bounds; `lasting` for what links do."""

    name: str
    field: str
    step: float
    least: float
    most: float
    lasting: bool = False


KNOBS = (
    Knob("nodes", "nodes", 1, 1, MAX_SERVERS),
    Knob("clients", "clients", 1, 1, MAX_SERVERS),
    Knob("writes", "writes", 0.1, 0.0, 1.0),
    Knob("model", "model", 1, 0, len(MODELS) - 1),
    Knob("seed", "seed", 1, 0, 9999),
    Knob("shortest delay", "shortest", 1, 1, MAX_DELAY, lasting=True),
    Knob("longest delay", "longest", 1, 1, MAX_DELAY, lasting=True),
    Knob("loss", "loss", 0.05, 0.0, 0.95, lasting=True),
    Knob("doubles", "duplicate", 0.05, 0.0, 0.95, lasting=True),
    Knob("cut off", "apart", 1, 0, MAX_SERVERS - 1, lasting=True),
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
    if knob.field == "model":
        place = (MODELS.index(sandbox.model) + steps) % len(MODELS)
        return replace(sandbox, model=MODELS[place])
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
