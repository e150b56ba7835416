"""The game's own themes: the hues of Okabe and Ito (2008), darkened where a light background needs it."""

from __future__ import annotations

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

THEMES = (DARK, LIGHT)
