"""The network: what becomes of each signal, by the level's rules and draws of its (sender, receiver, k)."""

from __future__ import annotations

from collections.abc import Callable

from distgame.engine.draws import Stream
from distgame.engine.world import GATEWAY, Link, LinkRule, SignalFate, World

# Number k on the link, ticks on the way, why it is lost ("" if it is not), ticks of its double (None: it has none).
Fate = tuple[int, int, str, int | None]


# Lowest delay and span in ticks, loss and doubling as shares of 2**64, whether no draw can change anything, and
# whether the link is out of the ordinary.
_Figures = tuple[int, int, int, int, bool, bool]
_ONE = 1 << 64
_FOREVER = 1 << 62


class Network:
    """The links of a run, each with the count of its signals so far."""

    def __init__(self, world: World, seed: int, rules: tuple[LinkRule, ...], fates: tuple[SignalFate, ...]) -> None:
        self._world = world
        self._seed = seed
        self._rules = rules
        self._fates = fates
        self._links: dict[int, _LinksFrom] = {}
        self.met: set[SignalFate] = set()

    def link(self, sender: int, receiver: int, tick: int) -> Link:
        """The link as it is at the tick, with the rules in force."""
        return self.links_from(sender)[receiver].link(tick)

    def links_from(self, sender: int) -> dict[int, Way]:
        """The links of a server, by their receivers; each is there once it is asked for."""
        links = self._links.get(sender)
        if links is None:
            links = self._links[sender] = _LinksFrom(lambda receiver: self._open(sender, receiver))
        return links

    def _open(self, sender: int, receiver: int) -> Way:
        base = self._world.links if sender > GATEWAY and receiver > GATEWAY else self._world.front
        rules = tuple(rule for rule in self._rules if rule.covers(sender, receiver))
        fates = tuple(fate for fate in self._fates if (fate.sender, fate.receiver) == (sender, receiver))
        return Way(base, rules, fates, self.met, Stream(self._seed, "link", sender, receiver))


class _LinksFrom(dict[int, "Way"]):
    def __init__(self, open_link: Callable[[int], Way]) -> None:
        super().__init__()
        self._open = open_link

    def __missing__(self, receiver: int) -> Way:
        way = self[receiver] = self._open(receiver)
        return way


class Way:
    """One direction between two servers."""

    __slots__ = (
        "_base",
        "_cut",
        "_fates",
        "_last_due",
        "_met",
        "_now",
        "_reorder",
        "_rules",
        "_sent",
        "_stream",
        "_until",
    )

    def __init__(
        self,
        base: Link,
        rules: tuple[LinkRule, ...],
        fates: tuple[SignalFate, ...],
        met: set[SignalFate],
        stream: Stream,
    ) -> None:
        self._base = base
        self._rules = rules
        self._fates = fates
        self._met = met
        self._stream = stream
        self._sent = 0
        self._last_due = 0
        # What holds now, as plain figures, and the tick from which it must be looked up again.
        self._now = self._look_up(0)

    def send(self, tick: int) -> Fate:
        """The fate of the next signal, by the rule at the tick of sending and the draws of its number."""
        k = self._sent
        self._sent = k + 1
        low, span, loss, duplicate, certain, special = self._now if tick < self._until else self._look_up(tick)
        if special:
            return self._special_fate(tick, k)
        if certain:
            return k, low, "", None
        for_delay, for_loss, for_double, for_copy = self._stream.bits(k)
        if for_loss < loss:
            return k, low + (for_delay * span >> 64), "lost", None
        double = low + (for_copy * span >> 64) if for_double < duplicate else None
        return k, low + (for_delay * span >> 64), "", double

    def skip(self) -> None:
        """The number of a signal that is not sent passes."""
        self._sent += 1

    def link(self, tick: int) -> Link:
        """The link with the rules in force at the tick."""
        link = self._base
        for rule in self._rules:
            if rule.holds(tick):
                link = Link(
                    delay=link.delay if rule.delay is None else rule.delay,
                    loss=link.loss if rule.loss is None else rule.loss,
                    duplicate=link.duplicate if rule.duplicate is None else rule.duplicate,
                    reorder=link.reorder if rule.reorder is None else rule.reorder,
                    cut=link.cut if rule.cut is None else rule.cut,
                )
        return link

    def _look_up(self, tick: int) -> _Figures:
        link = self.link(tick)
        low, high = link.delay
        self._cut, self._reorder = link.cut, link.reorder
        certain = low == high and link.loss == 0 and link.duplicate == 0
        special = link.cut or not link.reorder or bool(self._fates)
        self._now = low, high - low + 1, int(link.loss * _ONE), int(link.duplicate * _ONE), certain, special
        edges = [edge for rule in self._rules for edge in (rule.start, rule.end) if edge is not None and edge > tick]
        self._until = min(edges, default=_FOREVER)
        return self._now

    def _special_fate(self, tick: int, k: int) -> Fate:
        """The fate of a signal on a link that is cut or keeps the order, or with whose signals somebody meddles."""
        low, span, loss, duplicate, _, _ = self._now
        for_delay, for_loss, for_double, for_copy = self._stream.bits(k)
        delay = low + (for_delay * span >> 64)
        lost = "cut" if self._cut else "lost" if for_loss < loss else ""
        double = low + (for_copy * span >> 64) if for_double < duplicate else None
        for fate in self._fates:
            if fate.k != k:
                continue
            self._met.add(fate)
            if fate.fate == "drop":
                lost = lost or "dropped"
            elif fate.fate == "hold":
                delay += fate.ticks
            else:
                double = low + (for_copy * span >> 64) + fate.ticks
        if not self._reorder:
            delay = max(delay, self._last_due - tick)
            if not lost:
                # On a link that keeps the order a double comes right behind its signal.
                double = None if double is None else delay
                self._last_due = tick + delay
        return k, delay, lost, None if lost else double
