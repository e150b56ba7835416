"""The diagram's colours, after Okabe and Ito (2008), darkened where a light background needs it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ink:
    """How one role is printed: colour on a dark and on a light background, and weight.

    Weight alone tells roles apart where there is no colour: idle wires are dim, signals bold.
    """

    dark: str
    light: str
    bold: bool = False
    dim: bool = False


BACKGROUND = Ink("#111418", "#FBFAF7")

INKS: dict[str, Ink] = {
    "request": Ink("#56B4E9", "#0072B2", bold=True),
    "reply": Ink("#E69F00", "#9A5C00", bold=True),
    "lost": Ink("#D55E00", "#C04A00", bold=True),
    "cut": Ink("#D55E00", "#C04A00", bold=True),
    "slow": Ink("#CC79A7", "#A0507C"),
    "wire": Ink("#667080", "#8F959E"),
    "focus": Ink("#D5DAE0", "#2A2E33"),
    "node": Ink("#009E73", "#007A59"),
    "gateway": Ink("#F0E442", "#7A6A00"),
    "client": Ink("#8A93A0", "#6A7078"),
    "down": Ink("#857B74", "#857B74"),
    "text": Ink("#D5DAE0", "#2A2E33"),
    "name": Ink("#FFFFFF", "#111418", bold=True),
}
