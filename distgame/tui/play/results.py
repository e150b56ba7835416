"""The scored seeds of the version that runs: how far they are, what they come to, and the window that shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from distgame.game.pictures.failure_story import Story
from distgame.game.scores.regression import LookBack
from distgame.game.scores.scoring import Score, SeedScore
from distgame.game.scores.standing import Standing

from . import figures
from .rows import Row, keys, row

if TYPE_CHECKING:
    from .screen import PlayScreen


class Results:
    """What the background says of the scored seeds; its window is offered once for each version."""

    wanted = True
    """Whether the scored seeds are to be run at all."""
    recorded = True
    """Whether their result counts."""

    def __init__(self, screen: PlayScreen) -> None:
        self._screen = screen
        self.score: Score | None = None
        self._before: LookBack | None = None
        self._lost: frozenset[str] | None = None
        self._seeds: dict[int, SeedScore] = {}
        self._stopped = False
        self._offered: int | None = None
        self._standing: Standing | None = None
        self._story: Story | None = None

    def begin(self) -> None:
        """A new version runs."""
        self.score, self._before, self._seeds, self._stopped = None, None, {}, False

    def count(self, seed: SeedScore) -> None:
        """One seed is done."""
        self._seeds[seed.seed] = seed

    def take(self, score: Score | None, standing: Standing | None, story: Story | None) -> None:
        """All are done; None where they could not be run."""
        self._stopped = score is None
        if score is not None:
            self.score, self._standing, self._story = score, standing, story
            if score.passed:
                self._screen.lesson.did("passed")

    @property
    def strip(self) -> Row:
        """A sign for each scored seed."""
        return figures.seeds(self._screen.level.scored_seeds, self._seeds)

    def told(self) -> tuple[Row, ...]:
        """The line about the scored seeds, the longest wording first."""
        if self._stopped:
            return (row(*self.strip, ("   ! the other seeds could not be run: press r", "cut-tag")),)
        if self.score is None:
            return (self.strip,)
        long, short = figures.verdict_of(self.score, self._screen.app.marks)
        if self._before is None or not self._before.relapses:
            return row(*self.strip, "   ", *long), row(*self.strip, "  ", *short)
        first, *others = (relapse.level for relapse in self._before.relapses)
        more = f" and {len(others)} more" if others else ""
        named = (f"! {first.number:02} {first.name}{more} broke again", "lost")
        numbers = (f"! {first.number:02}{more} broke again", "lost")
        return (
            row(*self.strip, "   ", *long, "   ", named),
            row(*self.strip, "  ", *short, "  ", named),
            row(*self.strip, "  ", *short, "  ", numbers),
        )

    def look_back(self, found: LookBack) -> None:
        """The levels before were tried with this version: what this save has broken is told, the rest is named."""
        from distgame.tui.modals.result import ResultScreen

        screen = self._screen
        self._before = found
        held, self._lost = self._lost, frozenset(relapse.level.id for relapse in found.relapses)
        for relapse in found.relapses:
            if held is None or relapse.level.id in held:
                continue  # Many levels are passed by what another one breaks: who knows it is not told at each save.
            screen.notify(str(relapse), title="Broke again", severity="warning", markup=False)
        if isinstance(screen.app.screen, ResultScreen):
            screen.app.screen.show_before(found)

    def ask(self) -> None:
        """Shows the result, or says how far it is."""
        screen = self._screen
        if self.score is None:
            done = f"{len(self._seeds)} of {len(screen.level.scored_seeds)} scored seeds are done."
            if len(self._seeds) == len(screen.level.scored_seeds):
                done = "All scored seeds are done; they are run once more, to see that they come out the same."
            screen.notify(done if screen.version else "There is no run yet.", title="No result yet")
        else:
            self._show(self.score)

    def offer(self) -> None:
        """Shows the result where it has not been seen."""
        if self.score is not None and self._offered != self._screen.file.number and self._screen.is_active:
            self._show(self.score)

    def _show(self, score: Score) -> None:
        from distgame.tui.modals.result import ResultScreen

        screen = self._screen
        self._offered = screen.file.number
        assert screen.version is not None
        facts = screen.level, score, screen.version, screen.path, self._standing, self._story, self._before
        screen.app.push_screen(ResultScreen(*facts), self._after)

    def close(self) -> None:
        """Takes away the result of a version that is no longer the newest: the new run is what counts."""
        from distgame.tui.modals.result import ResultScreen

        if isinstance(self._screen.app.screen, ResultScreen):
            self._screen.app.screen.dismiss(None)

    def _after(self, choice: str | None) -> None:
        screen = self._screen
        if choice == "show" and self.score is not None and self.score.first_failure is not None:
            failure = self.score.first_failure
            screen.runner.replay(failure.seed, failure.tick)
        elif choice == "editor":
            screen.action_edit()
        elif choice == "again":
            screen.travel.play_from_the_start()
        elif choice == "hunt":
            screen.hunt.begin()
        elif choice == "levels":
            screen.action_leave()
        elif choice == "solution":
            screen.action_solution()
        elif choice == "next" and (level := screen.app.game.next_level(screen.level)):
            screen.app.show_level(level)


class NoResults(Results):
    """What stands in for results where no seed counts: `words` say what is seen instead, the longest first.

    Three blanks part from them a key and what it does.
    """

    wanted = False

    def __init__(self, screen: PlayScreen, *words: str) -> None:
        super().__init__(screen)
        self._words = words

    @property
    def strip(self) -> Row:
        return row((self._words[-1], "slow"))

    def told(self) -> tuple[Row, ...]:
        parted = (words.partition("   ") for words in self._words)
        return tuple(row((words, "slow")) + (keys(key) if key else ()) for words, _, key in parted)

    def ask(self) -> None:
        self._screen.notify(self._words[0], title="No result", markup=False)

    def offer(self) -> None:
        """There is nothing to show."""
