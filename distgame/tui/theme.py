"""The game's own themes: the hues of Okabe and Ito (2008), lightened or darkened where the background needs it."""

from __future__ import annotations

from dataclasses import replace

from textual.theme import Theme

DARK = Theme(
    name="distgame-dark",
    dark=True,
    primary="#56B4E9",
    secondary="#CC79A7",
    accent="#E69F00",
    success="#00A277",
    warning="#E69F00",
    error="#DB6408",
    foreground="#D5DAE0",
    background="#111418",
    surface="#181C22",
    panel="#20262E",
    variables={
        "block-cursor-background": "#1F4E6B",
        "block-cursor-foreground": "#FFFFFF",
        "block-cursor-text-style": "bold",
        "block-cursor-blurred-background": "#2B3642",
        "block-cursor-blurred-foreground": "#D5DAE0",
        "footer-key-foreground": "#E69F00",
        "footer-background": "#181C22",
        "footer-item-background": "#181C22",
        "border": "#56B4E9",
        "border-blurred": "#39424D",
        "foreground-muted": "#98A1AC",
        "button-color-foreground": "#111418",
        "scrollbar": "#39424D",
        "scrollbar-background": "#111418",
    },
)

LIGHT = Theme(
    name="distgame-light",
    dark=False,
    primary="#0072B2",
    secondary="#A0507C",
    accent="#945F00",
    success="#007A59",
    warning="#945F00",
    error="#B83E00",
    foreground="#2A2E33",
    background="#FBFAF7",
    surface="#F6F4EF",
    panel="#EFECE5",
    variables={
        "block-cursor-background": "#C9E0EF",
        "block-cursor-foreground": "#111418",
        "block-cursor-text-style": "bold",
        "block-cursor-blurred-background": "#E1E8EC",
        "block-cursor-blurred-foreground": "#2A2E33",
        "footer-key-foreground": "#945F00",
        "footer-background": "#F6F4EF",
        "footer-item-background": "#F6F4EF",
        "border": "#0072B2",
        "border-blurred": "#C9C5BB",
        "foreground-muted": "#62686F",
        "button-color-foreground": "#FFFFFF",
        "scrollbar": "#C9C5BB",
        "scrollbar-background": "#FBFAF7",
    },
)


def _for_eyes(name: str, primary: str, secondary: str, accent: str, success: str, error: str) -> Theme:
    """The dark theme in hues that one kind of colour blindness tells apart."""
    return replace(
        DARK,
        name=name,
        primary=primary,
        secondary=secondary,
        accent=accent,
        success=success,
        warning=accent,
        error=error,
        variables={**DARK.variables, "footer-key-foreground": accent, "border": primary, "own-hues": "1"},
    )


# The nearest hues to the dark theme's that keep 17 (CIEDE2000) between them as these eyes see them.
PROTAN = _for_eyes("distgame-protanopia", "#57B1ED", "#D5B3BE", "#E4A913", "#30C294", "#E46730")
DEUTAN = _for_eyes("distgame-deuteranopia", "#4CB2F3", "#CAA0BD", "#FEC62A", "#60CF8C", "#E06A15")
TRITAN = _for_eyes("distgame-tritanopia", "#4DCEF9", "#CA89C7", "#B9C163", "#259F72", "#DE6B18")

THEMES = (DARK, LIGHT, DEUTAN, PROTAN, TRITAN)
