"""One core for two that answer each other in turns."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from distgame.game.running.cores import on_one_core

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only there a process may choose its core")


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE) as process:
        yield process


def test_both_are_on_one_core_and_free_again_afterwards(sleeper):
    ours, theirs = os.sched_getaffinity(0), os.sched_getaffinity(sleeper.pid)
    with on_one_core(sleeper.pid):
        assert len(os.sched_getaffinity(0)) == 1
        assert os.sched_getaffinity(sleeper.pid) == os.sched_getaffinity(0)
    assert (os.sched_getaffinity(0), os.sched_getaffinity(sleeper.pid)) == (ours, theirs)


def test_other_threads_go_where_they_like(sleeper):
    cores: list[set[int]] = []
    asked, may_look = threading.Event(), threading.Event()

    def look():
        may_look.wait()
        cores.append(os.sched_getaffinity(0))
        asked.set()

    before = os.sched_getaffinity(0)
    threading.Thread(target=look).start()
    with on_one_core(sleeper.pid):
        may_look.set()
        asked.wait()
    assert cores == [before]


def test_an_error_frees_both(sleeper):
    before = os.sched_getaffinity(0)
    with pytest.raises(KeyError), on_one_core(sleeper.pid):
        raise KeyError
    assert os.sched_getaffinity(0) == before == os.sched_getaffinity(sleeper.pid)


def test_a_process_that_is_gone_costs_nothing(sleeper):
    before = os.sched_getaffinity(0)
    sleeper.communicate()
    with on_one_core(sleeper.pid):
        pass
    assert os.sched_getaffinity(0) == before
    with on_one_core(os.getpid()):
        pass
    assert os.sched_getaffinity(0) == before
