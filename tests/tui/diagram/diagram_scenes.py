"""Scenes for the diagram's tests, made by plain arithmetic so that they never change.

Run as a program, it writes the goldens anew: look at them before they are committed.
"""

from __future__ import annotations

from pathlib import Path

from distgame.tui.diagram.draw import render_text
from distgame.tui.diagram.scene import Box, Flight, LinkMark, Scene

GOLDENS = Path(__file__).parent / "goldens"

_VALUES = (("x = 7 (4,1)", "x=7 (4,1)"), ("x = 3 (2,2)", "x=3 (2,2)"))
_WAITS = (("2 of 3 answers", "2 of 3"), ("idle", "idle"), ("Store sent", "Store sent"))
_READS = (("x = ?", "x=?"), ("x <- 7", "x<-7"), ("x = 3", "x=3"))
_REQUESTS = ("Query", "Store", "R", "W7")
_REPLIES = ("ok", "R7", "7 (4,1)", "W+")
FAULTS = (LinkMark(1, 3, "cut"), LinkMark(2, 5, "slow"))


def scene(
    nodes: int,
    clients: int,
    signals: int = 0,
    *,
    down: int | None = None,
    links: tuple[LinkMark, ...] = FAULTS,
    time: float = 0.0,
) -> Scene:
    """A scene with that many of each; `time` moves every signal on by that share of its way."""
    return Scene(
        clients=tuple(
            Box(-1 - i, f"client {i + 1}", *_texts(_READS[i % 3], (f"done {22 - 3 * i}",) * 2)) for i in range(clients)
        ),
        gateway=Box(0, "gateway", ("3 of 7 asks", "to node 1", "queue 2"), ("3/7 asks", "to node 1", "queue 2")),
        nodes=tuple(
            Box(
                i,
                f"node {i}",
                *_texts(_VALUES[i in (3, 4, 6)], _WAITS[(i - 1) % 3], ("ops 41", "ops 41")),
                state="down" if i == down else "up",
            )
            for i in range(1, nodes + 1)
        ),
        signals=flights(nodes, clients, signals, time),
        links=tuple(mark for mark in links if max(mark.a, mark.b) <= nodes),
    )


def _texts(*lines: tuple[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    long, short = zip(*lines, strict=True)
    return long, short


def flights(nodes: int, clients: int, count: int, time: float = 0.0) -> tuple[Flight, ...]:
    """Signals spread over all links; every ninth is lost where it is."""
    ways = [(a, b) for a in range(nodes + 1) for b in range(nodes + 1) if a != b]
    for client in range(clients):
        ways[3 * client : 3 * client] = [(-1 - client, 0), (0, -1 - client)]
    made = []
    for i in range(count):
        sender, receiver = ways[i * 7 % len(ways)]
        request = i % 5 in (0, 2, 3)
        label = (_REQUESTS if request else _REPLIES)[i % 4]
        progress = (0.07 + i * 0.37 + time) % 1.0
        made.append(Flight(i, sender, receiver, progress, label, "request" if request else "reply", lost=i % 9 == 8))
    return tuple(made)


PICTURES: dict[str, tuple[Scene, int, int]] = {
    "ring1_wide": (scene(1, 1, 3), 78, 28),
    "ring3_wide": (scene(3, 2, 12), 78, 28),
    "ring5_wide": (scene(5, 3, 18, down=4), 78, 28),
    "ring7_big": (scene(7, 4, 30, down=4), 110, 45),
    "ring5_narrow": (scene(5, 2, 12, down=4), 80, 13),
    "board7_narrow": (scene(7, 4, 20, down=4), 80, 13),
}

if __name__ == "__main__":
    GOLDENS.mkdir(exist_ok=True)
    for name, (shown, width, height) in PICTURES.items():
        text = "\n".join(render_text(shown, width, height)) + "\n"
        (GOLDENS / f"{name}.txt").write_text(text, encoding="utf-8")
