"""The result window: why a try failed, or what it won, and where to go from there."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from textual import getters, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.events import Resize
from textual.markup import escape
from textual.widgets import Button, Static

from distgame.game.adversary.hunting import SEAL_RUNS
from distgame.game.campaign.levels import Level
from distgame.game.pictures.failure_story import Story, story_of_failure
from distgame.game.play.session import Version
from distgame.game.scores.regression import LookBack
from distgame.game.scores.scoring import Score
from distgame.game.scores.standing import Standing
from distgame.tui.base import GameModal
from distgame.tui.commands import MODAL_KEYS, Command
from distgame.tui.levels.card import paragraphs
from distgame.tui.modals import result_text as text
from distgame.tui.modals.story import LANES, StoryPicture, story_heading

Choice = Literal["show", "editor", "again", "levels", "next", "solution", "hunt"]

SHOW = Command("s", "choose('show')", "Show me", "Show the failure", "Goes to where it failed, and says why.")
NEXT = Command(
    "n", "choose('next')", "Next level", "On to the next level", "Goes to the next level's card; enter plays it."
)
EDITOR = Command("e", "choose('editor')", "Editor", "Open the editor", "Opens your file in your editor.")
AGAIN = Command("r", "choose('again')", "Run again", "Run again", "Plays the run on the screen once more.")
HUNT = Command("H", "choose('hunt')", "Hunt", "Hunt for what breaks it", "Lets the hunter look for what breaks you.")
SOLUTION = Command("a", "choose('solution')", "Solution", "The solution", "Shows the reference's code and prose.")
LEVELS = Command("l", "choose('levels')", "Levels", "Back to the levels", "Goes back to the levels.")


class ResultScreen(GameModal[Choice | None]):
    """The result of all scored seeds; gives what the player wants to do next, or None.

    `standing` says where the result stands, if it counts; `story` how its first wrong answer came about, as far as more
    is known than the failure says.
    """

    KEYS = (
        SHOW,
        NEXT,
        EDITOR,
        AGAIN,
        HUNT,
        SOLUTION,
        LEVELS,
        Command("down", "scroll(1)", "", "", "Scrolls down."),
        Command("up", "scroll(-1)", "", "", "Scrolls up."),
        *MODAL_KEYS,
    )
    HELP = f"""\
A pass needs every goal in every scored seed. The *shortest story* has only the operations that prove the failure.
{LANES}
*better* and *worse* compare with your best result before. The three medals are independent of each other. The *seal*
is for a file that passes and that the hunter could not break.
"""

    body = getters.query_one(VerticalScroll)

    def __init__(
        self,
        level: Level,
        score: Score,
        version: Version,
        path: Path,
        standing: Standing | None,
        story: Story | None = None,
        look_back: LookBack | None = None,
    ) -> None:
        super().__init__()
        self._level, self._score, self._version, self._path = level, score, version, path
        self._standing = standing
        self._look_back = look_back
        failure = score.first_failure
        if story is None and failure is not None and failure.operations:
            story = story_of_failure(failure, len(level.world.clients))
        self._story = story

    @property
    def _choices(self) -> tuple[Command, ...]:
        if not self._score.passed:
            can_show = self._score.first_failure is not None
            return (SHOW, EDITOR, AGAIN, LEVELS) if can_show else (EDITOR, AGAIN, LEVELS)
        following = self.app.game.next_level(self._level) is not None
        return (NEXT, HUNT, SOLUTION, EDITOR, LEVELS) if following else (LEVELS, HUNT, SOLUTION, EDITOR)

    def compose(self) -> ComposeResult:
        with Vertical(classes="window") as window:
            window.border_title = f"{self._level.number:02} {self._level.name}"
            file = escape(f"{self._path.name} {self._version.digest[:7]}")
            window.border_subtitle = f"{file}   [@click=screen.dismiss_modal]esc close[/]   [@click=app.help]? help[/]"
            with VerticalScroll(can_focus=False):
                yield Static(text.headline(self._score, self.app.marks), id="headline")
                yield from self._success() if self._score.passed else self._failure()
            with Horizontal(classes="buttons"):
                for command in self._choices:
                    label = f"{command.footer} ({command.keys})"
                    yield Button(label, action=f"screen.{command.action}", tooltip=command.help, compact=True)

    def _failure(self) -> ComposeResult:
        marks = self.app.marks
        yield Static(text.reason(self._score), id="reason", markup=False)
        if self._story is not None:
            yield Static(story_heading(self._story), classes="heading")
            yield StoryPicture(self._story)
        yield from _section("Checks", text.checks(self._score, self._level, marks))
        first, last = self._level.seeds.scored
        yield from _section(f"Seeds {first} to {last}", text.seed_strip(self._score, self._level, marks))
        yield from self._figures()
        yield from self._levels_before()

    def _figures(self) -> ComposeResult:
        before = self._standing.best_before if self._standing else None
        heading = "Figures and medals" if self._score.passed else "Figures"
        heading += ", against your best before" if before else ""
        yield from _section(heading, text.figures(self._score, self._level, before, self.app.marks))

    def _levels_before(self) -> ComposeResult:
        with Vertical(id="before") as part:
            part.display = self._look_back is not None
            yield from _section("Levels passed before", text.before(self._look_back, self.app.marks), "tried")

    def _success(self) -> ComposeResult:
        score, level, marks = self._score, self._level, self.app.marks
        yield Static(text.rank_told(self._standing), id="reason", markup=False)
        yield from self._figures()
        if not score.forfeited:
            seal = text.seal(self.app.game.seal_on(level), self._version.digest, SEAL_RUNS, marks)
            yield from _section("Seal", seal)
        first, last = level.seeds.scored
        yield from _section(f"Seeds {first} to {last}", text.seed_strip(score, level, marks))
        yield from self._levels_before()
        yield from _section("Afterwards", Content(paragraphs(level.afterword)))
        following = self.app.game.next_level(level)
        if following is not None:
            told = Content.assemble((f"{following.number:02} {following.name}", "bold"), f"\n{following.teaches}")
            yield from _section("Next", told)

    def on_mount(self) -> None:
        """The first choice is the likely one."""
        self.query(Button).first().focus()
        self._limit(self.app.size.height)

    def show_before(self, found: LookBack) -> None:
        """The levels before were tried with this version as well."""
        self._look_back = found
        self.query_one("#before").display = True
        self.query_one("#tried", Static).update(text.before(found, self.app.marks))

    def on_resize(self, event: Resize) -> None:
        """Another height has room for another part of the text."""
        self._limit(event.size.height)

    def _limit(self, height: int) -> None:
        # The text scrolls where it is longer than the screen; frame and buttons take four lines.
        self.body.styles.max_height = height - 4

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what has a button can be chosen."""
        if action == "choose" and parameters:
            return any(command.action == f"choose({parameters[0]!r})" for command in self._choices)
        return True

    def action_choose(self, choice: Choice) -> None:
        """Closes the window with a choice."""
        self.dismiss(choice)

    def action_scroll(self, direction: int) -> None:
        """Scrolls the text; the focus stays on the buttons."""
        self.body.scroll_to(y=self.body.scroll_target_y + direction, animate=False)

    @on(Button.Pressed)
    def stop_here(self, event: Button.Pressed) -> None:
        """The button's own action is all there is to do."""
        event.stop()


def _section(heading: str, content: Content, id: str | None = None) -> ComposeResult:
    yield Static(heading, classes="heading")
    yield Static(content, classes="section", id=id)
