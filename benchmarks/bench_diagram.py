"""CPU time of the network diagram: its parts, and whole frames on a screen (pytest-benchmark)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from itertools import count

import pytest
from textual.app import App, ComposeResult

from distgame.tui.diagram.draw import ground, painted, plan_for, row_spans, runs_by_row
from distgame.tui.diagram.layout import arrange
from distgame.tui.diagram.overlay import overlay
from distgame.tui.diagram.route import idle_dots, route
from distgame.tui.diagram.scene import Box, Flight, Scene
from distgame.tui.diagram.widget import NetworkDiagram

SIZE = (160, 50)
NODES, CLIENTS, SIGNALS = 7, 4, 100
pytestmark = pytest.mark.benchmark(timer=time.process_time)


def scene(moment: float = 0.0, signals: int = SIGNALS) -> Scene:
    """A busy cluster whose signals are all on the move."""
    ways = [(a, b) for a in range(NODES + 1) for b in range(NODES + 1) if a != b]
    ways += [way for client in range(-CLIENTS, 0) for way in ((client, 0), (0, client))]
    return Scene(
        clients=tuple(Box(-1 - i, f"client {i + 1}", ("x = 7", "done 3")) for i in range(CLIENTS)),
        gateway=Box(0, "gateway", ("3 of 7 asks",)),
        nodes=tuple(Box(i, f"node {i}", ("x = 7 (4,1)", "idle", "ops 41")) for i in range(1, NODES + 1)),
        signals=tuple(
            Flight(i, *ways[i * 7 % len(ways)], (i * 0.37 + moment) % 1, "Query", "reply" if i % 2 else "request")
            for i in range(signals)
        ),
    )


def test_route(benchmark) -> None:
    """Once for each size of the area."""

    def fresh() -> None:
        arrange.cache_clear()
        plan = route(arrange(*SIZE, NODES, CLIENTS))
        idle_dots(plan.layout)
        ground(plan)

    benchmark(fresh)


def test_overlay(benchmark) -> None:
    shown = scene()
    plan = plan_for(shown, *SIZE)
    memory = overlay(plan, shown.signals).memory
    benchmark(overlay, plan, shown.signals, memory)


def test_draw(benchmark) -> None:
    shown = scene()
    plan = plan_for(shown, *SIZE)
    over, under = overlay(plan, shown.signals), ground(plan)

    def rows() -> None:
        runs = runs_by_row(painted(over), SIZE[0])
        for y in range(SIZE[1]):
            row_spans(under, y, runs.get(y, []))

    benchmark(rows)


class DiagramApp(App[None]):
    """Nothing but a diagram."""

    def compose(self) -> ComposeResult:
        yield NetworkDiagram(scene())


@pytest.mark.parametrize(("size", "signals"), [((160, 50), 100), ((110, 45), 30), ((78, 28), 18)])
def test_frame(benchmark, size, signals) -> None:
    """From `show` to the terminal's bytes; the CPU time of the whole process."""
    moments = count(1)
    with asyncio.Runner() as runner:
        app = DiagramApp()
        session = app.run_test(size=size)
        pilot = runner.run(session.__aenter__())
        runner.run(pilot.pause())
        diagram = app.query_one(NetworkDiagram)

        async def frame(shown: Scene) -> None:
            done = asyncio.Event()
            diagram.show(shown)
            diagram.call_after_refresh(done.set)
            await done.wait()

        def following() -> tuple[tuple[Callable[[], object]], dict[str, object]]:
            shown = scene(next(moments) / 50, signals)
            return ((lambda: runner.run(frame(shown))),), {}

        benchmark.pedantic(lambda run: run(), setup=following, rounds=150)
        runner.run(session.__aexit__(None, None, None))
