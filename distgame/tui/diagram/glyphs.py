"""The characters the diagram is drawn with: Unicode, or ASCII for terminals that guess widths wrong."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Frame:
    """The border of a box: corners clockwise from the top left, horizontal line, vertical line."""

    corners: str
    across: str
    down: str


@dataclass(frozen=True, slots=True)
class Glyphs:
    """One character set; arrows start at the right and go clockwise."""

    request: str
    reply: str
    lost: str
    lane: str
    slow_lane: str
    ellipsis: str
    box: Frame
    gateway: Frame
    crashed: Frame


UNICODE = Glyphs(
    request="→↘↓↙←↖↑↗",
    reply="⇒⇘⇓⇙⇐⇖⇑⇗",
    lost="×",
    lane="·",
    slow_lane="╌",
    ellipsis="…",
    box=Frame("╭╮╯╰", "─", "│"),
    gateway=Frame("┏┓┛┗", "━", "┃"),
    crashed=Frame("┌┐┘└", "╌", "╎"),
)

ASCII = Glyphs(
    request=">\\v/<\\^/",
    reply=")\\u/(\\n/",
    lost="x",
    lane=".",
    slow_lane="-",
    ellipsis="~",
    box=Frame("++++", "-", "|"),
    gateway=Frame("####", "=", "#"),
    crashed=Frame("++++", ".", ":"),
)
