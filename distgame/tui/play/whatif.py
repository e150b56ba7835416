"""What if: the player does something to a signal, a node or a link of the past, and the run is made anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from distgame.engine.trace import Signal, Trace
from distgame.engine.world import name_of
from distgame.game.play import changes as by_hand
from distgame.game.play.changes import Change, Changes, SignalWish
from distgame.tui.diagram.places import flight_cells, letters_for, placed, wire_cells
from distgame.tui.numbers import counted

from .beside import Futures
from .recording import Recording
from .rows import Row, keys, row
from .scene import link_marks
from .wording import way

if TYPE_CHECKING:
    from .screen import PlayScreen

Way = tuple[int, int, int]
"""A signal by its link and its number on it: the same in every future."""


class WhatIf:
    """The changes made by hand, what is chosen for the next one, and the run as it was without them.

    What is chosen may be a signal or a pair of servers; while letters are shown, keys choose by them.
    """

    def __init__(self, screen: PlayScreen) -> None:
        self._screen = screen
        self.changes: Changes = ()
        self.before: Recording | None = None
        self.after: Recording | None = None
        self._signal: Way | None = None
        self._pair: tuple[int, int] | None = None
        self._letters: dict[str, Any] = {}
        self._typed = ""
        self._then: Callable[[], None] | None = None
        self.futures: Futures | None = None
        self._wants_both = False
        self._found: tuple[Trace, Way, Signal | None] | None = None

    # What is chosen

    @property
    def signal(self) -> Signal | None:
        """The chosen signal, as the run that is shown has it."""
        recording, wanted = self._screen.recording, self._signal
        if recording is None or wanted is None:
            return None
        trace = recording.run.trace
        if self._found is None or self._found[0] is not trace or self._found[1] != wanted:
            self._found = trace, wanted, _find(trace, wanted)
        return self._found[2]

    @property
    def choosing(self) -> bool:
        """Whether letters are shown to choose by."""
        return bool(self._letters)

    def choose_signal(self, number: int) -> None:
        """Chooses a signal that is on its way."""
        screen = self._screen
        assert screen.recording is not None
        signal = screen.recording.run.trace.signals[number]
        if signal.k < 0:
            # A double of the network's comes right behind its original.
            signal = screen.recording.run.trace.signals[number - 1]
        self._signal, self._pair = (signal.sender, signal.receiver, signal.k), None
        self._chosen()

    def choose_pair(self, pair: tuple[int, int]) -> None:
        """Chooses the link of a pair of servers."""
        self._signal, self._pair = None, pair
        self._chosen()

    def _chosen(self) -> None:
        """Does what the choice was for, if it was asked for."""
        then, self._then = self._then, None
        self._stop_choosing()
        self._show()
        if then is not None:
            then()

    def choose_nothing(self) -> bool:
        """Lets go of what is chosen; False if nothing was."""
        had = self.choosing or self._signal is not None or self._pair is not None
        if had:
            self._signal = self._pair = None
            self._stop_choosing()
            self._show()
        return had

    def signals(self, then: Callable[[], None] | None = None) -> None:
        """Shows a letter at each signal that is on its way."""
        drawn, recording = self._screen.diagram.drawn, self._screen.recording
        if drawn is None or recording is None:
            return
        cells = flight_cells(drawn[1])
        flying = [flight.signal.id for flight in self._screen.instant.flights if not flight.dead]
        self._ask([number for number in cells if number in flying], cells, then, "No signal is on its way now.")

    def links(self, then: Callable[[], None] | None = None) -> None:
        """Shows a letter at each link."""
        drawn = self._screen.diagram.drawn
        if drawn is not None:
            cells = wire_cells(drawn[0])
            self._ask(list(cells), cells, then, "There is no link.")

    def _ask(self, targets: list[Any], cells: dict[Any, int], then: Callable[[], None] | None, none: str) -> None:
        drawn = self._screen.diagram.drawn
        assert drawn is not None
        self._screen.travel.pause()
        if not targets:
            self._screen.notify(none)
            return
        self._then, self._typed = then, ""
        self._letters = letters_for(targets)
        self._screen.diagram.show_letters(placed(self._letters, cells, drawn[0]))
        self._screen.show_lines()

    def type(self, key: str) -> bool:
        """Takes a key while letters are shown; False if it is no letter of any."""
        self._typed += key
        if self._typed in self._letters:
            target = self._letters[self._typed]
            if isinstance(target, tuple):
                self.choose_pair(target)
            else:
                self.choose_signal(target)
            return True
        if any(name.startswith(self._typed) for name in self._letters):
            return True
        self._stop_choosing()
        self._show()
        return False

    def _stop_choosing(self) -> None:
        if self._letters:
            self._letters, self._then = {}, None
            self._screen.diagram.show_letters({})

    def _show(self) -> None:
        self._screen.travel.pause()
        signal = self.signal
        self._screen.diagram.chosen = signal.id if signal else None
        self._screen.show_lines()

    def words(self) -> tuple[Row, ...]:
        """What is chosen, and what can be done with it; nothing where nothing is."""
        if self._letters:
            return (row(("type the letter of a link or signal, or click one", "gateway-title")) + keys("esc gives up"),)
        signal = self.signal
        if signal is not None:
            arrives = "will be lost" if signal.due is None else f"arrives {signal.due}"
            told = f"{way(signal)}, sent {signal.sent}, {arrives}"
            wishes = keys("d drop", "h hold", "t twice")
            return (row((told, "name")) + wishes, row((way(signal), "name")) + wishes, row((way(signal), "name")))
        if self._pair is not None:
            a, b = self._pair
            return (row((f"{name_of(a)} - {name_of(b)}", "name")) + keys("c cut or mend"),)
        if self.changes and self._screen.recording is self.before:
            return (row(("as it was, without your changes", "slow")) + keys("o goes back to them"),)
        return ()

    # What is done

    def drop(self) -> None:
        self._fate("drop")

    def hold(self) -> None:
        self._fate("hold")

    def double(self) -> None:
        self._fate("double")

    def _fate(self, wish: SignalWish) -> None:
        signal = self.signal
        if signal is None:
            self.signals(lambda: self._fate(wish))
        else:
            self._make(by_hand.with_fate(self.changes, signal, wish))

    def crash(self) -> None:
        """Crashes the node that is chosen, or starts it again."""
        node = self._node()
        if node is not None:
            up = self._screen.instant.nodes[node].up
            make = by_hand.with_crash if up else by_hand.with_restart
            self._make(make(self.changes, node, self._next_tick))

    def pause_node(self) -> None:
        """Makes the node that is chosen stand still for a while."""
        node = self._node()
        if node is not None:
            self._make(by_hand.with_pause(self.changes, node, self._next_tick))

    def cut(self) -> None:
        """Cuts the chosen link, or mends it."""
        recording = self._screen.recording
        if self._pair is None or recording is None:
            self.links(self.cut)
            return
        marks = link_marks(self._screen.instant.broken, recording.run.trace.world)
        is_cut = any({mark.a, mark.b} == set(self._pair) and mark.kind == "cut" for mark in marks)
        self._make(by_hand.with_link(self.changes, *self._pair, self._next_tick, not is_cut))

    def _node(self) -> int | None:
        node = self._screen.chosen_server
        if self._screen.recording is None:
            return None
        if node < 1:
            self._screen.notify("Choose a node first: a click on its box, or Tab.")
            return None
        return node

    @property
    def _next_tick(self) -> int:
        """The first tick that has not begun: what happens there leaves the past as it is."""
        head = self._screen.head
        return int(head.time) + 1 if head is not None and head.event else 0

    def undo(self) -> None:
        """Takes the last change back."""
        if self.changes:
            self._make(self.changes[:-1])
        else:
            self._screen.notify("There is no change to take back.")

    def take_back(self, change: Change) -> None:
        """Takes one change back."""
        self._make(tuple(each for each in self.changes if each is not change))

    def _make(self, changes: Changes) -> None:
        """Has the run made anew."""
        self.changes = changes
        self._screen.travel.pause()
        self._screen.runner.change(changes)
        self._screen.show_changes()

    # What came of it

    def forget(self) -> None:
        """There are no changes any more, nor anything chosen: another seed, or from the beginning."""
        self.changes, self.before, self.after, self.futures = (), None, None, None
        self._signal = self._pair = None
        self._stop_choosing()
        self._screen.diagram.chosen = None
        self._screen.show_changes()

    def show(self, changes: Changes, before: Recording, after: Recording) -> None:
        """The run was made anew with these changes."""
        self.before, self.after, self.futures = before, after, None
        if changes != self.changes:
            return  # The next run is under way.
        if changes:
            self._screen.runner.compare(before, after)
        head = self._screen.head
        self._screen.show_recording(after, head.time if head else 0.0, running=False)
        self._screen.diagram.chosen = signal.id if (signal := self.signal) else None
        self._screen.show_changes()

    def compared(self, futures: Futures) -> None:
        """It is known what became otherwise."""
        if futures.after is not self.after:
            return  # The next run is there already.
        self.futures = futures
        self._screen.show_changes()
        if self._wants_both:
            self.side_by_side()

    def turn_over(self) -> None:
        """Shows the run as it was without the changes, and again as it is with them."""
        screen, other = self._screen, self.after if self._screen.recording is self.before else self.before
        if not self.changes or other is None or screen.head is None:
            screen.notify("Nothing was changed: there is one future only.")
            return
        screen.show_recording(other, screen.head.time, running=False)
        screen.diagram.chosen = signal.id if (signal := self.signal) else None

    def side_by_side(self) -> None:
        """Opens both futures beside each other."""
        from distgame.tui.modals.futures import FuturesScreen

        # What is asked for before it is known comes when it is.
        self._wants_both = bool(self.changes) and self.futures is None
        if self.futures is not None:
            self._screen.app.push_screen(FuturesScreen(self.futures), self._screen.travel.go_to_tick)
        elif not self.changes:
            self._screen.notify("Nothing was changed: there is one future only.")

    def save(self) -> None:
        """Writes the run as a replay file."""
        from distgame.game.adversary.keeping import keep_run
        from distgame.game.play.files import FileError

        screen, version = self._screen, self._screen.version
        made = self.after if self.changes else screen.recording
        if made is None or version is None:
            screen.notify("There is no run yet.")
            return
        try:
            path = keep_run(made.run, version.program, screen.path)
        except FileError as error:
            screen.notify(str(error), severity="warning")
        else:
            screen.notify(f"distgame replay {path}", title="The run is kept: play it again with", timeout=10)

    @property
    def told(self) -> tuple[Row, ...]:
        """How many changes there are, for the line of the clock."""
        return (row((f"{counted(len(self.changes), 'change')}  ", "slow")),) if self.changes else ()


def _find(trace: Trace, wanted: Way) -> Signal | None:
    for number, event in enumerate(trace.sends, 1):
        if (event[3], event[4], event[5]) == wanted:
            return trace.signals[number]
    return None
