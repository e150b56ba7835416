"""The network: what becomes of each signal, by the level's rules and draws of its (sender, receiver, k)."""

from __future__ import annotations

from distgame.engine.draws import Stream
from distgame.engine.world import GATEWAY, Link, LinkRule, SignalFate, World

# Number k on the link, ticks on the way, why it is lost ("" if it is not), ticks of its double (None: it has none).
Fate = tuple[int, int, str, int | None]


# Lowest delay and span in ticks, loss and doubling as shares of 2**64, whether no draw can change anything, and
# whether the link is out of the ordinary: cut, or one that keeps the order.
_Figures = tuple[int, int, int, int, bool, bool]
_ONE = 1 << 64
_FOREVER = 1 << 62


class Network:
    """The links of a run, each with the count of its signals so far."""

    def __init__(self, world: World, seed: int, rules: tuple[LinkRule, ...], fates: tuple[SignalFate, ...]) -> None:
        self._world = world
        self._seed = seed
        self._links: dict[tuple[int, int], _LinkState] = {}
        self._rules = rules
        self._fates: dict[tuple[int, int, int], list[SignalFate]] = {}
        for fate in fates:
            self._fates.setdefault((fate.sender, fate.receiver, fate.k), []).append(fate)
        self.met: set[SignalFate] = set()

    def link(self, sender: int, receiver: int, tick: int) -> Link:
        """The link as it is at the tick, with the rules in force."""
        return self._state(sender, receiver).link(tick)

    def send(self, sender: int, receiver: int, tick: int) -> Fate:
        """The fate of the next signal on a link, by the rule at the tick of sending and the draws of its number."""
        state = self._links.get((sender, receiver)) or self._state(sender, receiver)
        k = state.sent
        state.sent = k + 1
        low, span, loss, duplicate, certain, special = state.now if tick < state.until else state.at(tick)
        if special or self._fates:
            return self._special_fate(sender, receiver, tick, state, k)
        if certain:
            return k, low, "", None
        for_delay, for_loss, for_double, for_copy = state.bits(k)
        if for_loss < loss:
            return k, low + (for_delay * span >> 64), "lost", None
        double = low + (for_copy * span >> 64) if for_double < duplicate else None
        return k, low + (for_delay * span >> 64), "", double

    def _special_fate(self, sender: int, receiver: int, tick: int, state: _LinkState, k: int) -> Fate:
        """The fate of a signal that somebody may have decided, or on a link that is cut or keeps the order."""
        low, span, loss, duplicate, _, _ = state.now
        for_delay, for_loss, for_double, for_copy = state.bits(k)
        delay = low + (for_delay * span >> 64)
        lost = "cut" if state.cut else "lost" if for_loss < loss else ""
        double = low + (for_copy * span >> 64) if for_double < duplicate else None
        for fate in self._fates.get((sender, receiver, k), ()):
            self.met.add(fate)
            if fate.fate == "drop":
                lost = lost or "dropped"
            elif fate.fate == "hold":
                delay += fate.ticks
            else:
                double = low + (for_copy * span >> 64)
        if not state.reorder:
            delay = max(delay, state.last_due - tick)
            if not lost:
                # On a link that keeps the order a double comes right behind its signal.
                double = None if double is None else delay
                state.last_due = tick + delay
        return k, delay, lost, None if lost else double

    def _state(self, sender: int, receiver: int) -> _LinkState:
        state = self._links.get((sender, receiver))
        if state is None:
            base = self._world.links if sender > GATEWAY and receiver > GATEWAY else self._world.front
            rules = tuple(rule for rule in self._rules if rule.covers(sender, receiver))
            state = _LinkState(base, rules, Stream(self._seed, "link", sender, receiver))
            self._links[sender, receiver] = state
        return state


class _LinkState:
    """One direction between two servers."""

    __slots__ = ("_rules", "base", "bits", "cut", "last_due", "now", "reorder", "sent", "until")

    def __init__(self, base: Link, rules: tuple[LinkRule, ...], draw: Stream) -> None:
        self.base = base
        self.bits = draw.bits
        self.sent = 0
        self.last_due = 0
        self._rules = rules
        # What holds now, as plain figures, and the tick from which it must be looked up again.
        self.now = self.at(0)

    def at(self, tick: int) -> _Figures:
        """The figures in force at the tick."""
        link = self.link(tick)
        low, high = link.delay
        self.cut, self.reorder = link.cut, link.reorder
        certain = low == high and link.loss == 0 and link.duplicate == 0
        loss, duplicate = int(link.loss * _ONE), int(link.duplicate * _ONE)
        self.now = low, high - low + 1, loss, duplicate, certain, link.cut or not link.reorder
        edges = [edge for rule in self._rules for edge in (rule.start, rule.end) if edge is not None and edge > tick]
        self.until = min(edges, default=_FOREVER)
        return self.now

    def link(self, tick: int) -> Link:
        """The link with the rules in force at the tick."""
        link = self.base
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
