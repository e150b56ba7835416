"""What may go wrong with a player's code, as data: what, where, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from types import TracebackType


@dataclass(frozen=True, slots=True)
class Problem:
    """One clear message about the player's code.

    `kind` is a short word for tools: syntax, import, load, exception, api, message, answer, steps, flood, storm,
    deadline, exit, memory, wall (it ran into one), walls (there are none), nondeterminism, shared-memory. `file`,
    `line`, `node` and `tick` are None where they do not apply.
    """

    kind: str
    message: str
    file: str | None = None
    line: int | None = None
    node: int | None = None
    tick: int | None = None

    def __str__(self) -> str:
        where = [part for part in (self.place, self.when) if part]
        return f"{self.message} ({', '.join(where)})" if where else self.message

    @property
    def place(self) -> str:
        """File and line, "register.py:12", as far as they are known."""
        if self.file is None:
            return ""
        return self.file if self.line is None else f"{self.file}:{self.line}"

    @property
    def when(self) -> str:
        """Node and tick, "node 2, tick 41", as far as they are known."""
        parts = []
        if self.node is not None:
            parts.append(f"node {self.node}")
        if self.tick is not None:
            parts.append(f"tick {self.tick}")
        return ", ".join(parts)


class PlayerError(Exception):
    """The player's code cannot be loaded or run; carries the Problem to show."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class ApiError(Exception):
    """A wrong use of the API; it surfaces as a Problem of kind `kind`.

    It is shown at the player's line that made the call; `place` (file, line) says it where no such line is running.
    """

    def __init__(self, message: str, kind: str = "api", place: tuple[str, int] | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.place = place


def innermost_line(traceback: TracebackType | None, files: frozenset[str]) -> tuple[str | None, int | None]:
    """File and line of the innermost frame that runs the player's code, (None, None) if there is none."""
    found: tuple[str | None, int | None] = (None, None)
    while traceback is not None:
        name = traceback.tb_frame.f_code.co_filename
        if name in files:
            found = (name, traceback.tb_lineno)
        traceback = traceback.tb_next
    return found
