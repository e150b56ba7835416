"""The machinery behind a WebServer: its inbox, handlers, requests and timers, and the outbox where its actions gather.

The machinery knows no network. It turns messages and the ticking of the server's own clock into actions, and the
player's class sees only the thin API of `webserver.py`.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable
from random import Random
from types import CoroutineType, GeneratorType
from typing import Any

from distgame.engine import actions as act
from distgame.engine.endpoints import Handler, Table
from distgame.engine.errors import ApiError
from distgame.engine.messages import (
    ClientReadRequest,
    ClientReadResponse,
    ClientWriteRequest,
    ClientWriteResponse,
    ResponseType,
)
from distgame.engine.requests import FOREVER, TIMED_OUT, Request, Sleep, Wait
from distgame.engine.storage import Storage
from distgame.engine.wire import API_PREFIX, Codec, Wire
from distgame.engine.world import GATEWAY

_ANSWERS: dict[type, type] = {ClientReadRequest: ClientReadResponse, ClientWriteRequest: ClientWriteResponse}
_LEADS = (f"{API_PREFIX}LeaderNotification",)


class Task:
    """One handler at work: a generator or coroutine, and whom its result answers."""

    __slots__ = ("body", "frame", "handler", "number", "question", "request", "sender", "stands")

    def __init__(self, number: int, body: Any, handler: Handler, sender: int, request: int, question: Any) -> None:
        self.number = number
        self.body = body
        self.handler = handler
        self.sender = sender
        self.request = request
        self.question = question
        # File and line where it waits; None until it has waited.
        self.stands: tuple[str, int] | None = None
        # A coroutine's frame is named otherwise than a generator's.
        self.frame: Any = body.gi_frame if type(body) is GeneratorType else body.cr_frame


class Timer:
    """A repeating call of a handler on the server's own clock."""

    __slots__ = ("_handler", "_interval", "_runtime")

    def __init__(self, runtime: Runtime, handler: Handler, interval: int) -> None:
        self._runtime = runtime
        self._handler = handler
        self._interval = interval
        runtime.at_local(interval, self)

    def expire(self) -> None:
        """Calls the handler and winds the timer anew; a call that is overdue comes once."""
        self._runtime.calls.append(self._handler)
        self._runtime.at_local(self._interval, self)


class Runtime:
    """The state of one running server. `known` are the ids it may send to; `outbox` gathers its actions."""

    __slots__ = (
        "_deadlines",
        "_decode",
        "_files",
        "_inbox",
        "_numbers",
        "_order",
        "_syncs",
        "_table",
        "_tasks",
        "_wake_at",
        "calls",
        "encode",
        "id",
        "is_leader",
        "known",
        "local_time",
        "open_requests",
        "outbox",
        "random",
        "ready",
        "storage",
    )

    def __init__(
        self, server_id: int, known: tuple[int, ...], codec: Codec, numbers: Callable[[], int], random: Random
    ) -> None:
        self.id = server_id
        self.known = known
        self.local_time = 0
        self.is_leader = False
        self.random = random
        self.storage = Storage()
        self.outbox: list[act.Action] = []
        self.ready: deque[Task] = deque()
        self.calls: deque[Handler] = deque()
        self.open_requests: dict[int, Request] = {}
        self.encode = codec.encode
        self._decode = codec.decode
        self._numbers = numbers
        self._table: Table
        self._files: frozenset[str] = frozenset()
        self._inbox: deque[tuple[int, int, bool, Wire]] = deque()
        self._deadlines: list[tuple[int, int, Any]] = []
        self._order = 0
        self._tasks = 0
        self._wake_at: int | None = None
        self._syncs: dict[int, Sleep] = {}

    def attach(self, table: Table, files: frozenset[str] = frozenset()) -> None:
        """Joins the machinery to the handlers it calls; `files` are those whose lines are reported."""
        self._table = table
        self._files = files

    # What the API calls

    def send(self, receiver: int, wire: Wire, timeout: int) -> Request:
        """Puts a message into the outbox and returns its request."""
        if type(receiver) is not int or receiver not in self.known:
            if receiver == self.id:
                raise ApiError(f"node {self.id} sends a message to itself: call the method instead")
            others = ", ".join(str(known) for known in self.known if known != GATEWAY)
            raise ApiError(f"there is no server {receiver!r} to send to; the other nodes are {others}")
        if receiver == GATEWAY and self.id > GATEWAY and not (type(wire) is tuple and wire[1:2] == _LEADS):
            raise ApiError("the gateway hears from nodes only who leads: self.notify_leadership()")
        number = self._numbers()
        request = self.open_requests[number] = Request(self, number, receiver)
        self.outbox.append((act.SEND, receiver, number, False, wire))
        if timeout != FOREVER:
            self.at_local(timeout, request)
        return request

    def at_local(self, ticks: int, what: Any) -> None:
        """Calls `what` (a request, wait, sleep or timer) when that many ticks of the own clock are over."""
        self._order += 1
        heapq.heappush(self._deadlines, (self.local_time + ticks, self._order, what))

    def sync(self) -> Sleep:
        """Asks to be told when all that is stored now is durable."""
        self._order += 1
        wait = self._syncs[self._order] = Sleep(self, need=1)
        self.outbox.append((act.SYNC, self._order))
        return wait

    # What the simulator calls

    def add(self, message: tuple[int, int, bool, Wire]) -> None:
        """Puts a message that has arrived (sender, request, is it an answer, wire form) into the inbox."""
        self._inbox.append(message)

    def work(self) -> None:
        """Works the inbox off, and every handler that can go on."""
        inbox, decode = self._inbox, self._decode
        while inbox:
            sender, number, is_answer, wire = inbox.popleft()
            if is_answer:
                request = self.open_requests.get(number)
                if request is not None:
                    request.settle(decode(wire))
            else:
                self._serve(sender, number, decode(wire))
            if self.ready:
                self._run_ready()

    def start(self) -> None:
        """Winds the timers and runs `on_start`."""
        for handler, interval in self._table.timers:
            Timer(self, handler, interval)
        if self._table.on_start is not None:
            self._call(self._table.on_start)
        self._run_ready()

    def wake(self) -> None:
        """Calls whatever the own clock has made due."""
        self._wake_at = None
        deadlines = self._deadlines
        due = []
        while deadlines and deadlines[0][0] <= self.local_time:
            due.append(heapq.heappop(deadlines)[2])
        for what in due:
            if type(what) is Request:
                what.settle(TIMED_OUT)
            else:
                what.expire()
        self._run_ready()

    def synced(self, token: int) -> None:
        """What was stored when the token was made is durable now."""
        wait = self._syncs.pop(token, None)
        if wait is not None:
            wait.expire()
        self._run_ready()

    def ask_for_wake(self) -> None:
        """Puts the next deadline into the outbox, where it is earlier than the one already asked for."""
        deadlines = self._deadlines
        while deadlines and _is_over(deadlines[0][2]):
            heapq.heappop(deadlines)
        if deadlines and (self._wake_at is None or deadlines[0][0] < self._wake_at):
            self._wake_at = deadlines[0][0]
            self.outbox.append((act.WAKE_AT, self._wake_at))

    # Handlers

    def _serve(self, sender: int, number: int, message: Any) -> None:
        handler = self._table.endpoints.get(type(message))
        if handler is None:
            raise ApiError(self._table.no_endpoint(type(message)), place=self._table.place)
        result = handler.call(message, sender) if handler.wants_sender else handler.call(message)
        kind = type(result)
        if kind is GeneratorType or kind is CoroutineType:
            self._tasks += 1
            question = type(message)
            self._step(Task(self._tasks, result, handler, sender, number, question))
        elif result is not None:
            self._answer(sender, number, type(message), result, handler)

    def _call(self, handler: Handler) -> None:
        result = handler.call()
        if type(result) is GeneratorType or type(result) is CoroutineType:
            self._tasks += 1
            self._step(Task(self._tasks, result, handler, 0, 0, None))

    def _step(self, task: Task) -> None:
        try:
            waited = task.body.send(None)
        except StopIteration as stop:
            if task.stands is not None:
                self.outbox.append((act.ENDS, task.number))
            if stop.value is not None and task.request:
                self._answer(task.sender, task.request, task.question, stop.value, task.handler)
            return
        if waited is None:
            waited = Sleep(self)
            self.at_local(1, waited)
        elif type(waited) is not Wait and type(waited) is not Sleep:
            raise ApiError(
                f"{task.handler.name} yields a {type(waited).__name__}; use `yield from` (or `await`) before "
                "wait_any, wait_all, wait_for_responses, sleep, sync or a request's wait()",
                place=(task.handler.place[0], task.frame.f_lineno),
            )
        if waited.over:
            self.ready.append(task)
        else:
            waited.task = task
            task.stands = self._place_of(task)
            self.report_wait(task, waited)

    def report_wait(self, task: Task, wait: Wait | Sleep) -> None:
        """Says on which line a handler stands and how much of what it needs has come."""
        assert task.stands is not None
        self.outbox.append((act.WAITS, task.number, task.handler.name, *task.stands, wait.got, wait.need))

    def _place_of(self, task: Task) -> tuple[str, int]:
        """File and line on which a handler stands: of its innermost frame that is the player's."""
        frame: Any = task.frame
        inner = task.body
        place = "", 0
        while frame is not None and frame.f_code.co_filename in self._files:
            place = frame.f_code.co_filename, frame.f_lineno
            inner = inner.gi_yieldfrom if type(inner) is GeneratorType else getattr(inner, "cr_await", None)
            frame = getattr(inner, "gi_frame", None) or getattr(inner, "cr_frame", None)
        return place

    def _run_ready(self) -> None:
        while self.ready or self.calls:
            if self.ready:
                self._step(self.ready.popleft())
            else:
                self._call(self.calls.popleft())

    def _answer(self, sender: int, number: int, question: type, result: Any, handler: Handler) -> None:
        needed = _ANSWERS.get(question)
        if needed is not None and type(result) is not needed:
            raise ApiError(
                f"{handler.name} must return a {needed.__name__}, not {type(result).__name__} {result!r:.60}",
                "answer",
                handler.place,
            )
        if needed is not None and type(result.result) is not ResponseType:
            given = f"{result.result!r:.60}"
            raise ApiError(
                f"a {needed.__name__}'s result is ResponseType.Success or ResponseType.Fail, not {given}",
                "answer",
                handler.place,
            )
        try:
            wire = self.encode(result)
        except ApiError as error:
            error.place = handler.place
            raise
        self.outbox.append((act.SEND, sender, number, True, wire))


def _is_over(what: Any) -> bool:
    if type(what) is Request:
        return what.settled
    return type(what) is not Timer and what.over
