"""What the keys of the play screen do, where no part of it does it alone."""

from __future__ import annotations

from textual import events

from distgame.game.campaign.lesson import Deed
from distgame.tui.diagram.panel import BoxPanel
from distgame.tui.editor import edit
from distgame.tui.numbers import counted

from .log import EventsTab
from .page import Page
from .parts import PlayParts

MOST_COPIED = 2_000
"""Lines of a tab that are copied at most."""
_DEEDS: dict[str, Deed] = {"run_pause": "paused", "step": "stepped", "mark": "marked"}


class ActingScreen(PlayParts):
    """The part of the play screen that does what the keys ask for."""

    def on_key(self, event: events.Key) -> None:
        """Letters while there is something to choose by them, and the digits that have no binding of their own."""
        if self.what_if.choosing and event.key != "escape":
            if len(event.key) == 1 and self.what_if.type(event.key):
                event.stop()
        elif event.key.isdigit():
            event.stop()
            self.travel.tenth(int(event.key))

    def action_why(self) -> None:
        self.why.ask()

    def action_story(self) -> None:
        self.why.tell()

    def action_hunt(self, what: str, *counts: int) -> None:
        getattr(self.hunt, what)(*counts)

    def action_space_time(self) -> None:
        """Puts the picture of space and time in the place of the diagram, or the other way round."""
        self.toggle_class("-space-time")
        self.call_after_refresh(self.show_now)

    def action_travel(self, how: str, *counts: int) -> None:
        getattr(self.travel, how)(*counts)
        deed = _DEEDS.get(how)
        if deed is not None and (deed != "paused" or (self.head is not None and not self.head.running)):
            self.lesson.did(deed)

    def action_result(self) -> None:
        self.results.ask()

    def action_what_if(self, what: str) -> None:
        getattr(self.what_if, what)()

    def action_view(self, count: int) -> None:
        place = self.TABS.index(self.tabs.active) + count
        self.tabs.active = self.TABS[place % len(self.TABS)]

    def action_filter(self) -> None:
        self.tabs.active = "events"
        self.query_one(EventsTab).ask()

    def action_focus_wires(self) -> None:
        focused = self.focused.box.id if isinstance(self.focused, BoxPanel) else self.chosen_server
        self.diagram.highlight = None if self.diagram.highlight == focused else focused

    def action_board(self) -> None:
        self.diagram.layout_style = "board" if self.diagram.layout_style == "ring" else "ring"

    def action_one_panel(self) -> None:
        self.toggle_class("-one-panel")

    def action_again(self) -> None:
        self.what_if.forget()
        self.runner.session.seed = self.level.seeds.shown if self._seed is None else self._seed
        self.runner.load(self._clock())

    def action_edit(self) -> None:
        edit(self.app, self.path)

    def action_write(self) -> None:
        """Edits the file here."""
        from distgame.tui.modals.writer import WriterScreen

        self.travel.pause()
        problem = self.file.problem
        self.app.push_screen(WriterScreen(self.path, problem.line if problem else None))

    def action_copy(self) -> None:
        """Copies the text of the tab."""
        lines = self.query(f"#{self.tabs.active} Page").first(Page).last_lines(MOST_COPIED)
        self.app.copy_to_clipboard("\n".join(lines))
        self.notify(f"{counted(len(lines), 'line')} of the tab are in the clipboard.", timeout=2)

    def action_leave(self) -> None:
        self.app.go_home()

    def action_escape(self) -> None:
        """Lets go of what is chosen; with nothing chosen, goes back to the levels."""
        if not (self.what_if.choose_nothing() or self.why.clear() or self.hunt.clear()):
            self.action_leave()
