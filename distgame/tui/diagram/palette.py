"""The diagram's colours, after Okabe and Ito (2008), lightened or darkened where the background needs it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from rich.style import Style


@dataclass(frozen=True, slots=True)
class Ink:
    """How one role is printed: colour on a dark and on a light background, and weight.

    Without colour, weight and lightness are left: signals are bold, idle wires the faintest of all.
    """

    dark: str
    light: str
    bold: bool = False
    reverse: bool = False


BACKGROUND = Ink("#111418", "#FBFAF7")
"""What the contrasts were chosen against; the app's themes need not match it exactly."""

INKS: dict[str, Ink] = {
    "request": Ink("#56B4E9", "#0072B2", bold=True),
    "reply": Ink("#E69F00", "#945F00", bold=True),
    "lost": Ink("#DB6408", "#B83E00", bold=True),
    "cut": Ink("#DB6408", "#B83E00"),
    "cut-tag": Ink("#DB6408", "#B83E00", bold=True),
    "slow": Ink("#CC79A7", "#A0507C"),
    "lossy": Ink("#E69F00", "#945F00"),
    "wire": Ink("#667080", "#868C95"),
    "focus": Ink("#D5DAE0", "#2A2E33"),
    "node": Ink("#00A277", "#007A59"),
    "node-title": Ink("#00A277", "#007A59", bold=True),
    "gateway": Ink("#F0E442", "#7A6A00"),
    "gateway-title": Ink("#F0E442", "#7A6A00", bold=True),
    "client": Ink("#8A93A0", "#62686F"),
    "key": Ink("#8A93A0", "#62686F"),
    "client-title": Ink("#8A93A0", "#62686F", bold=True),
    "down": Ink("#8E857E", "#6F665F"),
    "down-title": Ink("#8E857E", "#6F665F", bold=True),
    "cut-title": Ink("#DB6408", "#B83E00", bold=True),
    "slow-title": Ink("#CC79A7", "#A0507C", bold=True),
    "text": Ink("#D5DAE0", "#2A2E33"),
    "name": Ink("#FFFFFF", "#111418", bold=True),
    "chosen": Ink("#FFFFFF", "#111418", bold=True, reverse=True),
    "jump": Ink("#F0E442", "#7A6A00", bold=True, reverse=True),
}


BY_HUE = {
    "request": "primary",
    "slow": "secondary",
    "slow-title": "secondary",
    "reply": "accent",
    "lossy": "accent",
    "node": "success",
    "node-title": "success",
    "lost": "error",
    "cut": "error",
    "cut-tag": "error",
    "cut-title": "error",
}
"""Which of a theme's hues a role takes, where the theme has hues of its own."""
Hues = tuple[tuple[str, str], ...]


@lru_cache(maxsize=32)
def styles(dark: bool, background: str, monochrome: bool = False, hues: Hues = ()) -> dict[str, Style]:
    """A Rich style with a background for every role; `background` is a colour Rich can parse.

    `hues` are a theme's own colours by their names in BY_HUE; without them they are those of Okabe and Ito.
    """
    made = {}
    own = dict(hues)
    for role, ink in INKS.items():
        # The grey of a hue says nothing, so without colour whatever is bold has the strongest contrast.
        shown = INKS["name"] if monochrome and ink.bold else ink
        colour = shown.dark if dark else shown.light
        if own and not monochrome:
            colour = own.get(BY_HUE.get(role, ""), colour)
        made[role] = Style(color=colour, bgcolor=background, bold=ink.bold, reverse=ink.reverse)
    return made
