"""Walls around a process that holds a player's nodes, by the operating system and for the rest of the process's life.

On Linux: no new privileges, no files (Landlock), and no system call but those that computing needs (seccomp). None of
them asks for a privilege. Elsewhere there are the limits alone, and `missing` says which wall there is not.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import struct
import sys
from functools import cache

from distgame.game.running.seccomp import MACHINES, filter_program

MEMORY_LIMIT = 512 * 1024 * 1024
OPEN_FILES = 64

_PR_SET_PDEATHSIG, _PR_GET_SECCOMP, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 21, 22, 38
_SECCOMP_MODE_FILTER = 2
# The same numbers on every machine.
_LANDLOCK_CREATE_RULESET, _LANDLOCK_RESTRICT_SELF = 444, 446
_LANDLOCK_VERSION = 1


class WallError(Exception):
    """A wall that is not there; the message says which."""


def missing() -> str | None:
    """Which wall this system lacks, in words; None where it has them all. Raises no wall."""
    if sys.platform != "linux":
        return f"walls around a process are made for Linux, not for {sys.platform}"
    machine = os.uname().machine
    if machine not in MACHINES or struct.calcsize("P") != 8:
        return f"walls around a process are made for {' and '.join(MACHINES)}, not for {machine}"
    if _libc().prctl(_PR_GET_SECCOMP, 0, 0, 0, 0) < 0:
        return "this kernel has no seccomp"
    if _landlock_version() < 1:
        return "this kernel has no Landlock, or it is switched off (it came with Linux 5.13)"
    return None


def raise_walls() -> None:
    """Raises every wall that there is.

    Whatever the process needs from the disk it must have loaded before. Raises WallError where one is missing.
    """
    lacking = missing()
    if sys.platform == "linux" and os.uname().machine in MACHINES:
        for wall in (forgo_privileges, close_files, refuse_calls):
            try:
                wall()
            except WallError as error:
                lacking = lacking or str(error)
    if lacking is not None:
        raise WallError(lacking)


def forgo_privileges() -> None:
    """No program that this process starts can gain rights (no_new_privs), which the other walls ask for."""
    _check("no_new_privs", _libc().prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))


def close_files() -> None:
    """Ends access to files, TCP ports and the signals of others (Landlock), as far as this kernel knows them."""
    version = _landlock_version()
    # Execute, write, read, list, the ways to make and remove; then what came later: link, truncate, device commands.
    files = (1 << 13) - 1 | (version >= 2) << 13 | (version >= 3) << 14 | (version >= 5) << 15
    bind_and_connect, abstract_sockets_and_signals = 0b11, 0b11
    rights = struct.pack("=QQQ", files, bind_and_connect, abstract_sockets_and_signals)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    held = ctypes.create_string_buffer(rights[:size], size)
    ruleset = _libc().syscall(_LANDLOCK_CREATE_RULESET, ctypes.addressof(held), size, 0)
    _check("Landlock", ruleset)
    _check("Landlock", _libc().syscall(_LANDLOCK_RESTRICT_SELF, ruleset, 0, 0))
    os.close(ruleset)


def refuse_calls() -> None:
    """Refuses every system call that is not on the list (seccomp)."""
    program = filter_program(MACHINES[os.uname().machine], os.getpid())
    code = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("@HP", len(program) // 8, ctypes.addressof(code))
    held = ctypes.create_string_buffer(header, len(header))
    result = _libc().prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(held), 0, 0)
    _check("seccomp", result)


def die_with_parent() -> None:
    """Has the kernel kill this process when the thread that started it is gone, where it can (Linux)."""
    if sys.platform == "linux":
        import signal

        _libc().prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def limit_resources() -> None:
    """Little memory and few descriptors; no file written, no core, no other process and no thread."""
    try:
        import resource
    except ImportError:
        return
    # The number of processes counts for nothing where root runs it; there the filter stands alone.
    limits = {"AS": MEMORY_LIMIT, "NOFILE": OPEN_FILES, "FSIZE": 0, "CORE": 0, "NPROC": 0}
    for name, limit in limits.items():
        with contextlib.suppress(AttributeError, ValueError, OSError):
            resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (limit, limit))


@cache
def _libc() -> ctypes.CDLL:
    library = ctypes.CDLL(None, use_errno=True)
    # The kernel looks at all 64 bits of each.
    library.prctl.argtypes = (ctypes.c_int, *[ctypes.c_ulong] * 4)
    library.syscall.argtypes = (ctypes.c_long, *[ctypes.c_ulong] * 3)
    library.syscall.restype = ctypes.c_long
    return library


def _landlock_version() -> int:
    return int(_libc().syscall(_LANDLOCK_CREATE_RULESET, 0, 0, _LANDLOCK_VERSION))


def _check(wall: str, result: int) -> None:
    if result < 0:
        raise WallError(f"{wall} could not be had: {os.strerror(ctypes.get_errno())}")
