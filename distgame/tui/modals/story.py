"""A story as a picture on the screen: lanes as wide as there is room; by itself, the story of the run that is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.events import Resize
from textual.widgets import Static

from distgame.game.pictures.failure_story import Story
from distgame.game.pictures.story_lanes import ASCII_SIGNS, Signs, story_lines
from distgame.tui.base import GameModal
from distgame.tui.commands import MODAL_KEYS
from distgame.tui.footer import CommandFooter
from distgame.tui.numbers import counted

if TYPE_CHECKING:
    from distgame.tui.app import DistGame

_STYLES = {
    "write": "$text-primary",
    "read": "$text-success",
    "wrong": "bold $text-error",
    "open": "$foreground-muted",
    "message": "$text-accent",
    "lost": "$text-error",
    "quiet": "$foreground-muted",
    "": "",
}


class StoryPicture(Static):
    """The lanes of a story, and below them what did not happen."""

    DEFAULT_CSS = "StoryPicture { height: auto; margin: 0 0 1 0; text-wrap: nowrap; }"

    if TYPE_CHECKING:
        app: DistGame

    def __init__(self, story: Story) -> None:
        super().__init__(markup=False)
        self._story = story

    def on_resize(self, event: Resize) -> None:
        """Another width has room for other lanes."""
        signs = ASCII_SIGNS if self.app.ascii else Signs()
        lines = story_lines(self._story, event.size.width, signs)
        drawn = [Content.assemble(*((text, _STYLES[role]) for text, role in line)) for line in lines]
        if self._story.note:
            drawn.append(Content(self._story.note))
        self.update(Content("\n").join(drawn))


LANES = """\
Things stand in the order in which they happened, with the tick above each: a lane for each client, with a bar from a
call to its answer, then times without a node, and a lane for each message between nodes that the wrong answer hangs on.
`▸` arrives, `×` is lost, `→` comes later; `@3` is the node that was asked.
"""


class StoryScreen(GameModal[None]):
    """The shortest story of the first wrong answer of a run, with what is wrong in a sentence."""

    KEYS = MODAL_KEYS
    HELP = LANES

    def __init__(self, story: Story, sentence: str) -> None:
        super().__init__()
        self._story, self._sentence = story, sentence

    def compose(self) -> ComposeResult:
        with Vertical(classes="window") as window:
            window.border_title = story_heading(self._story)
            with VerticalScroll():
                yield Static(f"{self.app.marks.failed} {self._sentence}", id="sentence", markup=False)
                yield StoryPicture(self._story)
        yield CommandFooter()

    def on_mount(self) -> None:
        """The keys scroll."""
        self.query_one(VerticalScroll).focus()


def story_heading(story: Story) -> str:
    """What the story tells of, and of how much it is all that matters."""
    said = "The shortest story"
    if story.counts is not None:
        operations, messages = story.counts
        said += f": {len(story.operations)} of {counted(operations, 'operation')}"
        said += f", {len(story.messages)} of {counted(messages, 'message')}" if messages else ""
    return said
