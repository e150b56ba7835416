"""The walls: what a process behind them can still do, tried by real system calls, from Python and past it."""

import json
import os
import re
import signal
import socket
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from distgame.engine.host import Host
from distgame.engine.imports import ALLOWED
from distgame.engine.program import Program, Source
from distgame.engine.referee import simulate
from distgame.engine.world import ClientSpec, World
from distgame.game.running import walls
from distgame.game.running.seccomp import MACHINES, filter_program
from distgame.game.running.workers import WorkerNodes

PID = 77
ALLOW, KILL, EPERM = 0x7FFF0000, 0x80000000, 0x00050001
needs_walls = pytest.mark.skipif(walls.missing() is not None, reason=f"{walls.missing()}")

# The filter, read by a little machine of our own: the only way to try the numbers of a processor that is not here.


def outcome(program, number, arch, arguments=(0,) * 6):
    """What a filter says of a call."""
    data = struct.pack("<iIQ6Q", number if number < 1 << 31 else number - (1 << 32), arch, 0, *arguments)
    code = list(struct.iter_unpack("<HBBI", program))
    at = loaded = 0
    while True:
        kind, if_true, if_false, value = code[at]
        at += 1
        if kind == 0x06:
            return value
        if kind == 0x20:
            (loaded,) = struct.unpack_from("<I", data, value)
        else:
            true = {0x15: loaded == value, 0x35: loaded >= value}[kind]
            at += if_true if true else if_false


@pytest.mark.parametrize("name", MACHINES)
def test_the_filter_lets_through_what_is_listed_and_no_more(name):
    machine = MACHINES[name]
    program = filter_program(machine, PID)
    allowed = {number for number in range(600) if outcome(program, number, machine.audit) == ALLOW}
    # Of arguments that are all zero, prlimit64 sees this process's processor time.
    assert allowed == {*machine.allowed.values(), machine.prlimit64}
    assert {outcome(program, number, machine.audit) for number in set(range(600)) - allowed} == {EPERM}


@pytest.mark.parametrize("name", MACHINES)
def test_the_filter_looks_at_arguments(name):
    machine = MACHINES[name]
    program = filter_program(machine, PID)
    for process, expected in ((PID, ALLOW), (PID + 1, EPERM), (0, EPERM), (1, EPERM)):
        assert outcome(program, machine.tgkill, machine.audit, (process, PID, 9, 0, 0, 0)) == expected
    for arguments, expected in (((0, 0), ALLOW), ((0, 7), EPERM), ((1, 0), EPERM), ((os.getppid(), 0), EPERM)):
        assert outcome(program, machine.prlimit64, machine.audit, (*arguments, 0, 0, 0, 0)) == expected


def test_the_filter_ends_a_process_that_speaks_for_another_machine():
    for machine in MACHINES.values():
        program = filter_program(machine, PID)
        for other in {each.audit for each in MACHINES.values()} - {machine.audit} | {0x40000003, 0}:
            assert outcome(program, machine.allowed["read"], other) == KILL
    x86 = MACHINES["x86_64"]
    assert outcome(filter_program(x86, PID), 0x4000_0000, x86.audit) == KILL
    assert outcome(filter_program(x86, PID), 0xFFFF_FFFF, x86.audit) == KILL


HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}


@pytest.mark.parametrize("name", MACHINES)
def test_the_numbers_are_those_of_the_kernels_headers(name):
    if not HEADERS[name].exists():
        pytest.skip("the kernel's headers are not installed")
    text = HEADERS[name].read_text()
    numbers = {call: int(n) for call, n in re.findall(r"#define __NR(?:3264)?_(\w+) (\d+)\n", text)}
    machine = MACHINES[name]
    assert machine.allowed == {call: numbers[call] for call in machine.allowed}
    assert (machine.prlimit64, machine.tgkill) == (numbers["prlimit64"], numbers["tgkill"])
    assert (numbers["landlock_create_ruleset"], numbers["landlock_restrict_self"]) == (444, 446)


# The rest is tried in a child.

CHILD = """
import ctypes, json, mmap, os, resource, select, signal, socket, sys, time, _thread
from distgame.game.running import walls
from distgame.game.running.seccomp import MACHINES
parent, port, attempts = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
libc = ctypes.CDLL(None, use_errno=True)
connecting = socket.socket()
mine = open("mine", "w")
directory = os.open(".", os.O_RDONLY)
libc.prctl(38, 1, 0, 0, 0)
said = {}
def result(attempt):
    ctypes.set_errno(0)
    try:
        value = eval(attempt)
    except OSError as error:
        return f"refused {error.errno}"
    except ValueError as error:
        # What the module makes of EPERM.
        return "refused" if "not allowed" in str(error) else str(error)
    except RuntimeError as error:
        return "refused" if "new thread" in str(error) else str(error)
    except BaseException as error:
        return type(error).__name__
    return f"refused {ctypes.get_errno()}" if value == -1 else "done"
walls.limit_resources()
walls.raise_walls()
for attempt in attempts:
    said[attempt] = result(attempt)
print(json.dumps(said), flush=True)
"""
PYTHON = [
    "open('/etc/passwd').read()",
    "open('written', 'w')",
    "os.open('/dev/null', os.O_RDWR)",
    "os.open('victim', os.O_WRONLY, dir_fd=directory)",
    "os.stat('/etc/passwd')",
    "os.listdir('.')",
    "os.listdir(directory)",
    "os.unlink('victim')",
    "os.rename('victim', 'moved')",
    "os.mkdir('made')",
    "os.chmod('victim', 0)",
    "os.truncate('victim', 0)",
    "os.symlink('victim', 'link')",
    "os.chdir('/')",
    "mine.write('x') and mine.flush()",
    "os.fork()",
    "os.posix_spawn('/bin/true', ['true'], {})",
    "_thread.start_new_thread(print, ())",
    "os.execv('/bin/true', ['true'])",
    "os.system('true') == 0 or -1",
    "os.kill(parent, 9)",
    "os.killpg(0, 9)",
    "socket.socket()",
    "socket.socketpair()",
    "connecting.connect(('127.0.0.1', port))",
    "connecting.listen()",
    "os.pipe()",
    "os.dup(1)",
    "os.setsid()",
    "os.setpriority(os.PRIO_PROCESS, 0, 5)",
    "os.sched_setaffinity(0, {0})",
    "os.memfd_create('x')",
    "time.sleep(0.01)",
    "resource.setrlimit(7, (1, 1))",
    "resource.prlimit(parent, 0, (1, 1))",
    "select.select([], [], [], 0.01)",
]
PAST_PYTHON = [
    "libc.open(b'/etc/passwd', 0)",
    "libc.creat(b'written', 0o600)",
    "libc.unlink(b'victim')",
    "libc.fork()",
    "libc.vfork() or os._exit(0)",
    "libc.execve(b'/bin/true', None, None)",
    "libc.kill(parent, 9)",
    "libc.syscall(MACHINES[os.uname().machine].tgkill, parent, parent, 9)",
    "libc.socket(2, 1, 0)",
    "libc.ptrace(16, parent, 0, 0)",
    "libc.process_vm_readv(parent, 0, 0, 0, 0, 0)",
    "libc.prctl(1, 0, 0, 0, 0)",
    "libc.prctl(22, 0, 0, 0, 0)",
    "libc.unshare(0x10000000)",
    "libc.chroot(b'.')",
    "libc.shmget(1, 4096, 0o1600)",
    "libc.setuid(0)",
    "libc.syscall(425, 1, 0)",
    "libc.syscall(434, parent, 0)",
    "libc.syscall(435, 0, 0)",
    "libc.syscall(321, 0, 0, 0)",
]
STILL_DONE = [
    "mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_EXEC)",
    "bytes(1 << 24)",
    "os.urandom(4)",
    "os.getpid()",
    "time.process_time()",
    "signal.alarm(0)",
    "signal.pthread_kill(_thread.get_ident(), 0)",
    "resource.setrlimit(0, (60, -1))",
]


def behind_walls(folder, attempts, port=0):
    """What becomes of attempts, and how the child ended."""
    (folder / "victim").write_text("untouched")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", CHILD, str(os.getpid()), str(port), *attempts]
    child = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert sorted(each.name for each in folder.iterdir()) == ["mine", "victim"]
    assert (folder / "victim").read_text() == "untouched"
    assert (folder / "mine").read_text() == ""
    return json.loads(child.stdout or "null"), child


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        attempts = [*PYTHON, *PAST_PYTHON, *STILL_DONE]
        found, child = behind_walls(tmp_path_factory.mktemp("walled"), attempts, port=port)
        server.setblocking(False)
        with pytest.raises(BlockingIOError):
            server.accept()
    assert child.returncode == 0, child.stderr
    return found


@needs_walls
@pytest.mark.parametrize("attempt", [*PYTHON, *PAST_PYTHON])
def test_behind_the_walls_is_refused(said, attempt):
    assert said[attempt].startswith("refused"), said[attempt]


@needs_walls
@pytest.mark.parametrize("attempt", STILL_DONE)
def test_behind_the_walls_computing_goes_on(said, attempt):
    assert said[attempt] == "done"


@needs_walls
@pytest.mark.skipif(os.uname().machine != "x86_64", reason="speaks the machine language of x86-64")
@pytest.mark.parametrize(
    "call",
    ["libc.syscall(0x40000000 + 39)", "call(b'\\xb8\\x14\\x00\\x00\\x00\\xcd\\x80\\xc3')"],
    ids=["x32", "the 32-bit gate"],
)
def test_calls_by_another_convention_end_the_process(tmp_path, call):
    setup = (
        "globals().update(call=lambda code: (page := mmap.mmap(-1, 4096, prot=7), page.write(code),"
        " ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))())[-1])"
    )
    _, child = behind_walls(tmp_path, [setup, call])
    assert child.returncode == -signal.SIGSYS


LANDLOCK = """
import os
from distgame.game.running import walls
walls.forgo_privileges()
walls.close_files()
for attempt in (lambda: open("/etc/passwd"), lambda: open("written", "w"), lambda: os.unlink("victim"),
                lambda: os.listdir("."), lambda: os.mkdir("made"), lambda: os.execv("/bin/true", ["true"])):
    try:
        print(attempt())
    except PermissionError:
        print("refused")
"""


@needs_walls
def test_landlock_stands_by_itself(tmp_path):
    (tmp_path / "victim").touch()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    child = subprocess.run(
        [sys.executable, "-c", LANDLOCK], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert child.stdout.split() == ["refused"] * 6, child.stdout + child.stderr
    assert [each.name for each in tmp_path.iterdir()] == ["victim"]


EVERYTHING = """
{imports}
from distgame import ClientReadResponse, ClientWriteResponse, Node, ResponseType

class Uses(Node):
    def process_read_request(self, request):
        found = [
            decimal.Decimal(1) / 7, fractions.Fraction(1, 3), statistics.stdev([1, 2, 4]), cmath.sqrt(-1),
            hashlib.md5(b"x").hexdigest(), hashlib.sha3_256(b"x").hexdigest(), hashlib.blake2b(b"x").hexdigest(),
            zlib.crc32(zlib.compress(b"x")), base64.b85encode(b"x"), struct.pack("<d", 1.5), array.array("d", [1.0]),
            json.dumps([1.5]), re.sub(r"\\\\w+(?i:X)", "y", "a x"), textwrap.fill("a b " * 40), pprint.pformat([1]),
            string.Template("$a").substitute(a=1), copy.deepcopy({{1: [2]}}), "\\N{{SNOWMAN}}", "é".encode("latin-1"),
            "x".encode("utf-16"), f"{{1234567.891:,.2f}}", random.sample(range(100), 5), bisect.bisect([1, 2], 1),
            graphlib.TopologicalSorter({{1: [2]}}).static_order().__class__.__name__, keyword.iskeyword("if"),
            functools.singledispatch(len)([1]), dataclasses.make_dataclass("D", ["a"])(1),
            enum.Enum("E", "A B").A.name, types.SimpleNamespace(a=1), typing.get_type_hints(Uses),
            heapq.nsmallest(1, [2]), collections.namedtuple("P", "x")(1),
            collections.abc.Mapping, operator.itemgetter(0)([1]), math.comb(9, 2),
            "%s" % numbers.Number, contextlib.nullcontext(1).__enter__(), list(itertools.batched([1], 1))
            if hasattr(itertools, "batched") else 0,
        ]
        self.storage["x"] = str(found)
        print(*found)
        return ClientReadResponse(ResponseType.Success, None)

    def process_write_request(self, request):
        return ClientWriteResponse(ResponseType.Fail)
"""


def test_a_program_may_use_all_that_it_may_import():
    imports = [f"import {name}" for name in ALLOWED if name not in ("__future__", "typing_extensions")]
    text = EVERYTHING.format(imports="\n".join(["import collections.abc, random", *imports]))
    program = Program(Source("uses", "uses.py", text))
    world = World(nodes=2, clients=(ClientSpec(writes=0.2),), duration=200)
    here = simulate(Host(program), world, 1)
    assert here.problem is None
    for purpose in ("playing", "trusting"):
        with WorkerNodes(purpose) as nodes:
            assert simulate(nodes.load(program), world, 1).events == here.events


TRY = """
from distgame import ClientReadResponse, ClientWriteResponse, Node, ResponseType
class Tries(Node):
    def process_read_request(self, request):
        {attempt}
    def process_write_request(self, request):
        return ClientWriteResponse(ResponseType.Success)
"""
SUBCLASSES = "{each.__name__: each for each in object.__subclasses__()}"


@needs_walls
@pytest.mark.parametrize(
    ("attempt", "words"),
    [
        (f"{SUBCLASSES}['FileLoader']('x', '/etc/passwd').get_data('/etc/passwd')", "/etc/passwd"),
        (f"{SUBCLASSES}['_wrap_close'].__init__.__globals__['fork']()", ""),
    ],
)
@pytest.mark.parametrize("purpose", ["playing", "grading"])
def test_whoever_runs_into_a_wall_is_told_so_with_the_line(purpose, attempt, words):
    world = World(nodes=1, clients=(ClientSpec(writes=0.0),), duration=200)
    with WorkerNodes(purpose) as nodes:
        nodes.load(Program(Source("tries", "tries.py", TRY.format(attempt=attempt))))
        problem = simulate(nodes, world, 1).problem
    assert (problem.kind, problem.file, problem.line, problem.node) == ("wall", "tries.py", 5, 1)
    assert words in problem.message
    assert "a node has no files, no processes and no network" in problem.message


NO_WALLS = """
import sys
sys.platform = "odd"
sys.argv[1:1] = []
from distgame.game.running import worker_child
worker_child.main()
"""


def test_where_there_are_no_walls_playing_goes_on_and_grading_refuses(monkeypatch):
    from distgame.engine.errors import PlayerError
    from distgame.game.running import workers

    monkeypatch.setattr(workers, "_BOOT", f"import sys; sys.path.append(sys.argv[1])\n{NO_WALLS}")
    program = Program(Source("tries", "tries.py", TRY.format(attempt="return 5")))
    for purpose in ("playing", "trusting"):
        with WorkerNodes(purpose) as nodes:
            nodes.load(program)
    with WorkerNodes("grading") as nodes, pytest.raises(PlayerError, match="made for Linux") as raised:
        nodes.load(program)
    assert raised.value.problem.kind == "walls"
