"""The host in one process: it holds the player's nodes, gives them events, and collects their actions."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from itertools import count
from random import Random
from typing import Any

from distgame.engine import actions as act
from distgame.engine.actions import Action, Event
from distgame.engine.allowance import HALF, KEY_COST, Allowance
from distgame.engine.endpoints import place_of, read_table
from distgame.engine.errors import ApiError, PlayerError, Problem
from distgame.engine.given import given_codec, given_program
from distgame.engine.loading import Loaded, leaf_class
from distgame.engine.node import Node
from distgame.engine.program import Compiled, Program, compile_program, problem_of
from distgame.engine.runtime import Runtime
from distgame.engine.steps import Steps
from distgame.engine.webserver import WebServer, make_server
from distgame.engine.wire import Codec, Wire
from distgame.engine.wording import printable
from distgame.engine.world import GATEWAY

MAX_LOG_LINE = 500
# The actions of an event that has none; nobody adds to it.
_NOTHING: list[Action] = []
_STARRED = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
MAX_LOG_LINES = 2_000
MAX_LOG_LETTERS = 100_000


class Host:
    """The player's nodes in this process, each with its own instance of the player's module."""

    def __init__(self, program: Program) -> None:
        """Compiles the program. Raises PlayerError."""
        self._compiled = compile_program(program)
        self._given: type[Node] | None = None
        self.replicas: dict[int, Replica] = {}

    @classmethod
    def of_class(cls, node_class: type[Node]) -> Host:
        """Nodes of a class that is there already, in a notebook or a test: all nodes share its module."""
        host = cls.__new__(cls)
        host._compiled = given_program(node_class)
        host._given = node_class
        host.replicas = {}
        return host

    def begin(self, nodes: int, seeds: tuple[int, ...], only: int | None = None) -> None:
        """Loads the program anew for each of the nodes, or for one `only`. Raises PlayerError."""
        self.replicas = {
            node: Replica(self._compiled, self._given, node, nodes, seed)
            for node, seed in enumerate(seeds, start=1)
            if only in (None, node)
        }

    def handle(self, events: list[Event]) -> list[list[Action]]:
        """Gives the events to their nodes, in order; one list of actions for each."""
        replicas, answers = self.replicas, []
        for event in events:
            answers.append(replicas[event[1]].handle(event))
        return answers


class Replica:
    """One node over its crashes and restarts: the module stays, the Node object is made anew."""

    def __init__(self, compiled: Compiled, given: type[Node] | None, node: int, nodes: int, seed: int) -> None:
        self._compiled = compiled
        self._id = node
        self._known = (*(other for other in range(1, nodes + 1) if other != node), GATEWAY)
        self._random = Random(seed)
        self._numbers = count(1).__next__
        self._log_left = MAX_LOG_LETTERS
        self._dead: list[Runtime] = []
        self._log: list[Action] = []
        self._steps = Steps()
        self._refill = self._steps.refill
        try:
            if given is not None:
                self._class = given
                self._codec = given_codec(given)
            else:
                loaded = Loaded(compiled, self._random, self._print, self._steps)
                self._class = leaf_class(loaded.main, compiled)
                self._codec = Codec(loaded.find, loaded.name_of)
        except BaseException as error:
            raise PlayerError(self._steps.problem or problem_of(error, compiled, "load")) from None
        if self._steps.problem is not None:
            # The program has caught what ended its loading.
            raise PlayerError(self._steps.problem)
        self._steps.loaded()
        self._allowance = Allowance(self._codec)
        self._room = self._codec.encoders
        self._runtime: Runtime
        self._node: Node
        self._receive: Callable[[int, int, bool, Wire], None]

    def handle(self, event: Event) -> list[Action]:
        """What the node does when the event befalls it."""
        kind = event[0]
        if kind == act.CRASH:
            return self._crash()
        self._refill(0)
        if self._room.room < HALF:
            self._allowance.earn(event[2])
        try:
            if kind == act.DELIVER:
                _, _, self._runtime.local_time, sender, request, is_answer, wire = event
                self._receive(sender, request, is_answer, wire)
            elif kind == act.START:
                self._start(event[2], event[3], event[4], event[5])
            else:
                self._runtime.local_time = event[2]
                if kind == act.WAKE:
                    self._runtime.wake()
                elif kind == act.SYNCED:
                    self._runtime.synced(event[3])
                elif kind == act.SUSPECT:
                    self._suspect(event[3])
            runtime = self._runtime
            storage = runtime.storage
            if storage.dirty or storage.watched:
                self._room.charge(KEY_COST * len(storage.dirty))
                for change in storage.changes(self._codec.encode):
                    runtime.outbox.append((act.STORE, *change))
                if self._allowance.is_weighing_due:
                    self._allowance.weigh(storage)
            if runtime.deadlines:
                runtime.ask_for_wake()
        except BaseException as error:
            return self._take_actions(self._steps.problem or self._problem_of(error, event))
        if self._log or self._steps.problem is not None:
            return self._take_actions(self._steps.problem)
        actions = runtime.outbox
        if actions:
            runtime.outbox = []
            return actions
        return _NOTHING

    def _problem_of(self, error: BaseException, event: Event) -> Problem:
        """What to tell the player; where no line of theirs is to blame, the handler or the class is."""
        problem = problem_of(error, self._compiled)
        if problem.line is not None:
            return problem
        with suppress(BaseException):
            kind = type(self._codec.decode(event[6])) if event[0] == act.DELIVER and not event[5] else None
            file, line = self._runtime.place_of(kind)
            return replace(problem, file=file or problem.file, line=line or None)
        return problem

    def _suspect(self, suspects: tuple[int, ...]) -> None:
        self._runtime.suspects = tuple(node for node in suspects if node != self._id)

    def _start(
        self, local_time: int, crashes: int, items: tuple[tuple[Any, Any], ...], suspects: tuple[int, ...]
    ) -> None:
        runtime = Runtime(self._id, self._known, self._codec, self._numbers, self._random)
        runtime.local_time = local_time
        runtime.incarnation = crashes
        runtime.is_leader = self._id == 1 and not crashes
        self._runtime = runtime
        self._suspect(suspects)
        runtime.storage.load((self._codec.decode(key), self._codec.decode(value)) for key, value in items)
        self._node = make_server(self._class, runtime, **self._constructor_arguments())
        runtime.attach(read_table(self._node), self._compiled.files)
        self._receive = _way_in(self._node, runtime)
        runtime.start()

    def _constructor_arguments(self) -> dict[str, Any]:
        if self._class.__init__ is Node.__init__:
            return {}
        offered = {
            "node_id": self._id,
            "server_id": self._id,
            "timer": None,
            "is_leader": self._runtime.is_leader,
        }
        parameters = inspect.signature(self._class.__init__).parameters
        for name, parameter in list(parameters.items())[1:]:
            needed = parameter.default is parameter.empty and parameter.kind not in _STARRED
            if needed and name not in offered:
                place = place_of(self._class.__init__)
                raise ApiError(f"__init__ needs {name}; the game gives a node {', '.join(offered)}", "load", place)
        return {name: value for name, value in offered.items() if name in parameters}

    def _crash(self) -> list[Action]:
        # Kept, so that no `finally` of a handler runs before the run is over, whenever memory is cleared up.
        self._dead.append(self._runtime)
        self._node = None  # type: ignore[assignment]
        self._runtime = None  # type: ignore[assignment]
        self._log.clear()
        return []

    def _print(self, text: str) -> bool:
        """Puts a line into the log; whether it has room for more."""
        line = printable(text[:MAX_LOG_LINE])[:MAX_LOG_LINE]
        # A short line costs room as well.
        self._log_left -= max(len(line), MAX_LOG_LETTERS // MAX_LOG_LINES)
        has_room = self._log_left > 0
        self._log.append((act.PRINT, line if has_room else "(this node prints too much: the rest is left out)"))
        return has_room

    def _take_actions(self, problem: Problem | None) -> list[Action]:
        runtime = self._runtime
        actions = runtime.outbox
        if self._log:
            actions[:0] = self._log
            self._log.clear()
        if problem is not None:
            actions.append((act.PROBLEM, problem.kind, problem.message, problem.file, problem.line))
        runtime.outbox = []
        return actions


def _way_in(node: Node, runtime: Runtime) -> Callable[[int, int, bool, Wire], None]:
    """What to call when a message arrives: `add_message` and `process`, where the player's class has its own."""
    cls = type(node)
    if cls.add_message is WebServer.add_message and cls.process is WebServer.process:
        return runtime.receive

    def receive(*message: Any) -> None:
        node.add_message(message)
        node.process()

    return receive
