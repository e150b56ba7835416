"""Where the nodes live says nothing: in this process, in one worker, or each in a process of its own."""

import os
import subprocess
import sys
import time

import pytest
from every_level import every_level
from processes import is_running

from distgame.engine.errors import PlayerError
from distgame.engine.host import Host
from distgame.engine.program import Program, Source
from distgame.engine.referee import simulate
from distgame.engine.world import ClientSpec, ClockRule, Detector, Link, NodeFault, Routing, World
from distgame.game.play.places import algorithms_folder
from distgame.game.running import workers
from distgame.game.running.program import read_program
from distgame.game.running.separate import SeparateNodes
from distgame.game.running.worker_child import PLAYING, TRUSTING
from distgame.game.running.workers import WorkerNodes

REGISTER = """\
from distgame import ClientReadResponse, ClientWriteResponse, Node, ResponseType, WebServer
{top}

class Register(Node):
    def process_read_request(self, request):
        {read}
        return ClientReadResponse(ResponseType.Success, self.storage.get("x"))

    def process_write_request(self, request):
        self.storage["x"] = request.value
        yield from self.wait_for_responses([request.value, self.local_time], None, 2, timeout=20)
        return ClientWriteResponse(ResponseType.Success)

    @WebServer.endpoint(list)
    def store(self, message, sender):
        print(message, sender, self.random.random(), self.suspects, self.incarnation)
        self.storage["x"] = message[0]
        return {{"stored": (message[0], 1.5, b"x", {{1, 2, None}})}}
"""
WORLD = World(
    nodes=3,
    clients=(ClientSpec(), ClientSpec(start=9)),
    duration=400,
    timeout=60,
    links=Link(loss=0.1, duplicate=0.1),
    faults=(
        NodeFault(kind="crash", node=2, tick=120),
        NodeFault(kind="restart", node=2, tick=200),
        NodeFault(kind="pause", node=1, tick=250, ticks=60, freezes_clock=True),
    ),
    clock_rules=(ClockRule(node=3, rate=0.3, start=100, end=300),),
    detector=Detector(delay=15, perfect=False),
    gateway=Routing(health_check=30, retry=25, request_ids=True),
    disk_latency=2,
)


def program(read="pass", top=""):
    return Program(Source("register", "register.py", REGISTER.format(read=read, top=top)))


def differences(program, world, seeds, purpose):
    """The seeds on which not all places give the same trace."""
    here = Host(program)
    with (
        WorkerNodes().load(program) as worker,
        WorkerNodes(hash_seed=7).load(program) as elsewhere,
        SeparateNodes(program, world.nodes, purpose) as separate,
    ):
        for seed in seeds:
            traces = [simulate(nodes, world, seed) for nodes in (here, worker, elsewhere, separate)]
            assert traces[0].problem is None
            if any(trace.events != traces[0].events or trace.digest != traces[0].digest for trace in traces):
                yield seed


@every_level
def test_every_place_gives_the_same_trace(level):
    reference = read_program(algorithms_folder() / level.reference)
    assert list(differences(reference, level.world, (101,), PLAYING)) == []


@pytest.mark.slow
@pytest.mark.parametrize("purpose", [PLAYING, TRUSTING])
@every_level
def test_every_place_gives_the_same_trace_on_many_seeds(level, purpose):
    reference = read_program(algorithms_folder() / level.reference)
    assert list(differences(reference, level.world, (*level.scored_seeds, *range(1, 31)), purpose)) == []


def test_every_place_gives_the_same_trace_with_crashes_and_all_kinds_of_values():
    assert list(differences(program(), WORLD, range(1, 6), TRUSTING)) == []


@pytest.mark.parametrize(
    ("read", "kind", "words"),
    [
        ("if self.id == 2: raise KeyError(5)", "exception", "KeyError: 5"),
        ("if self.id == 2: sum(iter(int, 1))", "deadline", "without an end"),
        ("if self.id == 2: [0] * 10**10", "memory", "memory"),
    ],
)
def test_a_node_that_misbehaves_is_named(monkeypatch, read, kind, words):
    monkeypatch.setattr(workers, "ROUND_SECONDS", 0.6)
    with SeparateNodes(program(read), 3) as nodes:
        problem = simulate(nodes, WORLD, 1).problem
    assert (problem.kind, problem.node, problem.file, problem.line) == (kind, 2, "register.py", 6)
    assert words in problem.message


def test_after_an_error_of_one_node_the_others_are_not_out_of_step():
    breaks = program("if self.id == 2 and self.local_time > 100: raise KeyError(5)")
    with SeparateNodes(breaks, 3) as nodes:
        digests = [simulate(nodes, WORLD, seed).digest for seed in (1, 2, 1)]
    assert digests[0] == digests[2] == simulate(Host(breaks), WORLD, 1).digest


def test_an_error_in_loading_is_raised():
    with pytest.raises(PlayerError, match="syntax error"):
        SeparateNodes(program("return ("), 3)
    with SeparateNodes(program(top="1 / 0"), 3) as nodes, pytest.raises(PlayerError, match="division by zero"):
        simulate(nodes, WORLD, 1)


def test_all_rounds_of_a_run_together_have_an_end(monkeypatch):
    monkeypatch.setattr(workers, "RUN_SECONDS", 0.5)
    with WorkerNodes().load(program("sum(range(20_000_000))")) as nodes:
        problem = simulate(nodes, WORLD, 1).problem
    assert problem.kind == "deadline"
    assert "too long" in problem.message


IMPATIENT = (
    "import sys; sys.path.append(sys.argv[1]); from distgame.game.running import worker_child; "
    "worker_child.CPU_SECONDS = 1; worker_child.main()"
)


@pytest.mark.skipif(os.name == "nt", reason="limits of the processor's time are POSIX")
def test_the_processor_time_of_a_run_has_an_end(monkeypatch):
    monkeypatch.setattr(workers, "_BOOT", IMPATIENT)
    monkeypatch.setattr(workers, "ROUND_SECONDS", 30)
    monkeypatch.setattr(workers, "RUN_SECONDS", 60)
    with WorkerNodes().load(program("sum(range(20_000_000))")) as nodes:
        problem = simulate(nodes, WORLD, 1).problem
    assert (problem.kind, problem.file, problem.line) == ("deadline", "register.py", 6)
    assert "too long" in problem.message


ORPHANS = """
import sys
from distgame.engine.program import Program, Source
from distgame.engine.referee import simulate
from distgame.game.running import workers
from distgame.game.campaign.levels import find_level
from distgame.game.running.separate import SeparateNodes
workers.ROUND_SECONDS = workers.RUN_SECONDS = 60
nodes = SeparateNodes(Program(Source("register", "register.py", sys.stdin.read())), 3, "trusting")
print(*[worker.pid for worker in nodes._workers.values()], flush=True)
simulate(nodes, find_level("2").world, 1)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's word to a child is Linux's")
def test_separate_nodes_are_gone_when_their_referee_was_killed():
    referee = subprocess.Popen(
        [sys.executable, "-c", ORPHANS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    referee.stdin.write(program("sum(iter(int, 1))").main.text)
    referee.stdin.close()
    nodes = [int(each) for each in referee.stdout.readline().split()]
    assert len(nodes) == 3
    time.sleep(0.3)
    os.kill(referee.pid, 9)
    referee.wait()
    referee.stdout.close()
    until = time.monotonic() + 5
    while any(map(is_running, nodes)) and time.monotonic() < until:
        time.sleep(0.02)
    assert not any(map(is_running, nodes))
