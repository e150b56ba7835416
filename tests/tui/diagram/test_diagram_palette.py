"""Colours keep the contrasts they were chosen for, on a dark and on a light background."""

from __future__ import annotations

import pytest

from distgame.tui.diagram.palette import BACKGROUND, INKS, styles


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.1)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(
    ("role", "dark", "light"),
    [
        ("request", 8.0, 5.0),
        ("reply", 8.2, 5.2),
        ("lost", 4.8, 4.8),
        ("cut", 4.8, 4.8),
        ("slow", 6.0, 5.1),
        ("node", 5.4, 5.1),
        ("gateway", 14.0, 5.2),
        ("wire", 3.7, 2.9),
    ],
)
def test_contrast_with_the_background(role, dark, light):
    assert contrast(INKS[role].dark, BACKGROUND.dark) == pytest.approx(dark, abs=0.15)
    assert contrast(INKS[role].light, BACKGROUND.light) == pytest.approx(light, abs=0.15)


@pytest.mark.parametrize("dark", [True, False])
def test_every_role_has_a_style_with_a_background(dark):
    made = styles(dark, "#111418")
    assert set(made) == set(INKS)
    assert all(style.bgcolor is not None for style in made.values())


@pytest.mark.parametrize("shade", ["dark", "light"])
def test_without_colour_signals_are_bold_and_idle_wires_the_faintest_of_all(shade):
    signals = ("request", "reply", "lost", "cut-tag")
    assert all(INKS[role].bold for role in signals)
    faintness = {role: contrast(getattr(INKS[role], shade), getattr(BACKGROUND, shade)) for role in INKS}
    assert min(faintness, key=faintness.__getitem__) == "wire"
    assert not INKS["wire"].bold
