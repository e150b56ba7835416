"""The network diagram on the screen: one Line API widget for wires and signals, its boxes as children."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files

from rich.segment import Segment
from textual import events
from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import ArrangeResult, WidgetPlacement
from textual.layout import Layout as WidgetLayout
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from .draw import Run, ground, marked, painted, plan_for, row_spans, runs_by_row
from .glyphs import UNICODE, Glyphs
from .layout import Pair, Style
from .overlay import Memory, Overlay, overlay
from .panel import BoxPanel, Inked
from .places import flight_near, wire_near
from .route import Plan
from .scene import Scene


class _Placing(WidgetLayout):
    """Puts the panels where the diagram's own layout has them."""

    name = "diagram"

    def arrange(self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True) -> ArrangeResult:
        if not isinstance(parent, NetworkDiagram):
            return []
        plan = parent.plan(size)
        boxes = {} if plan is None else plan.layout.boxes
        return [
            WidgetPlacement(Region(*boxes[child.box.id]), NULL_OFFSET, NULL_SPACING, child)
            for child in children
            if isinstance(child, BoxPanel) and child.box.id in boxes
        ]


class NetworkDiagram(Inked):
    """Shows a `Scene`: call `show` as often as there is a new one.

    The wires of the box that has the focus stand out.  `layout_style` switches between ring and board;
    where no ring fits, the board is shown anyway.
    """

    DEFAULT_CSS = files(__package__).joinpath("widget.tcss").read_text(encoding="utf-8")

    layout_style: reactive[Style] = reactive("ring", init=False)
    highlight: reactive[int | None] = reactive(None, init=False)
    chosen: reactive[int | None] = reactive(None, init=False)
    """The flight that stands out, by its id."""

    class NodeChosen(Message):
        """A box was clicked or entered; `id` is 0 for the gateway, below 0 for a client."""

        def __init__(self, diagram: NetworkDiagram, box_id: int) -> None:
            super().__init__()
            self.diagram = diagram
            self.id = box_id

        @property
        def control(self) -> NetworkDiagram:
            return self.diagram

    class FlightChosen(Message):
        """A signal on its way was clicked; `id` is its flight's."""

        def __init__(self, id: int) -> None:
            super().__init__()
            self.id = id

    class WireChosen(Message):
        """The wire between two boxes was clicked."""

        def __init__(self, pair: Pair) -> None:
            super().__init__()
            self.pair = pair

    class NothingChosen(Message):
        """A place without anything was clicked."""

    def __init__(
        self,
        scene: Scene | None = None,
        *,
        glyphs: Glyphs = UNICODE,
        braille: bool = True,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """`braille=False` shows the board always, for fonts that lack those characters."""
        super().__init__(id=id, classes=classes)
        self.scene = scene
        self._glyphs = glyphs
        self._braille = braille
        self._placing = _Placing()
        self._memory: Memory = {}
        self._drawn: tuple[Plan, int | None] | None = None
        self._drawn_size = Size()
        self._over: Overlay | None = None
        self._letters: Mapping[int, str] = {}
        self._signals: dict[int, list[Run]] = {}
        self._strips: dict[int, Strip] = {}
        self._panels: dict[int, BoxPanel] = {}

    @property
    def layout(self) -> WidgetLayout:
        return self._placing

    def show_letters(self, letters: Mapping[int, str]) -> None:
        """Letters to choose by, each from its cell on; see `places.py`."""
        self._letters = letters
        self._draw()

    @property
    def drawn(self) -> tuple[Plan, Overlay] | None:
        """What is on the screen now."""
        return None if self._drawn is None or self._over is None else (self._drawn[0], self._over)

    def plan(self, size: Size) -> Plan | None:
        """Layout and routes of the scene at a size; None if there is nothing to show or no room at all."""
        if self.scene is None or not size.area:
            return None
        return plan_for(self.scene, size.width, size.height, self.layout_style, self._braille)

    def show(self, scene: Scene, afresh: bool = False) -> None:
        """Shows a scene; cheap enough for 30 frames a second.

        Labels keep their places from scene to scene as far as they can; `afresh` forgets those places.
        """
        if afresh:
            self._memory = {}
        self.scene = scene
        if self.is_attached:
            self._sync_panels(scene)
            self._draw()

    def on_mount(self) -> None:
        self.app.theme_changed_signal.subscribe(self, lambda _: self.notify_style_update())
        if self.scene is not None:
            self._sync_panels(self.scene)

    def on_resize(self) -> None:
        self._draw()

    def keep_up(self) -> None:
        """Draws the scene for a new size: Textual tells of it when the screen has been painted already."""
        if self._drawn_size != self.size:
            self._draw(painting=True)

    def notify_style_update(self) -> None:
        """Also forgets the finished rows, which have the old colours."""
        super().notify_style_update()
        self._strips.clear()

    def watch_layout_style(self) -> None:
        self._draw()

    def watch_highlight(self) -> None:
        self._draw()

    def watch_chosen(self) -> None:
        self._draw()

    def on_click(self, event: events.Click) -> None:
        """Chooses the signal or the wire that is nearest to the pointer, or nothing."""
        if self.drawn is None:
            return
        flight = flight_near(*self.drawn, event.x, event.y)
        if flight is not None:
            self.post_message(self.FlightChosen(flight))
        elif pair := wire_near(self.drawn[0], event.x, event.y):
            self.post_message(self.WireChosen(pair))
        else:
            self.post_message(self.NothingChosen())

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        if isinstance(event.widget, BoxPanel):
            self.highlight = event.widget.box.id

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        # The next box may have reported its focus already.
        if isinstance(event.widget, BoxPanel) and self.highlight == event.widget.box.id:
            self.highlight = None

    def on_box_panel_chosen(self, event: BoxPanel.Chosen) -> None:
        event.stop()
        self.post_message(self.NodeChosen(self, event.box_id))

    def render_lines(self, crop: Region) -> list[Strip]:
        self.keep_up()
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        strip = self._strips.get(y)
        if strip is None:
            inks = self.inks()
            if self._drawn is None or y >= self._drawn[0].layout.height:
                return Strip.blank(self.size.width, inks["text"])
            under = ground(*self._drawn, self._glyphs)
            spans = row_spans(under, y, self._signals.get(y, []))
            strip = Strip([Segment(text, inks[role]) for text, role in spans], under.width)
            self._strips[y] = strip
        return strip

    def _sync_panels(self, scene: Scene) -> None:
        """Mounts panels for new boxes; those of boxes that left are hidden, as they may come back any moment."""
        boxes = {box.id: box for box in scene.boxes}
        for identity, panel in self._panels.items():
            panel.display = identity in boxes
        new = [
            BoxPanel(box, self._glyphs, self.keep_up) for identity, box in boxes.items() if identity not in self._panels
        ]
        if new:
            self._panels.update({panel.box.id: panel for panel in new})
            self.mount(*new)

    def _draw(self, painting: bool = False) -> None:
        """Draws the scene; only rows whose signals changed are painted again, unless the wires changed."""
        scene, plan = self.scene, self.plan(self.size)
        if scene is None or plan is None:
            return
        self._drawn_size = self.size
        moved = self._drawn is None or self._drawn[0].layout is not plan.layout
        for box in scene.boxes:
            panel = self._panels.get(box.id)
            if panel is not None:
                panel.show(box, plan.layout)
                if moved and panel.virtual_region != Region(*plan.layout.boxes[box.id]):
                    panel.refresh(layout=True)
        over = overlay(plan, scene.signals, {} if moved else self._memory)
        self._memory, self._over = over.memory, over
        cells = marked(painted(over, self._glyphs), over, self.chosen, self._letters)
        before, self._signals = self._signals, runs_by_row(cells, plan.layout.width)
        if self._drawn != (plan, self.highlight):
            self._drawn = plan, self.highlight
            self._strips.clear()
            if not painting:
                self.refresh()
            return
        dirty = []
        for y in before.keys() | self._signals.keys():
            span = _changed(before.get(y, []), self._signals.get(y, []))
            if span:
                self._strips.pop(y, None)
                dirty.append(Region(span[0], y, span[1] - span[0], 1))
        if dirty:
            self.refresh(*dirty)


def _changed(before: list[Run], after: list[Run]) -> tuple[int, int] | None:
    """First column and end of what differs between a row's old and new runs."""
    if before == after:
        return None
    first = 0
    while first < min(len(before), len(after)) and before[first] == after[first]:
        first += 1
    last = 0
    while last < min(len(before), len(after)) - first and before[-1 - last] == after[-1 - last]:
        last += 1
    runs = [*before[first : len(before) - last], *after[first : len(after) - last]]
    return min(run.x for run in runs), max(run.x + len(run.text) for run in runs)
