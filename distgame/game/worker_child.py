"""The worker process: it holds the player's nodes and answers the referee's frames until its input ends.

It needs the standard library and the engine alone. Frames are a length of four bytes and JSON.
"""

from __future__ import annotations

import contextlib
import json
import os
import struct
import time
from collections.abc import Callable
from types import FunctionType, MethodType
from typing import Any, BinaryIO

from distgame.engine.errors import PlayerError
from distgame.engine.host import Host
from distgame.engine.program import Program, Source
from distgame.engine.wire import frozen

NODE_FRAME = "events_of_node_"
# More than any deadline of the parent.
CPU_SECONDS = 7
MEMORY_LIMIT = 512 * 1024 * 1024
_LENGTH = struct.Struct("<I")


def read_frame(stream: BinaryIO) -> Any:
    """The next frame's content. Raises EOFError at the end of the stream."""
    head = stream.read(4)
    if len(head) < 4:
        raise EOFError
    (length,) = _LENGTH.unpack(head)
    body = stream.read(length)
    if len(body) < length:
        raise EOFError
    return json.loads(body)


def write_frame(stream: BinaryIO, content: Any) -> None:
    """Writes one frame. Raises BrokenPipeError where nobody reads any more."""
    body = json.dumps(content, separators=(",", ":")).encode()
    stream.write(_LENGTH.pack(len(body)) + body)
    stream.flush()


def main() -> None:
    """Serves one referee. The protocol takes over the first descriptors; what else writes to them goes to the log."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(2, 1)
    _prepare()
    limit_cpu = _cpu_limiter()
    host: Host | None = None
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            word, *parts = read_frame(requests)
            limit_cpu()
            try:
                if word == "load":
                    host = Host(_program(parts[0]))
                    result: Any = None
                elif host is None:
                    raise RuntimeError(f"{word} before load")
                elif word == "begin":
                    host.begin(parts[0], tuple(parts[1]))
                    _name_nodes(host)
                    result = None
                else:
                    result = host.handle([frozen(event) for event in parts[0]])
            except PlayerError as error:
                problem = error.problem
                write_frame(answers, ["problem", problem.kind, problem.message, problem.file, problem.line])
            else:
                write_frame(answers, ["done", result])


def _program(content: Any) -> Program:
    main_file, *modules = (Source(*parts) for parts in content)
    return Program(main_file, tuple(modules))


def _name_nodes(host: Host) -> None:
    """Gives each node's entry a name of its own, so that the stack of a hanging program says which node hangs."""
    for node, replica in host.replicas.items():
        method = type(replica).handle
        code = method.__code__.replace(co_name=f"{NODE_FRAME}{node}")
        named = FunctionType(code, method.__globals__, code.co_name, method.__defaults__, method.__closure__)
        replica.handle = MethodType(named, replica)  # type: ignore[method-assign]


def _cpu_limiter() -> Callable[[], None]:
    """What to call before each frame, so that the process ends by itself when one takes far too long.

    Whoever would kill it may be gone. Does nothing where there are no such limits.
    """
    try:
        from resource import RLIMIT_CPU, getrlimit, setrlimit
    except ImportError:
        return lambda: None
    _, hardest = getrlimit(RLIMIT_CPU)

    def limit() -> None:
        with contextlib.suppress(ValueError, OSError):
            setrlimit(RLIMIT_CPU, (int(time.process_time()) + CPU_SECONDS, hardest))

    return limit


def _prepare() -> None:
    import faulthandler
    import signal

    with contextlib.suppress(AttributeError, ValueError):
        # The parent asks for the line on which a hanging program stands; this works inside C code too.
        faulthandler.register(signal.SIGUSR1, file=2, all_threads=False)
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
