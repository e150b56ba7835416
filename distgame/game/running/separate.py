"""One process for each node: what they know of each other, they know by messages."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

from distgame.engine.actions import Action, Event
from distgame.engine.errors import PlayerError
from distgame.engine.program import Program
from distgame.game.running.worker_child import PLAYING
from distgame.game.running.workers import WorkerNodes

_T = TypeVar("_T")


class SeparateNodes:
    """So many nodes of a program, each in a worker of its own: the same answers as a Host in this process gives.

    Each batch goes to the nodes that it concerns, who work at the same time; the answers are put in the order of the
    events. Use as a context manager, or close it.
    """

    def __init__(self, program: Program, nodes: int, purpose: str = PLAYING, hash_seed: int = 0) -> None:
        """Starts the processes. Raises PlayerError where the program does not compile."""
        self._workers: dict[int, WorkerNodes] = {}
        try:
            for node in range(1, nodes + 1):
                self._workers[node] = WorkerNodes(purpose, hash_seed)
            for worker in self._workers.values():
                worker.ask_to_load(program)
            self._from_each(self._workers, lambda node: self._workers[node].answer())
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> SeparateNodes:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def alive(self) -> bool:
        """Whether all the processes still run."""
        return all(worker.alive for worker in self._workers.values())

    def begin(self, nodes: int, seeds: tuple[int, ...]) -> None:
        """Makes a fresh node in each process. Raises PlayerError, and ValueError for another number of nodes."""
        if nodes != len(self._workers):
            raise ValueError(f"{nodes} nodes for {len(self._workers)} processes")
        for node, worker in self._workers.items():
            worker.ask_to_begin(nodes, seeds, only=node)
        self._from_each(self._workers, lambda node: self._workers[node].answer())

    def handle(self, events: list[Event]) -> list[list[Action]]:
        """Gives events to their nodes. Raises PlayerError where a process hangs or has ended."""
        places: dict[int, list[int]] = {}
        for place, event in enumerate(events):
            places.setdefault(event[1], []).append(place)
        for node, its in places.items():
            self._workers[node].ask_to_handle([events[place] for place in its])
        answers = self._from_each(places, lambda node: self._workers[node].actions(len(places[node])))
        done: list[list[Action]] = [[]] * len(events)
        for its, actions in zip(places.values(), answers, strict=True):
            for place, of_event in zip(its, actions, strict=True):
                done[place] = of_event
        return done

    def close(self) -> None:
        """Ends the processes."""
        for worker in self._workers.values():
            worker.close()

    def _from_each(self, nodes: Iterable[int], ask: Callable[[int], _T]) -> list[_T]:
        """The answers of some nodes. All are heard, or what one has said would be taken for its next answer."""
        found: list[_T] = []
        first: PlayerError | None = None
        for node in nodes:
            try:
                found.append(ask(node))
            except PlayerError as error:
                first = first or PlayerError(replace(error.problem, node=error.problem.node or node))
        if first is not None:
            raise first
        return found
