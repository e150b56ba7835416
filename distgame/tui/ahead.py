"""What is read while the first picture is looked at, so that no screen has to wait for it when it is opened."""

from __future__ import annotations

from importlib import import_module
from pkgutil import walk_packages

from textual.highlight import highlight

from distgame import tui


def read_ahead() -> None:
    """Imports what is imported only where it is opened, and what colours code. Takes a third of a second."""
    for module in walk_packages(tui.__path__, f"{tui.__name__}."):
        import_module(module.name)
    highlight("", language="python")
