"""distgame: write a replicated register, break the world around it, and see whether every read was right."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from distgame.checker import check as check
