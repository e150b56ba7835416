"""Worker processes: the nodes in a process of their own, with a deadline, so that no program hangs the game."""

from __future__ import annotations

import contextlib
import json
import marshal
import os
import pickle
import re
import signal
import subprocess
import sys
import threading
import time
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO, NoReturn
from weakref import WeakSet

from distgame.engine.actions import Action, Event
from distgame.engine.checked import checked_actions
from distgame.engine.errors import PlayerError, Problem
from distgame.engine.fewer import world_of
from distgame.engine.inspecting import checked_inspection
from distgame.engine.outline import Outline, heard
from distgame.engine.program import Program
from distgame.engine.world import Intervention, World
from distgame.game.running.starved import is_starved, processor_time
from distgame.game.running.worker_child import NODE_FRAME, PLAYING, read_body, write_frame

LOAD_SECONDS = 5.0
ROUND_SECONDS = 2.0
# What all rounds of a run may take together.
RUN_SECONDS = 20.0
# What a run may take of which nothing is known before its end.
SPRINT_SECONDS = 3.0
# How much longer a process may take that waits for a processor of a busy machine.
STARVED_SECONDS = 10.0
REFILL_SECONDS = 0.15
MAX_FRAME = 16 * 1024 * 1024
LOG_BYTES = 64 * 1024
_BOOT = "import sys; sys.path.append(sys.argv[1]); from distgame.game.running.worker_child import main; main()"
_NONSENSE = Problem("exit", "the nodes did what no node can: does the program reach into the game's own objects?")
_OUT_OF_CPU = -getattr(signal, "SIGXCPU", 0) or None
_FRAME = re.compile(r'File "(.*)", line (\d+) in (\S+)')


class WorkerNodes:
    """The player's nodes in a worker process: the same answers as a Host in this process gives.

    The process starts at once, so that a spare one is warm when it is needed. Use as a context manager, or close it.
    `purpose` is one of those of `worker_child`, which says how high the walls are; another `hash_seed` than 0 has
    texts hashed otherwise and everything lie elsewhere in memory.
    """

    def __init__(self, purpose: str = PLAYING, hash_seed: int = 0) -> None:
        self._process = _start_process(purpose, hash_seed)
        _ALL.add(self)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._requests: BinaryIO = self._process.stdin  # type: ignore[assignment]
        self._answers: BinaryIO = self._process.stdout  # type: ignore[assignment]
        self._log = bytearray()
        self._files: frozenset[str] = frozenset()
        self._deadline: float | None = None
        self._late = False
        self._seconds = 0.0
        self._left = RUN_SECONDS
        self._nodes = 0
        self._closed = threading.Event()
        self._drain = threading.Thread(target=self._read_log, daemon=True)
        self._drain.start()
        threading.Thread(target=self._watch, daemon=True).start()

    def __enter__(self) -> WorkerNodes:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def load(self, program: Program) -> WorkerNodes:
        """Hands over the program. Raises PlayerError."""
        self.ask_to_load(program)
        self.answer()
        return self

    def begin(self, nodes: int, seeds: tuple[int, ...]) -> None:
        """Makes fresh nodes. Raises PlayerError."""
        self.ask_to_begin(nodes, seeds)
        self.answer()

    def handle(self, events: list[Event]) -> list[list[Action]]:
        """Gives events to the nodes. Raises PlayerError where the process hangs or has ended."""
        self.ask_to_handle(events)
        return self.actions(len(events))

    def inspect(self) -> list[Any]:
        """Looks into the nodes; see `engine.inspecting`. Raises PlayerError where the process hangs or has ended."""
        self._ask(["inspect"], ROUND_SECONDS)
        try:
            return checked_inspection(self.answer(), self._nodes)
        except (ValueError, RecursionError):
            raise PlayerError(_NONSENSE) from None

    def sprint(
        self, world: World, seed: int, interventions: tuple[Intervention, ...] = (), scouting: bool = False
    ) -> Outline | None:
        """Has the process make a whole run, referee and all, several times as fast: for what need not be trusted.

        A scouted run tells the order of its deliveries instead of its digest. None where it tells of no run to the end;
        why, a run tick by tick will show. This worker may be closed then.
        """
        self._left = RUN_SECONDS
        self._ask(["simulate", _pickled(world), pickle.dumps((seed, interventions, scouting))], SPRINT_SECONDS)
        try:
            result = self.answer()
            return None if result is None else heard(result, world_of(world, interventions), seed)
        except (PlayerError, ValueError, RecursionError):
            self.close()
            return None

    # The same in two halves, so that many processes can work at a time.

    def ask_to_load(self, program: Program) -> None:
        """Sends the program; `answer` ends it."""
        sources = (program.main, *program.modules)
        self._files = frozenset(source.path for source in sources)
        self._left = LOAD_SECONDS
        self._ask(["load", [[each.module, each.path, each.text] for each in sources]], LOAD_SECONDS)

    def ask_to_begin(self, nodes: int, seeds: tuple[int, ...], only: int | None = None) -> None:
        """Has fresh nodes made, or the one `only`; `answer` ends it."""
        self._nodes = nodes
        self._left = RUN_SECONDS
        self._ask(["begin", nodes, seeds, only], LOAD_SECONDS)

    def ask_to_handle(self, events: list[Event]) -> None:
        """Sends events to the nodes; `actions` ends it."""
        self._ask(["handle", events], ROUND_SECONDS)

    def actions(self, events: int) -> list[list[Action]]:
        """What the nodes did for each of so many events. Raises PlayerError."""
        try:
            return checked_actions(self.answer(), events, self._nodes)
        except (ValueError, RecursionError):
            raise PlayerError(_NONSENSE) from None

    def answer(self) -> Any:
        """What the process answers to what it was asked. Raises PlayerError."""
        try:
            answer = _DECODER.decode(read_body(self._answers, MAX_FRAME).decode("ascii"))
        except (EOFError, OSError):
            raise PlayerError(self._how_it_ended()) from None
        except (ValueError, RecursionError):
            self._kill()
            raise PlayerError(_NONSENSE) from None
        finally:
            self._stop_clock()
        match answer:
            case ["done", result]:
                return result
            case ["problem", str(kind), str(message), str() | None as file, int() | None as line]:
                raise PlayerError(Problem(kind, message, file, line))
        raise PlayerError(_NONSENSE)

    def _ask(self, frame: list[Any], seconds: float) -> None:
        self._seconds = min(seconds, self._left)
        self._deadline = time.monotonic() + self._seconds
        # A process that is gone is told of when its answer is missing.
        with contextlib.suppress(OSError, ValueError):
            write_frame(self._requests, marshal.dumps(frame))

    def _stop_clock(self) -> None:
        if self._deadline is not None:
            self._left = max(0.0, self._deadline - time.monotonic() + self._left - self._seconds)
            self._deadline = None

    def close(self) -> None:
        """Ends the process and all it has started."""
        if not self._closed.is_set():
            self._closed.set()
            self._kill()
            for stream in (self._requests, self._answers):
                with contextlib.suppress(OSError):
                    stream.close()
            self._process.wait()
            self._drain.join(timeout=1)

    def _how_it_ended(self) -> Problem:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=2)
        self._drain.join(timeout=1)
        frames = _FRAME.findall(self._log.decode(errors="replace"))
        node = next((int(name.removeprefix(NODE_FRAME)) for *_, name in frames if name.startswith(NODE_FRAME)), None)
        file, line = next(((file, int(line)) for file, line, _ in frames if file in self._files), (None, None))
        if file is None and len(self._files) == 1:
            file = next(iter(self._files))
        code = self._process.returncode
        if self._late or code == _OUT_OF_CPU:
            in_one_go = self._late and self._seconds in (LOAD_SECONDS, ROUND_SECONDS)
            span = f"for more than {self._seconds:g} s" if in_one_go else "too long"
            message = f"the program ran {span} without an end: what takes so long there? A huge number, a sum?"
            return Problem("deadline", message, file, line, node)
        return Problem("exit", f"the program ended the process of its nodes (exit code {code})", file, line, node)

    # Two threads of little work: one reads what the process writes to its log, one watches the deadline.

    def _read_log(self) -> None:
        stream = self._process.stderr
        assert stream is not None
        with contextlib.suppress(OSError, ValueError), stream:
            while chunk := os.read(stream.fileno(), 65536):
                self._log += chunk
                del self._log[:-LOG_BYTES]

    def _watch(self) -> None:
        pid, used = self._process.pid, 0.0
        watched: float | None = None
        while not self._closed.wait(0.05):
            deadline = self._deadline
            if deadline is None:
                continue
            if deadline != watched:
                watched, used = deadline, processor_time(pid)
            over = time.monotonic() - deadline
            if over > 0 and not (over < STARVED_SECONDS and is_starved(pid, used, self._seconds)):
                self._late = True
                if hasattr(signal, "SIGUSR1"):
                    with contextlib.suppress(OSError):
                        self._process.send_signal(signal.SIGUSR1)
                    time.sleep(0.1)
                self._kill()
                return

    def _kill(self) -> None:
        with contextlib.suppress(OSError):
            if hasattr(os, "killpg"):
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()


@lru_cache(maxsize=16)
def _pickled(world: World) -> bytes:
    return pickle.dumps(world)


def _start_process(purpose: str, hash_seed: int) -> subprocess.Popen[bytes]:
    # -S hides site-packages, so the folder that holds the package is handed over.
    command = [sys.executable, "-s", "-S", "-P", "-B", "-c", _BOOT]
    command += [str(Path(__file__).parents[3]), purpose, str(hash_seed)]
    environment = {"PYTHONHASHSEED": str(hash_seed), "PYTHONIOENCODING": "utf-8"}
    if "SYSTEMROOT" in os.environ:
        environment["SYSTEMROOT"] = os.environ["SYSTEMROOT"]
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        start_new_session=True,
    )


def _refuse(found: Any) -> NoReturn:
    raise ValueError(f"{found!r:.60} is no part of an action")


# Wire forms know no objects and no floats; without them whatever arrives can be compared and stored.
_DECODER = json.JSONDecoder(parse_float=_refuse, parse_constant=_refuse, object_pairs_hook=_refuse)


_ALL: WeakSet[WorkerNodes] = WeakSet()


def kill_all() -> None:
    """Ends every worker of this process at once, whatever other threads do with them; for when the process ends."""
    for worker in list(_ALL):
        if not worker._closed.is_set():
            worker._kill()


class WarmWorkers:
    """Hands out workers that have started already, and starts the next one in time.

    That is a little later: whoever took one has a run to make, and needs the processor now.
    """

    def __init__(self) -> None:
        self._spare: WorkerNodes | None = WorkerNodes()
        self._closed = False
        self._lock = threading.Lock()

    def take(self) -> WorkerNodes:
        """A fresh worker; the caller closes it."""
        with self._lock:
            worker = self._spare
            self._spare = None
        later = threading.Timer(REFILL_SECONDS, self._refill)
        later.daemon = True
        later.start()
        return worker if worker is not None and worker.alive else WorkerNodes()

    def _refill(self) -> None:
        with self._lock:
            if self._spare is None and not self._closed:
                self._spare = WorkerNodes()

    def close(self) -> None:
        """Ends the spare worker; no other one is started."""
        with self._lock:
            self._closed = True
            if self._spare is not None:
                self._spare.close()
                self._spare = None
