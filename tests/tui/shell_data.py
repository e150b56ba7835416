"""Frozen data for the tests of the screens: levels, scores and rows of the scoreboard."""

from pathlib import Path

from distgame.checker import Kind, Operation, Outcome
from distgame.game.campaign.levels import Level
from distgame.game.scores.scoreboard import Score as Row
from distgame.game.scores.scoring import Failure, Score, SeedScore, total

LEVELS = (
    ("01-echo", 1, "Echo", "Copies"),
    ("02-two-minds", 2, "Two Minds", "Copies"),
    ("03-late-mail", 3, "Late Mail", "Bad weather"),
)

CAMPAIGN = {
    "Copies": ("Echo Chamber", "Two Minds", "Close to Home", "The Second Reader"),
    "Fallen machines": ("Fail-Stop", "The Straggler"),
    "Bad weather": ("Late Mail", "Lost Mail"),
    "Quorums": ("New, then Old", "Two Pens", "Thrift", "Two Down"),
    "Divided": ("Split", "Two Islands"),
    "Forgetting": ("Amnesia", "Burned Disk"),
    "Agreement": ("Turnstile", "Stutter", "Duel", "The Empty Throne"),
    "Time": ("Fast Reads", "Bent Clock"),
    "The exam": ("Two Keys", "Jepsen Night"),
}

_LEVEL = """
number = {number}
name = "{name}"
act = "{act}"
teaches = "What {name} teaches."
story = "The keeper of {name} retires."
new = '''
Nodes have a class:

    class Register(Node):
        ...
'''
goal = "Keep the number of {name}."
hints = ["the symptom", "the concept", "the code"]
afterword = "After {name} comes wisdom."
model = "linearizable"
reference = "reference.py"
broken = []

[world]
nodes = 3
loss = 0.3

[[clients]]
writes = 1.0

[[clients]]
count = 2
writes = 0.0

[[faults]]
kind = "crash"
node = 2
tick = 60

[goals]
reads_of_written_values = 5
availability = 0.9
p99 = 50

[medals]
messages = 8.5
wait = 20
availability = 0.99
"""


def write_levels(folder: Path) -> Path:
    """Three levels in two acts, as files of the folder."""
    folder.mkdir()
    for id, number, name, act in LEVELS:
        (folder / f"{id}.toml").write_text(_LEVEL.format(number=number, name=name, act=act))
    return folder


def write_campaign(folder: Path) -> Path:
    """Twenty-four levels in nine acts, as files of the folder."""
    folder.mkdir()
    named = [(act, name) for act, names in CAMPAIGN.items() for name in names]
    for number, (act, name) in enumerate(named, 1):
        text = _LEVEL.format(number=number, name=name, act=act)
        (folder / f"{number:02}-level.toml").write_text(text)
    return folder


def row(**changes) -> Row:
    """A row of the scoreboard: two stars for Ada on the first level."""
    facts = {
        "level": "01-echo",
        "player": "Ada",
        "algorithm": "register.py",
        "code_digest": "3f9c2a7" + "0" * 57,
        "stars": 2,
        "seeds_passed": 20,
        "messages_per_operation": 9.5,
        "wait_p99": 30,
        "availability": 0.998,
        "when": "2025-01-31T12:00:00Z",
        "reads_correct": 800,
        "reads_answered": 800,
        "medals": (False, False, True),
    }
    return Row(**facts | changes)


def _operation(process: int, kind: Kind, value: int, invoked: int, completed: int) -> Operation:
    return Operation(process, kind, value, invoked, completed, Outcome.OK, invoked * 10, completed * 10)


STALE_READ = (_operation(1, Kind.WRITE, 7, 1, 2), _operation(2, Kind.READ, 5, 3, 4))


def seed_score(seed: int, failed: bool = False, sends: int = 480, wait: int = 12, problem=None) -> SeedScore:
    """One seed of 60 operations, all answered."""
    failure = Failure(seed, 40, "client 2 read 5 although 7 had been written", STALE_READ) if failed else None
    if problem is not None:
        failure = Failure(seed, problem.tick or 0, str(problem))
    return SeedScore(
        seed=seed,
        digest=f"{seed:064}",
        correct=40 - failed,
        wrong=int(failed),
        unanswered_reads=0,
        answered_writes=20,
        unanswered_writes=0,
        reads_of_written_values=30,
        sends=sends,
        read_waits=(5,) * 40,
        write_waits=(wait,) * 20,
        failure=failure,
        problem=problem,
    )


def score(level: Level, failed=(), run=20, **facts) -> Score:
    """The first `run` scored seeds of a level, of which some failed."""
    return total(level, [seed_score(seed, seed in failed, **facts) for seed in level.scored_seeds[:run]])
