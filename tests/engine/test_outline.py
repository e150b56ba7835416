"""Outlines: what is told of a run is heard as it was; what no clients can have called is refused."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from distgame.engine.checked import Nonsense
from distgame.engine.errors import Problem
from distgame.engine.host import Host
from distgame.engine.outline import heard, told
from distgame.engine.program import Program, Source
from distgame.engine.referee import simulate
from distgame.engine.trace import INVOKE, RETURN
from distgame.engine.world import ClientSpec, Link, Swarm, World

ALGORITHM = Path(__file__).parents[2] / "algorithms" / "write_all_read_local.py"
PROGRAM = Program(Source("register", "register.py", ALGORITHM.read_text(encoding="utf-8")))
WORLD = World(nodes=3, clients=(ClientSpec(), ClientSpec(writes=0.3)), duration=900, timeout=60, links=Link(loss=0.2))


def content(seed=1):
    return json.loads(json.dumps(told(simulate(Host(PROGRAM), WORLD, seed))))


@pytest.mark.parametrize("seed", range(1, 6))
def test_what_is_told_is_what_the_trace_says(seed):
    trace = simulate(Host(PROGRAM), WORLD, seed)
    outline = heard(content(seed), WORLD, seed)
    outcomes = {event[5] for _, event in outline.calls if event[0] == RETURN}
    assert outcomes >= {"ok", "info"}
    for name in ("world", "seed", "digest", "sends_between_nodes", "calls", "end", "problem"):
        assert getattr(outline, name) == getattr(trace, name), name


def test_the_world_of_a_swarm_is_the_one_that_the_seed_draws():
    world = replace(WORLD, swarm=Swarm(loss=0.3, crashes=2, pause=50, cut=90))
    for seed in range(1, 6):
        trace = simulate(Host(PROGRAM), world, seed)
        outline = heard(json.loads(json.dumps(told(trace))), world, seed)
        assert outline.world == trace.world != world
        assert outline.calls == trace.calls


def test_of_a_run_that_ended_with_an_error_nothing_is_told():
    trace = simulate(Host(PROGRAM), WORLD, 1)
    assert told(replace(trace, problem=Problem("storm", "too much"))) is None


def first(calls, kind, f="write", outcome=None):
    return next(c for c in calls if c[1] == kind and c[5] == f and (outcome is None or c[6] == outcome))


# Each changes the calls, or what comes before them, into what no run gives.
LIES = {
    "no list": lambda all, calls: all.clear(),
    "too much": lambda all, calls: all.append(1),
    "a short digest": lambda all, calls: all.__setitem__(0, "ab12"),
    "capital digits": lambda all, calls: all.__setitem__(0, all[0].upper()),
    "a digest and more": lambda all, calls: all.__setitem__(0, all[0] + "\n"),
    "fewer than none sent": lambda all, calls: all.__setitem__(1, -1),
    "a truth sent": lambda all, calls: all.__setitem__(1, True),
    "more than may be sent": lambda all, calls: all.__setitem__(1, WORLD.message_budget + 1),
    "no calls": lambda all, calls: all.__setitem__(2, 5),
    "a call that is none": lambda all, calls: calls.insert(0, 5),
    "an empty call": lambda all, calls: calls.insert(0, []),
    "calls in another order": lambda all, calls: calls.reverse(),
    "a call twice": lambda all, calls: calls.append(calls[-1]),
    "back in time": lambda all, calls: calls[5].__setitem__(2, calls[4][2] - 1),
    "after the end": lambda all, calls: calls[-1].__setitem__(2, WORLD.duration + 1),
    "an index that is a truth": lambda all, calls: calls[0].__setitem__(0, True),
    "a huge index": lambda all, calls: calls[-1].__setitem__(0, 2**80),
    "another kind": lambda all, calls: calls[0].__setitem__(1, 0),
    "a client that there is not": lambda all, calls: calls[0].__setitem__(3, 3),
    "a client by a name": lambda all, calls: calls[0].__setitem__(3, "1"),
    "a process of somebody else": lambda all, calls: calls[0].__setitem__(4, calls[0][4] + 1),
    "another operation": lambda all, calls: calls[0].__setitem__(5, "cas"),
    "a read of something": lambda all, calls: first(calls, INVOKE, "read").__setitem__(6, 5),
    "a write of nothing": lambda all, calls: first(calls, INVOKE).__setitem__(6, None),
    "a write of a text": lambda all, calls: first(calls, INVOKE).__setitem__(6, "x"),
    "a write of a truth": lambda all, calls: first(calls, INVOKE).__setitem__(6, True),
    "a write of zero": lambda all, calls: first(calls, INVOKE).__setitem__(6, 0),
    "writes of one value": lambda all, calls: [
        c.__setitem__(6, 7) for c in calls if c[1] == INVOKE and c[5] == "write"
    ],
    "an answer to nothing": lambda all, calls: calls.pop(0),
    "an operation in an operation": lambda all, calls: calls.remove(first(calls, RETURN)),
    "an answer to another": lambda all, calls: first(calls, RETURN).__setitem__(5, "read"),
    "another value written": lambda all, calls: first(calls, RETURN).__setitem__(7, 10**6),
    "another outcome": lambda all, calls: first(calls, RETURN).__setitem__(6, "maybe"),
    "an outcome that is none": lambda all, calls: first(calls, RETURN).__setitem__(6, ["ok"]),
    "a write that failed": lambda all, calls: first(calls, RETURN).__setitem__(6, "fail"),
    "a lost read of something": lambda all, calls: first(calls, RETURN, "read", "ok").__setitem__(
        slice(6, None), ["info", 5]
    ),
    "a long text read": lambda all, calls: first(calls, RETURN, "read", "ok").__setitem__(7, "x" * 81),
    "a cursor that moves": lambda all, calls: first(calls, RETURN, "read", "ok").__setitem__(7, "\x1b[2J"),
    "a huge number read": lambda all, calls: first(calls, RETURN, "read", "ok").__setitem__(7, 2**2000),
    "a list read": lambda all, calls: first(calls, RETURN, "read", "ok").__setitem__(7, []),
    "a truth read": lambda all, calls: first(calls, RETURN, "read", "ok").__setitem__(7, True),
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_what_no_clients_can_have_called_is_refused(lie):
    lies = content()
    lie(lies, lies[2])
    with pytest.raises(Nonsense):
        heard(lies, WORLD, 1)


@pytest.mark.parametrize("other", [None, 5, "x", [], [None, None, None]])
def test_what_is_no_outline_is_refused(other):
    with pytest.raises(Nonsense):
        heard(other, WORLD, 1)
