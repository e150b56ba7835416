"""Whatever a key does, the mouse does as well.

What has a title is in the command palette, which a click in the footer opens; what has a footer text in a modal window
is in that window's footer; all else is a gesture, listed here and tried on a running screen. The
other way round: tabs have v and V, boxes Tab and Enter, signals j, wires c, the headers of the scores o, the strip of
a lesson g, levels the arrows and Enter, scroll bars the arrows and page keys, and buttons the keys they name.
"""

from importlib import import_module
from pkgutil import walk_packages

from play_stage import MAJORITY, level, stage
from textual.events import MouseScrollDown, MouseScrollUp
from textual.screen import ModalScreen

import distgame.tui
from distgame.tui.commands import Palette, commands_here
from distgame.tui.diagram.places import flight_near, wire_cells
from distgame.tui.footer import CommandFooter
from distgame.tui.modals.confirm import ConfirmScreen
from distgame.tui.modals.futures import FuturesScreen
from distgame.tui.modals.help import HelpScreen
from distgame.tui.modals.hint import HintScreen
from distgame.tui.modals.settings import SettingsScreen
from distgame.tui.modals.starter import StarterScreen
from distgame.tui.modals.writer import WriterScreen
from distgame.tui.play.timeline import scale

GESTURES = {
    "FuturesPage.move": "a click on a row, and the wheel",
    "ResultScreen.scroll": "the wheel",
    "Choices.screen.change": "clicks on the setting, which come round to every value",
    "ChangesPage.move": "a click on the change",
    "ChangesPage.go": "a click on the change",
    "OperationsPage.choose": "a click on the operation",
    "OperationsPage.lane": "a click on the operation",
    "OperationsPage.began": "two clicks on the operation",
    "EventLog.move": "a click on the row, and the wheel",
    "EventLog.choose": "a click on the row",
    "PlayScreen.travel": "a click on the timeline (0 to 9)",
    "PlayScreen.escape": "a click on an empty place of the diagram; Levels is in the palette",
    "SpaceTime.go": "a click on the picture",
    "SpaceTime.zoom": "the wheel",
    "Timeline.go": "a click, or dragging",
    "WorldPage.choose": "a click on the knob",
}


def listed():
    """Every command of the game, with the class that lists it."""
    for module in walk_packages(distgame.tui.__path__, "distgame.tui."):
        for kind in vars(import_module(module.name)).values():
            if isinstance(kind, type) and kind.__module__ == module.name:
                for command in vars(kind).get("KEYS", ()):
                    yield kind, command


def test_every_command_has_a_way_for_the_mouse():
    used = set()
    for kind, command in listed():
        names = [f"{each.__name__}.{command.action.partition('(')[0]}" for each in kind.__mro__]
        name = next((each for each in names if each in GESTURES), names[0])
        in_window = bool(command.footer) and (issubclass(kind, ModalScreen) or command.footer in ("Help", "Close"))
        if not (command.title or in_window):
            assert name in GESTURES, f"{name} ({command.keys}) needs a keyboard"
            used.add(name)
    assert used == set(GESTURES)


def test_what_a_small_footer_leaves_out_is_in_the_palette():
    for kind, command in listed():
        if command.footer and not issubclass(kind, ModalScreen):
            assert command.title or command.footer in ("Palette", "Help"), command


class Mouse:
    """The mouse over a stage."""

    def __init__(self, play):
        self.play = play

    async def click(self, widget, x=0, y=0, times=1):
        """Clicks on a cell of a widget."""
        await self.play.pilot.click(offset=(widget.region.x + x, widget.region.y + y), times=times)
        await self.play.settle()

    async def click_on(self, text, times=1):
        """Clicks where a text stands on the screen."""
        x, y = next((line.index(text), y) for y, line in enumerate(self.play.lines) if text in line)
        await self.play.pilot.click(offset=(x, y), times=times)
        await self.play.settle()

    async def wheel(self, widget, direction=MouseScrollDown):
        await self.play.pilot._post_mouse_events([direction], widget)
        await self.play.settle()

    async def click_key(self, action):
        """Clicks on a key of the footer."""
        footer = self.play.app.screen.query_one(CommandFooter)
        key = next(each for each in footer.keys if each.active.binding.action == action)
        assert key.x + key.width <= footer.size.width
        await self.click(footer, key.x)


async def test_the_play_screen_without_a_keyboard(tmp_path):
    async with stage(tmp_path, MAJORITY, played=level(tmp_path, loss=0.1)) as play:
        mouse, screen = Mouse(play), play.screen
        assert screen.head.running
        await mouse.click_key("travel('run_pause')")
        assert not screen.head.running
        await mouse.click_key("travel('speed', 1)")
        await mouse.click_key("travel('speed', -1)")
        assert screen.head.speed == 1

        left, cells = scale(200, screen.timeline.size.width)
        await mouse.click(screen.timeline, left + 1 + cells // 2, 1)
        assert abs(screen.head.time - 100) < 2
        screen.travel.go_to_tick(97)  # Signals are on their way.
        await play.settle()

        # A signal, its wishes on the line, and what the change does.
        plan, over = screen.diagram.drawn
        width = plan.layout.width
        flight = over.heads[-1]
        await mouse.click(screen.diagram, flight.cell % width, flight.cell // width)
        assert screen.diagram.chosen in flight.flights
        await mouse.click_on("h hold")
        assert [change.words for change in screen.what_if.changes]
        await mouse.click(screen.diagram, 40, 0)
        assert screen.diagram.chosen is not None  # That was a box.
        empty = 2, 27
        await mouse.click(screen.diagram, *empty)
        assert screen.diagram.chosen is None

        # A signal that is asked for is clicked.
        await mouse.click_key("what_if('drop')")
        assert screen.what_if.choosing
        plan, over = screen.diagram.drawn
        await mouse.click(screen.diagram, over.heads[0].cell % width, over.heads[0].cell // width)
        assert not screen.what_if.choosing
        assert len(screen.what_if.changes) == 2

        # The changes: chosen and gone to by a click, taken back from the palette.
        await mouse.click_on("Changes")
        assert screen.tabs.active == "changes"
        screen.travel.go_to_tick(150)
        await mouse.click(
            screen.changes_page, 8, [line[1:5].isdigit() for line in screen.changes_page.lines].index(True, 2)
        )
        assert screen.changes_page._cursor == 1
        assert screen.head.time < 150
        await mouse.click_on("Palette")
        assert isinstance(play.app.screen, Palette)
        await mouse.click_on("Take this change back")
        assert len(screen.what_if.changes) == 1
        await mouse.click(screen.diagram, *empty)

        # A wire.
        plan, over = screen.diagram.drawn
        middles = [(cell % width, cell // width) for cell in wire_cells(plan).values()]
        await mouse.click(screen.diagram, *next(each for each in middles if flight_near(plan, over, *each) is None))
        await mouse.click_on("c cut or mend")
        assert len(screen.what_if.changes) == 2

        # Events, operations, space and time.
        await mouse.click_on("Events")
        log = screen.log_page
        await mouse.click(log, 5, 3)
        told = screen.head.event
        await mouse.click(log, 5, 1)
        assert screen.head.event < told
        await mouse.click_on("Operations")
        operations = screen.operations_page
        await mouse.click(operations, 12, 2)
        answered = screen.head.event
        await mouse.click(operations, 12, 2, times=2)
        assert screen.head.event < answered
        await play.press("m")
        before = play.lines
        await mouse.wheel(screen.space_time)
        assert play.lines != before
        await mouse.wheel(screen.space_time, MouseScrollUp)
        assert play.lines == before
        time = screen.head.time
        await mouse.click(screen.space_time, 70, 5)
        assert screen.head.time > time


CLOSED_BY_A_CLICK = {
    "settings": lambda play: SettingsScreen(),
    "help": lambda play: HelpScreen(play.screen),
    "hint": lambda play: HintScreen(play.screen.level, 1),
    "confirm": lambda play: ConfirmScreen("Sure?", "Really?", "Yes", "No"),
    "starter": lambda play: StarterScreen(play.screen.level),
    "writer": lambda play: WriterScreen(play.screen.path),
    "futures": lambda play: FuturesScreen(play.screen.what_if.futures),
}
CLOSING = ("dismiss_modal", "close", "answer(False)")


async def test_windows_have_all_their_keys_for_the_mouse_and_are_closed_by_it(tmp_path):
    async with stage(tmp_path, MAJORITY, (80, 24)) as play:
        mouse = Mouse(play)
        await play.press("x")
        await play.settle()
        for name, make in CLOSED_BY_A_CLICK.items():
            window = make(play)
            play.app.push_screen(window)
            await play.settle()
            keys = {each.active.binding.action: each for each in window.query_one(CommandFooter).keys}
            wanted = {command.action for _, command in commands_here(window) if command.footer}
            assert wanted <= set(keys), name
            assert all(each.x + each.width <= 80 for each in keys.values()), name
            if name == "settings":
                theme = play.app.theme
                await mouse.click_on("Theme")
                assert play.app.theme != theme
            await mouse.click_key(next(action for action in CLOSING if action in keys))
            assert play.app.screen is play.screen, name
        await play.press("s")
        await play.settle()
        await mouse.click_on("? help")
        assert isinstance(play.app.screen, HelpScreen)
        await play.press("escape")
        await mouse.click_on("esc close")
        assert play.app.screen is play.screen
