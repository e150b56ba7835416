"""The Turn tab of the sandbox: everything that can be turned, and from when on it holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from textual import events

from distgame.game.campaign.sandbox import KNOBS, Knob, Sandbox, value
from distgame.tui.commands import Command, Commanded
from distgame.tui.play.goal import GoalPage
from distgame.tui.play.rows import Row, prose, row

if TYPE_CHECKING:
    from distgame.tui.sandbox.screen import SandboxScreen

_TIMES = {
    "shortest": "",
    "longest": "",
    "length": "",
    "disk": "at once",
    "detector": "none",
    "health_check": "never",
    "retry": "never",
}
"""The knobs whose values are ticks, with what 0 means."""

ABOUT = """\
What is marked ~ holds from the tick of the playhead on (i: in the whole run). The others make the run anew, from its \
start and with the same seed.

By hand, from the playhead on: x crashes or restarts the node, p pauses it, c cuts a link, d h t drop, hold or double \
a signal; u takes it back."""


def shown(sandbox: Sandbox, knob: Knob, tick: int) -> str:
    """What a knob says at a tick, as people read it."""
    now: Any = value(sandbox, knob.field, tick)
    if knob.field == "apart":
        return "nobody" if not now else f"{'node 1' if now == 1 else f'nodes 1-{now}'}"
    if knob.field == "keys":
        return ", ".join(sandbox.names) or "one"
    if knob.field == "drift":
        return f"{now:.0%} off" if now else "alike"
    if knob.field in _TIMES:
        return f"{now} tick{'' if now == 1 else 's'}" if now else _TIMES[knob.field]
    return f"{now:.0%}" if isinstance(now, float) else str(now)


def world_rows(sandbox: Sandbox, code: str, chosen: int, tick: int | None, now: int, width: int) -> list[Row]:
    """The rows of the tab; `chosen` is the place of the knob that turns, `tick` from when on (None: the whole run)."""
    rows = [_knob(0, chosen, "code", code, "")]
    for place, knob in enumerate(KNOBS, 1):
        since = "" if not knob.lasting or tick is None else f"~ from {tick}"
        rows.append(_knob(place, chosen, knob.name, shown(sandbox, knob, now), since))
    about = KNOBS[chosen - 1].about if chosen else ""
    told = [*prose(about, width, "text"), row("")] if about else []
    return [*rows, row(""), *told, *prose(ABOUT, width, "client")]


def _knob(place: int, chosen: int, name: str, said: str, since: str) -> Row:
    here = place == chosen
    return row(
        ("▸ " if here else "  ", "reply"),
        (f"{name:<15}", "name" if here else "text"),
        (f"{said:<12}", "node-title" if here else "node"),
        (since, "slow"),
    )


class WorldPage(Commanded, GoalPage):
    """What can be turned; stands where a level has its goal."""

    KEYS = (
        Command("right", "turn(1)", "Turn", "Turn up", "Turns the chosen knob up.", "turn"),
        Command("left", "turn(-1)", "Turn", "Turn down", "Turns the chosen knob down.", "turn"),
        Command("down", "choose(1)", "", "", "Chooses the next knob."),
        Command("up", "choose(-1)", "", "", "Chooses the knob before."),
    )
    HELP = "Up and down choose what to turn, left and right turn it; so do clicks. " + ABOUT

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(sandbox.level)
        self._place = 1

    @property
    def play(self) -> SandboxScreen:
        """The screen around it."""
        return self.screen  # type: ignore[return-value]

    def rows(self, width: int) -> Sequence[Row]:
        play = self.play
        return world_rows(play.sandbox, play.path.name, self._place, play.since, play.tick, width)

    def on_click(self, event: events.Click) -> None:
        """A click chooses a knob, and another one turns it up."""
        place = event.y + self.scroll_offset.y
        if place == self._place:
            self.action_turn(1)
        elif place <= len(KNOBS):
            self.action_choose(place - self._place)

    def action_choose(self, count: int) -> None:
        """Another knob."""
        self._place = (self._place + count) % (len(KNOBS) + 1)
        self.rebuild()
        self.reveal(self._place, self._place)

    def action_turn(self, count: int) -> None:
        """Turns the chosen knob."""
        if self._place:
            self.play.turn(KNOBS[self._place - 1], count)
        else:
            self.play.change_code(count)
