"""Worker processes: the nodes in a process of their own, with a deadline, so that no program hangs the game."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, BinaryIO

from distgame.engine.actions import Action, Event, makes_sense
from distgame.engine.errors import PlayerError, Problem
from distgame.engine.program import Program
from distgame.engine.wire import frozen
from distgame.game.worker_child import NODE_FRAME, read_frame, write_frame

LOAD_SECONDS = 5.0
ROUND_SECONDS = 2.0
LOG_BYTES = 64 * 1024
_BOOT = "import sys; sys.path.append(sys.argv[1]); from distgame.game.worker_child import main; main()"
_NONSENSE = Problem("exit", "the nodes did what no node can: does the program reach into the game's own objects?")
_FRAME = re.compile(r'File "(.*)", line (\d+) in (\S+)')


class WorkerNodes:
    """The player's nodes in a worker process: the same answers as a Host in this process gives.

    The process starts at once, so that a spare one is warm when it is needed. Use as a context manager, or close it.
    """

    def __init__(self) -> None:
        self._process = _start_process()
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._requests: BinaryIO = self._process.stdin  # type: ignore[assignment]
        self._answers: BinaryIO = self._process.stdout  # type: ignore[assignment]
        self._log = bytearray()
        self._files: frozenset[str] = frozenset()
        self._deadline: float | None = None
        self._late = False
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
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def load(self, program: Program) -> WorkerNodes:
        """Hands over the program. Raises PlayerError."""
        sources = (program.main, *program.modules)
        self._files = frozenset(source.path for source in sources)
        self._ask(["load", [[each.module, each.path, each.text] for each in sources]], LOAD_SECONDS)
        return self

    def begin(self, nodes: int, seeds: tuple[int, ...]) -> None:
        """Makes fresh nodes. Raises PlayerError."""
        self._nodes = nodes
        self._ask(["begin", nodes, seeds], LOAD_SECONDS)

    def handle(self, events: list[Event]) -> list[list[Action]]:
        """Gives events to the nodes. Raises PlayerError where the process hangs or has ended."""
        answers = self._ask(["handle", events], ROUND_SECONDS)
        if type(answers) is not list or len(answers) != len(events):
            raise PlayerError(_NONSENSE)
        rounds = [[frozen(action) for action in actions] for actions in answers]
        if not all(makes_sense(action, self._nodes) for actions in rounds for action in actions):
            raise PlayerError(_NONSENSE)
        return rounds

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

    def _ask(self, frame: list[Any], seconds: float) -> Any:
        self._deadline = time.monotonic() + seconds
        try:
            write_frame(self._requests, frame)
            answer = read_frame(self._answers)
        except (EOFError, OSError, ValueError):
            raise PlayerError(self._how_it_ended(seconds)) from None
        finally:
            self._deadline = None
        if answer[0] == "problem":
            raise PlayerError(Problem(*answer[1:]))
        return answer[1]

    def _how_it_ended(self, seconds: float) -> Problem:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=2)
        self._drain.join(timeout=1)
        frames = _FRAME.findall(self._log.decode(errors="replace"))
        node = next((int(name.removeprefix(NODE_FRAME)) for *_, name in frames if name.startswith(NODE_FRAME)), None)
        file, line = next(((file, int(line)) for file, line, _ in frames if file in self._files), (None, None))
        if file is None and len(self._files) == 1:
            file = next(iter(self._files))
        if self._late:
            message = f"the program ran for more than {seconds:g} s without an end: does a loop miss its `yield from`?"
            return Problem("deadline", message, file, line, node)
        code = self._process.returncode
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
        while not self._closed.wait(0.05):
            deadline = self._deadline
            if deadline is not None and time.monotonic() > deadline:
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


def _start_process() -> subprocess.Popen[bytes]:
    # -S hides site-packages, so the folder that holds the package is handed over.
    command = [sys.executable, "-s", "-S", "-P", "-B", "-c", _BOOT, str(Path(__file__).parents[2])]
    environment = {"PYTHONHASHSEED": "0", "PYTHONIOENCODING": "utf-8"}
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


class WarmWorkers:
    """Hands out workers that have started already, and starts the next one in time."""

    def __init__(self) -> None:
        self._spare: WorkerNodes | None = WorkerNodes()
        self._lock = threading.Lock()

    def take(self) -> WorkerNodes:
        """A fresh worker; the caller closes it."""
        with self._lock:
            worker = self._spare
            self._spare = None
        threading.Thread(target=self._refill, daemon=True).start()
        return worker if worker is not None and worker.alive else WorkerNodes()

    def _refill(self) -> None:
        with self._lock:
            if self._spare is None:
                self._spare = WorkerNodes()

    def close(self) -> None:
        """Ends the spare worker."""
        with self._lock:
            if self._spare is not None:
                self._spare.close()
                self._spare = None
