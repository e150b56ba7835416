"""The network: what becomes of each signal, by the level's rules and draws of its (sender, receiver, k)."""

from __future__ import annotations

from dataclasses import dataclass

from distgame.engine.draws import Stream, between
from distgame.engine.world import GATEWAY, Link, LinkRule, SignalFate, World


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one signal: ticks on the way; why it is lost ("" if it is not); ticks of its double, if any."""

    delay: int
    lost: str = ""
    double: int | None = None


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
        return self._state(sender, receiver).at(tick)

    def send(self, sender: int, receiver: int, tick: int) -> tuple[int, Fate]:
        """The signal's number k on its link, and its fate."""
        state = self._links.get((sender, receiver)) or self._state(sender, receiver)
        k = state.sent
        state.sent += 1
        for_delay, for_loss, for_double, for_copy = state.draw(k)
        link = state.at(tick)
        low, high = link.delay
        delay = low + int(for_delay * (high - low + 1))
        lost = "cut" if link.cut else "lost" if for_loss < link.loss else ""
        double = between(low, high, for_copy) if for_double < link.duplicate and not lost else None
        if self._fates:
            for fate in self._fates.get((sender, receiver, k), ()):
                self.met.add(fate)
                if fate.fate == "drop":
                    lost = lost or "dropped"
                elif fate.fate == "hold":
                    delay += fate.ticks
                elif not lost:
                    double = between(low, high, for_copy)
        if not link.reorder:
            delay = max(delay, state.last_due - tick)
            if not lost:
                state.last_due = tick + delay
        return k, Fate(delay, lost, None if lost else double)

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

    __slots__ = ("_now", "_rules", "_until", "base", "draw", "last_due", "sent")

    def __init__(self, base: Link, rules: tuple[LinkRule, ...], draw: Stream) -> None:
        self.base = base
        self.draw = draw
        self.sent = 0
        self.last_due = 0
        self._rules = rules
        self._now = base
        # The link as computed last holds until this tick.
        self._until = 0 if rules else 1 << 62

    def at(self, tick: int) -> Link:
        if tick >= self._until:
            self._now, self._until = self._compute(tick)
        return self._now

    def _compute(self, tick: int) -> tuple[Link, int]:
        link = self.base
        until = 1 << 62
        for rule in self._rules:
            for edge in (rule.start, rule.end):
                if edge is not None and edge > tick:
                    until = min(until, edge)
            if rule.holds(tick):
                link = Link(
                    delay=link.delay if rule.delay is None else rule.delay,
                    loss=link.loss if rule.loss is None else rule.loss,
                    duplicate=link.duplicate if rule.duplicate is None else rule.duplicate,
                    reorder=link.reorder if rule.reorder is None else rule.reorder,
                    cut=link.cut if rule.cut is None else rule.cut,
                )
        return link, until
