"""Every theme is tried on the eyes it is made for, and every text can be read on the grounds it stands on."""

from __future__ import annotations

from itertools import combinations

import pytest
from eyes import apart, ciede2000, contrast
from textual.theme import Theme

from distgame.tui.diagram.palette import BACKGROUND, BY_HUE, INKS, styles
from distgame.tui.theme import DARK, DEUTAN, PROTAN, THEMES, TRITAN

TOLD_APART = 15.0
"""Over six times what is just noticeable side by side (2.3: Mahy et al., 1994), as marks are thin and far apart."""
READABLE, VISIBLE = 4.5, 3.0
"""Contrast of text, and of lines and other signs (WCAG 2.1, criteria 1.4.3 and 1.4.11)."""

EYES = {DEUTAN.name: "deuteranopia", PROTAN.name: "protanopia", TRITAN.name: "tritanopia"}
SIGNALS = ("request", "reply", "lost")
VERDICTS = ("node", "lost", "reply", "request")  # Right, wrong, unanswered, and a write or what is still open.
STATES = ("node", "down", "slow", "cut")  # Up, crashed, paused and cut off.
LINKS = ("wire", "slow", "lossy", "cut")
LINES = {"wire"}
ON_TOP = ("name", "text", "reply", "slow", "node-title")  # What the line at the top of the play screen is made of.

themes = pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)


def inks(theme: Theme, ground: str) -> dict[str, str]:
    """The colour of every role on that ground, as the panels paint it."""
    own = tuple((name, getattr(theme, name)) for name in sorted(set(BY_HUE.values())))
    made = styles(theme.dark, ground, hues=own if theme.variables.get("own-hues") else ())
    return {role: style.color.get_truecolor().hex for role, style in made.items()}


def ground_of_diagram(theme: Theme) -> str:
    return BACKGROUND.dark if theme.dark else BACKGROUND.light


@themes
@pytest.mark.parametrize("roles", [SIGNALS, VERDICTS, STATES, LINKS, (*SIGNALS, "slow")], ids="-".join)
def test_what_must_be_told_apart_is_told_apart_by_the_eyes_a_theme_is_for(theme, roles):
    colours = inks(theme, ground_of_diagram(theme))
    for eyes in {"normal", EYES.get(theme.name, "normal")}:
        for first, second in combinations(roles, 2):
            assert apart(colours[first], colours[second], eyes) >= TOLD_APART, (first, second, eyes)


@themes
def test_every_role_can_be_read_where_it_stands(theme):
    for ground in (ground_of_diagram(theme), theme.background, theme.surface):
        for role, colour in inks(theme, ground).items():
            assert contrast(colour, ground) >= (VISIBLE if role in LINES else READABLE), (role, ground)
    on_top = inks(theme, theme.panel)
    assert all(contrast(on_top[role], theme.panel) >= READABLE for role in ON_TOP)


@themes
def test_what_the_style_sheets_colour_can_be_read(theme):
    colours = theme.to_color_system().generate()
    texts = ["foreground", "foreground-muted", "footer-key-foreground", "footer-description-foreground"]
    texts += [f"text-{hue}" for hue in ("primary", "secondary", "accent", "success", "warning", "error")]
    pairs = [(text, ground) for text in texts for ground in ("background", "surface", "panel")]
    pairs += [(f"block-cursor{state}-foreground", f"block-cursor{state}-background") for state in ("", "-blurred")]
    pairs += [("button-color-foreground", hue) for hue in ("primary", "success", "warning", "error")]
    for text, ground in pairs:
        assert contrast(colours[text], colours[ground]) >= READABLE, (text, ground)


@themes
def test_the_hues_of_the_style_sheets_are_those_of_the_diagram(theme):
    colours = inks(theme, theme.background)
    assert {role: getattr(theme, hue).lower() for role, hue in BY_HUE.items()} == {
        role: colours[role] for role in BY_HUE
    }


def test_dark_hues_alone_do_not_do_for_everybody():
    colours = inks(DARK, DARK.background)
    for eyes in ("protanopia", "deuteranopia", "tritanopia"):
        worst = min(apart(*(colours[role] for role in pair), eyes) for pair in combinations({*STATES, *SIGNALS}, 2))
        assert worst < TOLD_APART


@pytest.mark.parametrize(
    ("first", "second", "distance"),
    [
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, -1.0, 2.0), (50.0, 0.0, 0.0), 2.3669),
        ((50.0, 2.49, -0.001), (50.0, -2.49, 0.0009), 7.1792),
        ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.135), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_the_distance_is_that_of_the_published_test_data(first, second, distance):
    assert ciede2000(first, second) == pytest.approx(distance, abs=1e-4)


def test_every_ink_is_looked_at():
    assert {*SIGNALS, *VERDICTS, *STATES, *LINKS, *LINES, *ON_TOP} <= set(INKS)
