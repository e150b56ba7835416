"""What is on the screen of an app that runs in a test."""

from textual.app import App
from textual.strip import Strip


def styled_lines(app: App) -> list[Strip]:
    """The screen as lines of styled segments. The private call stands here and nowhere else."""
    return app.screen._compositor.render_strips()


def screen_lines(app: App) -> list[str]:
    """The screen as lines of text, without spaces at their ends."""
    return ["".join(segment.text for segment in strip).rstrip() for strip in styled_lines(app)]


def screen_text(app: App) -> str:
    """The same as one text."""
    return "\n".join(screen_lines(app))


def words(app: App) -> str:
    """The text of the screen with one space between words, wherever the lines are broken."""
    return " ".join(screen_text(app).split())
