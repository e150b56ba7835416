"""The hunt: trial after trial from the portfolio, more from the strategies that show something new.

Trials come in rounds of a fixed size, and what a round tries depends on the rounds before alone. So the same number
of runs gives the same answer on every machine, however many processes share the work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from distgame.engine.world import World
from distgame.hunt.bounds import Bounds
from distgame.hunt.strategies import Ground, portfolio, schedule_of
from distgame.hunt.trial import Schedule, Wrong

ROUND = 24
"""Trials in a round."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """The index-th schedule of a strategy, to be tried."""

    strategy: str
    index: int


@dataclass(frozen=True, slots=True)
class Sighting:
    """What an attempt brought: as little as the hunter needs, since it may come from another process."""

    attempt: Attempt
    schedule: Schedule
    wrong: Wrong | None
    situations: frozenset[tuple[int, ...]]
    order: str
    sends: int


@dataclass
class Progress:
    """How far a hunt has come: runs made, orders of delivery seen, runs of each strategy, wrong runs found."""

    runs: int = 0
    orders: set[str] = field(default_factory=set)
    by_strategy: dict[str, int] = field(default_factory=dict)
    longest: int = 0
    found: int = 0

    def confidence(self, world: World) -> float:
        """The least chance, a share of 1, that the priority schedules would by now have found what one change breaks.

        A run finds a bug that takes `d` changes of priority with a chance of at least 1 / (n * k**(d - 1)) for n
        threads, here links between nodes, and k steps, here signals (Burckhardt et al. 2010); this is for d = 2.
        It holds as far as delays within the bounds can put signals in any order.
        """
        links = max(1, world.nodes * (world.nodes - 1))
        each = 1 / (links * max(1, self.longest))
        return 1.0 - (1.0 - each) ** self.by_strategy.get("priorities", 0)


def attempt(ground: Ground, wanted: Attempt) -> Sighting:
    """Makes one attempt."""
    trial = ground.run(schedule_of(ground, wanted.strategy, wanted.index))
    return Sighting(
        wanted,
        trial.schedule,
        trial.wrong,
        trial.situations,
        trial.order,
        trial.sends,
    )


Trier = Callable[[Sequence[Attempt]], Iterable[Sighting]]
"""Makes the attempts of a round, in any order and any number of processes."""


def hunt(bounds: Bounds, tries: Trier, go_on: Callable[[Progress], bool]) -> Iterator[list[Sighting]]:
    """The wrong runs of each round that has some, while `go_on`, asked before every round, allows another."""
    names = list(portfolio(bounds))
    progress = Progress()
    seen: set[tuple[int, ...]] = set()
    fresh = dict.fromkeys(names, 0)
    tried = dict.fromkeys(names, 0)
    while go_on(progress):
        attempts = list(_round(names, fresh, tried))
        place = {each: number for number, each in enumerate(attempts)}
        sightings = sorted(tries(attempts), key=lambda sighting: place[sighting.attempt])
        for sighting in sightings:
            name = sighting.attempt.strategy
            progress.runs += 1
            progress.orders.add(sighting.order)
            progress.longest = max(progress.longest, sighting.sends)
            progress.by_strategy[name] = tried[name]
            fresh[name] += len(sighting.situations - seen)
            seen |= sighting.situations
        wrong = [sighting for sighting in sightings if sighting.wrong is not None]
        if wrong:
            progress.found += len(wrong)
            yield wrong


def _round(names: Sequence[str], fresh: dict[str, int], tried: dict[str, int]) -> Iterator[Attempt]:
    """The attempts of a round: one of each strategy, the rest to those that have shown most for their runs."""

    def promise(name: str) -> float:
        return (1 + fresh[name]) / (1 + tried[name])

    for place in range(ROUND):
        name = names[place] if place < len(names) else max(names, key=promise)
        yield Attempt(name, tried[name])
        tried[name] += 1
