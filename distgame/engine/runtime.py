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
from weakref import ref

from distgame.engine import actions as act
from distgame.engine.answers import check_answer
from distgame.engine.endpoints import Handler, Table
from distgame.engine.errors import ApiError
from distgame.engine.messages import ANSWERS
from distgame.engine.requests import FOREVER, PAUSES, Condition, Pause, Request, Sleep, Survey
from distgame.engine.storage import Storage
from distgame.engine.wire import LEADS, Codec, Wire
from distgame.engine.wording import told
from distgame.engine.world import GATEWAY

# So many open requests a server remembers before it looks which of them anybody still holds.
MANY_REQUESTS = 1_000
# What a message costs beside its content, of the room that a node's messages have.
MESSAGE_COST = 256
MAX_WAITING = 10_000


class Task:
    """One handler at work: a generator or coroutine, and whom its result answers."""

    __slots__ = ("body", "handler", "number", "question", "report", "request", "sender")

    def __init__(self, number: int, body: Any, handler: Handler, sender: int, request: int, question: Any) -> None:
        self.number = number
        self.body = body
        self.handler = handler
        self.sender = sender
        self.request = request
        self.question = question
        # The beginning of what is said of its waits, with the line where it stands; None until it has waited.
        self.report: act.Action | None = None


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
        "_encoders",
        "_endpoints",
        "_files",
        "_inbox",
        "_numbers",
        "_order",
        "_peers",
        "_remembered",
        "_syncs",
        "_table",
        "_tasks",
        "_waiting",
        "_wake_at",
        "calls",
        "deadlines",
        "decode",
        "encode",
        "id",
        "incarnation",
        "is_leader",
        "known",
        "local_time",
        "open_requests",
        "others",
        "outbox",
        "random",
        "ready",
        "storage",
        "suspects",
    )

    def __init__(
        self, server_id: int, known: tuple[int, ...], codec: Codec, numbers: Callable[[], int], random: Random
    ) -> None:
        self.id = server_id
        self.known = known
        self.others = tuple(server for server in known if server != GATEWAY)
        self.local_time = 0
        self.is_leader = False
        self.incarnation = 0
        self.suspects: tuple[int, ...] = ()
        self.random = random
        self.storage = Storage()
        self.outbox: list[act.Action] = []
        self.ready: deque[Task] = deque()
        self.calls: deque[Handler] = deque()
        self.open_requests: dict[int, Request | Survey] = {}
        self.encode = codec.encode
        self._encoders = codec.encoders
        self.decode = codec.decode
        self._numbers = numbers
        # A node says little to the gateway, and only one thing: that goes by the slow way.
        self._peers = frozenset(self.others if server_id > GATEWAY else known)
        self._table: Table
        self._endpoints: dict[type, Handler] = {}
        self._files: frozenset[str] | None = None
        self._inbox: deque[tuple[int, int, bool, Wire]] = deque()
        self.deadlines: list[tuple[int, int, Any]] = []
        self._order = 0
        self._tasks = 0
        self._waiting = 0
        self._wake_at: int | None = None
        self._syncs: dict[int, Sleep] = {}
        self._remembered = MANY_REQUESTS

    def attach(self, table: Table, files: frozenset[str] | None = None) -> None:
        """Joins the machinery to the handlers it calls. Their waits are reported, with the lines of these files."""
        self._table = table
        self._endpoints = table.endpoints
        self._files = files

    # What the API calls

    def send(self, receiver: int, wire: Wire, timeout: int = FOREVER) -> Request:
        """Puts a message into the outbox and returns its request."""
        if type(receiver) is not int or receiver not in self._peers:
            self._check_receiver(receiver, wire)
        encoders = self._encoders
        encoders.room -= MESSAGE_COST
        if encoders.room < 0:
            encoders.limit()
        number = self._numbers()
        request = self.open_requests[number] = Request(self, number, receiver)
        self.outbox.append((act.SEND, receiver, number, False, wire))
        if timeout != FOREVER:
            self.at_local(timeout, request)
        if len(self.open_requests) > self._remembered:
            self._forget_requests()
        return request

    def ask_others(self, message: Any, need: int, timeout: int, condition: Condition | None) -> Survey:
        """Puts a message to every other node into the outbox; `need` of their answers end the survey."""
        encoders = self._encoders
        room = encoders.room
        wire = encoders[type(message)](message, 0)
        # It is encoded once, but each copy counts.
        encoders.room = room - (MESSAGE_COST + room - encoders.room) * len(self.others)
        if encoders.room < 0:
            encoders.limit()
        survey = Survey(self, len(self.others), need, condition)
        for receiver in self.others:
            number = self._numbers()
            self.open_requests[number] = survey
            self.outbox.append((act.SEND, receiver, number, False, wire))
        if timeout != FOREVER and not survey.over:
            self.at_local(timeout, survey)
        if len(self.open_requests) > self._remembered:
            self._forget_requests()
        return survey

    def _check_receiver(self, receiver: Any, wire: Wire) -> None:
        if type(receiver) is not int or receiver not in self.known:
            if receiver == self.id:
                raise ApiError(f"node {self.id} sends a message to itself: call the method instead")
            others = ", ".join(map(str, self.others))
            raise ApiError(f"there is no server {told(receiver)} to send to; the other nodes are {others}")
        if not (type(wire) is tuple and wire[1:2] == LEADS):
            raise ApiError("the gateway hears from nodes only who leads: self.notify_leadership()")

    def _forget_requests(self) -> None:
        """Forgets the requests that nobody holds any more: nobody would see their answers.

        The others are remembered; when they have doubled again it is time for another look.
        """
        waited = {number: request for number, request in self.open_requests.items() if request.is_waited_for}
        others = [(number, ref(request)) for number, request in self.open_requests.items() if number not in waited]
        self.open_requests = waited
        for number, weak in others:
            request = weak()
            if request is not None:
                waited[number] = request
        self._remembered = max(MANY_REQUESTS, 2 * len(waited))

    def place_of(self, question: type | None) -> tuple[str, int]:
        """Where the handler of a kind of message is written; else the class."""
        handler = self._endpoints.get(question) if question is not None else None
        return self._table.place if handler is None else handler.place

    def at_local(self, ticks: int, what: Any) -> None:
        """Calls `what` (a request, wait, sleep or timer) when that many ticks of the own clock are over."""
        self._order += 1
        heapq.heappush(self.deadlines, (self.local_time + ticks, self._order, what))

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
        while self._inbox:
            self.receive(*self._inbox.popleft())

    def receive(self, sender: int, number: int, is_answer: bool, wire: Wire) -> None:
        """Handles a message that has arrived, and every handler that can go on."""
        if is_answer:
            request = self.open_requests.pop(number, None)
            if request is not None:
                request.answer(number, wire)
        else:
            message = self.decode(wire)
            question = type(message)
            handler = self._endpoints.get(question)
            if handler is None:
                raise ApiError(self._table.no_endpoint(question), place=self._table.place)
            result = handler.call(message, sender) if handler.wants_sender else handler.call(message)
            kind = type(result)
            if kind is GeneratorType or kind is CoroutineType:
                self._tasks += 1
                self._step(Task(self._tasks, result, handler, sender, number, question))
            elif result is not None:
                self._answer(sender, number, question, result, handler)
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
        deadlines = self.deadlines
        due = []
        while deadlines and deadlines[0][0] <= self.local_time:
            due.append(heapq.heappop(deadlines)[2])
        for what in due:
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
        deadlines = self.deadlines
        while deadlines and _is_over(deadlines[0][2]):
            heapq.heappop(deadlines)
        if deadlines and (self._wake_at is None or deadlines[0][0] < self._wake_at):
            self._wake_at = deadlines[0][0]
            self.outbox.append((act.WAKE_AT, self._wake_at))

    # Handlers

    def _call(self, handler: Handler) -> None:
        result = handler.call()
        if type(result) is GeneratorType or type(result) is CoroutineType:
            self._tasks += 1
            self._step(Task(self._tasks, result, handler, 0, 0, None))

    def _step(self, task: Task) -> None:
        try:
            waited = task.body.send(None)
        except StopIteration as stop:
            if task.report is not None:
                self._waiting -= 1
                self.outbox.append((act.ENDS, task.number))
            if stop.value is not None and task.request:
                self._answer(task.sender, task.request, task.question, stop.value, task.handler)
            return
        if waited is None:
            waited = Sleep(self)
            self.at_local(1, waited)
        elif type(waited) not in PAUSES:
            raise ApiError(
                f"{task.handler.name} yields a {type(waited).__name__}; use `yield from` (or `await`) before "
                "wait_any, wait_all, wait_for_responses, sleep, sync or a request's wait()",
                place=(task.handler.place[0], frame_of(task.body).f_lineno),
            )
        if waited.over:
            self.ready.append(task)
        else:
            waited.task = task
            if self._files is None:
                return
            if task.report is None:
                self._waiting += 1
                if self._waiting > MAX_WAITING:
                    message = f"more than {MAX_WAITING} handlers wait at once: give what they wait for a timeout"
                    raise ApiError(message, "flood", self._place_of(task))
            task.report = (act.WAITS, task.number, task.handler.name, *self._place_of(task))
            self.report_wait(task, waited)

    def report_wait(self, task: Task, wait: Pause) -> None:
        """Says on which line a handler stands and how much of what it needs has come."""
        if task.report is not None:
            self.outbox.append((*task.report, wait.got, wait.need))

    def _place_of(self, task: Task) -> tuple[str, int]:
        """File and line on which a handler stands: of its innermost frame that is the player's."""
        assert self._files is not None
        inner = task.body
        frame = frame_of(inner)
        place = "", 0
        while frame is not None and frame.f_code.co_filename in self._files:
            place = frame.f_code.co_filename, frame.f_lineno
            inner = inner.gi_yieldfrom if type(inner) is GeneratorType else getattr(inner, "cr_await", None)
            frame = frame_of(inner)
        return place

    def _run_ready(self) -> None:
        while self.ready or self.calls:
            if self.ready:
                self._step(self.ready.popleft())
            else:
                self._call(self.calls.popleft())

    def _answer(self, sender: int, number: int, question: type, result: Any, handler: Handler) -> None:
        if question in ANSWERS:
            check_answer(question, result, handler)
        try:
            wire = self._encoders[type(result)](result, 0)
        except ApiError as error:
            error.place = handler.place
            raise
        self.outbox.append((act.SEND, sender, number, True, wire))


def frame_of(body: Any) -> Any:
    """The frame of a generator or coroutine, None of anything else.

    Nobody keeps it: a frame that outlives its generator holds the frames of all who called it, and these hold it.
    """
    return body.gi_frame if type(body) is GeneratorType else getattr(body, "cr_frame", None)


def _is_over(what: Any) -> bool:
    if type(what) is Request:
        return what.settled
    return type(what) is not Timer and what.over
