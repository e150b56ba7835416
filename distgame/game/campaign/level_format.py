"""The format of level files in words: every field with an example, a new file to begin with, and the page of the docs.

Defaults and kinds come from the dataclasses that read the files; what a field means is said here, once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import MISSING, Field, dataclass, fields
from textwrap import wrap
from typing import Any, Literal, get_args, get_origin, get_type_hints

from distgame.game.campaign import level_tables as tables
from distgame.game.campaign.lesson import DEEDS, LessonStep
from distgame.game.campaign.levels import Level
from distgame.game.scores.judging import MODELS


@dataclass(frozen=True)
class Section:
    """A table of the file: its header as it is written, the dataclass that reads it, and what it is for.

    `examples` gives for each field a value, as TOML, and what the field means. A section that is not `needed` may be
    left out of a file.
    """

    header: str
    shape: type
    says: str
    examples: dict[str, tuple[str, str]]
    needed: bool = False


SECTIONS = (
    Section(
        "",
        Level,
        "What a player reads, and what is asked. These fields stand at the top of the file, before any table.",
        {
            "number": ("1", "its place among the levels of its folder; no two have the same"),
            "name": ('"A New Level"', "what it is called"),
            "act": ('"My Levels"', "the heading under which it is listed, with those beside it of the same act"),
            "teaches": ('"What the player knows afterwards."', "the point, in a sentence"),
            "story": ('"""\nTwo to six sentences. Something went wrong, and it is funny.\n"""', "why we are here"),
            "new": (
                '"""\nWhat the player may use for the first time, with code that stands in by four:\n\n'
                "    self.storage\n\nAnd the facts of this world: who talks to whom, what is slow, what is lost.\n"
                '"""',
                "what the player has not met yet",
            ),
            "goal": ('"""\nWhat a pass asks for, in plain words, with its figures.\n"""', "the goals in words"),
            "hints": (
                '[\n    "The symptom: where to look.",\n    "The concept: why.",\n    "Almost the code.",\n]',
                "three, each nearer to the answer than the one before",
            ),
            "afterword": (
                '"""\nThe name of the algorithm, who found it, and what it does not do.\n"""',
                "what is told after a pass",
            ),
            "model": (
                '"linearizable"',
                f"what reads, or the whole run, must be: {', '.join(MODELS)}",
            ),
            "reference": (
                '"single_copy.py"',
                "the algorithm that passes: a file beside the level, or of the game",
            ),
            "broken": ('["local_variable.py"]', "algorithms that must fail, each for a reason of its own"),
        },
        needed=True,
    ),
    Section(
        "[world]",
        tables.WorldTable,
        "Nodes, time, and how things are where nothing else is said. Times are in ticks, shares go from 0 to 1.",
        {
            "nodes": ("3", "how many nodes, 1 to 9"),
            "duration": ("600", "length of a run, in ticks"),
            "timeout": ("100", "ticks that a client waits before it gives up; the last so many ticks nobody asks"),
            "delay": ("[1, 6]", "ticks from node to node, least and most; each signal draws its own"),
            "loss": ("0.0", "share of the signals between nodes that are lost"),
            "duplicate": ("0.0", "share of the signals between nodes that come twice"),
            "reorder": ("true", "whether a signal may overtake an earlier one on its link"),
            "front_delay": ("[0, 1]", "ticks between client, gateway and node"),
            "clock_offset": ("1000", "nodes' clocks are ahead by up to so many ticks"),
            "clock_drift": ("0.01", "nodes' clocks are faster or slower by up to this share"),
            "disk_latency": ("0", "ticks until what is stored outlives a crash"),
        },
        needed=True,
    ),
    Section(
        "[[clients]]",
        tables.ClientTable,
        "Clients that are alike. What is no write, compare-and-set, increment or snapshot is a read.",
        {
            "count": ("1", "how many; 1 to 9 in all tables together"),
            "writes": ("0.4", "share of their operations that are writes"),
            "cas": ("0.1", "share of compare-and-sets"),
            "increments": ("0.1", "share of increments, which draw a ticket"),
            "snapshots": ("0.1", "share of snapshots, which read all keys at once"),
            "keys": ('["x", "y"]', "the registers they use; without it there is one, without a name"),
            "think": ("[2, 10]", "ticks between an answer and the next question, least and most"),
            "start": ("1", "the tick at which they begin"),
            "end": ("400", "the tick from which they ask nothing more"),
            "node": ("1", "the node that they keep to; without it the gateway chooses"),
        },
        needed=True,
    ),
    Section(
        "[[links]]",
        tables.LinkTable,
        "What is otherwise on some links between nodes for some time. Later tables win over earlier ones.",
        {
            "senders": ("[1, 2]", "the nodes at one end; without it, all"),
            "receivers": ("[3]", "the nodes at the other end; without it, all"),
            "both_ways": ("true", "whether the links back are meant as well"),
            "start": ("100", "the first tick at which it holds"),
            "end": ("200", "the first tick at which it no longer does"),
            "delay": ("[20, 40]", "as in [world]"),
            "loss": ("0.2", "as in [world]"),
            "duplicate": ("0.2", "as in [world]"),
            "reorder": ("false", "as in [world]"),
            "cut": ("false", "true: nothing passes"),
        },
    ),
    Section(
        "[[faults]]",
        tables.FaultTable,
        "What befalls a node at a tick. A crash ends it, a restart starts a crashed one, a pause stops it for a while.",
        {
            "kind": ('"pause"', "crash, restart or pause"),
            "node": ("3", "which node"),
            "tick": ("120", "when"),
            "ticks": ("40", "how long a pause is"),
            "lose_disk": ("false", "whether a restart finds its storage empty"),
            "freezes_clock": ("false", "whether the node's clock stands still during a pause"),
        },
    ),
    Section(
        "[[clocks]]",
        tables.ClockTable,
        "A node's clock goes wrong for a time.",
        {
            "node": ("2", "which node"),
            "rate": ("0.5", "its speed, as a multiple of its usual one, from 0 (it stands still) to 10"),
            "start": ("50", "the first tick at which it does"),
            "end": ("300", "the first tick at which it no longer does"),
        },
    ),
    Section(
        "[detector]",
        tables.DetectorTable,
        "A failure detector: nodes find the ids of those that are down in self.suspects.",
        {
            "delay": ("10", "ticks from a death, or a return, until all know"),
            "perfect": ("true", "false: a node that is paused for so long is taken for dead too"),
        },
    ),
    Section(
        "[gateway]",
        tables.GatewayTable,
        "What the gateway does beside passing requests on.",
        {
            "health_check": ("10", "ticks until a node that is down gets no more requests; 0: never"),
            "retry": ("40", "ticks until an unanswered request is sent again, to the next node; 0: never"),
            "request_ids": ("true", "whether requests carry an id, the same when they are sent again"),
        },
    ),
    Section(
        "[swarm]",
        tables.SwarmTable,
        "Faults of which each seed draws some, each kind with chance 1/2. The figures are the strongest.",
        {
            "loss": ("0.2", "share of signals lost"),
            "duplicate": ("0.2", "share of signals doubled"),
            "slow": ("40", "ticks that the signals of one node take; 0: never"),
            "cut": ("100", "ticks that a minority of the nodes is cut off; 0: never"),
            "crashes": ("1", "most nodes that crash"),
            "down": ("100", "ticks until a crashed node starts again"),
            "lose_disk": ("false", "whether it finds its storage empty"),
            "pause": ("40", "ticks that a node is paused; 0: never"),
            "slowest_clock": ("0.5", "the slowest rate of a clock; 1: all are right"),
            "start": ("30", "the first tick of all this"),
            "end": ("400", "the tick from which nothing more begins"),
        },
    ),
    Section(
        "[[phases]]",
        tables.PhaseTable,
        "A part of the run with a goal of its own, over all scored seeds.",
        {
            "name": ('"the cut"', "what it is called"),
            "start": ("100", "what is asked from this tick on counts"),
            "end": ("200", "and before this one"),
            "clients": ("[1]", "whose operations count, numbered from 1; without it, all"),
            "availability": ("0.5", "the least share of them that is answered"),
        },
    ),
    Section(
        "[goals]",
        tables.Goals,
        "What a pass asks for beside right reads. The reference may use 85% of what each goal allows.",
        {
            "reads_of_written_values": ("5", "in every seed, right reads of a value that somebody wrote; 1 or more"),
            "availability": ("0.98", "share of all operations that are answered, at least"),
            "messages_per_operation": ("2.0", "messages between nodes for each operation, at most"),
            "read_p50": ("20", "ticks that half of all reads wait, at most"),
            "read_p99": ("40", "ticks that 99 of 100 reads wait, at most"),
            "write_p99": ("40", "ticks that 99 of 100 writes wait, at most"),
            "p99": ("40", "ticks that 99 of 100 operations wait, at most"),
            "swaps": ("1", "in every seed, compare-and-sets that changed the register"),
            "increments": ("1", "in every seed, right tickets"),
            "converged_within": ("100", "in every seed, ticks after the last write and fault until all reads agree"),
        },
        needed=True,
    ),
    Section(
        "[medals]",
        tables.Medals,
        "Three medals for those who pass, one without the other.",
        {
            "messages": ("1.6", "messages between nodes for each operation, at most"),
            "wait": ("18", "ticks that 99 of 100 operations wait, at most"),
            "availability": ("1.0", "share of all operations that are answered, at least"),
        },
        needed=True,
    ),
    Section(
        "[bounds]",
        tables.Bounds,
        "What nobody can better, where theory knows it. Shown beside the medals.",
        {
            "source": ('"Why, and who has proved it."', "the reason, in a sentence"),
            "messages": ("1.0", "as in [medals]"),
            "wait": ("4", "as in [medals]"),
            "availability": ("1.0", "as in [medals]"),
        },
    ),
    Section(
        "[seeds]",
        tables.Seeds,
        "Each seed is a run of its own: its delays, losses, and what clients do.",
        {
            "shown": ("1", "the run that the player sees first"),
            "scored": ("[101, 120]", "the first and the last of those that count"),
        },
    ),
    Section(
        "[[lesson]]",
        LessonStep,
        "A strip of text beside the run, one after the other, each until the player has done something.",
        {
            "text": ('"Press space, and watch the first request."', "what it says"),
            "done": ('"read"', f"what takes it away: {', '.join(DEEDS)}"),
        },
    ),
)


def fields_of(section: Section) -> Iterator[tuple[str, Field[Any]]]:
    """The fields that a file may set in the section, under the name they have there; tables of their own left out."""
    headers = {re.sub(r"\W", "", each.header) for each in SECTIONS}
    for each in fields(section.shape):
        name = str(each.metadata.get("toml", each.name))
        if name and not (section.shape is Level and name in headers):
            yield name, each


def template(number: int, name: str) -> str:
    """A new level file that can be checked and played as it is; what may be left out is commented out."""
    parts = [
        "# A level of distgame. `distgame level check FILE` says whether it can be solved and bites.\n"
        "# What has a # before it may be left out; it stands there with an example. docs/levels.md tells more.\n"
    ]
    for section in SECTIONS:
        lines = [f"# {section.says}"]
        mark = "" if section.needed else "#"
        if section.header:
            lines.append(mark + section.header)
        for key, each in fields_of(section):
            example, says = section.examples[key]
            if section.shape is Level and key in ("number", "name"):
                example = str(number) if key == "number" else json.dumps(name, ensure_ascii=False)
            # With a sharp and no blank before it, so that what is code can be told from what is said.
            leave_out = "#" if mark or not _is_required(each) else ""
            if "\n" in example:
                lines += ["", f"# {says}", f"{key} = {example}"]
            else:
                lines += _line(f"{leave_out}{key} = {example}", says)
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def _line(code: str, says: str) -> list[str]:
    line = f"{code:34}  # {says}"
    if len(line) <= 120:
        return [line]
    return ["", *wrap(f"# {says}", 120, subsequent_indent="# ", break_on_hyphens=False), code]


def field_tables() -> str:
    """The tables of fields for the docs, in Markdown."""
    parts = []
    for section in SECTIONS:
        title = f"`{section.header}`" if section.header else "The level itself"
        often = " As many as you like." if section.header.startswith("[[") else ""
        need = "" if section.needed else " May be left out."
        lines = [f"### {title}", "", f"{section.says}{often}{need}", ""]
        lines += ["| field | kind | default | meaning | example |", "|---|---|---|---|---|"]
        hints = get_type_hints(section.shape)
        for key, each in fields_of(section):
            example, says = section.examples[key]
            shown = "see `distgame level new`" if "\n" in example else f"`{example}`"
            default = "needed" if _is_required(each) else f"`{_toml(each.default)}`" if each.default is not None else ""
            lines.append(f"| `{key}` | {_kind(hints[each.name])} | {default} | {says} | {shown} |")
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def _is_required(each: Field[Any]) -> bool:
    return each.default is MISSING and each.default_factory is MISSING


def _toml(value: Any) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    return json.dumps(value, ensure_ascii=False)


_KINDS: dict[Any, tuple[str, str]] = {
    int: ("whole number", "whole numbers"),
    float: ("number", "numbers"),
    str: ("text", "texts"),
    bool: ("true or false", "true or false"),
}


def _kind(hint: Any) -> str:
    """What a value is, in words."""
    if hint in _KINDS:
        return _KINDS[hint][0]
    inner = get_args(hint)
    if get_origin(hint) is Literal:
        return "text"
    if get_origin(hint) is tuple:
        many = _KINDS[inner[0]][1]
        return f"list of {many}" if Ellipsis in inner else f"list of {len(inner)} {many}"
    return _kind(next(each for each in inner if each is not type(None)))
