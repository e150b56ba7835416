"""What the network diagram shows at one instant: boxes, signals in flight, marks on links; plain facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

GATEWAY = 0
"""Id of the gateway's box; nodes are 1, 2, ..., clients are -1, -2, ..."""


@dataclass(frozen=True, slots=True)
class Box:
    """One client, gateway or node.

    `lines` are its texts, most important first; `short` are the same texts for boxes 13 cells wide
    (`x=7 (4,1)`, `2 of 3`).  Any `state` but "up" is written into the second line.
    """

    id: int
    title: str
    lines: tuple[str, ...] = ()
    short: tuple[str, ...] = ()
    state: str = "up"

    @property
    def role(self) -> Literal["client", "gateway", "node"]:
        """Which of the three kinds of box this is, by its id."""
        if self.id == GATEWAY:
            return "gateway"
        return "node" if self.id > GATEWAY else "client"


@dataclass(frozen=True, slots=True)
class Flight:
    """One signal on its way; `progress` is the share of the way done (0 to 1), or where it died if `lost`.

    Ids grow with age of sending: of two flights that want one place, the lower id has it. One that is `faint` is drawn
    like a wire: another one is what matters.
    """

    id: int
    sender: int
    receiver: int
    progress: float
    label: str = ""
    kind: Literal["request", "reply"] = "request"
    lost: bool = False
    faint: bool = False


def name(identity: int) -> str:
    """A box's short name: g, 1, 2, ..., c1, c2, ..."""
    if identity == GATEWAY:
        return "g"
    return str(identity) if identity > GATEWAY else f"c{-identity}"


@dataclass(frozen=True, slots=True)
class LinkMark:
    """A fault on the link between `a` and `b`.

    A link that is cut one way only, `toward` the one of the two that nothing reaches, is drawn whole.
    """

    a: int
    b: int
    kind: Literal["cut", "slow", "lossy"]
    toward: int | None = None

    @property
    def words(self) -> str:
        """What stands on the wire: "cut", or "cut>3" where nothing reaches 3."""
        return self.kind if self.toward is None else f"{self.kind}>{name(self.toward)}"

    @property
    def parts(self) -> bool:
        """Whether nothing comes through either way."""
        return self.kind == "cut" and self.toward is None


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything the diagram needs to draw one frame."""

    clients: tuple[Box, ...]
    gateway: Box
    nodes: tuple[Box, ...]
    signals: tuple[Flight, ...] = ()
    links: tuple[LinkMark, ...] = ()

    @property
    def boxes(self) -> tuple[Box, ...]:
        """All boxes: the gateway, then the nodes, then the clients."""
        return (self.gateway, *self.nodes, *self.clients)
