"""Requests a node has sent and the waits for their answers."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from types import coroutine
from typing import TYPE_CHECKING, Any

from distgame.engine.messages import RequestTimeout
from distgame.engine.sealed import Sealed, seal

if TYPE_CHECKING:
    from distgame.engine.runtime import Runtime, Task
    from distgame.engine.wire import Wire

FOREVER = -1
# More than any run has, and yet a number that any tool can read.
MAX_TICKS = 2**53
TIMED_OUT = RequestTimeout()
Condition = Callable[[Any], Any]


@seal
class Request(metaclass=Sealed):
    """What `send_message` returns: a message on its way, and the answer once it has come."""

    __slots__ = ("__weakref__", "_is_wire", "_outcome", "_runtime", "_waits", "id", "receiver_id", "settled")

    def __init__(self, runtime: Runtime, number: int, receiver: int) -> None:
        self.id = number
        self.receiver_id = receiver
        self.settled = False
        # Once it is settled: the outcome, or while nobody has looked at it the answer's wire form.
        self._outcome: Any
        self._is_wire: bool
        self._runtime = runtime
        self._waits: tuple[Wait, ...] = ()

    @property
    def outcome(self) -> Any:
        """None while it is open, then the answer, or a RequestTimeout."""
        if not self.settled:
            return None
        if self._is_wire:
            # Of many answers nobody wants to know what they say: they came too late.
            self._outcome = self._runtime.decode(self._outcome)
            self._is_wire = False
        return self._outcome

    @property
    def is_waited_for(self) -> bool:
        """Whether a handler's wait is to hear of its outcome."""
        return any(not wait.over for wait in self._waits)

    @coroutine
    def wait(self) -> Generator[Wait, None, Any]:
        """Ends with the answer or with a RequestTimeout. For `yield from` and for `await`."""
        if not self.settled:
            yield Wait(self._runtime, (self,), 1, FOREVER, None)
        return self.outcome

    def answer(self, number: int, wire: Wire) -> None:
        """An answer has come to this open request, of this number."""
        self.settled = self._is_wire = True
        self._outcome = wire
        for wait in self._waits:
            wait.on_settled(self)
        self._waits = ()

    def expire(self) -> None:
        """Its time is over; an answer that has come before counts."""
        if not self.settled:
            self.settled = True
            self._outcome, self._is_wire = TIMED_OUT, False
            self._runtime.open_requests.pop(self.id, None)
            for wait in self._waits:
                wait.on_settled(self)
            self._waits = ()


class Pause:
    """What a handler waits for, of which `got` of `need` have come; it resumes the handler once, when it is over."""

    __slots__ = ("_runtime", "got", "need", "over", "task")

    def __init__(self, runtime: Runtime, need: int = 0) -> None:
        self._runtime = runtime
        self.got = 0
        self.need = need
        self.over = False
        self.task: Task | None = None

    def expire(self) -> None:
        """Ends it, whatever has come: the handler goes on."""
        if not self.over:
            self.over = True
            if self.task is not None:
                self._runtime.ready.append(self.task)
                # Late answers keep the wait; it keeps nothing.
                self.task = None


class Sleep(Pause):
    """A handler's wait for its own clock alone, or (`need` = 1) for the disk."""

    __slots__ = ()


class _Quorum(Pause):
    """A handler's wait for `need` outcomes, of so many that are open."""

    __slots__ = ("_condition", "_open")
    _condition: Condition | None
    _open: int

    def _settle(self, counts: bool) -> None:
        """One more is settled: resumes the handler when that was the last that was needed."""
        self._open -= 1
        if counts:
            self.got += 1
        if self.got >= self.need or self._open == 0:
            self.expire()
        elif self.task is not None:
            self._runtime.report_wait(self.task, self)


class Wait(_Quorum):
    """A handler's wait for `need` of some requests."""

    __slots__ = ()

    def __init__(
        self,
        runtime: Runtime,
        requests: Sequence[Request],
        need: int,
        timeout: int,
        condition: Condition | None,
    ) -> None:
        super().__init__(runtime, need)
        self._condition = condition
        still_open = []
        for request in requests:
            if not request.settled:
                still_open.append(request)
            elif condition is None or _counts(condition, request.outcome):
                self.got += 1
        self._open = len(still_open)
        self.over = self.got >= need or not still_open
        if not self.over:
            for request in still_open:
                request._waits += (self,)
            if timeout != FOREVER:
                runtime.at_local(timeout, self)

    def on_settled(self, request: Request) -> None:
        """Counts an outcome, and resumes the handler when that was the last that was needed."""
        if not self.over:
            self._settle(self._condition is None or _counts(self._condition, request.outcome))


class Survey(_Quorum):
    """A handler's wait for `need` answers to one question to all others, whose requests nobody else knows."""

    __slots__ = ("__weakref__", "_answers")

    def __init__(self, runtime: Runtime, asked: int, need: int, condition: Condition | None) -> None:
        super().__init__(runtime, need)
        self._condition = condition
        self._open = asked
        self._answers: dict[int, Any] = {}
        self.over = need <= 0 or asked == 0

    @property
    def is_waited_for(self) -> bool:
        """Whether a handler is to hear of more answers."""
        return not self.over

    @property
    def answers(self) -> list[Any]:
        """The answers that have come in time, in the order of the questions."""
        answers = self._answers
        return [*map(answers.__getitem__, sorted(answers))]

    def answer(self, number: int, wire: Wire) -> None:
        """One has answered the question of this number."""
        if not self.over:
            answer = self._answers[number] = self._runtime.decode(wire)
            self._settle(self._condition is None or _counts(self._condition, answer))


PAUSES = frozenset((Sleep, Wait, Survey))


def _counts(condition: Condition, outcome: Any) -> bool:
    return type(outcome) is not RequestTimeout and bool(condition(outcome))
