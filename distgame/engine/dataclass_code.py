"""The methods that `@dataclass` writes are compiled once a process, not anew for each node of each run.

`dataclasses` makes a class's methods as text and gives it to `exec`. Every node has classes of its own, so a run of
five nodes compiled the same text five times, which took longer than all else that begins a run.
"""

from __future__ import annotations

import builtins
import dataclasses
from functools import lru_cache
from types import CodeType
from typing import Any

_MOST = 1_000


@lru_cache(_MOST)
def _compiled(text: str) -> CodeType:
    return compile(text, "<string>", "exec", dont_inherit=True)


def _exec(text: Any, *namespaces: Any) -> None:
    builtins.exec(_compiled(text) if type(text) is str else text, *namespaces)


def compile_once() -> None:
    """From now on `dataclasses` in this process finds code that it had compiled before."""
    setattr(dataclasses, "exec", _exec)  # noqa: B010
