"""Every role has a style, and weight and lightness tell what colours tell where there are none."""

from __future__ import annotations

import pytest
from eyes import contrast

from distgame.tui.diagram.palette import BACKGROUND, INKS, styles


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
