"""The play screen: the system as it runs, beside the player's file, the history and the verdict."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import TabbedContent, TabPane

from distgame.game.campaign.levels import Level
from distgame.game.play.session import Session
from distgame.game.play.watching import Watcher
from distgame.tui.diagram.glyphs import ASCII, UNICODE
from distgame.tui.diagram.widget import NetworkDiagram
from distgame.tui.footer import CommandFooter

from . import figures
from .acting import ActingScreen
from .changes import ChangesPage, TakenBack
from .goal import GoalPage
from .hearing import HearingScreen
from .helping import HelpingScreen
from .history import OperationsPage
from .hunt import Hunt
from .insight import Insight
from .keys import PLAY_KEYS
from .lesson import LessonStrip
from .line import Line
from .log import EventsTab
from .openfile import OpenFile
from .page import EventChosen
from .playhead import Playhead
from .recording import Recording
from .results import Results
from .rows import row
from .runner import Runner, WatcherFactory
from .scene import scene_of
from .server import ServerPage
from .source import SourcePage
from .spacetime import SpaceTime
from .timeline import Timeline
from .travel import Travel
from .whatif import WhatIf
from .why import Why

STEPS_PER_SECOND = 4
"""Frames a second with reduced motion."""
FIGURES_EVERY, PAGES_EVERY = 0.125, 0.25
# A longer gap between two frames was no time of play: the editor was open, or the machine slept.
LONGEST_FRAME = 0.25


class PlayScreen(ActingScreen, HearingScreen, HelpingScreen):
    """Plays a level with a player's file. `watch` and `clock` (seconds) are what a test puts in their place."""

    AUTO_FOCUS = ""
    KEYS = PLAY_KEYS
    HELP = (
        "Your nodes at work. A click on a box, or Tab and Enter, shows it in the Node tab. "
        "Save your file, and the new run begins at once; the scored seeds follow in the background."
    )
    GOAL_TITLE: ClassVar = "Goal"

    def __init__(
        self,
        level: Level,
        path: Path,
        *,
        seed: int | None = None,
        watch: WatcherFactory = Watcher,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self.level = level
        self.path = path
        self.recording: Recording | None = None
        self.travel = Travel(self.show_now, lambda words: self.notify(words, timeout=2))
        self.file = OpenFile(self, path)
        self.results = Results(self)
        self.what_if = WhatIf(self)
        self.why = Why(self)
        self.hunt = Hunt(self)
        self.lesson = LessonStrip(self)
        self.insight = Insight(self)
        self._seed = seed
        self._watch = watch
        self._clock = clock
        self.chosen_server = 1
        self._stars = 0
        self._last_frame = self._last_figures = self._last_pages = self._still_until = 0.0
        self._shown: tuple[float, int] | None = None

    def compose(self) -> ComposeResult:
        yield Line(id="top")
        yield self.lesson
        with Horizontal(id="stage"):
            yield NetworkDiagram(glyphs=ASCII if self.app.ascii else UNICODE, braille=not self.app.ascii)
            yield SpaceTime(id="space-time")
            with TabbedContent(id="tabs"):
                with TabPane("Events", id="events"):
                    yield EventsTab()
                with TabPane("Operations", id="operations"):
                    yield OperationsPage()
                with TabPane("Node", id="node"):
                    yield ServerPage()
                with TabPane("Code", id="code"):
                    yield SourcePage()
                with TabPane(self.GOAL_TITLE, id="goal"):
                    yield self.make_goal_page()
                with TabPane("Changes", id="changes"):
                    yield ChangesPage()
        yield Timeline(id="timeline")
        yield Line(id="verdict")
        yield Line(id="status")
        yield CommandFooter()

    def on_mount(self) -> None:
        game = self.app.game
        self._stars = game.progress.stars(self.level)
        self.runner = Runner(self, self.open_session(), self._watch, self._clock)
        self.goal_page.show(None, 0)
        self.show_lines()
        self.lesson.begin()
        self.runner.start()
        self._last_frame = self._clock()
        settings = game.settings
        self.set_interval(1 / (STEPS_PER_SECOND if settings.reduced_motion else settings.frames), self._frame)

    def make_goal_page(self) -> GoalPage:
        """What the level is about."""
        return GoalPage(self.level)

    def open_session(self) -> Session:
        """What runs the player's file."""
        return self.app.game.open_session(self.level, self.path, self._seed)

    def on_unmount(self) -> None:
        self.runner.close()

    # Time

    def _frame(self) -> None:
        now = self._clock()
        passed, self._last_frame = min(now - self._last_frame, LONGEST_FRAME), now
        head = self.head
        if head is None or not self.is_attached or now < self._still_until:
            return
        if head.running and self.is_current:
            head.advance(passed)
            if not head.running:
                self.lesson.did("ended")
                self.show_now()
        if self._shown != (head.time, head.event):
            self._draw(now - self._last_figures >= FIGURES_EVERY, now - self._last_pages >= PAGES_EVERY)
        elif head.at_end and not head.running:
            self.results.offer()

    def _draw(self, with_figures: bool, with_pages: bool) -> None:
        head, recording = self.head, self.recording
        if head is None or recording is None:
            return
        instant = head.instant
        self._shown = head.time, head.event
        # While it stands still, the same instant is the same picture, however one came there.
        light = self.why.light
        if self.space_time.display:
            self.space_time.show(head.time, light and light.signals, light and light.operations, head.running)
        else:
            scene = scene_of(instant, recording.run.trace.world, light and light.signals)
            self.diagram.show(scene, afresh=not head.running)
        if with_figures:
            self._last_figures = self._clock()
            self.timeline.show_time(head.time)
            self.show_lines()
        if with_pages:
            self._last_pages = self._clock()
            match self.tabs.active:
                case "events":
                    self.log_page.show_until(head.event)
                case "operations":
                    self.operations_page.show_time(head.time)
                case "node":
                    facts = instant, recording.run.trace, self.file.sources, self.insight.here()
                    self.server_page.show(self.chosen_server, *facts)
                case "code":
                    self.source_page.show_waits(self.file.waits(instant), self.file.values(self.insight.here()))

    def show_now(self) -> None:
        """Shows everything as it is at the playhead, without waiting for its turn."""
        self._draw(True, True)

    def show_lines(self) -> None:
        """Shows the lines around the diagram as they are now."""
        head, recording = self.head, self.recording
        top, verdict = self.query_one("#top", Line), self.query_one("#verdict", Line)
        stars = self.app.marks.stars(self._stars) + self.hunt.mark()
        name = figures.title(self.level, stars, self.runner.session.seed)
        if head is None or recording is None:
            top.show(*name, right=(row(("starting", "client")),))
            verdict.show(row(("no run yet", "client")), right=self.file.told())
        else:
            counts = head.instant.counts
            clock, told = figures.clock(head, counts), self.what_if.told
            top.show(*name, right=(*(told[0] + each for each in clock if told), *clock))
            verdict.show(*figures.verdict(recording, counts, head.event), right=self.file.told())
        if self.file.problem is not None:
            status = figures.trouble(self.file.problem, self.file.number)
        else:
            status = (
                self.what_if.words()
                or self.why.words()
                or self.hunt.words()
                or self.file.trouble(self.results.strip)
                or self.results.told()
            )
        self.query_one("#status", Line).show(*status)

    def show_recording(self, recording: Recording, time: float = 0.0, running: bool = True) -> None:
        speed = self.head.speed if self.head else 1.0
        self.recording = recording
        self.travel.head = Playhead(recording.playback, time, speed=speed, running=running)
        world, playback = recording.run.trace.world, recording.playback
        # What the hunter tells may be told with fewer nodes.
        self.chosen_server = min(self.chosen_server, world.nodes)
        self.timeline.show_run(
            playback.duration, (at for at, _ in playback.faults), (at for at, _ in playback.violations)
        )
        self.log_page.show_run(recording.told)
        faults = [at for at, _ in playback.faults]
        self.operations_page.show_run(recording.operations, len(world.clients), playback.duration, faults)
        self.space_time.show_run(recording)
        self.why.light = None
        self.file.show_source()
        self.show_now()

    def show_changes(self) -> None:
        """The changes by hand, or what came of them, are others."""
        self.changes_page.show(self.what_if)
        self.show_lines()

    # Where the player wants to be

    @on(Timeline.Sought)
    @on(SpaceTime.Sought)
    @on(OperationsPage.Sought)
    def _seek(self, event: Timeline.Sought | SpaceTime.Sought | OperationsPage.Sought) -> None:
        self.travel.seek(event.time)

    @on(EventChosen)
    def _go_to_chosen(self, event: EventChosen) -> None:
        self.travel.go_to_event(event.event + 1)

    @on(NetworkDiagram.NodeChosen)
    def _choose_server(self, event: NetworkDiagram.NodeChosen) -> None:
        self.chosen_server = event.id
        self.tabs.active = "node"
        self.show_now()

    @on(NetworkDiagram.FlightChosen)
    def _choose_signal(self, event: NetworkDiagram.FlightChosen) -> None:
        self.what_if.choose_signal(event.id)

    @on(NetworkDiagram.NothingChosen)
    def _let_go(self) -> None:
        self.what_if.choose_nothing()

    @on(NetworkDiagram.WireChosen)
    def _choose_link(self, event: NetworkDiagram.WireChosen) -> None:
        self.what_if.choose_pair(event.pair)

    @on(ChangesPage.Sought)
    def _go_to_change(self, event: ChangesPage.Sought) -> None:
        self.travel.go_to_tick(event.tick)

    @on(TakenBack)
    def _take_back(self, event: TakenBack) -> None:
        self.what_if.take_back(event.change)

    @on(TabbedContent.TabActivated)
    def _show_tab(self) -> None:
        self.lesson.looked_at(self.tabs.active)
        self.show_now()
