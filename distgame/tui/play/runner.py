"""What the play screen has done in threads: load a save, replay a seed, score all seeds, watch the file.

Nothing here touches a widget; what comes of it is posted to the screen as messages.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from textual.message import Message
from textual.screen import Screen
from textual.worker import get_current_worker

from distgame.engine.errors import Problem
from distgame.engine.inspecting import Inside
from distgame.game.pictures.failure_story import Story
from distgame.game.play.changes import Changes, interventions
from distgame.game.play.session import Session, Version
from distgame.game.scores.regression import LookBack
from distgame.game.scores.scoring import Score, SeedScore
from distgame.game.scores.standing import Standing
from distgame.hunt.trial import Schedule

from .beside import Futures
from .recording import Recording
from .source import highlighted


class Watching(Protocol):
    """What watches a file: see `distgame.game.play.watching.Watcher`."""

    def start(self) -> None: ...
    def stop(self) -> None: ...


WatcherFactory = Callable[[Path, Callable[[], None], Callable[[str], None]], Watching]


class Saved(Message):
    """The file has changed, at that time of the screen's clock (seconds)."""

    def __init__(self, seen: float) -> None:
        super().__init__()
        self.seen = seen


class WatchingFailed(Message):
    """Saves are not seen any more."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.words = words


@dataclass
class Loaded(Message):
    """A save was loaded and run, or not: then `problem` says why, and `recording` is None.

    `text` is what the file says now, `saved` when it was written (seconds since 1970, None if it cannot be read).
    """

    version: Version | None
    recording: Recording | None
    problem: Problem | None
    text: str
    saved: float | None
    seen: float


@dataclass
class Replayed(Message):
    """Another seed was run, to be looked at from a tick."""

    recording: Recording
    tick: int


@dataclass
class Changed(Message):
    """The run was made anew with changes by hand: as it was without them, and as it is with them."""

    changes: Changes
    before: Recording
    after: Recording


@dataclass
class Compared(Message):
    """What became otherwise by changes by hand is known."""

    futures: Futures


@dataclass
class Inspected(Message):
    """The nodes of a recording from inside, where so many events have happened."""

    recording: Recording
    event: int
    inside: Mapping[int, Inside]


@dataclass
class SeedDone(Message):
    """One scored seed is done."""

    version: Version
    seed: SeedScore


@dataclass
class Scored(Message):
    """All scored seeds are done, or (None) could not be run to the end.

    With it come where the result stands, if it counts, and the story of its first wrong answer, if there is one.
    """

    version: Version
    score: Score | None
    standing: Standing | None = None
    story: Story | None = None


@dataclass
class LookedBack(Message):
    """The levels that the file has passed before were tried with its new version."""

    version: Version
    found: LookBack


class Runner:
    """Drives a session for a screen. `clock` gives seconds."""

    def __init__(
        self, screen: Screen[Any], session: Session, watch: WatcherFactory, clock: Callable[[], float]
    ) -> None:
        self.session = session
        self._screen = screen
        self._clock = clock
        self._turn = threading.Lock()
        self._looking = threading.Lock()
        # The run that is shown, as it is without changes by hand.
        self._plain: Recording | None = None
        self._watcher = watch(
            session.path,
            lambda: self._post(Saved(clock())),
            lambda words: self._post(WatchingFailed(words)),
        )

    def start(self) -> None:
        """Watches the file, and loads it for the first time."""
        self._watcher.start()
        self.load(self._clock())

    def load(self, seen: float, code_in_sight: bool = False) -> None:
        """Loads the file and runs it; a newer load takes the place of an older one.

        The colours of the code are ready with the run where it is `code_in_sight`, and soon after it elsewhere.
        """
        self._screen.workers.cancel_group(self._screen, "score")
        self._work("load", lambda: self._load(seen, code_in_sight))

    def colour(self, text: str) -> None:
        """Gives the code its colours, so that its tab opens at once."""
        self._work("colour", lambda: highlighted(text))

    def replay(self, seed: int, tick: int) -> None:
        """Runs another seed."""
        self._work("load", lambda: self._replay(seed, tick))

    def change(self, changes: Changes) -> None:
        """Makes the shown run again with changes by hand."""
        self._work("load", lambda: self._change(changes))

    def compare(self, before: Recording, after: Recording) -> None:
        """Compares two futures; newer ones take the place of older ones."""
        self._work("compare", lambda: self._compare(before, after))

    def inspect(self, recording: Recording, event: int) -> None:
        """Looks into the nodes where so many events have happened; a newer question takes the place of an older one."""
        self._work("inspect", lambda: self._inspect(recording, event))

    def score(self, version: Version, recorded: bool = True) -> None:
        """Runs all scored seeds; what is not `recorded` counts for nothing."""
        self._work("score", lambda: self._score(version, recorded))

    def close(self) -> None:
        """Ends watching and the worker process, in a thread: a run that is under way ends first."""
        threading.Thread(target=self._close, name="distgame-closing").start()

    def _close(self) -> None:
        self._watcher.stop()
        self.session.close()

    def _work(self, group: str, work: Callable[[], object]) -> None:
        self._screen.run_worker(work, group=group, exclusive=True, thread=True)

    def _post(self, message: Message) -> None:
        self._screen.post_message(message)

    def _load(self, seen: float, code_in_sight: bool) -> None:
        worker = get_current_worker()
        with self._turn:
            # Of saves in quick succession, only the last one is worth a run.
            if worker.is_cancelled:
                return
            attempt = self.session.load()
        path = self.session.path
        text, saved = "", None
        with suppress(OSError):
            text, saved = path.read_text(encoding="utf-8", errors="replace"), path.stat().st_mtime
        recording = None
        if attempt.problem is None and attempt.version is not None and attempt.run is not None:
            text = attempt.version.program.main.text
            recording = self._plain = Recording.of(attempt.run)
        if code_in_sight or attempt.problem is not None:
            highlighted(text)
        if not worker.is_cancelled:
            self._post(Loaded(attempt.version, recording, attempt.problem, text, saved, seen))

    def play_story(self, schedule: Schedule) -> Recording | None:
        """Makes the run of a story, in a thread of the caller; what is changed by hand from then on befalls it."""
        run = self.session.replay(schedule.seed, schedule.interventions)
        if run is None:
            return None
        self._plain = Recording.of(run)
        return self._plain

    def _replay(self, seed: int, tick: int) -> None:
        worker = get_current_worker()
        run = self.session.replay(seed)
        if run is not None:
            recording = self._plain = Recording.of(run)
            if not worker.is_cancelled:
                self._post(Replayed(recording, tick))

    def _change(self, changes: Changes) -> None:
        worker = get_current_worker()
        plain = self._plain
        if plain is None:
            return
        trace = plain.run.trace
        made = (*trace.interventions, *interventions(changes))
        run = self.session.replay(trace.seed, made) if changes else plain.run
        if run is not None:
            after = Recording.of(run) if changes else plain
            if not worker.is_cancelled:
                self._post(Changed(changes, plain, after))

    def _compare(self, before: Recording, after: Recording) -> None:
        worker = get_current_worker()
        futures = Futures.of(before, after)
        if not worker.is_cancelled:
            self._post(Compared(futures))

    def _inspect(self, recording: Recording, event: int) -> None:
        worker = get_current_worker()
        with self._looking:
            inside = None if worker.is_cancelled else self.session.inspect(recording.run, event)
        if inside is not None and not worker.is_cancelled:
            self._post(Inspected(recording, event, inside))

    def _score(self, version: Version, recorded: bool) -> None:
        worker = get_current_worker()

        def tell(seed: SeedScore) -> None:
            self._post(SeedDone(version, seed))

        score = self.session.score(version, tell, lambda: worker.is_cancelled)
        if worker.is_cancelled:
            return
        if score is None or not recorded:
            self._post(Scored(version, score))
            return
        # Here in the thread, since another game may hold the scoreboard for a while.
        game = self._screen.app.game
        score = game.earned(score)
        failure = score.first_failure
        story = self.session.story(version, failure) if failure is not None and failure.operations else None
        self._post(Scored(version, score, game.record(score, version, self.session.path), story))
        if score.problem is None:
            self._look_back(version, lambda: worker.is_cancelled)

    def _look_back(self, version: Version, cancelled: Callable[[], bool]) -> None:
        """Tries the levels that the file has passed before, now that nothing else waits for the processes."""
        level = self.session.level
        passed = self._screen.app.game.passed_before(level, self.session.path)
        found = self.session.look_back(version, passed, cancelled) if passed.levels else None
        if found is not None and not cancelled():
            self._post(LookedBack(version, found))
