"""The honesty of a score: that its runs come out the same when they are made again, and when nodes share no memory.

Each scored run is made a second time in another process, where texts hash otherwise and everything lies elsewhere in
memory: what is decided by the order of a set, by an address or by a clock comes out otherwise. One of them is made a
third time with a process for each node: nodes that know of each other past their messages come out otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from itertools import zip_longest

from distgame.engine import trace as tr
from distgame.engine.actions import Nodes
from distgame.engine.errors import PlayerError, Problem
from distgame.engine.program import Program
from distgame.engine.referee import simulate
from distgame.engine.trace import Trace, TraceEvent
from distgame.game.campaign.levels import Level
from distgame.game.running.kept import worker_for
from distgame.game.scores import suspects
from distgame.game.scores.scoring import Failure, Score, total
from distgame.game.scores.suspects import Suspect

HASH_SEED = 20_077
NONDETERMINISM, SHARED_MEMORY = "nondeterminism", "shared-memory"


@dataclass(frozen=True, slots=True)
class Again:
    """A run to be made again; with `apart`, by a process for each node."""

    program: Program
    level: Level
    seed: int
    apart: bool = False


Outcome = tuple[str, Problem | None]
"""The digest of a trace, and the error that ended the run."""


def run_again(task: Again) -> Outcome:
    """Makes a run again, in this process of the pool."""
    try:
        if task.apart:
            trace = _apart(task)
        else:
            trace = simulate(worker_for(task.program, HASH_SEED), task.level.world, task.seed)
    except PlayerError as error:
        return "", error.problem
    return trace.digest, trace.problem


def explain(task: Again) -> Problem:
    """Why a run comes out otherwise: makes both anew, in this process of the pool, and looks where they part."""
    from distgame.game.running.workers import WorkerNodes

    def trace(nodes: Nodes) -> Trace:
        return simulate(nodes, task.level.world, task.seed)

    try:
        if not task.apart:
            one, other = trace(worker_for(task.program)), trace(worker_for(task.program, HASH_SEED))
            return nondeterminism(task.program, one, other)
        together, apart = trace(worker_for(task.program)), _apart(task)
        with WorkerNodes() as fresh:
            first_ever = trace(fresh.load(task.program))
    except PlayerError as error:
        return error.problem
    if first_ever.digest == apart.digest:
        # The nodes are together in both; but one process has run other seeds before.
        return nondeterminism(task.program, together, apart)
    return shared_memory(task.program, together, apart)


def _apart(task: Again) -> Trace:
    from distgame.game.running.separate import SeparateNodes

    with SeparateNodes(task.program, task.level.world.nodes) as nodes:
        return simulate(nodes, task.level.world, task.seed)


def checked(
    score: Score, program: Program, level: Level, pool: Executor, on_check: Callable[[], None] | None = None
) -> Score:
    """The score as it is, or with the error that its runs cannot be trusted. `on_check` is called after each check.

    A score that tells of an error already is not looked at.
    """
    if score.problem is not None:
        return score
    tasks = [Again(program, level, seed.seed) for seed in score.seeds]
    # The last seed, for by then a process that keeps something from run to run has kept a lot.
    tasks += [replace(task, apart=True) for task in tasks[-1:]]
    digests = {seed.seed: seed.digest for seed in score.seeds}
    futures: list[Future[Outcome]] = [pool.submit(run_again, task) for task in tasks]
    try:
        for task, future in zip(tasks, futures, strict=True):
            digest, problem = future.result()
            if on_check is not None:
                on_check()
            if digest != digests[task.seed]:
                found = problem or pool.submit(explain, task).result()
                return distrusted(score, level, task.seed, found)
    finally:
        for future in futures:
            future.cancel()
    return score


def distrusted(score: Score, level: Level, seed: int, problem: Problem) -> Score:
    """The score without a pass or a star, and with the problem at the seed that showed it."""
    failure = Failure(seed, problem.tick or 0, str(problem))
    seeds = [replace(s, problem=problem, failure=s.failure or failure) if s.seed == seed else s for s in score.seeds]
    return total(level, seeds, shown_passed=False, practice=not score.scored)


def is_honest(score: Score) -> bool:
    """Whether the runs of a score came out the same when they were made again."""
    return score.problem is None or score.problem.kind not in (NONDETERMINISM, SHARED_MEMORY)


def nondeterminism(program: Program, one: Trace, other: Trace) -> Problem:
    """What to tell about two runs of the same seed that differ."""
    likely = suspects.of_differing(program)
    hint = "look for what is in no certain order, such as a set, and for what is kept from run to run in a module"
    what = f"two runs of seed {one.seed} differ"
    return _problem(NONDETERMINISM, what, ("first", "then"), one, other, likely, hint)


def shared_memory(program: Program, together: Trace, apart: Trace) -> Problem:
    """What to tell about a run that differs when each node has a process of its own."""
    likely = suspects.of_sharing(program)
    hint = "they learn of each other otherwise than by messages"
    what = f"your nodes share memory: seed {together.seed} comes out otherwise when each node has a process of its own"
    return _problem(SHARED_MEMORY, what, ("together", "apart"), together, apart, likely, hint)


def _problem(
    kind: str, what: str, when: tuple[str, str], one: Trace, other: Trace, likely: list[Suspect], hint: str
) -> Problem:
    where = first_difference(one, other)
    node = tick = None
    if where is not None:
        first, second = where
        event = first or second
        assert event is not None
        tick, node = event[1], _node(first) or _node(second)
        what += f": at tick {tick} {when[0]} {_told(first)}, {when[1]} {_told(second)}"
    if not likely:
        return Problem(kind, f"{what}; {hint}", None, None, node, tick)
    first_suspect, *more = likely
    words = f"line {first_suspect.line} {first_suspect.words}"
    others = sorted({each.line for each in more if each.file == first_suspect.file} - {first_suspect.line})
    if others:
        words += f" (see also line{'s' * (len(others) > 1)} {', '.join(map(str, others[:5]))})"
    return Problem(kind, f"{what}; {words}", first_suspect.file, first_suspect.line, node, tick)


def first_difference(one: Trace, other: Trace) -> tuple[TraceEvent | None, TraceEvent | None] | None:
    """The first event that is in one trace and not in the same place of the other; None where the digests are equal."""
    pairs = zip_longest(one.digested, other.digested)
    return next(((first, second) for first, second in pairs if first != second), None)


def _node(event: TraceEvent | None) -> int | None:
    if event is None or event[0] not in (tr.SEND, tr.STORE, tr.LEADER, tr.PROBLEM):
        return None
    server = event[3] if event[0] == tr.SEND else event[2]
    return server if server is not None and server > 0 else None


def _told(event: TraceEvent | None) -> str:
    """An event in a few words."""
    if event is None:
        return "nothing more happens"
    kind = event[0]
    if kind == tr.SEND:
        return f"{_name(event[3])} sends {_short(tr.text_of(event[8]))} to {_name(event[4])}"
    if kind == tr.STORE:
        key = _short(tr.text_of(event[3]))
        stored = f"stores {key} = {_short(tr.text_of(event[4]))}" if len(event) > 4 else f"deletes {key}"
        return f"node {event[2]} {stored}"
    if kind == tr.PROBLEM:
        return f"{_name(event[2]) if event[2] else 'the run'} fails"
    return f"{_OTHERWISE.get(kind, 'something else happens')}"


_OTHERWISE = {
    tr.DELIVER: "a message arrives",
    tr.LOSE: "a message is lost",
    tr.INVOKE: "a client asks",
    tr.RETURN: "a client has its answer",
    tr.LEADER: "another node leads",
}


def _name(server: int) -> str:
    return "the gateway" if server == 0 else f"node {server}" if server > 0 else f"client {-server}"


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"
