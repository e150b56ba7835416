"""A run told in plain lines, an event each: for screen readers and logs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from distgame.engine.world import LinkRule
from distgame.game.campaign.levels import Level
from distgame.game.running.program import read_program
from distgame.game.running.runs import Run, run_level
from distgame.game.running.workers import WorkerNodes
from distgame.tui.numbers import counted

from .rows import FAULT, LOST, RIGHT, WRONG, plain
from .wording import EventWords

_SIGNS = {
    "→": "sends",
    "⇒": "answers",
    LOST: "loses",
    "◦": "",
    RIGHT: "",
    WRONG: "wrong:",
    "?": "",
    FAULT: "fault:",
    "▪": "",
    "◆": "",
    '"': "prints:",
}


def plain_lines(run: Run) -> Iterator[str]:
    """Every event in words, and at the end what it came to."""
    trace, judgement = run.trace, run.judgement
    rules = (*trace.world.rules, *(each for each in trace.interventions if isinstance(each, LinkRule)))
    words = EventWords(trace, judgement, rules)
    yield f"{run.level.name}, seed {trace.seed}: {trace.world.nodes} nodes, {len(trace.world.clients)} clients"
    for index in range(len(trace.events)):
        row = words.row(index)
        if row is not None:
            text = plain(row)
            tick, sign, rest = text[:4], text[5], text[7:]
            yield " ".join(filter(None, (f"tick {int(tick)}:", _SIGNS.get(sign, ""), _spoken(rest))))
    wrong = len(judgement.wrong)
    told = partial(counted, word="read")
    yield f"end, tick {trace.end}: {told(len(judgement.reads) - wrong)} right, {told(wrong)} wrong"
    if run.score.failure is not None:
        yield f"not passed: {run.score.failure.reason}, tick {run.score.failure.tick}"
    elif trace.problem is not None:
        yield f"not passed: {trace.problem}"
    else:
        yield "passed"


def tell_file(file: Path, level: Level, seed: int) -> int:
    """Runs a file and prints the run; 0 if it passed, 1 if not, 2 for an error in the code.

    Raises FileError and PlayerError.
    """
    program = read_program(file)
    with WorkerNodes() as nodes:
        run = run_level(nodes.load(program), level, seed)
    for line in plain_lines(run):
        print(line)
    return 2 if run.trace.problem is not None else 0 if run.score.passed else 1


def _spoken(text: str) -> str:
    return text.replace(" > ", " to ").replace("∅", "nothing")
