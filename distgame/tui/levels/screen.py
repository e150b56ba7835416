"""The levels screen: choose a level, see what it asks for, and play it with your file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from textual import getters, on, work
from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.events import AppFocus, ScreenResume, ScreenSuspend
from textual.widgets import Static

from distgame.game.campaign.figures import Figures
from distgame.game.campaign.levels import Level
from distgame.tui.base import GameScreen, TitleBar
from distgame.tui.commands import Command
from distgame.tui.editor import edit
from distgame.tui.footer import CommandFooter
from distgame.tui.levels import card
from distgame.tui.levels.board import PLAY, LevelBoard
from distgame.tui.levels.file_state import FileState, chosen_file, look_at
from distgame.tui.levels.look import Look
from distgame.tui.levels.setup import setup
from distgame.tui.modals.solution import show_solution
from distgame.tui.modals.starter import StarterScreen


class Card(VerticalScroll):
    """All about the chosen level."""

    HELP = """\
The chosen level: its story, what a pass asks for, and the medals beyond it. A pass needs every goal in every
scored seed; each medal is won by itself, and only with a pass. *reference* is what the level's own solution achieves,
measured while you look; *bound* is what nobody can better, where theory knows it. Up and down scroll.
"""


class LevelsScreen(GameScreen[None]):
    """The home of the game."""

    AUTO_FOCUS = "#levels"
    KEYS = (
        PLAY,
        Command("w", "watch", "Watch", "Watch the reference", "Shows the level as its reference plays it."),
        Command("a", "solution", "Answer", "The solution", "Shows the reference's code: free after a pass."),
        Command("e", "edit", "Editor", "Open the editor", "Opens your file in $VISUAL, $EDITOR or vi."),
        Command("f", "file", "File", "Choose another file", "Chooses the file you play with, or makes a new one."),
        Command("s", "scores", "Scores", "Scores", "Shows every result of the chosen level."),
        Command("b", "app.sandbox", "Sandbox", "The sandbox", "A world of your own: free play, turned by hand."),
        Command("o", "open_all", "Open all", "Open or close all levels", "Opens all levels, or only those you won."),
    )

    levels = getters.query_one("#levels", LevelBoard)
    title_bar = getters.query_one(TitleBar)

    def __init__(self) -> None:
        super().__init__()
        self._look = Look(self, self._show_figures)

    def compose(self) -> ComposeResult:
        yield TitleBar("distgame")
        with Container(id="home"):
            with VerticalScroll(id="map", can_focus=False):
                yield LevelBoard(id="levels")
            with Card(id="card"):
                with VerticalScroll(id="prose", can_focus=False):
                    yield Static(id="name")
                    yield Static(id="lock", markup=False)
                    yield Static(id="teaches", markup=False)
                    yield from _section("story")
                    yield from _section("goal", "Your task")
                    yield from _section("new", "New")
                with VerticalScroll(id="figures", can_focus=False):
                    with Horizontal():
                        with Vertical(classes="first"):
                            yield from _section("setup", "The set-up")
                        with Vertical():
                            yield from _section("goals", "To pass")
                    yield Static("Medals", classes="heading")
                    yield Static(id="medals", markup=False)
                    yield Static(id="why", markup=False)
                    with Horizontal():
                        with Vertical(classes="first"):
                            yield from _section("best", "Your best")
                        with Vertical():
                            yield from _section("file", "Your file")
        yield CommandFooter()

    @property
    def chosen(self) -> Level:
        """The level that is highlighted."""
        return self.levels.chosen or self.app.game.levels[0]

    def on_mount(self) -> None:
        """Shows the levels; the next one to be won is chosen."""
        self._fill(self._first_choice())

    @on(ScreenResume)
    def refill(self) -> None:
        """Scores and files may be others when one comes back; another level that was played meanwhile is chosen."""
        if self.levels.chosen is not None:
            last = self.app.game.settings.last_level
            known = {level.id for level in self.app.game.levels}
            self._fill(last if last in known and last != self._played else self.chosen.id)

    def _first_choice(self) -> str:
        game = self.app.game
        if game.settings.last_level in {level.id for level in game.levels}:
            return str(game.settings.last_level)
        return game.progress.next_to_win.id

    def _fill(self, chosen: str) -> None:
        self._played = self.app.game.settings.last_level
        self._progress = self.app.game.progress
        self.levels.show(self._progress, self.app.marks, chosen)
        self._stars = sum(map(self._progress.stars, self._progress.levels))
        self._look_at_file()

    def _show_title(self, file: str) -> None:
        game = self.app.game
        stars = f"{self.app.marks.star} {self._stars} of {3 * len(game.levels)}"
        self.title_bar.show(self.app.title, "   ".join(part for part in (file, game.player, stars) if part))

    @on(LevelBoard.Chosen)
    def show_card(self) -> None:
        """Tells about the level that is chosen now."""
        marks, level, progress = self.app.marks, self.chosen, self._progress
        best = progress.best.get(level.id)
        name = Content.assemble(
            f"{level.number:02} {level.name}  ", (marks.stars(progress.stars(level)), "$text-accent")
        )
        self._say("#name", name)
        lock = "" if progress.is_open(level) else self._lock(level)
        self._say("#lock", lock)
        self.query_one("#lock").set_class(bool(lock), "-shown")
        self._say("#teaches", card.paragraphs(level.teaches))
        self._say("#story", card.paragraphs(level.story))
        self.query_one("#new", Static).update(card.Prose(level.new))
        self._say("#goal", card.paragraphs(level.goal))
        self._say("#setup", "\n".join(setup(level)))
        self._say("#goals", "\n".join(f"{marks.bullet} {goal}" for goal in card.goals(level)))
        self._say("#why", f"bound: {card.paragraphs(level.bounds.source)}" if level.bounds else "")
        self.query_one("#why").display = level.bounds is not None
        self._say("#best", card.best_so_far(best, level, marks, self.app.game.seal_on(level)))
        self._show_medals(self.app.game.known_figures(level))
        for part in ("#card", "#prose", "#figures"):
            self.query_one(part).scroll_home(animate=False)
        self._look.at(level)

    def _lock(self, level: Level) -> str:
        before = self._progress.before(level)
        return f"Locked: it opens when you have passed {before.number:02} {before.name}; o opens all."

    def _show_medals(self, known: Figures | None) -> None:
        level = self.chosen
        self._say("#medals", card.medals(level, self._progress.best.get(level.id), known, self.app.marks))

    @on(ScreenSuspend)
    def _look_away(self) -> None:
        self._look.away()

    def _show_figures(self, level: Level, known: Figures | None) -> None:
        if self.chosen is level:
            self._show_medals(known)

    def _say(self, where: str, text: str | Content) -> None:
        self.query_one(where, Static).update(text)

    @on(AppFocus)
    def _look_at_file(self) -> None:
        path = chosen_file(self.app.game.settings)
        if path is None:
            self._say("#file", Content.styled("none yet: enter makes one", "$foreground-muted"))
            self._show_title("")
        else:
            self._check(path)

    @work(thread=True, exclusive=True)
    def _check(self, path: Path) -> None:
        state = look_at(path)
        self.app.call_from_thread(self._show_file, state)

    def _show_file(self, state: FileState) -> None:
        marks = self.app.marks
        if state.problem is None:
            said = Content.assemble((f"{marks.passed} loads", "$text-success"))
        else:
            said = Content.assemble((f"{marks.failed} does not load: {state.problem}", "$text-error"))
        self._say("#file", Content.assemble(f"{state.name}\n", said))
        self._show_title(f"{state.path.name} {marks.verdict(state.problem is None)}")

    def action_play(self) -> None:
        """Plays the chosen level, if it is open."""
        if self._progress.is_open(self.chosen):
            self.play(self.chosen)
        else:
            self.notify(self._lock(self.chosen), severity="warning", markup=False)

    def play(self, level: Level, seed: int | None = None) -> None:
        """Plays a level with the player's file, after asking for one where there is none."""
        path = chosen_file(self.app.game.settings)
        if path is None:
            self._ask_for_file(lambda chosen: self.app.play(level, chosen, seed))
        else:
            self.app.play(level, path, seed)

    def action_watch(self) -> None:
        """Shows the chosen level as its reference plays it."""
        self.app.demo(self.chosen)

    def action_solution(self) -> None:
        """Shows the solution of the chosen level, for those who have passed it or pay for it."""
        if self._progress.is_open(self.chosen):
            show_solution(self.app, self.chosen)
        else:
            self.notify(self._lock(self.chosen), severity="warning", markup=False)

    def action_open_all(self) -> None:
        """Opens all levels, or goes back to opening them one after the other."""
        game = self.app.game
        game.change_settings(open_all_levels=not game.settings.open_all_levels)
        self._fill(self.chosen.id)
        said = "All levels are open." if game.settings.open_all_levels else "Levels open as you pass them."
        self.notify(said, markup=False)

    def action_file(self) -> None:
        """Asks for another file."""
        self._ask_for_file()

    def _ask_for_file(self, then: Callable[[Path], None] | None = None) -> None:
        def take(path: Path | None) -> None:
            if path is None:
                return
            self.app.game.change_settings(last_file=str(path))
            self._look_at_file()
            if then is not None:
                then(path)

        self.app.push_screen(StarterScreen(self.chosen, chosen_file(self.app.game.settings)), take)

    def action_edit(self) -> None:
        """Opens the player's file in the player's editor."""
        path = chosen_file(self.app.game.settings)
        if path is None:
            self.notify("There is no file yet: enter makes one.", severity="warning")
        elif edit(self.app, path):
            self._look_at_file()

    def action_scores(self) -> None:
        """Shows the scores of the chosen level."""
        from distgame.tui.scores.screen import ScoresScreen

        self.app.push_screen(ScoresScreen(self.chosen))


def _section(name: str, heading: str = "") -> ComposeResult:
    if heading:
        yield Static(heading, classes="heading")
    yield Static(id=name, classes="section", markup=False)
