"""The diagram on the screen: the same characters as the pure drawing, boxes to focus and click, any size."""

from __future__ import annotations

import pytest
from diagram_scenes import scene
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.strip import Strip

from distgame.tui.diagram.draw import render_text
from distgame.tui.diagram.palette import INKS
from distgame.tui.diagram.panel import BoxPanel
from distgame.tui.diagram.scene import Scene
from distgame.tui.diagram.widget import NetworkDiagram

WIDE, NARROW, BIG = (78, 28), (80, 13), (110, 45)


class DiagramApp(App[None]):
    """Nothing but a diagram, which notes what was chosen."""

    AUTO_FOCUS = None

    def __init__(self, shown: Scene | None) -> None:
        super().__init__()
        self.diagram = NetworkDiagram(shown)
        self.chosen: list[int] = []

    def compose(self) -> ComposeResult:
        yield self.diagram

    def on_network_diagram_node_chosen(self, event: NetworkDiagram.NodeChosen) -> None:
        self.chosen.append(event.id)


def strips(app: DiagramApp) -> list[Strip]:
    """The diagram's own rows, without the boxes."""
    return app.diagram.render_lines(Region(0, 0, *app.diagram.size))


def panels(app: DiagramApp) -> list[BoxPanel]:
    """The boxes that are on the screen."""
    return [panel for panel in app.diagram.query(BoxPanel) if panel.display]


def screen_text(app: DiagramApp) -> list[str]:
    """The diagram with its boxes where the screen has them, as lines of text."""
    rows = [list(strip.text) for strip in strips(app)]
    for panel in panels(app):
        x, y, width, height = panel.region
        for row, strip in enumerate(panel.render_lines(Region(0, 0, width, height)), start=y):
            if row < len(rows):
                rows[row][x : x + width] = strip.text
    return ["".join(row).rstrip() for row in rows]


def all_strips(app: DiagramApp) -> list[Strip]:
    """The rows of the diagram and of every box."""
    boxes = [panel.render_lines(Region(0, 0, *panel.size)) for panel in panels(app)]
    return [*strips(app), *(strip for box in boxes for strip in box)]


def colours(app: DiagramApp) -> set[str]:
    return {s.style.color.name for strip in all_strips(app) for s in strip if s.style and s.style.color}


@pytest.mark.parametrize("size", [WIDE, NARROW, BIG, (96, 33)])
@pytest.mark.parametrize("nodes", [1, 4, 5, 7])
async def test_the_screen_shows_what_the_pure_drawing_draws(size, nodes):
    shown = scene(nodes, 3, 15, down=4)
    app = DiagramApp(shown)
    async with app.run_test(size=size):
        assert screen_text(app) == render_text(shown, *size)


async def test_frames_drawn_one_after_another_leave_no_ghosts():
    app = DiagramApp(scene(5, 3, 18))
    async with app.run_test(size=WIDE) as pilot:
        for frame in range(1, 8):
            app.diagram.show(scene(5, 3, 18, time=frame / 50))
            await pilot.pause()
        app.diagram.show(scene(5, 3, 0))
        await pilot.pause()
        assert screen_text(app) == render_text(scene(5, 3, 0), *WIDE)


async def test_only_rows_that_changed_are_painted_again():
    painted: list[Region] = []

    class Watched(NetworkDiagram):
        def refresh(self, *regions, **options):
            painted.extend(regions)
            return super().refresh(*regions, **options)

    app = DiagramApp(None)
    app.diagram = Watched(scene(3, 1, 1, links=()))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        painted.clear()
        app.diagram.show(scene(3, 1, 1, links=(), time=0.4))
        assert 0 < len(painted) < 12
        assert len({region.y for region in painted}) == len(painted)
        painted.clear()
        app.diagram.show(scene(3, 1, 1, links=(), time=0.4))
        assert painted == []


async def test_a_click_chooses_and_focuses_a_box():
    app = DiagramApp(scene(5, 3))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.click("#box-2")
        await pilot.click("#box-client-1")
        await pilot.pause()
        assert app.chosen == [2, -1]
        assert app.focused is app.diagram.query_one("#box-client-1")


async def test_enter_chooses_the_focused_box_whose_wires_stand_out():
    app = DiagramApp(scene(7, 2))
    async with app.run_test(size=WIDE) as pilot:
        app.diagram.query_one("#box-1").focus()
        await pilot.pause()
        assert app.diagram.highlight == 1
        assert screen_text(app) == render_text(scene(7, 2), *WIDE, highlight=1)
        await pilot.press("tab")
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.focused, BoxPanel)
        assert app.focused.box.id != 1
        assert app.chosen == [app.focused.box.id] == [app.diagram.highlight]
        app.set_focus(None)
        await pilot.pause()
        assert app.diagram.highlight is None


async def test_ring_and_board_take_turns():
    app = DiagramApp(scene(5, 2, 9))
    async with app.run_test(size=NARROW) as pilot:
        for style in ("board", "ring"):
            app.diagram.layout_style = style
            await pilot.pause()
            assert screen_text(app) == render_text(scene(5, 2, 9), *NARROW, style)


async def test_a_font_without_braille_gets_the_board():
    app = DiagramApp(None)
    app.diagram = NetworkDiagram(scene(3, 2, 5), braille=False)
    async with app.run_test(size=WIDE):
        assert screen_text(app) == render_text(scene(3, 2, 5), *WIDE, "board")


async def test_any_size_at_any_moment():
    app = DiagramApp(scene(5, 3, 20))
    async with app.run_test(size=WIDE) as pilot:
        for frame, size in enumerate([(1, 1), (3, 2), (20, 5), (40, 13), (110, 45), (13, 40), (170, 8), NARROW]):
            app.diagram.show(scene(5, 3, 20, time=frame / 30))
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert app.diagram.size == size
        assert screen_text(app) == render_text(scene(5, 3, 20, time=7 / 30), *NARROW)


async def test_a_scene_may_come_late_and_change_its_boxes():
    app = DiagramApp(None)
    async with app.run_test(size=WIDE) as pilot:
        assert screen_text(app) == [""] * 28
        for nodes, clients in ((3, 1), (5, 3), (2, 2), (4, 3)):
            app.diagram.show(scene(nodes, clients, 6))
            await pilot.pause()
            assert screen_text(app) == render_text(scene(nodes, clients, 6), *WIDE)


async def test_a_crash_is_a_css_class_and_a_changed_box():
    app = DiagramApp(scene(3, 1))
    async with app.run_test(size=WIDE) as pilot:
        panel = app.diagram.query_one("#box-2", BoxPanel)
        assert panel.has_class("-node", "-up")
        app.diagram.show(scene(3, 1, down=2))
        await pilot.pause()
        assert panel.has_class("-node", "-down")
        assert not panel.has_class("-up")
        assert screen_text(app) == render_text(scene(3, 1, down=2), *WIDE)


@pytest.mark.parametrize(("theme", "shade"), [("textual-dark", "dark"), ("textual-light", "light")])
async def test_colours_follow_the_theme(theme, shade):
    app = DiagramApp(scene(5, 3, 18))
    async with app.run_test(size=WIDE) as pilot:
        app.theme = theme
        await pilot.pause()
        allowed = {getattr(ink, shade).lower() for ink in INKS.values()}
        assert colours(app) <= allowed
        assert getattr(INKS["request"], shade).lower() in colours(app)


async def test_every_segment_has_a_background():
    app = DiagramApp(scene(5, 3, 18))
    async with app.run_test(size=WIDE):
        for strip in all_strips(app):
            assert all(segment.style and segment.style.bgcolor for segment in strip)


async def test_no_color_leaves_grey_and_weight_to_tell_signals_from_wires(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    app = DiagramApp(scene(3, 1, 4, links=()))
    async with app.run_test(size=WIDE):
        segments = [segment for strip in strips(app) for segment in strip if segment.text.strip()]
        assert all(len(set(segment.style.color.triplet)) == 1 for segment in segments)
        assert {bool(segment.style.bold) for segment in segments} == {True, False}


async def test_boxes_may_leave_and_come_back_within_one_frame():
    app = DiagramApp(scene(5, 2, 4))
    async with app.run_test(size=WIDE) as pilot:
        for nodes in (2, 5, 3, 5):
            app.diagram.show(scene(nodes, 2, 4))
        await pilot.pause()
        assert len(panels(app)) == 8
        assert screen_text(app) == render_text(scene(5, 2, 4), *WIDE)
