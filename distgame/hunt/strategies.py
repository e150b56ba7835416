"""The portfolio: each strategy makes a schedule out of a number, the same one every time.

Random delays have no teeth: what breaks an algorithm is one message that comes late while all others are quick. So
most strategies make a few links or signals very slow and leave the rest alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from distgame.engine import trace as tr
from distgame.engine.draws import number
from distgame.engine.trace import Signal, Trace
from distgame.engine.world import ClockRule, Intervention, LinkRule, NodeFault, SignalFate, World
from distgame.hunt.bounds import Bounds, allowed
from distgame.hunt.trial import Runner, Schedule

SEEDS = 16
"""How many workloads the strategies draw from; some must be run undisturbed first."""


@dataclass
class Ground:
    """Where the hunt takes place; keeps the undisturbed runs that some strategies start from."""

    world: World
    bounds: Bounds
    run: Runner

    def __post_init__(self) -> None:
        self._undisturbed: dict[int, Trace] = {}

    def undisturbed(self, seed: int) -> Trace:
        """The run of a seed with which nobody interferes."""
        if seed not in self._undisturbed:
            self._undisturbed[seed] = self.run.watched(Schedule(seed)).trace
        return self._undisturbed[seed]


Strategy = Callable[[Ground, Random, int], Schedule]


def battery(ground: Ground, random: Random, seed: int) -> Schedule:
    """Just another seed, one that nobody has seen."""
    return Schedule(random.randrange(1_000_000, 2_000_000))


def slow_links(ground: Ground, random: Random, seed: int) -> Schedule:
    """Some nodes are far away for a while: what goes to them, comes from them, or both, takes long."""
    return Schedule(seed, tuple(_far_away(ground, random)))


def _far_away(ground: Ground, random: Random) -> Iterator[LinkRule]:
    nodes = list(range(1, ground.world.nodes + 1))
    for _ in range(random.choice((1, 1, 2))):
        here = tuple(random.sample(nodes, random.randint(1, max(1, len(nodes) // 2))))
        there = tuple(node for node in nodes if node not in here)
        if random.random() < 0.3:
            there = tuple(random.sample(there, random.randint(1, len(there)))) if there else ()
        if not there:
            continue
        start, end = _window(ground.world, random)
        delay = _long_delay(ground, random)
        ways = random.choice(((here, there), (there, here), None))
        for senders, receivers in (ways,) if ways else ((here, there), (there, here)):
            yield LinkRule(senders=senders, receivers=receivers, start=start, end=end, delay=delay)


def priorities(ground: Ground, random: Random, seed: int) -> Schedule:
    """Every link has a priority, and delivers the later the lower it is; at a few moments one link loses its own.

    Priority schedules with change points (S. Burckhardt, P. Kothari, M. Musuvathi and S. Nagarakatte, "A Randomized
    Scheduler with Probabilistic Guarantees of Finding Bugs", ASPLOS 2010), with links in the place of threads.
    """
    nodes = range(1, ground.world.nodes + 1)
    links = [(a, b) for a in nodes for b in nodes if a != b]
    random.shuffle(links)
    low, high = ground.bounds.quickest, max(ground.bounds.quickest + 1, ground.bounds.delay // random.choice((1, 2, 4)))
    rules = []
    for rank, (sender, receiver) in enumerate(links):
        # Squared, so that most links are quick and only the last ones as slow as it gets.
        delay = low + (high - low) * rank * rank // max(1, len(links) ** 2)
        rules.append(LinkRule(senders=(sender,), receivers=(receiver,), delay=(delay, delay)))
    for _ in range(random.randint(0, 2)):
        sender, receiver = random.choice(links) if links else (1, 1)
        start = random.randrange(ground.world.duration)
        rules.append(LinkRule(senders=(sender,), receivers=(receiver,), start=start, delay=(high, high)))
    return Schedule(seed, tuple(rules))


def deviations(ground: Ground, random: Random, seed: int) -> Schedule:
    """The undisturbed run, but for one to four signals that are held.

    Delay-bounded scheduling (M. Emmi, S. Qadeer and Z. Rakamaric, POPL 2011): few deviations find most bugs.
    """
    chosen = _some_signals(ground.undisturbed(seed), random, random.randint(1, 4))
    return Schedule(seed, tuple(_fate(each, "hold", random.randint(2, ground.bounds.delay)) for each in chosen))


def held_moments(ground: Ground, random: Random, seed: int) -> Schedule:
    """All that a node sends in a tick, such as a question to all, is held, or all but one; once or twice.

    A node may be far away as well.
    """
    sent: dict[tuple[int, int], list[Signal]] = {}
    for signal in _between_nodes(ground.undisturbed(seed)):
        sent.setdefault((signal.sender, signal.sent), []).append(signal)
    together = [signals for signals in sent.values() if len(signals) > 1] or list(sent.values())
    held: list[Intervention] = []
    for signals in random.sample(together, min(len(together), random.choice((1, 1, 2)))):
        ticks = _long(ground.bounds.delay, random)
        spared = random.choice(signals) if random.random() < 0.5 else None
        held += (_fate(each, "hold", ticks) for each in signals if each is not spared)
    if random.random() < 0.3:
        held.extend(_far_away(ground, random))
    return Schedule(seed, tuple(held))


def losses(ground: Ground, random: Random, seed: int) -> Schedule:
    """The undisturbed run, but for a few signals that are lost, and one or two that are held."""
    dropped = _some_signals(ground.undisturbed(seed), random, random.randint(1, ground.bounds.losses))
    held = _some_signals(ground.undisturbed(seed), random, random.randint(0, 2))
    return Schedule(
        seed,
        (
            *(_fate(each, "drop", 0) for each in dropped),
            *(_fate(each, "hold", random.randint(2, ground.bounds.delay)) for each in held),
        ),
    )


def doubles(ground: Ground, random: Random, seed: int) -> Schedule:
    """The undisturbed run, but for a few signals that come twice; the first of the two is held."""
    chosen = _some_signals(ground.undisturbed(seed), random, random.randint(1, ground.bounds.doubles))
    fates: list[Intervention] = []
    for each in chosen:
        fates.append(_fate(each, "double", 0))
        if random.random() < 0.7:
            fates.append(_fate(each, "hold", random.randint(2, ground.bounds.delay)))
    return Schedule(seed, tuple(fates))


def crashes(ground: Ground, random: Random, seed: int) -> Schedule:
    """Nodes go down just after they sent or stored something, and come back if they may; links may be slow too."""
    moments = _moments(ground.undisturbed(seed), random, random.randint(1, max(1, ground.bounds.down)))
    faults: list[Intervention] = []
    for node, tick in sorted(moments, key=lambda moment: moment[1]):
        more: list[Intervention] = [NodeFault(kind="crash", node=node, tick=tick)]
        if ground.bounds.restarts:
            back = tick + random.randint(1, max(2, ground.bounds.delay // 2))
            lose = ground.bounds.lose_disk and random.random() < 0.5
            more.append(NodeFault(kind="restart", node=node, tick=back, lose_disk=lose))
        if allowed(ground.bounds, ground.world, seed, (*faults, *more)):
            faults.extend(more)
    if random.random() < 0.5:
        faults.extend(_far_away(ground, random))
    return Schedule(seed, tuple(faults))


def pauses(ground: Ground, random: Random, seed: int) -> Schedule:
    """A node stands still just after it sent or stored something, as long as the world lets nodes stand still."""
    freezes = ground.bounds.freezes_clock and random.random() < 0.7
    faults: list[Intervention] = [
        NodeFault(kind="pause", node=node, tick=tick, ticks=_long(ground.bounds.pause, random), freezes_clock=freezes)
        for node, tick in _moments(ground.undisturbed(seed), random, random.randint(1, 2))
    ]
    if random.random() < 0.5:
        faults.extend(_far_away(ground, random))
    return Schedule(seed, tuple(faults))


def clocks(ground: Ground, random: Random, seed: int) -> Schedule:
    """The clocks of some nodes are as slow or as quick as the world lets them be; a node may be far away as well."""
    nodes = range(1, ground.world.nodes + 1)
    rules: list[Intervention] = []
    for node in random.sample(nodes, random.randint(1, max(1, len(nodes) // 2))):
        start, end = _window(ground.world, random)
        rate = random.choice([rate for rate in ground.bounds.rates if rate != 1])
        rules.append(ClockRule(node=node, rate=rate, start=start, end=end))
    if random.random() < 0.7:
        rules.extend(_far_away(ground, random))
    if ground.bounds.cut and random.random() < 0.5:
        rules.extend(_cut_off(ground, random))
    return Schedule(seed, tuple(rules))


def swizzled(ground: Ground, random: Random, seed: int) -> Schedule:
    """Nodes get slow one after the other, and quick again in another order: each link in a window of its own."""
    nodes = range(1, ground.world.nodes + 1)
    span = ground.bounds.delay
    start = random.randrange(ground.world.duration)
    rules = []
    for victim in random.sample(nodes, random.randint(1, len(nodes))):
        others = tuple(node for node in nodes if node != victim)
        first = start + random.randint(0, span // 2)
        last = start + span // 2 + random.randint(1, span)
        ends = random.choice((((victim,), others), (others, (victim,))))
        rules.append(
            LinkRule(senders=ends[0], receivers=ends[1], start=first, end=last, delay=_long_delay(ground, random))
        )
    return Schedule(seed, tuple(rules))


def cuts(ground: Ground, random: Random, seed: int) -> Schedule:
    """Links are cut one after the other and mended in another order, as FoundationDB's testers swizzle them."""
    rules = list(_cut_off(ground, random))
    if random.random() < 0.5:
        rules.extend(_far_away(ground, random))
    return Schedule(seed, tuple(rules))


def _cut_off(ground: Ground, random: Random) -> Iterator[LinkRule]:
    nodes = list(range(1, ground.world.nodes + 1))
    start = random.randrange(max(1, ground.world.duration - ground.bounds.cut))
    for victim in random.sample(nodes, random.randint(1, max(1, len(nodes) // 2))):
        others = tuple(node for node in nodes if node != victim)
        first = start + random.randint(0, max(1, ground.bounds.cut // 4))
        last = first + _long(ground.bounds.cut, random)
        yield LinkRule(senders=(victim,), receivers=others, start=first, end=last, cut=True)
        if random.random() < 0.7:
            yield LinkRule(senders=others, receivers=(victim,), start=first, end=last, cut=True)


def portfolio(bounds: Bounds) -> dict[str, Strategy]:
    """The strategies that stay within the bounds, by name."""
    found: dict[str, Strategy] = {
        "seeds": battery,
        "slow links": slow_links,
        "priorities": priorities,
        "held signals": deviations,
        "held moments": held_moments,
        "swizzled links": swizzled,
    }
    if bounds.rates != (1.0, 1.0):
        found["clocks"] = clocks
    if bounds.losses:
        found["lost signals"] = losses
    if bounds.doubles:
        found["doubled signals"] = doubles
    if bounds.down:
        found["crashes"] = crashes
    if bounds.pause:
        found["pauses"] = pauses
    if bounds.cut:
        found["cuts"] = cuts
    return found


def schedule_of(ground: Ground, name: str, index: int) -> Schedule:
    """The index-th schedule of a strategy: the same in every process."""
    random = Random(number(0, "hunt", name, index))
    return portfolio(ground.bounds)[name](ground, random, random.randrange(1, SEEDS + 1))


def _window(world: World, random: Random) -> tuple[int, int | None]:
    if random.random() < 0.4:
        return 0, None
    start = random.randrange(world.duration)
    return start, start + random.randint(10, max(11, world.duration // 2))


def _long(most: int, random: Random) -> int:
    """Ticks up to the most, in half of the cases exactly as many: some faults show only when they last."""
    return most if random.random() < 0.5 else random.randint(1, max(1, most))


def _long_delay(ground: Ground, random: Random) -> tuple[int, int]:
    low = ground.bounds.quickest
    high = random.randint(max(low, ground.bounds.delay // 4), max(low, ground.bounds.delay))
    return (low, high) if random.random() < 0.3 else (max(low, high // 2), high)


def _between_nodes(trace: Trace) -> list[Signal]:
    return [s for s in trace.signals.values() if s.sender > 0 and s.receiver > 0 and s.k >= 0]


def _some_signals(trace: Trace, random: Random, count: int) -> list[Signal]:
    between_nodes = _between_nodes(trace)
    if not between_nodes:
        return []
    # Neighbours in time belong to one operation, or to two that meet: half of the choices keep together.
    if random.random() < 0.5:
        start = random.randrange(len(between_nodes))
        between_nodes = between_nodes[start : start + 40]
    return random.sample(between_nodes, min(count, len(between_nodes)))


def _fate(signal: Signal, fate: str, ticks: int) -> SignalFate:
    return SignalFate(sender=signal.sender, receiver=signal.receiver, k=signal.k, fate=fate, ticks=ticks)  # type: ignore[arg-type]


def _moments(trace: Trace, random: Random, count: int) -> list[tuple[int, int]]:
    """Nodes, each at the tick after it sent a message or stored something."""
    found = [(event[3], event[1] + 1) for event in trace.events if event[0] == tr.SEND and event[3] > 0]
    found += [(event[2], event[1] + 1) for event in trace.events if event[0] == tr.STORE]
    moments: dict[int, int] = {}
    for node, tick in random.sample(found, min(len(found), 4 * count)):
        if len(moments) < count:
            moments.setdefault(node, tick)
    return list(moments.items())
