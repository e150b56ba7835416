"""The game's own themes: the hues of Okabe and Ito (2008), darkened where a light background needs it."""

from __future__ import annotations

from dataclasses import replace

from textual.theme import Theme

DARK = Theme(
    name="distgame-dark",
    dark=True,
    primary="#56B4E9",
    secondary="#CC79A7",
    accent="#E69F00",
    success="#009E73",
    warning="#E69F00",
    error="#D55E00",
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
    accent="#9A5C00",
    success="#007A59",
    warning="#9A5C00",
    error="#B84500",
    foreground="#2A2E33",
    background="#FBFAF7",
    surface="#F3F1EB",
    panel="#E9E6DE",
    variables={
        "block-cursor-background": "#C9E0EF",
        "block-cursor-foreground": "#111418",
        "block-cursor-text-style": "bold",
        "block-cursor-blurred-background": "#E1E8EC",
        "block-cursor-blurred-foreground": "#2A2E33",
        "footer-key-foreground": "#9A5C00",
        "footer-background": "#F3F1EB",
        "footer-item-background": "#F3F1EB",
        "border": "#0072B2",
        "border-blurred": "#C9C5BB",
        "foreground-muted": "#666C74",
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


# Blue against yellow, which are told apart where red and green are not; the brightness of red is lost with protanopia.
DEUTAN = _for_eyes("distgame-deuteranopia", "#6CA8FF", "#B9B0FF", "#FFD24D", "#8FC7FF", "#FF8A3D")
PROTAN = _for_eyes("distgame-protanopia", "#6CA8FF", "#B9B0FF", "#FFE27A", "#8FC7FF", "#FFB054")
# Red against teal, which are told apart where blue and yellow are not.
TRITAN = _for_eyes("distgame-tritanopia", "#5CD6D6", "#D9A6C9", "#FF9DA7", "#39C0A0", "#FF4D4D")

THEMES = (DARK, LIGHT, DEUTAN, PROTAN, TRITAN)
