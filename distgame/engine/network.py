"""The network: it carries each signal, by the level's rules and draws of its (sender, receiver, k)."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

from distgame.engine import trace as tr
from distgame.engine.draws import Stream
from distgame.engine.schedule import ARRIVALS, PHASES, Schedule
from distgame.engine.trace import TraceEvent
from distgame.engine.wire import Wire
from distgame.engine.world import GATEWAY, Link, LinkRule, SignalFate, World

# What is scheduled of a signal: the very event of its sending in the trace, where it arrives; else (LOST, ...).
LOST = 1  # signal, reason

# Draws where none can change anything.
_ANY = (0, 0, 0, 0)
# Ticks on the way, why it is lost ("" if it is not), ticks of its double (None: it has none).
_Fate = tuple[int, str, int | None]
# Lowest delay and span in ticks, loss and doubling as shares of 2**64, whether no draw can change anything, and
# whether the link is out of the ordinary.
_Figures = tuple[int, int, int, int, bool, bool]
_ONE = 1 << 64
_FOREVER = 1 << 62


class Network:
    """The links of a run, by sender and receiver; each is there once it is asked for.

    What is sent goes to `record` and to the schedule. `met` are the fates that found their signal.
    """

    def __init__(
        self,
        world: World,
        seed: int,
        rules: tuple[LinkRule, ...],
        fates: tuple[SignalFate, ...],
        schedule: Schedule,
        record: Callable[[TraceEvent], None],
    ) -> None:
        self._world = world
        self._seed = seed
        self._rules = rules
        self._fates = fates
        self.schedule = schedule
        self.record = record
        self.next_signal = count(1).__next__
        self.met: set[SignalFate] = set()
        self.links = {sender: _LinksFrom(self, sender) for sender in range(-len(world.clients), world.nodes + 1)}

    def open(self, sender: int, receiver: int) -> Way:
        """The link from one server to another, on which nothing has been sent."""
        base = self._world.links if sender > GATEWAY and receiver > GATEWAY else self._world.front
        rules = tuple(rule for rule in self._rules if rule.covers(sender, receiver))
        fates = tuple(fate for fate in self._fates if (fate.sender, fate.receiver) == (sender, receiver))
        return Way(self, sender, receiver, base, rules, fates, Stream(self._seed, "link", sender, receiver))


class _LinksFrom(dict[int, "Way"]):
    def __init__(self, network: Network, sender: int) -> None:
        super().__init__()
        self._network = network
        self._sender = sender

    def __missing__(self, receiver: int) -> Way:
        way = self[receiver] = self._network.open(self._sender, receiver)
        return way


class Way:
    """One direction between two servers."""

    __slots__ = (
        "_base",
        "_cut",
        "_draw",
        "_fates",
        "_last_due",
        "_met",
        "_next_signal",
        "_now",
        "_receiver",
        "_record",
        "_reorder",
        "_rules",
        "_schedule",
        "_sender",
        "_sent",
        "_until",
    )

    def __init__(
        self,
        network: Network,
        sender: int,
        receiver: int,
        base: Link,
        rules: tuple[LinkRule, ...],
        fates: tuple[SignalFate, ...],
        draws: Stream,
    ) -> None:
        self._next_signal = network.next_signal
        self._record = network.record
        self._schedule = network.schedule
        self._met = network.met
        self._sender = sender
        self._receiver = receiver
        self._base = base
        self._rules = rules
        self._fates = fates
        self._draw = draws.bits
        self._sent = 0
        self._last_due = 0
        # What holds now, as plain figures, and the tick from which it must be looked up again.
        self._now = self._look_up(0)

    def send(self, tick: int, request: int, is_answer: bool, wire: Wire) -> int:
        """Sends a signal, by the rule at the tick and the draws of its number k. Gives its id, or its double's."""
        k = self._sent
        self._sent = k + 1
        low, span, loss, duplicate, certain, special = self._now if tick < self._until else self._look_up(tick)
        for_delay, for_loss, for_double, for_copy = _ANY if certain else self._draw(k)
        delay = low + (for_delay * span >> 64)
        lost = "lost" if for_loss < loss else ""
        double = low + (for_copy * span >> 64) if for_double < duplicate else None
        if special:
            delay, lost, double = self._special_fate(tick, k, (delay, lost, double), low + (for_copy * span >> 64))
        signal = self._next_signal()
        if lost:
            self._record((tr.SEND, tick, signal, self._sender, self._receiver, k, request, is_answer, wire, None))
            self._schedule.add(tick + (delay + 1) // 2, ARRIVALS, (LOST, signal, lost))
            return signal
        due = tick + delay
        event = (tr.SEND, tick, signal, self._sender, self._receiver, k, request, is_answer, wire, due)
        self._record(event)
        self._schedule[due * PHASES + ARRIVALS].append(event)
        if double is not None:
            due = tick + double
            signal = self._next_signal()
            event = (tr.SEND, tick, signal, self._sender, self._receiver, -1, request, is_answer, wire, due)
            self._record(event)
            self._schedule.add(due, ARRIVALS, event)
        return signal

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

    def _special_fate(self, tick: int, k: int, drawn: _Fate, copy: int) -> _Fate:
        """The fate of a signal on a link that is cut or keeps the order, or with whose signals somebody meddles.

        `copy` is how many ticks a double of it takes.
        """
        delay, lost, double = drawn
        lost = "cut" if self._cut else lost
        for fate in self._fates:
            if fate.k != k:
                continue
            self._met.add(fate)
            if fate.fate == "drop":
                lost = lost or "dropped"
            elif fate.fate == "hold":
                delay += fate.ticks
            else:
                double = copy + fate.ticks
        if not self._reorder:
            delay = max(delay, self._last_due - tick)
            if not lost:
                # On a link that keeps the order a double comes right behind its signal.
                double = None if double is None else delay
                self._last_due = tick + delay
        return delay, lost, None if lost else double
