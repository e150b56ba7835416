"""A story as lanes of text: one for each client, an interval for each operation, and below them one for each message.

Columns are the order of events, not time; the numbers above them are ticks. What is too wide goes on in further lanes.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from rich.cells import cell_len

from distgame.checker import Kind, Operation, Outcome, Value
from distgame.checker.lanes import show_key
from distgame.engine.world import name_of
from distgame.game.pictures.failure_story import Message, Story
from distgame.game.pictures.lane_layout import Bar, layout
from distgame.game.scores.judging import namer

Line = list[tuple[str, str]]
"""A line as texts, each with its role: write, read, wrong, open, message, lost, quiet."""
_FIRST_NODE, _FIRST_MESSAGE = 1 << 30, 1 << 31


@dataclass(frozen=True, slots=True)
class Signs:
    """The characters of a picture."""

    begin: str = "├"
    end: str = "┤"
    line: str = "─"
    open: str = "→"
    comes: str = "▸"
    lost: str = "×"
    wrong: str = "✗"
    nothing: str = "∅"


ASCII_SIGNS = Signs("|", "|", "-", ">", ">", "x", "x", "none")


@dataclass(frozen=True, slots=True)
class _Span:
    """What is drawn in a lane: an operation, the way of a message, or a time without a node."""

    process: int
    invoked: float
    completed: float
    name: str
    label: str
    role: str
    ticks: tuple[int | None, int | None]
    ending: str


def story_lines(story: Story, width: int, signs: Signs) -> list[Line]:
    """The lanes of a story in at most so many columns, with short names where those spare a second row of lanes."""
    drawn = []
    for briefly in (False, True):
        spans = [*_operations(story, signs, briefly), *_absences(story, signs), *_messages(story, signs, briefly)]
        margin = max(cell_len(span.name) for span in spans) + 2
        labels = {span: f" {span.label} " for span in spans}
        room = max(20, width - margin)
        blocks = layout(spans, labels, lambda span, returns: str(span.ticks[returns]), {}, room)
        drawn.append((blocks, labels, margin))
        if len(blocks) == 1:
            break
    blocks, labels, margin = min(drawn, key=lambda each: len(each[0]))
    lines: list[Line] = []
    for place, block in enumerate(blocks):
        if place:
            lines.append([])
        lines.append([(f"{'tick':<{margin}}{block.header()}", "quiet")])
        for process in block.processes():
            bars = block.bars(process)
            line: Line = [(f"{bars[0].operation.name:<{margin}}", "")]
            column = 0
            for bar in bars:
                line.append((" " * (bar.start - column), ""))
                text = _drawn(bar, labels[bar.operation], signs)
                line.append((text, bar.operation.role))
                column = bar.start + cell_len(text)
            lines.append(line)
    return lines


def _drawn(bar: Bar[_Span], label: str, signs: Signs) -> str:
    span = bar.operation
    if bar.begins and span.ending == signs.lost:
        return f"{signs.begin}{label}{signs.lost}"
    room = bar.end - bar.start - 1
    inside = label if bar.begins and cell_len(label) <= room else ""
    last = span.ending if bar.ends else signs.open if span.completed == inf else signs.line
    return f"{signs.begin if bar.begins else signs.line}{inside}{signs.line * (room - cell_len(inside))}{last}"


def _operations(story: Story, signs: Signs, briefly: bool) -> list[_Span]:
    name = namer(story.clients)
    spans = []
    for op, node in zip(story.operations, story.nodes, strict=True):
        wrong = op == story.wrong
        words = [signs.wrong] if wrong else []
        words.append(_told(op, signs))
        if node is not None:
            words.append(f"@{node}" if briefly else f"at {name_of(node)}")
        role = "wrong" if wrong else "open" if op.outcome is Outcome.UNKNOWN else _ROLES.get(op.kind, "write")
        returned = op.completed_at if op.completed < inf else None
        spans.append(
            _Span(
                op.process,
                op.invoked,
                op.completed,
                name(op.process),
                " ".join(words),
                role,
                (op.invoked_at, returned),
                signs.end,
            )
        )
    return spans


_ROLES = {Kind.READ: "read", Kind.SNAPSHOT: "read"}


def _told(op: Operation, signs: Signs) -> str:
    """What was asked and answered, as short as the label of a signal."""
    key = "" if op.key is None else f" {show_key(op.key)}"
    answered = op.outcome is not Outcome.UNKNOWN
    match op.kind:
        case Kind.WRITE:
            return f"W{op.value}{key}"
        case Kind.READ:
            return f"R{_held(op.value, signs)}{key}" if answered else f"R?{key}"
        case Kind.CAS:
            end = "?" if not answered else "+" if op.outcome is Outcome.OK else "="
            return f"C{_held(op.old, signs)}>{op.value}{key} C{end}"
        case Kind.ADD:
            return f"+1{key} #{op.value if answered else '?'}"
        case _:
            return f"R {','.join(f'{show_key(key)}={_held(value, signs)}' for key, value in op.parts) or '?'}"


def _held(value: Value, signs: Signs) -> str:
    return signs.nothing if value is None else str(value)


def _absences(story: Story, signs: Signs) -> list[_Span]:
    return [
        _Span(
            _FIRST_NODE + each.node,
            each.began,
            each.ended,
            name_of(each.node),
            each.state,
            "lost",
            (each.began_at, each.ended_at),
            signs.end,
        )
        for each in story.absences
    ]


def _messages(story: Story, signs: Signs, briefly: bool) -> list[_Span]:
    last = max((op.completed for op in story.operations if op.completed < inf), default=inf)
    return [_message(place, each, last, signs, briefly) for place, each in enumerate(story.messages)]


def _message(place: int, each: Message, last: float, signs: Signs, briefly: bool) -> _Span:
    lost, late = each.arrived_at is None, last < each.arrived < inf
    label = f"{each.brief if briefly else each.label}{f' until {each.arrived_at}' if late else ''}"
    return _Span(
        _FIRST_MESSAGE + place,
        each.sent,
        each.arrived if not lost and not late else inf,
        f"{each.sender} to {each.receiver}" if briefly else f"node {each.sender} to {each.receiver}",
        label,
        "lost" if lost or late else "message",
        (each.sent_at, each.arrived_at),
        signs.lost if lost else signs.comes,
    )
