"""Travel in time: where in the run the screen is, and how the keys and the pointer take it elsewhere."""

from __future__ import annotations

from collections.abc import Callable

from .playhead import Playhead


class Travel:
    """Moves the playhead; `show` draws everything where it has come to. Without a run nothing moves.

    `tell` says to the player why it stays where it is.
    """

    def __init__(self, show: Callable[[], None], tell: Callable[[str], None]) -> None:
        self.head: Playhead | None = None
        self._show, self._tell = show, tell

    def move(self, move: Callable[[Playhead], object], pause: bool = True) -> None:
        """Moves the playhead as a function does, and stops it there."""
        if self.head is not None:
            move(self.head)
            if pause:
                self.head.running = False
            self._show()

    def seek(self, time: float, pause: bool = False) -> None:
        """Goes to a time, in ticks."""
        self.move(lambda head: head.seek(time), pause)

    def go_to_tick(self, tick: int | None) -> None:
        """Goes to a tick and stops, where one was chosen."""
        if tick is not None:
            self.seek(tick, pause=True)

    def go_to_event(self, event: int) -> None:
        """Goes to where exactly so many events have happened."""
        self.move(lambda head: head.go_to(event))

    def pause(self) -> None:
        """Stops the playhead where it is."""
        if self.head is not None and self.head.running:
            self.move(lambda head: None)

    def run_pause(self) -> None:
        """Runs, or stops; at the end it begins again."""
        head = self.head
        if head is not None:
            if head.at_end and not head.running:
                head.seek(0)
            head.running = not head.running
            self._show()

    def play_from_the_start(self) -> None:
        """Plays the run again."""
        self.seek(0, pause=True)
        self.run_pause()

    def step(self, count: int) -> None:
        """One event on (1) or back (-1)."""
        self.move(lambda head: head.step(count))

    def mark(self, count: int) -> None:
        """To the next (1) or previous (-1) fault or wrong read."""
        self._to(Playhead.to_mark, count, "fault or wrong read")

    def violation(self, count: int) -> None:
        """To the next (1) or previous (-1) wrong read."""
        self._to(Playhead.to_violation, count, "wrong read")

    def _to(self, go: Callable[[Playhead, int], bool], count: int, what: str) -> None:
        went = self.head is not None and go(self.head, count)
        self.move(lambda head: None)
        if self.head is not None and not went:
            self._tell(f"There is no {what} {'after' if count > 0 else 'before'} this.")

    def tenth(self, tenth: int) -> None:
        """To so many tenths of the run."""
        self.move(lambda head: head.seek(head.playback.duration * tenth / 10), pause=False)

    def speed(self, count: int) -> None:
        """Faster (1) or slower (-1)."""
        self.move(lambda head: head.change_speed(count), pause=False)
