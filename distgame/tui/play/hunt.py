"""The hunter on the play screen: it hunts the version that runs while the screen goes on, and its story is stepped."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Event
from typing import TYPE_CHECKING

from textual.message import Message
from textual.worker import get_current_worker

from distgame.checker import Kind
from distgame.game.adversary.hunting import SEAL_RUNS, Again, Counterexample, Hunted
from distgame.game.play.session import Version
from distgame.hunt.hunter import Progress

from .recording import Recording
from .rows import RIGHT, WRONG, Row, keys, row

if TYPE_CHECKING:
    from .screen import PlayScreen


@dataclass(frozen=True, slots=True)
class Sofar:
    """How far a hunt is: runs, different orders of delivery, and confidence, a share of 1 (see `Progress`).

    `found` says that a wrong run was found, which is being shrunk.
    """

    runs: int = 0
    orders: int = 0
    confidence: float = 0.0
    found: bool = False


@dataclass(frozen=True, slots=True)
class Story:
    """The run of a counterexample, ready to be shown."""

    found: Counterexample
    recording: Recording


@dataclass
class HuntNews(Message):
    """What the threads say: how far a hunt is, what it came to (None: it could not be made), and so on."""

    version: Version
    news: Sofar | Hunted | Again | Story | None


class Hunt:
    """What the hunter does and has found for the version that runs."""

    def __init__(self, screen: PlayScreen) -> None:
        self._screen = screen
        self._progress: Sofar | None = None
        self._found: Counterexample | None = None
        self._clean = 0
        self._enough = Event()
        self._sealed: bool | None = None
        self._words: tuple[Row, ...] = ()
        self._telling: Counterexample | None = None
        self._step = 0

    # Hunting

    def ask(self) -> None:
        """Begins a hunt, or ends the one that is under way: what it has found by then is told."""
        if self._progress is None:
            self.begin()
        else:
            self._enough.set()
            self._screen.show_lines()

    def begin(self) -> None:
        """Begins a hunt where none is under way; where something is found already, its story begins."""
        screen = self._screen
        version = screen.version
        if self._found is not None:
            self.tell(0)
        elif version is None:
            screen.notify("There is no run yet.")
        elif self._progress is None:
            self._progress, self._enough = Sofar(), Event()
            enough = self._enough
            screen.run_worker(lambda: self._hunt(version, enough), group="hunt", exclusive=True, thread=True)
            screen.show_lines()

    def _hunt(self, version: Version, enough: Event) -> None:
        worker = get_current_worker()
        screen = self._screen

        def tell(progress: Progress) -> None:
            confidence = progress.confidence(screen.level.world)
            screen.post_message(
                HuntNews(version, Sofar(progress.runs, len(progress.orders), confidence, progress.found > 0))
            )

        hunted = screen.runner.session.hunt(version, tell, lambda: worker.is_cancelled or enough.is_set())
        if not worker.is_cancelled:
            screen.post_message(HuntNews(version, hunted))

    def hear(self, event: HuntNews) -> None:
        """Something is new of the version that runs."""
        if event.version is not self._screen.version:
            return
        match event.news:
            case Sofar() if self._progress is not None:
                self._progress = event.news
                self._screen.show_lines()
            case Again(found=found):
                self._tried(found)
            case Story(found=found, recording=recording) if found is self._found:
                self._show(found, recording)
            case Hunted() | None if self._progress is not None:
                self._progress = None
                self._end(event.news)

    def _end(self, hunted: Hunted | None) -> None:
        if hunted is None and self._enough.is_set():
            self._say(row(("the hunt was ended", "slow")) + keys("H begins another"))
        elif hunted is None:
            self._say(row(("! the hunt could not be made", "cut-tag")) + keys("H begins another"))
        elif hunted.found is not None:
            self._found = hunted.found
            self._show_story(hunted.found)
        else:
            self._clean = hunted.runs
            self.seal()

    def seal(self) -> None:
        """Where the hunter found nothing and all scored seeds pass, the level has its seal."""
        screen = self._screen
        if not self._clean or screen.version is None:
            return
        nothing = f"{RIGHT} the hunter found nothing in {self._clean} runs"
        if screen.score is not None and screen.score.passed and not screen.score.forfeited:
            screen.app.game.seal(screen.level, screen.version, self._clean)
            self._sealed = True
            self._say(row((f"{nothing}: sealed", "node-title")), row((f"{RIGHT} sealed", "node-title")))
        elif screen.score is not None and screen.score.forfeited:
            self._say(row((f"{nothing}; whoever looked at the solution gets no seal", "node-title")), row(nothing))
        else:
            self._say(row((f"{nothing}; a file that passes is sealed for that", "node-title")), row(nothing))

    def mark(self) -> str:
        """What stands behind the stars: the seal, where the level has it."""
        screen = self._screen
        if self._sealed is None:
            self._sealed = screen.app.game.seal_on(screen.level) is not None
        return f" {screen.app.marks.seal}" if self._sealed else ""

    # After a save

    def loaded(self) -> None:
        """A new version runs: what was known of the one before says nothing of it."""
        self._screen.workers.cancel_group(self._screen, "hunt")
        self._progress, self._found, self._telling, self._clean, self._words = None, None, None, 0, ()

    def try_again(self, version: Version) -> None:
        """Has what broke an earlier version tried with this one."""
        screen = self._screen

        def again() -> None:
            worker = get_current_worker()
            tried = screen.runner.session.try_again(version)
            if tried is not None and not worker.is_cancelled:
                screen.post_message(HuntNews(version, tried))

        screen.run_worker(again, group="hunt", exclusive=True, thread=True)

    def _tried(self, found: Counterexample | None) -> None:
        self._found = found
        if found is None:
            self._say(row((f"{RIGHT} beaten: what the hunter had found breaks your file no more", "node-title")))
        else:
            words = "what the hunter had found breaks your file still"
            self._say(row((f"{WRONG} {words}", "lost")) + keys("H tells how"))

    # The story

    def _show_story(self, found: Counterexample) -> None:
        screen, version = self._screen, self._screen.version
        assert version is not None

        def prepare() -> None:
            worker = get_current_worker()
            recording = screen.runner.play_story(found.schedule)
            if recording is not None and not worker.is_cancelled:
                screen.post_message(HuntNews(version, Story(found, recording)))

        screen.run_worker(prepare, group="load", exclusive=True, thread=True)

    def _show(self, found: Counterexample, recording: Recording) -> None:
        screen = self._screen
        screen.what_if.forget()
        screen.show_recording(recording, running=False)
        self._telling, self._step = found, -1
        screen.show_lines()

    def tell(self, count: int) -> None:
        """So many steps on in the story; it is shown first where it is not."""
        if self._found is None:
            self._screen.notify("The hunter has found nothing: H lets it hunt.", title="No story")
        elif self._telling is None:
            self._show_story(self._found)
        elif self._telling.steps:
            self._step = max(0, min(self._step + count, len(self._telling.steps) - 1))
            self._screen.travel.go_to_event(self._telling.steps[self._step].event + 1)
            self._screen.show_now()

    def leave(self) -> None:
        """Another run is shown than the one that the story tells of."""
        self._telling = None

    def clear(self) -> bool:
        """Ends the telling, or the shortening of what was found; False if there was neither."""
        if self._progress is not None and self._progress.found and not self._enough.is_set():
            self.ask()
            return True
        if self._telling is None and not self._words:
            return False
        self._telling, self._words = None, ()
        self._screen.show_lines()
        return True

    # The line

    def _say(self, *words: Row) -> None:
        self._words = words
        self._screen.show_lines()

    def words(self) -> tuple[Row, ...]:
        """The line about the hunt, the longest wording first."""
        if self._telling is not None:
            return self._told(self._telling)
        if self._progress is not None and self._enough.is_set():
            return (row(("the hunt ends", "slow")),)
        if self._progress is not None and self._progress.found:
            words = f"broken in run {self._progress.runs}: what is not needed for that is left out"
            told = row((f"{WRONG} {words}", "lost"))
            return (told + keys("esc ends that"), row((f"{WRONG} broken, and made short", "lost")))
        if self._progress is not None:
            runs = f"hunting: {self._progress.runs} of {SEAL_RUNS} runs"
            orders = f", {self._progress.orders} orders of delivery"
            confidence = f", one late link found with a chance of {self._progress.confidence:.0%}"
            wordings = (f"{runs}{orders}{confidence}", runs + orders, runs)
            return tuple(row((words, "slow")) + keys("H ends it") for words in wordings)
        return self._words

    def _told(self, found: Counterexample) -> tuple[Row, ...]:
        if self._step < 0:
            runs = f" in run {found.runs}" if found.strategy != "before" else ""
            steps = f"in {len(found.steps)} steps{'' if found.minimal else ', maybe more than it takes'}"
            return (
                row((f"{WRONG} broken{runs}: {found.wrong.reason}", "lost")) + keys("i tells how", "W draws it"),
                row((f"{WRONG} broken{runs}, {steps}", "lost")) + keys("i tells how", "W draws it"),
            )
        step = found.steps[self._step]
        place = f"{self._step + 1}/{len(found.steps)}  tick {step.tick}  "
        text, more = (f"! {step.text}", "lost") if step.decision else (step.text, "name"), keys("i on", "I back")
        if step.event in _wrong_answers(found):
            text, more = (f"{WRONG} {step.text}", "lost"), more + keys("w tells why")
        told = row((place, "client"), text)
        return told + more, told


def _wrong_answers(found: Counterexample) -> set[float]:
    """The event of the trace at which the wrong answer comes."""
    operations = found.wrong.operations
    return {op.completed for op in operations if op.kind is not Kind.WRITE and op.completed_at == found.wrong.tick}
