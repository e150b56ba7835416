"""A filter of system calls (Linux seccomp): what a process that holds players' nodes still needs, and nothing else.

Everything that is not listed is refused with EPERM, so that a program gets an exception with its line, and not a death
without a word. A call in another machine's convention, where the same numbers mean other calls, ends the process.

The numbers are those of the kernel's tables: arch/x86/entry/syscalls/syscall_64.tbl for x86-64, and for aarch64
include/uapi/asm-generic/unistd.h. The instructions are classic BPF (McCanne and Jacobson, 1993).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

# Memory, time, random bits, signals to oneself, the protocol's pipes, and an end.
_X86_64 = {
    "read": 0,
    "write": 1,
    "close": 3,
    "mmap": 9,
    "mprotect": 10,
    "munmap": 11,
    "brk": 12,
    "rt_sigaction": 13,
    "rt_sigprocmask": 14,
    "rt_sigreturn": 15,
    "sched_yield": 24,
    "mremap": 25,
    "madvise": 28,
    "alarm": 37,
    "setitimer": 38,
    "getpid": 39,
    "exit": 60,
    "gettimeofday": 96,
    "getrusage": 98,
    "times": 100,
    "sigaltstack": 131,
    "gettid": 186,
    "time": 201,
    "futex": 202,
    "restart_syscall": 219,
    "clock_gettime": 228,
    "clock_getres": 229,
    "exit_group": 231,
    "set_robust_list": 273,
    "getrandom": 318,
    "rseq": 334,
}
_AARCH64 = {
    "close": 57,
    "read": 63,
    "write": 64,
    "exit": 93,
    "exit_group": 94,
    "futex": 98,
    "set_robust_list": 99,
    "setitimer": 103,
    "clock_gettime": 113,
    "clock_getres": 114,
    "sched_yield": 124,
    "restart_syscall": 128,
    "sigaltstack": 132,
    "rt_sigaction": 134,
    "rt_sigprocmask": 135,
    "rt_sigreturn": 139,
    "times": 153,
    "getrusage": 165,
    "gettimeofday": 169,
    "getpid": 172,
    "gettid": 178,
    "brk": 214,
    "munmap": 215,
    "mremap": 216,
    "mmap": 222,
    "mprotect": 226,
    "madvise": 233,
    "getrandom": 278,
    "rseq": 293,
}


@dataclass(frozen=True, slots=True)
class Machine:
    """What a kind of machine calls its system calls; `audit` is the kernel's name for the kind (AUDIT_ARCH_...)."""

    audit: int
    allowed: dict[str, int]
    prlimit64: int
    tgkill: int
    has_x32: bool


MACHINES = {
    "x86_64": Machine(0xC000_003E, _X86_64, prlimit64=302, tgkill=234, has_x32=True),
    "aarch64": Machine(0xC000_00B7, _AARCH64, prlimit64=261, tgkill=131, has_x32=False),
}
_X32 = 0x4000_0000
_RLIMIT_CPU = 0

_KILL, _ALLOW, _EPERM = 0x8000_0000, 0x7FFF_0000, 0x0005_0001

# Where the kernel's seccomp_data holds what is asked: of arguments the low halves, for all these are little-endian.
_NUMBER, _ARCH, _FIRST, _SECOND = 0, 4, 16, 24

_Instruction = tuple[int, int, int, int]


def _load(offset: int) -> _Instruction:
    return (0x20, 0, 0, offset)


def _unless(jump: int, value: int, skipped: int) -> _Instruction:
    """Skips so many instructions unless what was loaded equals (0x15), or is at least (0x35), the value."""
    return (jump, 0, skipped, value)


def _return(action: int) -> _Instruction:
    return (0x06, 0, 0, action)


_EQUAL, _AT_LEAST = 0x15, 0x35


def filter_program(machine: Machine, process: int) -> bytes:
    """The filter for a process of that id as the kernel takes it: instructions of 8 bytes."""
    code = [_load(_ARCH), (_EQUAL, 1, 0, machine.audit), _return(_KILL), _load(_NUMBER)]
    if machine.has_x32:
        code += [_unless(_AT_LEAST, _X32, 1), _return(_KILL)]
    for number in machine.allowed.values():
        code += [_unless(_EQUAL, number, 1), _return(_ALLOW)]
    # A process may raise signals against itself: so it ends when its processor time is over, and when C code aborts.
    code += [
        _unless(_EQUAL, machine.tgkill, 4),
        _load(_FIRST),
        _unless(_EQUAL, process, 1),
        _return(_ALLOW),
        _return(_EPERM),
    ]
    # The limit of processor time, one's own, is set anew before each run.
    code += [
        _unless(_EQUAL, machine.prlimit64, 6),
        _load(_FIRST),
        _unless(_EQUAL, 0, 3),
        _load(_SECOND),
        _unless(_EQUAL, _RLIMIT_CPU, 1),
        _return(_ALLOW),
        _return(_EPERM),
    ]
    code += [_return(_EPERM)]
    return b"".join(struct.pack("<HBBI", *instruction) for instruction in code)
