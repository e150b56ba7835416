"""What the play screen hears from its runner's threads: a save, its run, each scored seed, what the hunter finds."""

from __future__ import annotations

from textual import on

from distgame.game.play.session import Version

from .hunt import HuntNews
from .parts import PlayParts
from .recording import Recording
from .runner import Changed, Compared, Inspected, Loaded, LookedBack, Replayed, Saved, Scored, SeedDone, WatchingFailed
from .why import Explained, Told

STILL = 0.15
"""Seconds for which the picture may stand still after a save: its run comes the sooner, and with another picture."""
LEAD_TICKS = 12
"""What is no wrong answer, and has no explanation, is shown from so many ticks before."""


class HearingScreen(PlayParts):
    """The part of the play screen that hears."""

    @on(Saved)
    def _reload(self, event: Saved) -> None:
        self._still_until = event.seen + STILL
        self.runner.load(event.seen, self.tabs.active == "code")

    @on(WatchingFailed)
    def _say_unwatched(self, event: WatchingFailed) -> None:
        self.file.unwatched = event.words
        self.show_lines()

    @on(Loaded)
    def _show_loaded(self, event: Loaded) -> None:
        self._still_until = 0.0
        self.results.close()
        self.file.take(event)
        if event.recording is not None and event.version is not None:
            self.results.begin()
            self.hunt.loaded()
            self.show_recording(event.recording)
            self.lesson.loaded(event.version, event.recording.run.score)
            # The line of the verdict names the version: what waits for it waits for the picture.
            self.query_one("#verdict").call_after_refresh(self._follow_up, event, event.version, event.recording)
        else:
            self.file.show_source()
        self.file.turn_to_code()
        self.goal_page.show(self.score, self.hints)
        self.show_lines()

    def _follow_up(self, event: Loaded, version: Version, recording: Recording) -> None:
        """Begins what the first picture of a run need not wait for, unless the screen is taken away."""
        if not self.display:
            return
        self.file.measure((self._clock() - event.seen) * 1000)
        if version is not self.version:
            return
        self.runner.colour(event.text)
        self.hunt.try_again(version)
        problem = recording.run.trace.problem
        if self.results.wanted and (problem is None or problem.kind != "deadline"):
            # What hangs in one seed hangs in all, and each would take its time.
            self.runner.score(version, self.results.recorded)
        if self.what_if.changes:
            # What was changed by hand befalls the new version as well.
            self.runner.change(self.what_if.changes)

    @on(Changed)
    def _show_changed(self, event: Changed) -> None:
        self.hunt.leave()
        self.what_if.show(event.changes, event.before, event.after)

    @on(Compared)
    def _show_compared(self, event: Compared) -> None:
        self.what_if.compared(event.futures)

    @on(Inspected)
    def _show_inside(self, event: Inspected) -> None:
        self.insight.take(event)

    @on(Replayed)
    def _show_replay(self, event: Replayed) -> None:
        self.what_if.forget()
        self.hunt.leave()
        self.show_recording(event.recording, max(0, event.tick - LEAD_TICKS), running=False)
        if event.recording.first_wrong is not None:
            self.travel.go_to_event(event.recording.first_wrong.ended + 1)
            self.why.ask()

    @on(SeedDone)
    def _count_seed(self, event: SeedDone) -> None:
        if event.version is self.version:
            self.results.count(event.seed)
            self.show_lines()

    @on(Scored)
    def _show_score(self, event: Scored) -> None:
        if event.version is not self.version:
            return
        self.results.take(event.score, event.standing, event.story)
        if event.score is not None:
            self._stars = max(self._stars, event.score.stars)
            self.goal_page.show(event.score, self.hints)
            self.hunt.seal()
        self.show_lines()

    @on(HuntNews)
    def _hear_of_hunt(self, event: HuntNews) -> None:
        self.hunt.hear(event)

    @on(LookedBack)
    def _show_look_back(self, event: LookedBack) -> None:
        if event.version is self.version:
            self.results.look_back(event.found)
            self.show_lines()

    @on(Told)
    def _open_story(self, event: Told) -> None:
        self.why.open(event)

    @on(Explained)
    def _show_explained(self, event: Explained) -> None:
        self.why.show(event)
