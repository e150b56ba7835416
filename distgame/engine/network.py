"""The network: what becomes of each signal, by the level's rules and draws of its (sender, receiver, k)."""

from __future__ import annotations

from distgame.engine.draws import Stream
from distgame.engine.world import GATEWAY, Link, LinkRule, SignalFate, World

# Number k on the link, ticks on the way, why it is lost ("" if it is not), ticks of its double (None: it has none).
Fate = tuple[int, int, str, int | None]


# Lowest delay and span in ticks, loss and doubling as shares of 2**64, cut, reorder.
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
        for_delay, for_loss, for_double, for_copy = state.bits(k)
        low, span, loss, duplicate, cut, reorder = state.now if tick < state.until else state.at(tick)
        delay = low + (for_delay * span >> 64)
        lost = "cut" if cut else "lost" if for_loss < loss else ""
        double = low + (for_copy * span >> 64) if for_double < duplicate else None
        if self._fates:
            for fate in self._fates.get((sender, receiver, k), ()):
                self.met.add(fate)
                if fate.fate == "drop":
                    lost = lost or "dropped"
                elif fate.fate == "hold":
                    delay += fate.ticks
                else:
                    double = low + (for_copy * span >> 64)
        if not reorder:
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

    __slots__ = ("_rules", "base", "bits", "last_due", "now", "sent", "until")

    def __init__(self, base: Link, rules: tuple[LinkRule, ...], draw: Stream) -> None:
        self.base = base
        self.bits = draw.bits
        self.sent = 0
        self.last_due = 0
        self._rules = rules
        # What holds now, as plain figures, and the tick from which it must be looked up again.
        self.now = _figures(base)
        self.until = 0 if rules else _FOREVER

    def at(self, tick: int) -> _Figures:
        """The figures in force at the tick."""
        self.now = _figures(self.link(tick))
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


def _figures(link: Link) -> _Figures:
    low, high = link.delay
    return low, high - low + 1, int(link.loss * _ONE), int(link.duplicate * _ONE), link.cut, link.reorder
