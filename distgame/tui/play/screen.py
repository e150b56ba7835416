"""The play screen: the system as it runs, beside the player's file, the history and the verdict."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from textual import events, getters, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import TabbedContent, TabPane

from distgame.engine.errors import Problem
from distgame.game.levels import Level
from distgame.game.playback import Instant
from distgame.game.program import shown
from distgame.game.scoring import Score, SeedScore
from distgame.game.session import Version
from distgame.game.watching import Watcher
from distgame.tui.base import GameScreen
from distgame.tui.diagram.glyphs import ASCII, UNICODE
from distgame.tui.diagram.panel import BoxPanel
from distgame.tui.diagram.widget import NetworkDiagram
from distgame.tui.editor import edit
from distgame.tui.footer import CommandFooter

from . import figures
from .goal import GoalPage
from .history import OperationsPage
from .keys import PLAY_KEYS
from .line import Line
from .log import EventLog, EventsTab
from .page import EventChosen
from .playhead import Playhead
from .recording import Recording
from .rows import RIGHT, WRONG, Row, row
from .runner import Loaded, Replayed, Runner, Saved, Scored, SeedDone, WatcherFactory, WatchingFailed
from .scene import scene_of
from .server import ServerPage, Sources
from .source import Source, SourcePage, waits_by_line
from .timeline import Timeline

FRAMES_PER_SECOND = 30
FIGURES_EVERY, PAGES_EVERY = 0.125, 0.25
# A longer gap between two frames was no time of play: the editor was open, or the machine slept.
LONGEST_FRAME = 0.25
LEAD_TICKS = 12


class PlayScreen(GameScreen[None]):
    """Plays a level with a player's file. `watch` and `clock` (seconds) are what a test puts in their place."""

    CSS_PATH = "screen.tcss"
    AUTO_FOCUS = ""
    KEYS = PLAY_KEYS
    HELP = (
        "Your nodes at work. A click on a box, or Tab and Enter, shows it in the Node tab. "
        "Save your file, and the new run begins at once; the scored seeds follow in the background."
    )
    TABS: ClassVar = ("events", "operations", "node", "code", "goal")

    diagram = getters.query_one(NetworkDiagram)
    timeline = getters.query_one(Timeline)
    tabs = getters.query_one(TabbedContent)
    log_page = getters.query_one(EventLog)
    operations_page = getters.query_one(OperationsPage)
    server_page = getters.query_one(ServerPage)
    source_page = getters.query_one(SourcePage)
    goal_page = getters.query_one(GoalPage)

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
        self.head: Playhead | None = None
        self.version: Version | None = None
        self.score: Score | None = None
        self.last_reload_ms: float | None = None
        self._seed = seed
        self._watch = watch
        self._clock = clock
        self._seeds: dict[int, SeedScore] = {}
        self._problem: Problem | None = None
        self._text = ""
        self._sources: Sources = {}
        self._saved: float | None = None
        self._unwatched = ""
        self._stopped = False
        self._server = 1
        self._tab_before = ""
        self._hints = 0
        self._stars = 0
        self._offered: int | None = None
        self._best_before = None
        self._last_frame = self._last_figures = self._last_pages = 0.0
        self._shown: tuple[float, int] | None = None

    def compose(self) -> ComposeResult:
        yield Line(id="top")
        with Horizontal(id="stage"):
            yield NetworkDiagram(glyphs=ASCII if self.app.ascii else UNICODE, braille=not self.app.ascii)
            with TabbedContent(id="tabs"):
                with TabPane("Events", id="events"):
                    yield EventsTab()
                with TabPane("Operations", id="operations"):
                    yield OperationsPage()
                with TabPane("Node", id="node"):
                    yield ServerPage()
                with TabPane("Code", id="code"):
                    yield SourcePage()
                with TabPane("Goal", id="goal"):
                    yield GoalPage(self.level)
        yield Timeline(id="timeline")
        yield Line(id="verdict")
        yield Line(id="status")
        yield CommandFooter()

    def on_mount(self) -> None:
        game = self.app.game
        best = game.scoreboard.best(self.level.id, game.player)
        self._stars = best.stars if best else 0
        self.runner = Runner(self, game.open_session(self.level, self.path, self._seed), self._watch, self._clock)
        self.goal_page.show(None, 0)
        self._show_lines()
        self.runner.start()
        self._last_frame = self._clock()
        self.set_interval(1 / FRAMES_PER_SECOND, self._frame)

    def on_unmount(self) -> None:
        self.runner.close()

    # Time

    def _frame(self) -> None:
        now = self._clock()
        passed, self._last_frame = min(now - self._last_frame, LONGEST_FRAME), now
        head = self.head
        if head is None or not self.is_attached:
            return
        if head.running and self.is_current:
            head.advance(passed)
            if not head.running:
                self._show_now()
        if self._shown != (head.time, head.event):
            self._draw(now - self._last_figures >= FIGURES_EVERY, now - self._last_pages >= PAGES_EVERY)
        elif head.at_end and not head.running:
            self._offer_result()

    def _draw(self, with_figures: bool, with_pages: bool) -> None:
        head, recording = self.head, self.recording
        if head is None or recording is None:
            return
        instant = head.instant
        self._shown = head.time, head.event
        # While it stands still, the same instant is the same picture, however one came there.
        self.diagram.show(scene_of(instant, recording.run.trace.world), afresh=not head.running)
        if with_figures:
            self._last_figures = self._clock()
            self.timeline.show_time(head.time)
            self._show_lines()
        if with_pages:
            self._last_pages = self._clock()
            match self.tabs.active:
                case "events":
                    self.log_page.show_until(head.event)
                case "operations":
                    self.operations_page.show_time(head.time)
                case "node":
                    self.server_page.show(self._server, instant, recording.run.trace, self._sources)
                case "code":
                    self.source_page.show_waits(self._waits_by_line(instant))

    @property
    def _main_file(self) -> str:
        """The player's file as messages name it."""
        return shown(Path(os.path.abspath(os.path.expanduser(self.path))))

    def _waits_by_line(self, instant: Instant) -> dict[int, int]:
        if self._problem is not None or self.version is None:
            return {}
        return waits_by_line(instant, self.version.program.main.path)

    def _show_now(self) -> None:
        """Shows everything as it is at the playhead, without waiting for its turn."""
        self._draw(True, True)

    def _show_lines(self) -> None:
        head, recording = self.head, self.recording
        top, verdict = self.query_one("#top", Line), self.query_one("#verdict", Line)
        name = figures.title(self.level, self.app.marks.stars(self._stars), self.runner.session.seed)
        state = figures.file_state(self.path.name, self._number, self._saved, self._file_words)
        if head is None or recording is None:
            top.show(*name, right=(row(("starting", "client")),))
            verdict.show(row(("no run yet", "client")), right=state)
        else:
            counts = head.instant.counts
            top.show(*name, right=figures.clock(head, counts))
            verdict.show(*figures.verdict(recording, counts, head.event), right=state)
        self.query_one("#status", Line).show(*self._status())

    @property
    def _number(self) -> int:
        return self.version.number if self.version else 0

    @property
    def _file_words(self) -> str:
        if self._problem is not None:
            return "does not load"
        return "runs" if self.recording else "loads"

    def _status(self) -> tuple[Row, ...]:
        if self._problem is not None:
            return figures.trouble(self._problem, self._number)
        seeds = figures.seeds(self.level.scored_seeds, self._seeds)
        if self.recording is not None and self.recording.run.trace.problem is not None:
            said_at_length = figures.trouble(self.recording.run.trace.problem, 0)
            return (row(*seeds, "   ") + said_at_length[0], *said_at_length)
        if self._unwatched:
            said = (f"! {self._unwatched}: press r after a save", "cut-tag")
            return (row(*seeds, "   ", said), row(said), row(("! saves are not seen: press r after a save", "cut-tag")))
        if self._stopped:
            return (row(*seeds, ("   ! the other seeds could not be run: press r", "cut-tag")),)
        if self.score is None:
            return (seeds,)
        if self.score.passed:
            words = (f"{RIGHT} passed, {self.app.marks.stars(self.score.stars)}", "node-title")
        else:
            failed = len(self.score.seeds) - self.score.seeds_passed
            why = f"{failed} of {len(self.score.seeds)} seeds failed" if failed else "a goal was missed"
            words = (f"{WRONG} {why}", "lost")
        return (row(*seeds, "   ", words, ("   s shows the result", "client")), row(*seeds, "  ", words))

    # What the threads say

    @on(Saved)
    def _reload(self, event: Saved) -> None:
        self.runner.load(event.seen)

    @on(WatchingFailed)
    def _say_unwatched(self, event: WatchingFailed) -> None:
        self._unwatched = event.words
        self._show_lines()

    @on(Loaded)
    def _show_loaded(self, event: Loaded) -> None:
        self._text, self._saved, self._problem = event.text, event.saved, event.problem
        self._close_result()
        if event.recording is not None and event.version is not None:
            self.version, self.score, self._seeds, self._stopped = event.version, None, {}, False
            self._sources = event.version.sources
            self._show_recording(event.recording)
            problem = event.recording.run.trace.problem
            if problem is None or problem.kind != "deadline":
                # What hangs in one seed hangs in all, and each would take its time.
                self.runner.score(event.version)
            self.call_after_refresh(self._measure, event.seen)
        self._show_source()
        if self._problem is not None and not self._tab_before:
            self._tab_before, self.tabs.active = self.tabs.active, "code"
        elif self._problem is None and self._tab_before:
            # Only who is still looking at the mistake is brought back.
            if self.tabs.active == "code":
                self.tabs.active = self._tab_before
            self._tab_before = ""
        self.goal_page.show(self.score, self._hints)
        self._show_lines()

    def _measure(self, seen: float) -> None:
        """How long it took from the save to its run on the screen."""
        self.last_reload_ms = (self._clock() - seen) * 1000
        self._show_source()

    def _show_recording(self, recording: Recording, time: float = 0.0, running: bool = True) -> None:
        speed = self.head.speed if self.head else 1.0
        self.recording = recording
        self.head = Playhead(recording.playback, time, speed=speed, running=running)
        world, playback = recording.run.trace.world, recording.playback
        self.timeline.show_run(
            playback.duration, (at for at, _ in playback.faults), (at for at, _ in playback.violations)
        )
        self.log_page.show_run(recording.told)
        self.operations_page.show_run(recording.operations, len(world.clients), playback.duration)
        self._show_source()
        self._show_now()

    def _show_source(self) -> None:
        problem = self._problem
        if problem is None and self.recording is not None:
            problem = self.recording.run.trace.problem
        title, note = f"{self.path.name}, version {self._number}", ""
        if self._problem is not None:
            title = f"{self.path.name}, as it is now"
            note = f"Version {self._number} goes on: it is the last one that loads." if self.version else ""
        elif self.last_reload_ms is not None:
            title += f", on the screen {self.last_reload_ms:.0f} ms after its save was seen"
        here = problem is not None and problem.file == self._main_file
        self.source_page.show(Source(self._text, title, problem, here, note))

    @on(Replayed)
    def _show_replay(self, event: Replayed) -> None:
        self._show_recording(event.recording, max(0, event.tick - LEAD_TICKS), running=False)

    @on(SeedDone)
    def _count_seed(self, event: SeedDone) -> None:
        if event.version is self.version:
            self._seeds[event.seed.seed] = event.seed
            self._show_lines()

    @on(Scored)
    def _show_score(self, event: Scored) -> None:
        if event.version is not self.version:
            return
        score = event.score
        if score is None:
            self._stopped = True
            self._show_lines()
            return
        self.score, self._best_before = score, event.best_before
        self._stars = max(self._stars, score.stars)
        self.goal_page.show(score, self._hints)
        self._show_lines()

    # Where the player wants to be

    @on(Timeline.Sought)
    def _seek(self, event: Timeline.Sought) -> None:
        self._move(lambda head: head.seek(event.time), pause=False)

    @on(EventChosen)
    def _go_to_event(self, event: EventChosen) -> None:
        self._move(lambda head: head.go_to(event.event + 1))

    @on(NetworkDiagram.NodeChosen)
    def _choose_server(self, event: NetworkDiagram.NodeChosen) -> None:
        self._server = event.id
        self.tabs.active = "node"
        self._show_now()

    @on(TabbedContent.TabActivated)
    def _show_tab(self) -> None:
        self._show_now()

    def _move(self, move: Callable[[Playhead], object], pause: bool = True) -> None:
        if self.head is not None:
            move(self.head)
            if pause:
                self.head.running = False
            self._show_now()

    def on_key(self, event: events.Key) -> None:
        """The digits that have no binding of their own."""
        if event.key.isdigit():
            event.stop()
            self.action_tenth(int(event.key))

    def action_run_pause(self) -> None:
        head = self.head
        if head is None:
            return
        if head.at_end and not head.running:
            head.seek(0)
        head.running = not head.running
        self._show_now()

    def action_step(self, count: int) -> None:
        self._move(lambda head: head.step(count))

    def action_mark(self, count: int) -> None:
        self._move(lambda head: head.to_mark(count))

    def action_tenth(self, tenth: int) -> None:
        self._move(lambda head: head.seek(head.playback.duration * tenth / 10), pause=False)

    def action_speed(self, count: int) -> None:
        self._move(lambda head: head.change_speed(count), pause=False)

    # What else the keys do

    def action_view(self, count: int) -> None:
        place = self.TABS.index(self.tabs.active) + count
        self.tabs.active = self.TABS[place % len(self.TABS)]

    def action_filter(self) -> None:
        self.tabs.active = "events"
        self.query_one(EventsTab).ask()

    def action_focus_wires(self) -> None:
        focused = self.focused.box.id if isinstance(self.focused, BoxPanel) else self._server
        self.diagram.highlight = None if self.diagram.highlight == focused else focused

    def action_board(self) -> None:
        self.diagram.layout_style = "board" if self.diagram.layout_style == "ring" else "ring"

    def action_one_panel(self) -> None:
        self.toggle_class("-one-panel")

    def action_again(self) -> None:
        self.runner.session.seed = self.level.seeds.shown if self._seed is None else self._seed
        self.runner.load(self._clock())

    def action_edit(self) -> None:
        edit(self.app, self.path)

    def action_hint(self) -> None:
        """The next hint; the Goal tab keeps those that were shown."""
        from distgame.tui.modals.hint import HintScreen

        self.app.push_screen(HintScreen(self.level, self._hints + 1), self._keep_hints)

    def _keep_hints(self, shown: int | None) -> None:
        self._hints = max(self._hints, shown or 0)
        self.goal_page.show(self.score, self._hints)

    def action_leave(self) -> None:
        self.app.go_home()

    def action_result(self) -> None:
        if self.score is None:
            done = f"{len(self._seeds)} of {len(self.level.scored_seeds)} scored seeds are done."
            self.notify(done if self.version else "There is no run yet.", title="No result yet")
        else:
            self._show_result(self.score)

    def _offer_result(self) -> None:
        if self.score is not None and self._offered != self._number and self.is_active:
            self._show_result(self.score)

    def _show_result(self, score: Score) -> None:
        from distgame.tui.modals.result import ResultScreen

        self._offered = self._number
        failure = score.first_failure is not None
        assert self.version is not None
        self.app.push_screen(
            ResultScreen(self.level, score, self.version, self.path, self._best_before, failure), self._after_result
        )

    def _close_result(self) -> None:
        """Takes away the result of a version that is no longer the newest: the new run is what counts."""
        from distgame.tui.modals.result import ResultScreen

        if isinstance(self.app.screen, ResultScreen):
            self.app.screen.dismiss(None)

    def _after_result(self, choice: str | None) -> None:
        if choice == "show" and self.score is not None and self.score.first_failure is not None:
            failure = self.score.first_failure
            self.runner.replay(failure.seed, failure.tick)
        elif choice == "editor":
            self.action_edit()
        elif choice == "again":
            self._move(lambda head: head.seek(0))
            self.action_run_pause()
        elif choice == "levels":
            self.action_leave()
        elif choice == "next" and (level := self.app.game.next_level(self.level)):
            self.app.play(level, self.path)
