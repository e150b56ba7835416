"""The levels screen: choose a level, see what it asks for, and play it with your file."""

from __future__ import annotations

from pathlib import Path

from textual import getters, on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.events import AppFocus, Click, ScreenResume
from textual.widgets import OptionList, Static

from distgame.game.levels import Level
from distgame.tui.base import GameScreen, TitleBar
from distgame.tui.commands import Command
from distgame.tui.editor import edit
from distgame.tui.footer import CommandFooter
from distgame.tui.levels import card
from distgame.tui.levels.file_state import FileState, chosen_file, look_at
from distgame.tui.levels.listing import PLAY, LevelList
from distgame.tui.modals.starter import StarterScreen


class Card(VerticalScroll):
    """All about the chosen level."""

    HELP = """\
The chosen level: its story, what a pass asks for, and the medals beyond it. A pass needs every goal in every
scored seed; each medal is won by itself, and only with a pass. Up and down scroll.
"""


class LevelsScreen(GameScreen[None]):
    """The home of the game."""

    CSS_PATH = "levels.tcss"
    KEYS = (
        PLAY,
        Command("e", "edit", "Editor", "Open the editor", "Opens your file in $VISUAL, $EDITOR or vi."),
        Command("f", "file", "File", "Choose another file", "Chooses the file you play with, or makes a new one."),
        Command("s", "scores", "Scores", "Scores", "Shows every result of the chosen level."),
    )

    levels = getters.query_one("#levels", LevelList)
    title_bar = getters.query_one(TitleBar)

    def compose(self) -> ComposeResult:
        yield TitleBar("distgame")
        with Horizontal(id="home"):
            yield LevelList(id="levels", markup=False)
            with Card(id="card"):
                yield Static(id="name")
                yield Static(id="teaches", markup=False)
                yield from _section("story")
                yield from _section("goal", "Your task")
                with Vertical(id="new-here"):
                    yield from _section("new", "New")
                with Horizontal(id="figures"):
                    with Vertical():
                        yield from _section("setup", "The set-up")
                        yield from _section("medals", "Medals")
                    with Vertical():
                        yield from _section("goals", "To pass")
                        yield from _section("best", "Your best")
                        yield from _section("file", "Your file")
        yield CommandFooter()

    @property
    def chosen(self) -> Level:
        """The level that is highlighted."""
        game = self.app.game
        return game.level(self.levels.chosen or game.levels[0].id)

    def on_mount(self) -> None:
        """Shows the levels; the next one to be won is chosen."""
        self._fill(self._next_to_win())
        self.levels.focus()

    @on(ScreenResume)
    def refill(self) -> None:
        """Scores and files may be others when one comes back."""
        if self.levels.option_count:
            last = self.app.game.settings.last_level
            known = {level.id for level in self.app.game.levels}
            self._fill(last if last in known else self.chosen.id)

    def on_resize(self) -> None:
        """Where there is room, the figures stand before the longest text; else one reads from top to bottom."""
        self.call_after_refresh(self._arrange)

    def _arrange(self) -> None:
        wide = self.has_class("-wide")
        first, then = ("#figures", "#new-here") if wide else ("#new-here", "#figures")
        self.query_one("#card").move_child(self.query_one(first), before=self.query_one(then))

    def _next_to_win(self) -> str:
        game = self.app.game
        best = game.scoreboard.best_of_each_level(game.player)
        if game.settings.last_level in {level.id for level in game.levels}:
            return str(game.settings.last_level)
        open_levels = (level.id for level in game.levels if level.id not in best or not best[level.id].stars)
        return next(open_levels, game.levels[-1].id)

    def _fill(self, chosen: str) -> None:
        game = self.app.game
        best = game.scoreboard.best_of_each_level(game.player)
        self.levels.show(game.levels, best, self.app.marks, chosen)
        self._stars = sum(best[level.id].stars for level in game.levels if level.id in best)
        self._look_at_file()

    def _show_title(self, file: str) -> None:
        game = self.app.game
        stars = f"{self.app.marks.star} {self._stars} of {3 * len(game.levels)}"
        self.title_bar.show(self.app.title, "   ".join(part for part in (file, game.player, stars) if part))

    @on(OptionList.OptionHighlighted)
    def show_card(self) -> None:
        """Tells about the level that is chosen now."""
        game, marks, level = self.app.game, self.app.marks, self.chosen
        best = game.scoreboard.best(level.id, game.player)
        name = Content.assemble(
            f"{level.number:02} {level.name}  ", (marks.stars(best.stars if best else 0), "$text-accent")
        )
        self._say("#name", name)
        self._say("#teaches", card.paragraphs(level.teaches))
        self._say("#story", card.paragraphs(level.story))
        self._say("#new", card.paragraphs(level.new))
        self._say("#goal", card.paragraphs(level.goal))
        self._say("#setup", "\n".join(card.setup(level)))
        self._say("#goals", "\n".join(f"{marks.bullet} {goal}" for goal in card.goals(level)))
        self._say("#medals", card.medals(level, best, marks))
        self._say("#best", card.best_so_far(best, level, marks))
        self.query_one("#card").scroll_home(animate=False)

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

    @on(Click, "#levels")
    def play_on_double_click(self, event: Click) -> None:
        """One click chooses a level, two play it."""
        if event.chain == 2:
            self.action_play()

    def action_play(self) -> None:
        """Plays the chosen level, after asking for a file where there is none."""
        path = chosen_file(self.app.game.settings)
        if path is None:
            self._ask_for_file(then_play=True)
        else:
            self.app.play(self.chosen, path)

    def action_file(self) -> None:
        """Asks for another file."""
        self._ask_for_file(then_play=False)

    def _ask_for_file(self, then_play: bool) -> None:
        level = self.chosen

        def take(path: Path | None) -> None:
            if path is None:
                return
            self.app.game.change_settings(last_file=str(path))
            self._look_at_file()
            if then_play:
                self.app.play(level, path)

        self.app.push_screen(StarterScreen(level, chosen_file(self.app.game.settings)), take)

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
