"""Sprints: practice with the referee beside the nodes scores as it does tick by tick, whatever a program does there."""

from dataclasses import fields, replace

import pytest
from every_level import every_level
from processes import memory_of

from distgame.engine.program import Program, Source
from distgame.engine.world import ClientSpec, Link, World
from distgame.game.campaign.levels import find_level
from distgame.game.play.places import algorithms_folder
from distgame.game.running import workers
from distgame.game.running.kept import drop_workers, worker_for
from distgame.game.running.program import read_program
from distgame.game.running.seeds import Task, _tasks, run_seeds
from distgame.game.running.workers import WorkerNodes

LEVEL = find_level("2")
REGISTER = """
from dataclasses import dataclass
from distgame import ClientReadResponse, ClientWriteResponse, Node, ResponseType, WebServer
{top}

@dataclass
class Ping:
    pass

class Register(Node):
    def process_read_request(self, request):
        {read}
        return ClientReadResponse(ResponseType.Success, self.storage.get("x"))

    def process_write_request(self, request):
        self.storage["x"] = request.value
        return ClientWriteResponse(ResponseType.Success)

    @WebServer.endpoint(Ping)
    def pong(self, message):
        return "pong"
"""
READ_LINE = 1 + REGISTER.split("{read}")[0].count("\n")


def program(read="pass", top=""):
    return Program(Source("register", "register.py", REGISTER.format(read=read, top=top)))


def score(program, level, seeds, practice=True):
    return run_seeds(Task(program, level, tuple(seeds), practice))


@pytest.fixture(autouse=True, scope="module")
def _no_worker_is_left():
    yield
    drop_workers()


@pytest.fixture
def sprints(monkeypatch):
    """What came of each sprint."""
    found = []
    real = WorkerNodes.sprint

    def sprint(self, *run):
        found.append(real(self, *run))
        return found[-1]

    monkeypatch.setattr(WorkerNodes, "sprint", sprint)
    return found


@every_level
def test_every_algorithm_of_a_level_scores_alike_both_ways(sprints, level):
    for name in (level.reference, *level.broken):
        algorithm = read_program(algorithms_folder() / name)
        seeds = (level.seeds.shown, 1_234)
        fast, slow = score(algorithm, level, seeds), score(algorithm, level, seeds, practice=False)
        for one, other in zip(fast, slow, strict=True):
            for field in fields(one):
                assert getattr(one, field.name) == getattr(other, field.name), (name, one.seed, field.name)
        # Only a run that an error ended was made again.
        assert [outline is None for outline in sprints] == [each.problem is not None for each in slow]
        sprints.clear()


def test_scored_seeds_are_run_tick_by_tick(sprints):
    score(program(), LEVEL, (1, 2), practice=False)
    assert sprints == []


def test_a_run_that_hangs_names_its_line_and_the_others_stand(sprints, monkeypatch):
    monkeypatch.setattr(workers, "SPRINT_SECONDS", 0.6)
    monkeypatch.setattr(workers, "ROUND_SECONDS", 0.6)
    hangs = program("if self.id == 2: sum(iter(int, 1))")
    found = score(hangs, LEVEL, (1, 2))
    for problem in (each.problem for each in found):
        assert (problem.kind, problem.file, problem.line, problem.node) == ("deadline", "register.py", READ_LINE, 2)
        assert problem.tick > 0
    # The second one is known to be slow.
    assert sprints == [None]


def test_a_run_that_takes_too_long_for_a_sprint_scores_all_the_same(sprints, monkeypatch):
    monkeypatch.setattr(workers, "SPRINT_SECONDS", 0.0)
    long = replace(LEVEL, world_table=replace(LEVEL.world_table, duration=20_000))
    algorithm = read_program(algorithms_folder() / LEVEL.reference)
    assert score(algorithm, long, (1, 2)) == score(algorithm, long, (1, 2), practice=False)
    assert sprints == [None]


# What a program makes of the outline, once it has reached into the engine.
FORGERIES = [
    "5",
    "[]",
    "['0' * 64, 1, [[0, 3, 1, 1, 1, 'read', None], [1, 4, 1, 1, 2, 'read', 'ok', 1]]]",
    "{}",
    "1 / 0",
]
FORGERIES += ["'x' * 2 * 10**7", "float('nan')", "['0' * 64, 10**5000, []]", "exit()", "told", "deep(5000)"]
REACHES = """
outline = Node.__init__.__globals__["__builtins__"]["__import__"]("distgame.engine.outline", fromlist=["told"])
def deep(n):
    found = 1
    for _ in range(n):
        found = [found]
    return found
def told(*trace):
    {how}
outline.told = told
"""


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_run_is_made_again_tick_by_tick(sprints, forgery):
    forges = program(top=REACHES.format(how=f"return {forgery}"))
    fast, slow = score(forges, LEVEL, (1, 2, 3)), score(forges, LEVEL, (1, 2, 3), practice=False)
    assert fast == slow
    # The first run has reached in, the second is told by what it left there.
    assert sprints[1] is None
    assert all(each.problem is None for each in slow)


def test_the_forger_is_heard_at_all(sprints):
    forges = program(top=REACHES.format(how="return ['0' * 64, 5, []]"))
    _, fast = score(forges, LEVEL, (1, 2))
    assert (fast.digest, fast.sends, fast.correct) == ("0" * 64, 5, 0)
    assert not fast.passed


def test_many_seeds_are_few_tasks_and_each_is_run_once():
    for count in (1, 2, 31, 33, 100, 1_000):
        tasks = list(_tasks(program(), LEVEL, range(count), practice=True))
        assert [seed for task in tasks for seed in task.seeds] == list(range(count))
        assert min(count, 32) <= len(tasks) <= max(64, count // 16 + 1)
        assert [task.seeds for task in _tasks(program(), LEVEL, range(count), practice=False)] == [
            (seed,) for seed in range(count)
        ]


def test_the_memory_of_a_worker_stays_level_from_sprint_to_sprint():
    far = World(nodes=5, clients=(ClientSpec(),) * 3, duration=300, timeout=50, links=Link(delay=(200, 300)))
    nodes = worker_for(program("yield from self.wait_for_responses(Ping(), None, 4)"))
    used = []
    for seed in range(100):
        assert nodes.sprint(far, seed) is not None
        used.append(memory_of(nodes.pid))
    if used[0] is None:
        pytest.skip("this system does not tell how much memory a process uses")
    assert used[-1] - used[10] < 4 * 1024 * 1024
