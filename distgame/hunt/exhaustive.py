"""Exhaustive search of tiny worlds: everything that can happen with a few operations of a few nodes.

Nothing is random here. A step is a client asking a node, a message arriving, a node crashing or starting again, or
time passing until somebody's timeout. How often signals are lost or doubled, nodes crash and timeouts come is bounded
(see `Limits`), and within these bounds all that can happen is looked at, state by state:

* What a node does is a function of what has befallen it, in order, so each such sequence is run once and remembered.
* A state is what has befallen each node, what was asked and had been answered by then, what is on its way, what may
  still go wrong, and the time. Steps at different nodes that do not cause one another may come in either order and
  lead to the same state (A. Mazurkiewicz 1977), which is looked at once. That is sound: what can follow is a function
  of the state, and so is whether an answer is wrong, since a model asks of the past only which operation was over when
  another began. It is the idea of partial-order reduction (C. Flanagan and P. Godefroid, "Dynamic Partial-Order
  Reduction for Model Checking Software", POPL 2005), reached as model checkers do, by knowing a state again
  (G. Holzmann, "The SPIN Model Checker", 2003), but whole states are compared: no hash can hide a different one.
* Operations of a kind, and clients of a kind, are alike: one stands for all. (Values say nothing, and clients are not
  seen by nodes.)
* A signal that never arrives is one that is late until the end, so losing it is a step of its own only where links
  keep the order: there it lets others pass. What crashes does so right before somebody hears of it: other nodes cannot
  tell, so a detector that is told at once stands for every slower one.
* Signals are quick beside timeouts: time passes from one moment at which timers go off or clients give up to the next
  (all for whom it is time then, at once), and signals take no time, or any time.

States are taken in the order of the fewest events that a wrong answer can have behind them (A*: P. Hart, N. Nilsson
and B. Raphael 1968), so what is found first is shortest.

What is stored is durable before the next step, but for a crash that is torn. Clocks run alike, no node stands still,
and the gateway asks one node, once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from distgame.hunt.moves import Moves
from distgame.hunt.tiny import GIVEN_UP, OPEN, Play, State, Step, Tiny
from distgame.hunt.tiny_history import history_of, is_wrong


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search came to.

    Every schedule of up to `events` events in which each operation takes part was looked at; `whole` says that there
    are no longer ones. They led to `states` different states, by `schedules` orders of their steps (of a search that
    is not whole: by so many beginnings of them). `path` are the steps to a wrong answer.
    """

    events: int
    whole: bool
    states: int
    schedules: int
    path: tuple[Step, ...] | None = None


class Search:
    """Looks at every schedule of a tiny world. `play` runs single nodes, `model` is what the answers must obey."""

    def __init__(self, tiny: Tiny, play: Play, model: str) -> None:
        self._tiny = tiny
        self._moves = Moves(tiny, play)
        self._model = model
        self._verdicts: dict[Any, bool] = {}
        self._came: dict[Any, tuple[State, Step] | None] = {}

    @property
    def first(self) -> Step:
        """What the nodes do as they start."""
        return self._moves.first

    @property
    def has_timers(self) -> bool:
        """Whether some node has waited for its clock."""
        return self._moves.has_timers

    def run(
        self,
        most_states: int,
        confirm: Callable[[tuple[Step, ...]], bool] = lambda _: True,
        tell: Callable[[int, int], None] = lambda events, states: None,
    ) -> Searched:
        """Searches until a wrong answer is found that `confirm` finds wrong too, all is seen, or the states are many.

        `tell` hears of the events and states so far. Raises PlayerError where the code fails.
        """
        start = self._moves.start()
        self._came = {start.key: None}
        # By the fewest events that a wrong answer can have behind these states, and by their events so far.
        open_states: dict[tuple[int, int], dict[Any, tuple[State, int]]] = {}
        open_states[self._fewest(start), 0] = {start.key: (start, 1)}
        ended = looked_at = least = 0
        while open_states:
            place = least, events = min(open_states)
            tell(least, len(self._came))
            for state, ways in open_states.pop(place).values():
                if len(self._came) > most_states:
                    return Searched(least - 1, False, len(self._came), looked_at)
                steps = list(self._moves.steps(state))
                looked_at += ways
                ended += 0 if steps else ways
                for step, following in steps:
                    cost = events + 1 + len(step.returned)
                    key = following.key
                    states = open_states.setdefault((cost + self._fewest(following), cost), {})
                    known = states.get(key)
                    states[key] = following, ways + (known[1] if known else 0)
                    if known is None:
                        self._came[key] = state, step
                        if step.returned and self._is_wrong(following):
                            path = self._path(following)
                            if confirm(path):
                                return Searched(cost, False, len(self._came), looked_at, path)
        return Searched(least, True, len(self._came), ended)

    def _fewest(self, state: State) -> int:
        """The fewest events that are still to come where each operation takes part, and each read is answered.

        A read that is given up counts as one that is answered.
        """
        kinds = self._tiny.operations
        reads = [answer for kind, answer in zip(kinds, state.answers, strict=True) if kind in _READS]
        unasked = sum(1 for call in state.calls if call is None)
        return unasked + sum(1 for answer in reads if answer is OPEN or answer is GIVEN_UP)

    def _is_wrong(self, state: State) -> bool:
        key = state.calls, state.answers
        wrong = self._verdicts.get(key)
        if wrong is None:
            history = history_of(self._tiny, state, self._path(state))
            wrong = self._verdicts[key] = is_wrong(history, self._model)
        return wrong

    def _path(self, state: State) -> tuple[Step, ...]:
        steps = []
        came = self._came[state.key]
        while came is not None:
            state, step = came
            steps.append(step)
            came = self._came[state.key]
        return tuple(reversed(steps))


_READS = ("read", "snapshot")
"""What matters only once it is answered."""
