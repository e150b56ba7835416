"""The sandbox screen: a run as on the play screen, in a world that is turned by hand while it runs."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

from textual import on
from textual.widgets import TabbedContent

from distgame.engine.world import Intervention, check_intervention
from distgame.game.campaign.sandbox import Knob, Sandbox, level_text, turned
from distgame.game.play.changes import Changes, interventions
from distgame.game.play.files import reason
from distgame.game.play.session import Session
from distgame.game.play.watching import Watcher
from distgame.tui.commands import Command
from distgame.tui.play.goal import GoalPage
from distgame.tui.play.keys import PLAY_KEYS
from distgame.tui.play.results import NoResults
from distgame.tui.play.runner import Replayed, WatcherFactory
from distgame.tui.play.screen import PlayScreen
from distgame.tui.sandbox.world import WorldPage

NOT_HERE = ("hint", "result", "lesson", "solution", "hunt")


class SandboxScreen(PlayScreen):
    """Plays a file in a world of the player's own making. Nothing is scored, nothing is remembered."""

    KEYS = (
        Command("y", "keep", "Keep", "Keep as a level", "Writes this world, with its changes, as a level file."),
        Command(
            "i", "whole", "", "From here, or all the run", "Loss, delay and cuts: from here on, or in all the run."
        ),
        *(command for command in PLAY_KEYS if command.keys not in ("y", "i") and command.action not in NOT_HERE),
    )
    HELP = (
        "Free play: turn the knobs of the Turn tab, crash nodes, cut links and meddle with signals while it runs. "
        "Nothing counts. A save of your file is run at once, as on a level."
    )
    GOAL_TITLE = "Turn"

    def __init__(
        self,
        sandbox: Sandbox,
        path: Path,
        *,
        changes: Changes = (),
        watch: WatcherFactory = Watcher,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(sandbox.level, path, watch=watch, clock=clock)
        self.sandbox = sandbox
        self.from_here = True
        self.what_if.changes = changes
        self.results = NoResults(self, "sandbox: nothing counts   y keeps this world as a level", "sandbox")

    def make_goal_page(self) -> GoalPage:
        return WorldPage(self.sandbox)

    def on_mount(self) -> None:
        self.tabs.active = "goal"
        super().on_mount()
        self.goal_page.focus()

    def open_session(self) -> Session:
        return self.app.game.open_demo(self.level, self.path)

    @property
    def tick(self) -> int:
        """The first tick of which nothing is seen yet; 0 at the start."""
        return int(self.head.time) + 1 if self.head is not None and self.head.time > 0 else 0

    @property
    def since(self) -> int | None:
        """From which tick on what is turned now holds; None for the whole run."""
        return self.tick if self.from_here else None

    def show_lines(self) -> None:
        super().show_lines()
        if self.tabs.active == "goal":
            self.goal_page.rebuild()

    def turn(self, knob: Knob, steps: int) -> None:
        """Turns a knob, and makes the run anew; the playhead stays where it is."""
        sandbox = turned(self.sandbox, knob, steps, self.since)
        if sandbox == self.sandbox:
            return
        self.sandbox, self.level = sandbox, sandbox.level
        self.runner.session.level = self.level
        self.chosen_server = min(self.chosen_server, sandbox.nodes)
        self.goal_page.rebuild()
        self.runner.replay(sandbox.seed, self.tick)

    @on(Replayed)
    def _show_again(self, event: Replayed) -> None:
        event.prevent_default()
        if event.recording.run.trace.world != self.level.world:
            return  # It was turned further meanwhile.
        head = self.head
        self.show_recording(event.recording, head.time if head else 0.0, running=head.running if head else True)
        self.what_if.changes = tuple(
            change for change in self.what_if.changes if all(self._is_possible(part) for part in change.parts)
        )
        if self.what_if.changes:
            self.runner.change(self.what_if.changes)

    def _is_possible(self, part: Intervention) -> bool:
        try:
            check_intervention(part, self.level.world)
        except ValueError:
            return False
        return True

    def change_code(self, step: int) -> None:
        """Plays the same world with the next file: the player's own, or one of the game's algorithms."""
        codes = self.app.game.codes()
        place = codes.index(self.path) if self.path in codes else 0
        self.app.sandbox(codes[(place + step) % len(codes)], self.sandbox, self.what_if.changes)

    def action_whole(self) -> None:
        """What is turned holds from here on, or in the whole run."""
        self.from_here = not self.from_here
        self.goal_page.rebuild()

    def action_keep(self) -> None:
        """Writes the world as a level file into the current folder, and says how to play it."""
        folder = Path.cwd()
        number, path = next((each, file) for each in count(1) if not (file := folder / f"sandbox-{each}.toml").exists())
        made = interventions(self.what_if.changes)
        text, left_out = level_text(self.sandbox, self.path.name, number, made)
        try:
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            self.notify(f"{path} cannot be written: {reason(error)}", severity="warning", markup=False)
            return
        more = f" Without {left_out} that no level can say." if left_out else ""
        said = f"distgame play --levels {folder} --level {path.stem}{more}"
        self.notify(said, title=f"{path.name} is written", timeout=10, markup=False)

    @on(TabbedContent.TabActivated)
    def _focus_world(self) -> None:
        if self.tabs.active == "goal":
            self.goal_page.focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What a level has and a sandbox has not."""
        if action in NOT_HERE:
            return False
        return super().check_action(action, parameters)
