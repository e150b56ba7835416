"""The worker process: it holds the player's nodes and answers the referee's frames until its input ends.

It needs the standard library and the engine alone. A frame is a length of four bytes and its content: what the referee
asks comes as marshalled tuples, for this process trusts it; what is answered goes as JSON, for nobody trusts this
process. Asked to simulate, it runs the referee as well: then nobody trusts the whole run, which is good for practice
and for the hunt alone. Before it hears of a program it loads whatever a program may import; then the walls go up, and
nothing is read from the disk any more.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import linecache
import marshal
import os
import pickle
import struct
import sys
import time
from collections.abc import Callable
from functools import lru_cache
from random import Random
from types import FunctionType, MethodType
from typing import Any, BinaryIO, NoReturn

from distgame.engine.collector import keep_all, rare_collections
from distgame.engine.errors import PlayerError, Problem
from distgame.engine.host import Host
from distgame.engine.imports import ALLOWED, api_names
from distgame.engine.program import Program, Source
from distgame.game.running.walls import WallError, die_with_parent, limit_resources, raise_walls

NODE_FRAME = "events_of_node_"
# More than any deadline of the parent: seconds of the processor for a run, seconds of the clock for a frame.
CPU_SECONDS = 7
FRAME_SECONDS = 20
PLAYING, GRADING, TRUSTING = "playing", "grading", "trusting"
_LENGTH = struct.Struct("<I")
_AS_JSON = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


def read_body(stream: BinaryIO, longest: int | None = None) -> bytes:
    """The next frame as it came. Raises EOFError at the end of the stream, and ValueError for more than `longest`."""
    head = stream.read(4)
    if len(head) < 4:
        raise EOFError
    (length,) = _LENGTH.unpack(head)
    if longest is not None and length > longest:
        raise ValueError(f"a frame of {length} bytes")
    body = stream.read(length)
    if len(body) < length:
        raise EOFError
    return body


def write_frame(stream: BinaryIO, body: bytes) -> None:
    """Writes one frame. Raises BrokenPipeError where nobody reads any more."""
    stream.write(_LENGTH.pack(len(body)) + body)
    stream.flush()


def main() -> None:
    """Serves one referee. The protocol takes over the first descriptors; what else writes to them goes to the log.

    The arguments after the package's folder: whether it is for playing, grading or trusting, and the hash seed.
    """
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(2, 1)
    purpose, hash_seed = sys.argv[2:4]
    _preload(purpose)
    keep = _scatter(int(hash_seed))
    limits = _Limits()
    unsafe = _shut_in(purpose)
    host: Host | None = None
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            word, *parts = marshal.loads(read_body(requests))
            limits.begin_frame(anew=word not in ("handle", "inspect"))
            try:
                if unsafe is not None:
                    raise PlayerError(unsafe)
                if word == "load":
                    host = Host(_program(parts[0]))
                    keep_all()
                    result: Any = None
                elif host is None:
                    raise RuntimeError(f"{word} before load")
                elif word == "simulate":
                    _forget(host)
                    result = _simulate(host, *parts)
                elif word == "begin":
                    _forget(host)
                    host.begin(parts[0], tuple(parts[1]), parts[2])
                    _name_nodes(host)
                    result = None
                elif word == "inspect":
                    from distgame.engine.inspecting import inspected

                    result = inspected(host)
                else:
                    result = host.handle(parts[0])
            except PlayerError as error:
                problem = error.problem
                answer = ["problem", problem.kind, problem.message, problem.file, problem.line]
            else:
                answer = ["done", result]
            write_frame(answers, _AS_JSON(answer).encode())
            limits.end_frame()
    del keep


def _program(content: Any) -> Program:
    main_file, *modules = (Source(*parts) for parts in content)
    for source in (main_file, *modules):
        # Tracebacks in the log show lines, though no file can be read.
        linecache.cache[source.path] = len(source.text), None, source.text.splitlines(keepends=True), source.path
    return Program(main_file, tuple(modules))


def _forget(host: Host) -> None:
    """The nodes of the run before hold each other: left to itself, the memory of many runs adds up."""
    if host.replicas:
        host.replicas.clear()
        gc.collect()


# Run after run is made in the same world.
_world = lru_cache(maxsize=1)(pickle.loads)


def _simulate(host: Host, world: bytes, task: bytes) -> Any:
    """The outline of a run; None where there is none, because of an error or of what a program did to the referee."""
    # Trace and nodes are gone before Python's own collector comes to look at them.
    with rare_collections():
        try:
            from distgame.engine.outline import told
            from distgame.engine.referee import simulate

            seed, interventions, scouting = pickle.loads(task)
            return told(simulate(host, _world(world), seed, interventions), scouting)
        except Exception:
            return None
        finally:
            _forget(host)


def _name_nodes(host: Host) -> None:
    """Gives each node's entry a name of its own, so that the stack of a hanging program says which node hangs."""
    for node, replica in host.replicas.items():
        method = type(replica).handle
        code = method.__code__.replace(co_name=f"{NODE_FRAME}{node}")
        named = FunctionType(code, method.__globals__, code.co_name, method.__defaults__, method.__closure__)
        replica.handle = MethodType(named, replica)  # type: ignore[method-assign]


def _preload(purpose: str) -> None:
    """Loads all that a program may import, and what these load when they are first used; to play, the referee."""
    api_names()
    for name in (*sorted(ALLOWED), "unicodedata", "weakref", "encodings.latin_1", "encodings.utf_16"):
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    sys.modules["hashlib"].new("sha256", b"")
    if purpose == PLAYING:
        for name in ("outline", "referee", "inspecting"):
            importlib.import_module(f"distgame.engine.{name}")
    # Looked at now, and not when a program comes and the player waits.
    keep_all()


def _scatter(hash_seed: int) -> list[Any]:
    """Leaves holes all over the memory, so that nothing lies where it lies in another process, nor in the same order.

    Whatever depends on addresses shows itself then. The usual process, of hash seed 0, stays as it is.
    """
    if hash_seed == 0:
        return []
    draw = Random(hash_seed)
    blocks = [bytes(size) for size in range(8, 480, 16) for _ in range(400)]
    draw.shuffle(blocks)
    del blocks[::2]
    return blocks


def _shut_in(purpose: str) -> Problem | None:
    """Limits and walls; what is wrong with them where they must be whole."""
    import faulthandler
    import signal

    if purpose != PLAYING:
        # In play the thread that starts a worker may be gone long before the game is.
        die_with_parent()
    # Whatever ends this process from within says first on which line the program stood.
    faulthandler.enable(file=2, all_threads=False)
    _tell_of_exits(lambda: faulthandler.dump_traceback(file=2, all_threads=False))
    with contextlib.suppress(AttributeError, ValueError):
        # The parent asks for the line on which a hanging program stands; this works inside C code too.
        faulthandler.register(signal.SIGUSR1, file=2, all_threads=False)
        faulthandler.register(signal.SIGXCPU, file=2, all_threads=False, chain=True)
    limit_resources()
    try:
        raise_walls()
    except WallError as error:
        if purpose == GRADING:
            return Problem("walls", f"the walls around the program could not be raised: {error}")
    return None


def _tell_of_exits(tell: Callable[[], None]) -> None:
    """A program that has got hold of `os._exit` would leave no line behind."""
    leave = os._exit

    def tell_and_leave(status: int) -> NoReturn:
        tell()
        leave(status)

    for name in ("os", "posix", "nt"):
        if name in sys.modules:
            setattr(sys.modules[name], "_exit", tell_and_leave)  # noqa: B010


class _Limits:
    """Ends this process when a run or a frame takes far too long: whoever would kill it may be gone.

    Does nothing where there are no such limits.
    """

    def __init__(self) -> None:
        import signal

        self._alarm: Callable[[int], int] = getattr(signal, "alarm", lambda seconds: 0)
        try:
            from resource import RLIMIT_CPU, getrlimit, setrlimit
        except ImportError:
            self._limit_cpu: Callable[[], None] = lambda: None
        else:
            _, hardest = getrlimit(RLIMIT_CPU)

            def limit_cpu() -> None:
                with contextlib.suppress(ValueError, OSError):
                    setrlimit(RLIMIT_CPU, (int(time.process_time()) + CPU_SECONDS, hardest))

            self._limit_cpu = limit_cpu

    def begin_frame(self, anew: bool) -> None:
        """Winds the clock; with `anew` the processor's time is counted from here on."""
        self._alarm(FRAME_SECONDS)
        if anew:
            self._limit_cpu()

    def end_frame(self) -> None:
        """Stops the clock: waiting for the referee may take any time."""
        self._alarm(0)
