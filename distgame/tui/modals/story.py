"""A story as a picture on the screen: lanes as wide as there is room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.events import Resize
from textual.widgets import Static

from distgame.game.pictures.failure_story import Story
from distgame.game.pictures.story_lanes import ASCII_SIGNS, Signs, story_lines

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
