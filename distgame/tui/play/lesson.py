"""The strip of the lesson: it says what to do next, and gives way when that is done, or is waved away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.events import Click
from textual.widgets import Static

from distgame.game.campaign.lesson import DEEDS, Deed, next_step
from distgame.game.play.session import Version
from distgame.game.scores.scoring import SeedScore
from distgame.tui.levels.card import paragraphs

if TYPE_CHECKING:
    from .screen import PlayScreen


class LessonStrip(Static):
    """Shows the strips of a level's lesson one after the other; nothing where the lesson is over, or there is none."""

    DEFAULT_CSS = """
    LessonStrip {
        display: none;
        height: auto;
        max-height: 4;
        padding: 0 1;
        background: $primary 20%;
        &.-shown { display: block; }
    }
    """

    def __init__(self, screen: PlayScreen) -> None:
        super().__init__(id="lesson", markup=False)
        self._play = screen
        self._steps = screen.level.lesson
        self._place = len(self._steps)
        self._done: set[str] = set()

    @property
    def is_over(self) -> bool:
        """Whether there is no strip to show."""
        return self._place >= len(self._steps)

    def begin(self) -> None:
        """Shows the first strip, unless the player has ended this lesson before or has passed the level."""
        game, level = self._play.app.game, self._play.level
        if level.id not in game.settings.lessons_over and not game.may_see_solution(level):
            self._go_to(0)

    def did(self, *deeds: Deed) -> None:
        """The player has done something; the strip that asked for it gives way."""
        self._done.update(deeds)
        if not self.is_over:
            self._go_to(next_step(self._steps, self._place, frozenset(self._done)))

    def loaded(self, version: Version, seed: SeedScore) -> None:
        """A save was loaded and run."""
        said: list[tuple[bool, Deed]] = [
            (version.number > 1, "saved"),
            (seed.reads_of_written_values > 0, "answered"),
            (seed.passed, "right"),
        ]
        self.did(*(deed for is_so, deed in said if is_so))

    def looked_at(self, tab: str) -> None:
        """A tab was opened; the one that is open from the beginning does not count."""
        if tab in DEEDS and self._play.head is not None:
            self.did(tab)

    def wave(self) -> None:
        """The player has read this strip, and wants the next one."""
        if not self.is_over:
            self._go_to(next_step(self._steps, self._place + 1, frozenset(self._done)))

    def end(self) -> None:
        """The player wants no more strips on this level, now or later."""
        if not self.is_over:
            self._go_to(len(self._steps))

    def on_click(self, event: Click) -> None:
        """A click does what the key does."""
        event.stop()
        self.wave()

    def _go_to(self, place: int) -> None:
        game, level = self._play.app.game, self._play.level
        self._place = place
        self.set_class(not self.is_over, "-shown")
        # Where there is little room the diagram lends the strip some.
        self._play.set_class(not self.is_over, "-taught")
        if not self.is_over:
            self.update(
                Content.assemble(
                    (f"Lesson {place + 1}/{len(self._steps)}  ", "bold $text-primary"),
                    paragraphs(self._steps[place].text).strip(),
                    ("   g next  G end", "$foreground-muted"),
                )
            )
        elif self._steps and level.id not in game.settings.lessons_over:
            game.change_settings(lessons_over=(*game.settings.lessons_over, level.id))
