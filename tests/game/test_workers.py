"""Workers: a program that misbehaves ends as one clear error, and the game goes on; an honest one notices nothing."""

import os
import signal
import subprocess
import sys
import threading
import time
from textwrap import indent

import pytest
from processes import is_running, memory_of

from distgame.engine import trace as tr
from distgame.engine.errors import PlayerError
from distgame.engine.host import Host
from distgame.engine.program import Program, Source
from distgame.engine.referee import simulate
from distgame.engine.world import ClientSpec, Link, World
from distgame.game.running import workers
from distgame.game.running.workers import WarmWorkers, WorkerNodes

WORLD = World(
    nodes=3, clients=(ClientSpec(), ClientSpec()), duration=300, timeout=60, links=Link(loss=0.1, duplicate=0.1)
)
REGISTER = """\
from dataclasses import dataclass
from distgame import ClientReadResponse, ClientWriteResponse, Node, ResponseType, WebServer
{top}

@dataclass
class Store:
    value: int


class Register(Node):
    def process_read_request(self, request):
{read}
        return ClientReadResponse(ResponseType.Success, self.storage.get("x"))

    def process_write_request(self, request):
        self.storage["x"] = request.value
        yield from self.wait_for_responses(Store(request.value), None, 2, timeout=20)
        return ClientWriteResponse(ResponseType.Success)

    @WebServer.endpoint(Store)
    def store(self, message):
        self.storage["x"] = message.value
        return {{"stored": [message.value, 1.5, b"x", {{1, 2}}]}}
"""
READ_LINE = 1 + REGISTER.split("{read}")[0].count("\n")


def program(read="pass", top=""):
    return Program(Source("register", "register.py", REGISTER.format(read=indent(read, " " * 8), top=top)))


@pytest.fixture
def nodes():
    with WorkerNodes() as worker:
        yield worker


def test_a_worker_gives_the_same_trace_as_this_process(nodes):
    nodes.load(program())
    for seed in (1, 2, 3):
        here, there = simulate(Host(program()), WORLD, seed), simulate(nodes, WORLD, seed)
        assert here.digest == there.digest
        assert here.events == there.events


# How a program gets hold of what it cannot import.
OS = "next(c for c in object.__subclasses__() if c.__name__ == '_wrap_close').__init__.__globals__"


@pytest.mark.parametrize(
    ("read", "kind", "words"),
    [
        ("while True: pass", "steps", "without an end"),
        ("sum(iter(int, 1))", "deadline", "without an end"),
        ("raise SystemExit(3)", "exit", "asked to exit"),
        (f"{OS}['_exit'](3)", "exit", "exit code 3"),
        (f"{OS}['abort']()", "exit", "ended the process"),
        ("raise KeyError('x')", "exception", "KeyError: 'x'"),
        ("[0] * 10**10", "memory", "memory"),
        ("def deeper(): deeper()\ndeeper()", "exception", "RecursionError"),
        ("import os; os._exit(1)", "import", "cannot import os"),
        ("open('x')", "api", "a node has no files"),
        ("yield 5", "api", "yields a int"),
    ],
)
def test_a_program_that_misbehaves_is_an_error_with_its_line(nodes, monkeypatch, read, kind, words):
    monkeypatch.setattr(workers, "ROUND_SECONDS", 0.6)
    nodes.load(program(read))
    problem = simulate(nodes, WORLD, 1).problem
    assert problem is not None
    assert problem.kind == kind
    assert words in problem.message
    assert problem.file == "register.py"
    assert READ_LINE <= problem.line <= READ_LINE + read.count("\n")
    assert problem.node in (1, 2, 3)
    assert problem.tick > 0


NO_ACTIONS = """
5 | () | ('0',) | (99,) | ({},) | (0, 1, 2) | (0, 77, 2, False, 3) | (0, -1, 2, False, 3) | (0, 2, 2.5, False, 3)
(0, 2, 2**99, False, 3) | (0, 2, 1, False, 2**2000) | (0, 2, 1, False, ()) | (0, 2, 1, False, ('?', 1))
(0, 2, 1, False, ('f', 'x')) | (0, 2, 1, False, ('b', 5)) | (0, 2, 1, False, ('d', 5)) | (0, 2, 1, False, ('o',))
(0, 2, 1, False, deep(60)) | (0, 2, 1, False, ('l', float('nan'))) | (0, 2, 1, False, deep(900)) | (1, 'a')
(1, 2**99) | (2,) | (2, ('?',)) | (2, 1, {}) | (5, 6) | (5, chr(27) + '[2J') | (5, 'x' * 10**6) | (3, 1, '', '', 1, 1)
(7, 'steps', chr(27), None, 1) | (7, 5, 'x', None, 1) | (False, 2, 1, False, 3) | (0, 2, 1, 0, 3) | ('x' * 2 * 10**7,)
"""


@pytest.mark.parametrize(
    "action", [action.strip() for line in NO_ACTIONS.split("\n") for action in line.split("|")][1:-1]
)
def test_actions_that_no_node_can_do_are_an_error(nodes, action):
    deep = "def deep(n): return ('t', deep(n - 1)) if n else 1"
    nodes.load(program(f"self._WebServer__runtime.outbox.append({action})", top=deep))
    problem = simulate(nodes, WORLD, 1).problem
    assert problem is not None
    assert problem.kind == "exit"
    assert "what no node can" in problem.message


def test_the_node_that_hangs_is_named(nodes, monkeypatch):
    monkeypatch.setattr(workers, "ROUND_SECONDS", 0.6)
    nodes.load(program("if self.id == 2: sum(iter(int, 1))"))
    assert simulate(nodes, WORLD, 1).problem.node == 2


def test_a_process_that_is_killed_is_an_error(nodes):
    nodes.load(program())
    nodes.begin(3, (1, 2, 3))
    os.kill(nodes.pid, 9)
    with pytest.raises(PlayerError, match="ended the process"):
        nodes.handle([(0, 1, 0, False, ())])


@pytest.mark.parametrize(
    ("top", "kind", "words"),
    [
        ("while True: pass", "steps", "to load"),
        ("sum(iter(int, 1))", "deadline", "without an end"),
        ("1 / 0", "load", "division by zero"),
        ("import time", "import", "no wall clock"),
        ("import nosuch", "import", "neither beside your file"),
    ],
)
def test_a_program_that_does_not_load_says_why(nodes, monkeypatch, top, kind, words):
    monkeypatch.setattr(workers, "LOAD_SECONDS", 1.0)
    nodes.load(program(top=top))
    with pytest.raises(PlayerError, match=words) as raised:
        simulate(nodes, WORLD, 1)
    assert raised.value.problem.kind == kind
    assert raised.value.problem.line == 3


def test_a_syntax_error_names_its_line(nodes):
    with pytest.raises(PlayerError, match="syntax error") as raised:
        nodes.load(program("return ("))
    assert raised.value.problem.line == READ_LINE


def test_what_is_printed_goes_to_the_log_and_never_to_the_screen(nodes, capfd):
    nodes.load(program(r"print('\x1b[2J', 'read at', self.id)"))
    trace = simulate(nodes, WORLD, 1)
    printed = [event[3] for event in trace.events if event[0] == tr.PRINT]
    assert r"\x1b[2J read at 1" in printed
    assert capfd.readouterr() == ("", "")


def test_a_flood_of_prints_is_cut_and_said_so(nodes):
    nodes.load(program("for i in range(5000): print('spam' * 500)"))
    trace = simulate(nodes, WORLD, 1)
    printed = [event[3] for event in trace.events if event[0] == tr.PRINT and event[2] == 1]
    assert trace.problem is None
    assert len(printed) == 200
    assert "prints too much" in printed[-1]
    assert max(map(len, printed)) <= 500


ORPHAN = """
import sys
import threading
from distgame.engine.program import Program, Source
from distgame.engine.referee import simulate
from distgame.game.running import workers
from distgame.game.campaign.levels import find_level
workers.ROUND_SECONDS = 60
worker = workers.WorkerNodes().load(Program(Source("register", "register.py", sys.stdin.read())))
print(worker.pid, flush=True)
simulate(worker, find_level("1").world, 1)
"""


@pytest.mark.skipif(os.name == "nt", reason="limits of the processor's time are POSIX")
@pytest.mark.slow
def test_a_hanging_worker_whose_game_was_killed_ends_by_itself():
    game = subprocess.Popen([sys.executable, "-c", ORPHAN], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    game.stdin.write(program("sum(iter(int, 1))").main.text)
    game.stdin.close()
    worker = int(game.stdout.readline())
    time.sleep(0.5)
    game.kill()
    game.wait()
    game.stdout.close()
    until = time.monotonic() + 60
    while is_running(worker) and time.monotonic() < until:
        time.sleep(0.1)
    assert not is_running(worker)


def test_close_leaves_no_process():
    worker = WorkerNodes().load(program())
    worker.close()
    assert not worker.alive


def test_a_warm_worker_is_fresh_and_the_next_one_comes():
    warm = WarmWorkers()
    try:
        first, second = warm.take(), warm.take()
        assert first is not second
        assert first.load(program()).alive
        assert second.load(program()).alive
        first.close()
        second.close()
    finally:
        warm.close()


def test_a_worker_that_is_thrown_away_while_it_hangs_ends_too(monkeypatch):
    monkeypatch.setattr(workers, "ROUND_SECONDS", 0.3)
    worker = WorkerNodes().load(program("sum(iter(int, 1))"))
    simulate(worker, WORLD, 1)
    until = time.monotonic() + 5
    while worker.alive and time.monotonic() < until:
        worker._process.poll()
    assert not worker.alive
    worker.close()


def test_the_memory_of_a_warm_worker_stays_level_from_run_to_run():
    """Handlers that wait for ever hold their nodes, and each run makes new classes: none may be there at the next."""
    far = World(nodes=5, clients=(ClientSpec(),) * 3, duration=300, timeout=50, links=Link(delay=(200, 300)))
    with WorkerNodes() as nodes:
        nodes.load(program("yield from self.wait_for_responses(Store(1), None, 4)"))
        used = []
        for seed in range(100):
            simulate(nodes, far, seed)
            used.append(memory_of(nodes.pid))
    if used[0] is None:
        pytest.skip("this system does not tell how much memory a process uses")
    assert used[-1] - used[10] < 4 * 1024 * 1024


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells who waits for a processor")
def test_a_worker_that_waits_for_a_processor_is_not_accused(nodes, monkeypatch):
    monkeypatch.setattr(workers, "ROUND_SECONDS", 0.1)
    nodes.load(program())
    process = nodes._process
    process.send_signal(signal.SIGSTOP)
    threading.Timer(0.8, process.send_signal, [signal.SIGCONT]).start()
    assert nodes.inspect() == []
    assert nodes.alive


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells who waits for a processor")
def test_a_worker_that_gets_no_processor_for_long_is_late(nodes, monkeypatch):
    monkeypatch.setattr(workers, "ROUND_SECONDS", 0.1)
    monkeypatch.setattr(workers, "STARVED_SECONDS", 0.3)
    nodes.load(program())
    nodes._process.send_signal(signal.SIGSTOP)
    with pytest.raises(PlayerError, match="without an end"):
        nodes.inspect()
