"""How numbers are written on the screens."""

from __future__ import annotations


def counted(number: int, word: str) -> str:
    """ "1 node", "2 nodes", "3 crashes of a node"."""
    first, space, rest = word.partition(" ")
    plural = "es" if first.endswith("sh") else "s"
    return f"{number} {first}{'' if number == 1 else plural}{space}{rest}"


def exact(value: float | None) -> str:
    """A number with at most two places after the point."""
    return "-" if value is None else f"{value:.2f}".rstrip("0").rstrip(".")


def figure(value: float | None) -> str:
    """A number as people read it: at most one place after the point."""
    return "-" if value is None else f"{value:.1f}".removesuffix(".0")


def share(value: float | None) -> str:
    """A share of 1 in per cent; never rounded up to 100."""
    if value is None:
        return "-"
    text = f"{int(value * 1000 + 1e-9) / 10:.1f}"
    return f"{text.removesuffix('.0')}%"
