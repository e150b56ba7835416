"""Commands: one definition gives a key, its place in the footer, its entry in the palette and its line in the help.

How a screen (or a focusable widget) uses it:

    class PlayScreen(Commanded, Screen[None]):
        KEYS = (
            Command("space", "toggle_pause", "Pause", "Pause or go on", "Stops the clock, and lets it run again."),
            Command("full_stop", "step(1)", "Step", "One event on", "Goes to the next event.", group="step"),
            Command("comma", "step(-1)", "Back", "One event back", "Goes to the event before.", group="step"),
            Command("enter", "seek", "", "Go to that tick", "Moves the playhead to the chosen line."),
        )

        def compose(self) -> ComposeResult:
            ...
            yield CommandFooter()  # from distgame.tui.footer

        def action_toggle_pause(self) -> None: ...
        def action_step(self, events: int) -> None: ...

`Commanded` stands first among the bases and turns KEYS into Textual's BINDINGS. The footer shows the commands that
have a footer text, in their order, as many as fit; help and the palette stay at its right end. Textual's
`check_action` works as ever: False hides a command everywhere, None greys it. A panel that has more to say than its
keys sets Textual's `HELP` (Markdown): it is shown when help is asked while that panel, or a widget in it, has the
focus. `?` and F1 (help) and `q` (quit) are the app's own; a modal screen adds MODAL_KEYS to its own KEYS.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from textual.actions import parse
from textual.app import App
from textual.binding import Binding
from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.dom import DOMNode
from textual.screen import Screen


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that a key does.

    `keys` are names of Textual's, parted by commas, the one to show first ("question_mark,f1"). `action` is an action
    of the widget or screen that lists the command. `footer` is one short word, empty for commands that are not in the
    footer; `title` the entry in the palette, empty for commands that make no sense there; `help` a sentence.
    Commands with the same `group` stand close together in the footer.
    """

    keys: str
    action: str
    footer: str
    title: str
    help: str
    group: str = ""

    @property
    def binding(self) -> Binding:
        """The same as Textual wants it."""
        group = Binding.Group(self.group, compact=True) if self.group else None
        return Binding(self.keys, self.action, self.footer, show=bool(self.footer), tooltip=self.help, group=group)

    def shown_keys(self, app: App[Any]) -> str:
        """The keys as people read them: "? F1"."""
        names = (app.get_key_display(each) for each in Binding.make_bindings([self.binding]))
        return " ".join(name.upper() if name == "f1" else name for name in names)


class Commanded:
    """A base beside Screen or Widget: what is listed in KEYS gets its bindings."""

    KEYS: ClassVar[tuple[Command, ...]] = ()

    def __init_subclass__(cls, **options: Any) -> None:
        if "KEYS" in cls.__dict__:
            cls.BINDINGS = [command.binding for command in cls.KEYS]
        super().__init_subclass__(**options)


HELP = Command("question_mark,f1", "app.help", "Help", "Help", "Shows this page, for the panel you are in.")
PALETTE = Command("ctrl+p", "app.command_palette", "Palette", "", "Lists every command, to be found by name.")
QUIT = Command("q", "app.quit", "Quit", "Quit", "Leaves the game. Nothing is lost.")
SETTINGS = Command("f2", "app.settings", "", "Settings", "Opens the settings: theme, frames, motion, signs.")
APP_KEYS = (QUIT, HELP, SETTINGS)
MODAL_KEYS = (
    Command("escape,q", "dismiss_modal", "Close", "", "Closes this window."),
    HELP,
)


def commands_here(screen: Screen[Any]) -> Iterator[tuple[DOMNode, Command]]:
    """Every command that works now, once, with the widget, screen or app it belongs to; the focused widget's first."""
    start = screen.focused or screen
    seen = set()
    for node in start.ancestors_with_self:
        for command in getattr(type(node), "KEYS", ()):
            _, name, parameters = parse(command.action)
            # False hides, None only greys: see Textual's check_action.
            if command not in seen and node.check_action(name, parameters) is not False:
                seen.add(command)
                yield node, command
        if isinstance(node, Screen) and node.is_modal:
            return


class Palette(CommandPalette):
    """Textual's palette, which in 8.2 raises KeyError for a page key that comes before its list has been drawn."""

    def _action_command_list(self, action: str) -> None:
        with suppress(KeyError, IndexError):
            super()._action_command_list(action)


class CommandsProvider(Provider):
    """The commands of the current screen in Textual's palette."""

    async def discover(self) -> Hits:
        """All of them, in the order in which they are listed."""
        for node, command in self._commands():
            yield DiscoveryHit(self._prompt(command), self._run(node, command), help=command.help)

    async def search(self, query: str) -> Hits:
        """Those whose title matches."""
        matcher = self.matcher(query)
        for node, command in self._commands():
            score = matcher.match(command.title)
            if score > 0:
                yield Hit(score, matcher.highlight(command.title), self._run(node, command), help=command.help)

    def _commands(self) -> Iterator[tuple[DOMNode, Command]]:
        return ((node, command) for node, command in commands_here(self.screen) if command.title)

    def _prompt(self, command: Command) -> str:
        return f"{command.title}  ({command.shown_keys(self.app)})"

    def _run(self, node: DOMNode, command: Command) -> Any:
        return partial(self.app.run_action, command.action, node)
