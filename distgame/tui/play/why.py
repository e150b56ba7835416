"""Why a read is wrong: the operations that prove it, and the signals they came about by, stand out from all others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

from distgame.game.pictures.failure_story import Story, story_of_run
from distgame.game.play.causes import operations_of_signals

from .intervals import Interval
from .recording import Recording
from .rows import WRONG, Row, keys, row

if TYPE_CHECKING:
    from .screen import PlayScreen


@dataclass(frozen=True, slots=True)
class Light:
    """What stands out: operations by the events of their calls, signals by their ids, and why in a sentence."""

    operations: frozenset[int]
    signals: frozenset[int]
    wrong: Interval | None
    sentence: str


@dataclass
class Explained(Message):
    """A violation of a recording was explained."""

    recording: Recording
    light: Light


@dataclass
class Told(Message):
    """The story of the first wrong answer of a recording was made, and the sentence that says what is wrong."""

    recording: Recording
    story: Story
    sentence: str


def explained(recording: Recording, event: int) -> Light | None:
    """The explanation of the wrong read that was answered in an event; None for what is no wrong read."""
    judgement = recording.run.judgement
    read = next((each for each in judgement.wrong if each.event == event), None)
    if read is None:
        return None
    explanation = judgement.explain(read)
    operations = frozenset(int(each.invoked) for each in explanation.operations)
    of = operations_of_signals(recording.run.trace)
    signals = frozenset(number for number, operation in enumerate(of, 1) if operation in operations)
    wrong = next((each for each in recording.operations if each.ended == event), None)
    return Light(operations, signals, wrong, explanation.sentence)


class Why:
    """Lights up the explanation of a violation until the player has seen enough of it."""

    def __init__(self, screen: PlayScreen) -> None:
        self._screen = screen
        self.light: Light | None = None

    def ask(self) -> None:
        """Explains the violation at the playhead, else the one before, else the next one."""
        screen, recording = self._screen, self._screen.recording
        if recording is None or screen.head is None:
            return
        wrong = [read.event for read in recording.run.judgement.wrong]
        if self.light is not None:
            self.clear()
            return
        if not wrong:
            screen.notify("No read of this run is wrong.")
            return
        event = max((each for each in wrong if each < screen.head.event), default=wrong[0])
        screen.travel.pause()

        def explain() -> None:
            light = explained(recording, event)
            if light is not None:
                screen.post_message(Explained(recording, light))

        screen.run_worker(explain, thread=True, exclusive=True, group="why")

    def tell(self) -> None:
        """Shows the shortest story of the first wrong answer."""
        screen, recording = self._screen, self._screen.recording
        if recording is None or not recording.run.judgement.wrong:
            screen.notify("No read of this run is wrong.")
            return
        screen.travel.pause()

        def make() -> None:
            judgement = recording.run.judgement
            story = story_of_run(recording.run)
            if story is not None:
                screen.post_message(Told(recording, story, judgement.explain(judgement.wrong[0]).sentence))

        screen.run_worker(make, thread=True, exclusive=True, group="why")

    def open(self, event: Told) -> None:
        """The story is there."""
        from distgame.tui.modals.story import StoryScreen

        if event.recording is self._screen.recording and self._screen.is_current:
            self._screen.app.push_screen(StoryScreen(event.story, event.sentence))

    def show(self, event: Explained) -> None:
        """The explanation is there."""
        screen = self._screen
        if event.recording is not screen.recording:
            return
        self.light = event.light
        screen.tabs.active = "operations"
        if event.light.wrong is not None:
            screen.travel.go_to_event(event.light.wrong.ended + 1)
        screen.operations_page.light(event.light.operations, event.light.wrong, event.light.sentence)
        screen.show_now()

    def clear(self) -> bool:
        """Lets everything be as bright as ever; False if it was."""
        if self.light is None:
            return False
        self.light = None
        self._screen.operations_page.light(None)
        self._screen.show_now()
        return True

    def words(self) -> tuple[Row, ...]:
        """The sentence, for the line at the bottom."""
        if self.light is None:
            return ()
        wordings = self.light.sentence, "why: see the Operations tab"
        told = (row((f"{WRONG} {words}", "lost")) for words in wordings)
        return tuple(words for each in told for words in (each + keys("esc lets all be bright again"), each))
