"""A result of the scoreboard made again: its code on its level, seed by seed. No file is touched, nothing is scored."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from distgame.engine.program import Program, Source
from distgame.game.adversary.replays import other_origins
from distgame.game.campaign.levels import Level
from distgame.game.pictures.failure_story import Story
from distgame.game.play.session import Session
from distgame.game.scores.scoreboard import Score as Row
from distgame.game.scores.scoring import Score
from distgame.game.scores.standing import Standing
from distgame.tui.commands import Command

from .demo import StillFile
from .keys import PLAY_KEYS
from .openfile import OpenFile
from .results import Results
from .rows import RIGHT, WRONG, keys, row
from .rows import Row as Words
from .screen import PlayScreen

_BACK = keys("esc Scores")


class KeptCode(OpenFile):
    """The code of a result, in the place of a file."""

    def told(self) -> tuple[Words, ...]:
        return row((self.path.name, "name"), ("  as it was then", "client")), row((self.path.name, "name"))


class Remade(Results):
    """The scored seeds of a result, run once more: whether the runs are those of then, and what differs."""

    recorded = False

    def __init__(self, screen: PlayScreen, then: Row, program: Program) -> None:
        super().__init__(screen)
        self._then = then
        self._origins = other_origins(then, screen.level, program, "then")
        self._shown_failures = 0

    @property
    def _name(self) -> str:
        return f"{self._then.player}'s result of {self._then.when[:16].replace('T', ' ')}"

    def begin(self) -> None:
        super().begin()
        self._shown_failures = 0

    def take(self, score: Score | None, standing: Standing | None, story: Story | None) -> None:
        super().take(score, standing, story)
        if self._origins:
            said = "\n".join(self._origins)
            self._screen.notify(said, title="Not as it was then", severity="warning", timeout=10, markup=False)

    def told(self) -> tuple[Words, ...]:
        score = self.score
        if self._stopped:
            return super().told()
        if score is None:
            again = row((f"{self._name} is made again", "slow"))
            return row(*self.strip, "   ") + again + _BACK, row(*self.strip, "   ") + again, again
        failed = len(self._failures())
        more = keys(f"s the {'next ' if failed > 1 else ''}seed that failed") if failed else ()
        if self._then.digest is None:
            sign, said, role = "!", "runs were not kept then, so none can be compared", "slow"
        elif score.digest == self._then.digest:
            sign, said, role = RIGHT, f"the same {len(score.seeds)} runs as then", "node-title"
        else:
            why = self._origins[0] if self._origins else "the runs came out otherwise"
            sign, said, role = WRONG, f"not the runs of then: {why}", "lost"
        words = (f"{sign} {said}", role)
        named = row((f"{self._name}: ", "slow"), words)
        wordings = row(*self.strip, "   ") + named, named, row(words)
        return (*(each + more + _BACK for each in wordings), row(words) + more, row(words))

    def _failures(self) -> list[tuple[int, int]]:
        score = self.score
        return [(each.failure.seed, each.failure.tick) for each in score.seeds if each.failure] if score else []

    def ask(self) -> None:
        """Goes to the next seed that failed."""
        failures = self._failures()
        if failures:
            self._screen.runner.replay(*failures[self._shown_failures % len(failures)])
            self._shown_failures += 1
        elif self.score is not None:
            self._screen.notify(f"All {len(self.score.seeds)} seeds passed.", title=self._name, markup=False)
        else:
            super().ask()

    def offer(self) -> None:
        """There is no window: the result is an old one."""


_OWN = {
    command.action: command
    for command in (
        Command("s,S", "result", "Failed", "The next seed that failed", "Goes to the next of the seeds that failed."),
        Command("l", "leave", "Scores", "Back to the scores", "Back to the scores."),
        Command("escape", "escape", "", "", "Lets go of what is chosen, or goes back to the scores."),
    )
}


class RemakeScreen(PlayScreen):
    """Plays the code that a result of a level has kept, from the first scored seed on."""

    KEYS = tuple(_OWN.get(command.action, command) for command in PLAY_KEYS)
    HELP = (
        "A result made again: the code that was scored, on its level. Your file is not touched, and nothing counts. "
        "All scored seeds are run in the background, and compared with those of then; `s` shows those that failed."
    )

    def __init__(self, level: Level, then: Row, clock: Callable[[], float] = time.monotonic) -> None:
        assert then.code is not None
        # No such file is there, so none is mistaken for it.
        path = Path(f"{Path(then.algorithm).stem}-{then.code_digest[:7]}.py")
        super().__init__(level, path, seed=level.seeds.scored[0], watch=StillFile, clock=clock)
        self._program = Program(Source("__main__", path.name, then.code), (), then.code_digest)
        self.file = KeptCode(self, path)
        self.results = Remade(self, then, self._program)

    def on_mount(self) -> None:
        super().on_mount()
        self.lesson.display = False

    def open_session(self) -> Session:
        return self.app.game.open_kept(self.level, self._program, self.level.seeds.scored[0])

    def action_leave(self) -> None:
        """Back to the scores."""
        self.dismiss()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What concerns the player's own file is not to be had here."""
        if action in ("edit", "write", "hint", "lesson", "hunt"):
            return False
        return super().check_action(action, parameters)
