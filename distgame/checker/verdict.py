"""What a checker says about a history, and the evidence it gives."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Literal

from distgame.checker.history import Operation

Status = Literal["holds", "violated", "undecided"]
Namer = Callable[[int], str]
"""Turns a process id into the name a sentence uses, such as "client 2"."""


def client(process: int) -> str:
    """The default name of a process."""
    return f"client {process}"


class Rule(Enum):
    """The pattern an explanation shows, from the smallest to the largest."""

    PHANTOM = "phantom read"
    FUTURE = "future read"
    STALE_INITIAL = "stale initial value"
    STALE = "stale read"
    INITIAL_AGAIN = "initial value again"
    INVERSION = "new/old inversion"
    SANDWICH = "sandwich"
    REREAD = "stale second read"
    FLIP_FLOP = "flip-flop"
    CONTRADICTION = "contradictory reads"
    CYCLE = "causal cycle"
    DIVERGENCE = "divergence"
    NO_ORDER = "no order"


@dataclass(frozen=True, slots=True)
class Explanation:
    """A few operations, sorted by call, that no register could have answered so, and one sentence.

    `wrong` is the one of them whose answer is blamed, where there is one to blame.
    """

    operations: tuple[Operation, ...]
    rule: Rule
    sentence: str
    wrong: Operation | None = None


@dataclass(frozen=True)
class Verdict:
    """The judgement of one history by one model; true only when the model holds.

    `order` and `explain` are computed when first asked for, from the history the verdict was made of.
    """

    model: str
    status: Status
    operations: int
    find_order: Callable[[], tuple[Operation, ...]] | None = field(default=None, repr=False, compare=False)
    find_explanation: Callable[[Namer], Explanation] | None = field(default=None, repr=False, compare=False)

    def __bool__(self) -> bool:
        return self.status == "holds"

    def __repr__(self) -> str:
        reason = f": {self.explanation.sentence}" if self.explanation else ""
        return f"<Verdict {self.model} {self.status}, {self.operations} operations{reason}>"

    @cached_property
    def order(self) -> tuple[Operation, ...] | None:
        """An order of the operations that explains every answer, when the model holds and has one order."""
        return self.find_order() if self.find_order else None

    @cached_property
    def explanation(self) -> Explanation | None:
        """The smallest set of operations that proves the violation, told with default names."""
        return self.explain()

    def explain(self, name: Namer = client) -> Explanation | None:
        """As `explanation`, with process ids told by `name`."""
        return self.find_explanation(name) if self.find_explanation else None
