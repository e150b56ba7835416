"""Many seeds anywhere: on a Dask cluster with the same digests, in any order of completion, and gone at Ctrl-C."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import Future
from pathlib import Path

import pytest
from click.testing import CliRunner
from processes import hear_interrupts, is_running

from distgame.cli import main
from distgame.engine.host import Host
from distgame.game.campaign.levels import find_level
from distgame.game.play.places import algorithms_folder
from distgame.game.running import executors as module
from distgame.game.running import walls
from distgame.game.running.executors import Cluster, ExecutorError, executors, killed_a_worker
from distgame.game.running.program import read_program
from distgame.game.running.seeds import score_here, score_seeds
from distgame.game.scores.scoring import total

SEEDS = range(3, 15)
FILE = algorithms_folder() / "resend.py"
HANGS = """
import re
from distgame import *

class Register(Node):
    def process_read_request(self, request):
        re.match("(a+)+$", "a" * 40 + "b")

    process_write_request = process_read_request
"""


class Awaited(Future):
    """Says when somebody waits for it."""

    def __init__(self):
        super().__init__()
        self.awaited = threading.Event()

    def add_done_callback(self, call):
        super().add_done_callback(call)
        self.awaited.set()


class Scrambled:
    """An executor that ends what it was given in an order of chance."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.waiting = []

    def submit(self, call, task):
        future = Awaited()
        self.waiting.append((future, list(score_here(Host(task.program), task.level, task.seeds))))
        if len(self.waiting) == len(SEEDS):
            self.random.shuffle(self.waiting)
            threading.Thread(target=self.end).start()
        return future

    def end(self):
        for future, _ in self.waiting:
            future.awaited.wait(timeout=30)
        for future, scores in self.waiting:
            future.set_result(scores)


@pytest.fixture(scope="module")
def here():
    level = find_level("8")
    return total(level, list(score_here(Host(read_program(FILE)), level, SEEDS)), practice=True)


@pytest.mark.parametrize("scramble", [1, 2, 3])
def test_the_order_of_completion_changes_nothing(here, scramble):
    seen = []
    score = score_seeds(read_program(FILE), find_level("8"), SEEDS, Scrambled(scramble), seen.append)
    assert [each.seed for each in seen] != list(SEEDS)
    assert score == here


@pytest.fixture(scope="module")
def scheduler():
    distributed = pytest.importorskip("distributed")
    how = {"n_workers": 2, "threads_per_worker": 2, "processes": True, "dashboard_address": None}
    with distributed.LocalCluster(**how, silence_logs=50) as cluster:
        yield cluster.scheduler_address


def test_a_cluster_finds_the_same(here, scheduler):
    result = CliRunner().invoke(
        main, ["run", str(FILE), "--level", "8", "--seeds", "3-14", "--executor", scheduler, "--json"]
    )
    assert result.exit_code in (0, 1), result.output
    assert json.loads(result.stdout)["digest"] == here.digest


@pytest.mark.skipif(walls.missing() is not None, reason=f"{walls.missing()}")
def test_a_cluster_grades_the_same(scheduler, tmp_path):
    raises = tmp_path / "raises.py"
    raises.write_text(HANGS.replace("re.match", "1 / 0; re.match"))
    files = [str(FILE), str(raises), str(tmp_path / "missing.py")]
    command = ["grade", *files, "--level", "2", "--json"]
    there, here = (CliRunner().invoke(main, [*command, *more]) for more in (["--executor", scheduler], []))
    assert (there.exit_code, there.stdout) == (here.exit_code, here.stdout)
    assert [json.loads(line)["error"] and json.loads(line)["error"]["kind"] for line in here.stdout.splitlines()] == [
        None,
        "exception",
        "file",
    ]


def test_a_cluster_that_is_gone_is_told():
    gone = Future()
    gone.set_exception(OSError("the scheduler does not answer"))
    with pytest.raises(ExecutorError, match="the scheduler does not answer"):
        killed_a_worker(gone)


def _loaded():
    return sorted(name for name in sys.modules if name.startswith("player"))


def _workers():
    from distgame.game.running import kept

    return [worker.pid for _, workers in kept._kept.values() for worker in workers.values()]


def test_a_clusters_own_process_never_loads_the_program(here, scheduler):
    cluster = Cluster(scheduler)
    try:
        score = score_seeds(read_program(FILE), find_level("8"), SEEDS, cluster)
        assert score == here
        assert not any(cluster._client.run(_loaded).values())
        pids = [pid for pids in cluster._client.run(_workers).values() for pid in pids]
        assert pids
        assert all(map(is_running, pids))
    finally:
        cluster.shutdown()
    until = time.monotonic() + 10
    while any(map(is_running, pids)) and time.monotonic() < until:
        time.sleep(0.05)
    assert not any(map(is_running, pids))


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense", "foo://bar:1"])
def test_a_scheduler_that_is_not_there_is_one_clear_error(address, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr(module, "CONNECT_SECONDS", 1)
    result = CliRunner().invoke(main, ["run", str(FILE), "--level", "8", "--executor", address])
    assert result.exit_code == 2
    assert result.stderr.startswith(f"Error: there is no Dask scheduler at {address}: ")
    assert len(result.stderr.splitlines()) == 1


def test_without_the_extra_it_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ExecutorError, match=r"pip install 'distgame\[dask\]'"), executors("tcp://127.0.0.1:1") as each:
        each()


def children(parent):
    """The processes that descend from one, by their numbers."""
    found, look = [], [parent]
    stats = {int(path.parent.name): path for path in Path("/proc").glob("[0-9]*/stat")}
    parents = {}
    for process, path in stats.items():
        try:
            parents[process] = int(path.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    while look:
        parent = look.pop()
        mine = [process for process, its in parents.items() if its == parent]
        found += mine
        look += mine
    return found


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks processes up in /proc")
@pytest.mark.parametrize("terminal", [False, True], ids=["a process group", "a terminal"])
@pytest.mark.parametrize("hangs", [False, True], ids=["many seeds", "code that hangs"])
def test_ctrl_c_stops_at_once_and_leaves_nothing(tmp_path, terminal, hangs):
    file = FILE
    if hangs:
        file = tmp_path / "hangs.py"
        file.write_text(HANGS)
    command = [sys.executable, "-m", "distgame.cli", "run", str(file), "--level", "8", "--seeds", "1-5000", "--json"]
    environment = {**os.environ, "DISTGAME_HOME": str(tmp_path / "home")}
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "preexec_fn": hear_interrupts}
    keys = None
    if terminal:
        keys, screen = os.openpty()
        streams = {"stdin": screen, "stdout": subprocess.PIPE, "stderr": screen, "preexec_fn": lambda: take(screen)}
    game = subprocess.Popen(command, env=environment, start_new_session=True, **streams)
    started = children_of_workers(game.pid)
    if terminal:
        os.write(keys, b"\x03")
    else:
        os.killpg(game.pid, signal.SIGINT)
    began = time.monotonic()
    output, errors = game.communicate(timeout=30)
    assert game.returncode == 130
    assert output == b""
    assert errors in (None, b"stopped\n")
    until = began + 10
    while any(map(is_running, started)) and time.monotonic() < until:
        time.sleep(0.02)
    assert not any(map(is_running, started))
    assert not list(tmp_path.glob("home/**/*.tmp"))


def take(screen):
    """Makes a pseudo-terminal the one that this session is controlled by."""
    import fcntl
    import termios

    hear_interrupts()
    fcntl.ioctl(screen, termios.TIOCSCTTY, 0)


def children_of_workers(game):
    """Waits until the player's code runs; all processes of the game but itself."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        found = children(game)
        # The tracker, two processes of the pool, and the workers of at least one of these.
        if len(found) >= 4:
            time.sleep(0.3)
            return children(game)
        time.sleep(0.02)
    raise AssertionError("the game started no workers")
