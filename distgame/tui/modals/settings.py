"""The settings window: theme, frames, motion and signs; what is chosen is kept, and holds at once where it can."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from textual import getters
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from distgame.game.play.settings import Settings
from distgame.tui.base import GameModal
from distgame.tui.commands import MODAL_KEYS, Command, Commanded
from distgame.tui.footer import CommandFooter
from distgame.tui.theme import DARK, THEMES


@dataclass(frozen=True, slots=True)
class Choice:
    """One setting: its key, what it may be, and each of those in words."""

    key: str
    title: str
    values: Sequence[Any]
    words: Callable[[Any], str]
    help: str


def _on(value: bool) -> str:
    return "on" if value else "off"


CHOICES = (
    Choice(
        "theme",
        "Theme",
        tuple(theme.name for theme in THEMES),
        lambda name: name.removeprefix("distgame-"),
        "dark, light, or hues for one kind of colour blindness; the palette has more",
    ),
    Choice("frames", "Frames a second", (10, 15, 30, 60), str, "how often the diagram is drawn while a run plays"),
    Choice("reduced_motion", "Reduced motion", (False, True), _on, "signals step along their wires instead of gliding"),
    Choice("plain_signs", "Plain signs", (False, True), _on, "ASCII only, from the next start on (as with --ascii)"),
)


class Choices(Commanded, OptionList):
    """The settings, a line each."""

    KEYS = (
        Command("enter,right,space", "screen.change(1)", "", "", "Changes the setting to its next value."),
        Command("left", "screen.change(-1)", "", "", "Changes the setting to the value before."),
    )


class SettingsScreen(GameModal[None]):
    """Shows the settings."""

    KEYS = MODAL_KEYS
    HELP = "What the game looks like. Enter or the arrows change the chosen setting; it is kept at once."
    DEFAULT_CSS = """
    SettingsScreen {
        Choices, Choices:focus { height: auto; border: none; background: transparent; padding: 0; }
        #about { margin: 1 0 0 0; color: $foreground-muted; height: auto; }
    }
    """

    choices = getters.query_one(Choices)

    def compose(self) -> ComposeResult:
        with Vertical(classes="window") as window:
            window.border_title = "Settings"
            window.border_subtitle = "enter or a click changes"
            yield Choices(markup=False)
            yield Static(id="about", markup=False)
        yield CommandFooter()

    def on_mount(self) -> None:
        """Shows the settings as they are."""
        self._show(0)
        self.choices.focus()

    def _show(self, place: int) -> None:
        settings = self.app.game.settings
        self.choices.clear_options()
        self.choices.add_options(
            Option(f"{choice.title:<18} {choice.words(_value(settings, choice))}") for choice in CHOICES
        )
        self.choices.highlighted = place

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Tells what the setting is for."""
        self.query_one("#about", Static).update(CHOICES[event.option_index].help)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A click changes the setting under the pointer."""
        event.stop()
        self.action_change(1)

    def action_change(self, count: int) -> None:
        """Goes on to the next value of the chosen setting."""
        place = self.choices.highlighted
        if place is None:
            return
        choice = CHOICES[place]
        now = _value(self.app.game.settings, choice)
        at = choice.values.index(now) + count if now in choice.values else 0
        value = choice.values[at % len(choice.values)]
        if choice.key == "theme":
            self.app.theme = value
        self.app.game.change_settings(**{choice.key: value})
        self._show(place)


def _value(settings: Settings, choice: Choice) -> Any:
    value = getattr(settings, choice.key)
    return DARK.name if choice.key == "theme" and value is None else value
