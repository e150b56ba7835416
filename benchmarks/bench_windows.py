"""Every other screen and window of the game, opened and closed, and how long each blocks the screen.

`pytest benchmarks/bench_windows.py -o python_files='bench_*.py' -s` prints the table; `make bench` has it as well.
"""

from __future__ import annotations

from pathlib import Path

from textual.screen import Screen
from walk import Walk, longest_blocks

from distgame.game.play.places import algorithms_folder
from distgame.tui.modals.confirm import ConfirmScreen
from distgame.tui.modals.help import HelpScreen
from distgame.tui.modals.hint import HintScreen
from distgame.tui.modals.result import ResultScreen
from distgame.tui.modals.settings import SettingsScreen
from distgame.tui.modals.solution import SolutionScreen
from distgame.tui.modals.starter import StarterScreen
from distgame.tui.modals.story import StoryScreen
from distgame.tui.modals.writer import WriterScreen
from distgame.tui.play.demo import DemoScreen
from distgame.tui.play.remake import RemakeScreen
from distgame.tui.play.screen import PlayScreen
from distgame.tui.sandbox.screen import SandboxScreen
from distgame.tui.scores.diff import DiffScreen
from distgame.tui.scores.screen import ScoresScreen

FAILING = algorithms_folder() / "write_all_read_local.py"
LEVEL = 4
"""A level that the failing file fails on, with a story of its wrong read."""


def test_no_window_blocks_the_screen(benchmark, tmp_path: Path) -> None:
    """The longest time between two beats of the screen's loop in each state, in milliseconds."""
    table = benchmark.pedantic(lambda: longest_blocks(Visitor, tmp_path / "register.py"), rounds=1)
    print("\n" + table)


class Visitor(Walk):
    """Opens and closes what there is."""

    async def play(self) -> None:
        """The whole walk."""
        await self.rest()
        await self.see_the_levels()
        await self.take_a_lesson()
        await self.fail()
        await self.compare_scores()
        await self.play_freely()

    async def window(self, name: str, key: str, screen: type[Screen], *then: str) -> None:
        """Opens a window with a key, presses others in it, and closes it."""
        await self.opened(name, key, screen)
        if then:
            async with self.state(f"{name}: used"):
                await self.press(*then)
        async with self.state(f"{name}: closed"):
            await self.press("escape")
            await self.until(lambda: not isinstance(self.app.screen, screen))

    async def opened(self, name: str, key: str, screen: type[Screen]) -> None:
        """Opens a window with a key."""
        async with self.state(f"{name}: opened"):
            await self.press(key)
            await self.until(lambda: isinstance(self.app.screen, screen))

    async def see_the_levels(self) -> None:
        async with self.state("the levels are opened and walked"):
            await self.press("o", *["down"] * 5, "right", *["up"] * 5, "left", "home")
        await self.window("help for the levels", "question_mark", HelpScreen, "pagedown", "end")
        await self.window("settings", "f2", SettingsScreen, "down", "down", "right", "right")
        await self.window("another file", "f", StarterScreen, "backspace", "y")
        await self.opened("a question", "a", ConfirmScreen)
        await self.opened("the solution", "y", SolutionScreen)
        async with self.state("the solution: read and closed"):
            await self.press("pagedown", "end", "escape")
        async with self.state("the palette over the levels"):
            await self.press("ctrl+p", *"sco", "escape", "escape")
        await self.opened("a demo", "w", DemoScreen)
        await self.leave_when_it_runs("a demo")

    async def leave_when_it_runs(self, name: str) -> None:
        async with self.state(f"{name}: run"):
            await self.until(lambda: self.screen.recording is not None)
        async with self.state(f"{name}: left"):
            await self.press("escape", "escape")
            await self.until(lambda: not isinstance(self.app.screen, PlayScreen))

    async def take_a_lesson(self) -> None:
        async with self.state("a lesson: opened"):
            self.app.play(self.app.game.levels[0], self.path)
            await self.until(lambda: isinstance(self.app.screen, PlayScreen))
        async with self.state("a lesson: its strips"):
            await self.until(lambda: self.screen.recording is not None)
            await self.press("g", "g", "g", "G")
        await self.opened("hints", "n", HintScreen)
        async with self.state("hints: one after the other"):
            await self.press("n", "n", "escape")
        await self.window("the editor inside", "E", WriterScreen, "end", "enter", *"# x", "f3")
        async with self.state("the result of a pass"):
            await self.until(lambda: self.screen.score is not None)
            if not isinstance(self.app.screen, ResultScreen):
                await self.press("s")
            await self.until(lambda: isinstance(self.app.screen, ResultScreen))
        async with self.state("on to the next level"):
            await self.press("escape", "l")
            await self.until(lambda: not isinstance(self.app.screen, PlayScreen))

    async def fail(self) -> None:
        self.path.write_text(FAILING.read_text())
        async with self.state("a level: opened"):
            self.app.play(self.app.game.levels[LEVEL - 1], self.path)
            await self.until(lambda: isinstance(self.app.screen, PlayScreen))
        async with self.state("a level: scored"):
            await self.until(lambda: self.screen.score is not None)
            self.screen.travel.pause()
        await self.window("the result of a failure", "s", ResultScreen, "down", "down", "right")
        async with self.state("the failure is shown"):
            await self.press("right_curly_bracket", "W")
            await self.until(lambda: isinstance(self.app.screen, StoryScreen))
        async with self.state("its story: closed"):
            await self.press("escape")
        await self.window("help while playing", "question_mark", HelpScreen, "pagedown", "end")
        async with self.state("the levels come back"):
            scored = self.screen.score
            self.path.write_text(FAILING.read_text() + "\n# again\n")
            await self.until(lambda: self.screen.score is not None and self.screen.score is not scored)
            await self.press("l")
            await self.until(lambda: not isinstance(self.app.screen, PlayScreen))

    async def compare_scores(self) -> None:
        await self.opened("scores", "s", ScoresScreen)
        async with self.state("scores: views and orders"):
            await self.press("v", "v", "v", "v", "o", "r", "c", "down", "up")
        async with self.state("scores: other levels"):
            await self.press("right", "left", "left", "right")
        async with self.state("scores: two results are marked"):
            await self.press("d", "down")
        await self.window("a diff", "d", DiffScreen, "down", "end")
        await self.window("help for the scores", "question_mark", HelpScreen)
        await self.opened("a result made again", "enter", RemakeScreen)
        await self.leave_when_it_runs("a result made again")
        async with self.state("scores: closed"):
            await self.press("escape")

    async def play_freely(self) -> None:
        await self.opened("the sandbox", "b", SandboxScreen)
        async with self.state("the sandbox: turned"):
            await self.until(lambda: self.screen.recording is not None)
            await self.press("down", "right", "down", "right", "right")
        await self.leave_when_it_runs("the sandbox")
