"""What `distgame hunt --exhaustive` does: text or JSON, and the exit code."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console

from distgame.checker.report import operation_record
from distgame.engine.errors import PlayerError
from distgame.engine.program import compile_program
from distgame.game.adversary.exhausting import (
    NODES,
    Exhausted,
    Size,
    can_be_searched,
    exhaust,
    limits,
    said,
    sizes,
)
from distgame.game.campaign.levels import Level
from distgame.game.commands.run_commands import say
from distgame.game.pictures.story_picture import write_picture
from distgame.game.play.files import FileError
from distgame.game.running.program import read_program
from distgame.game.scores.reports import problem_object
from distgame.hunt.tiny import Limits, nodes_of

NOT_FOUND, FOUND, BAD_INPUT = 0, 1, 2


def exhaust_file(
    path: Path,
    level: Level,
    operations: int,
    states: int,
    at_most: Mapping[str, int],
    svg: Path | None,
    as_json: bool,
) -> int:
    """Searches tiny worlds, the smallest first, until one breaks; the exit code. Raises FileError.

    Each size is searched twice where something may go wrong on the level: at first nothing does but what clocks do.
    """
    reason = can_be_searched(level)
    if reason is not None:
        raise FileError(f"{level.id}: {reason}")
    program = read_program(path)
    console = Console(highlight=False, soft_wrap=True, quiet=as_json)
    done: list[Exhausted] = []
    try:
        compile_program(program)
        nodes = nodes_of(level.world, NODES)
        whole = limits(level, nodes, at_most)
        for size in sizes(level, operations, nodes):
            for some in dict.fromkeys((Limits(timeouts=whole.timeouts), whole)):
                with _progress(size) as tell:
                    done.append(exhaust(program, level, size, some, states, tell))
                console.print(f"  {_line(done[-1])}", markup=False)
                if done[-1].reason is not None:
                    break
            if done[-1].reason is not None:
                break
    except PlayerError as error:
        say(f"Error: {error.problem}")
        if as_json:
            print(json.dumps(_object(path, level, done) | {"error": problem_object(error.problem)}))
        return BAD_INPUT
    found = done[-1].reason is not None
    if as_json:
        print(json.dumps(_object(path, level, done)))
    elif found:
        console.print(f"[bold red]✗ broken[/]  {path.name} on {level.number} {level.name}")
        console.print(f"  {done[-1].reason}", markup=False)
        for number, step in enumerate(done[-1].steps, 1):
            console.print(f"    {number:>3}  {step}", markup=False)
    else:
        console.print(f"[bold green]✓ nothing found[/]  {path.name} on {level.number} {level.name}")
        for words in _covered(level, done):
            console.print(f"  {words}", markup=False)
    if found and svg is not None:
        write_picture(done[-1].picture, svg)
    return FOUND if found else NOT_FOUND


@contextmanager
def _progress(size: Size) -> Iterator[Callable[[int, int], None]]:
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda events, states: None
        return
    with console.status(f"{size}") as status:
        yield lambda events, states: status.update(f"{size}: up to {events} events, {states:,} states")


def _line(done: Exhausted) -> str:
    searched = done.searched
    if done.reason is not None:
        return f"{done.size}: a wrong answer after {searched.events} events, and none after fewer"
    states = f"{searched.states:,} states"
    if done.unconfirmed:
        return f"{done.size}: undecided: the program goes by numbers that are others elsewhere ({states})"
    words = said(done.limits)
    if searched.whole:
        schedule = f"no schedule with {words}" if words else "no schedule"
        return f"{done.size}: {schedule} breaks it: {searched.schedules:,} of them, all looked at ({states})"
    schedule = f"no schedule of up to {searched.events} events{f' with {words}' if words else ''}"
    return f"{done.size}: {schedule} breaks it ({states}: the search ended at its bound, which --states raises)"


def _covered(level: Level, done: Sequence[Exhausted]) -> Iterator[str]:
    """What was looked at, and what was not, in words."""
    world, most = level.world, done[-1].limits
    words = said(most)
    order = "in any order" if world.links.reorder else "in order on each link"
    yield f"looked at: signals {order}, however late, or never{f', with {words}' if words else ''}"
    cas = any("cas" in each.size.operations for each in done)
    others = (
        (not most.losses and not world.links.reorder, "lost signals that let others pass"),
        (not most.doubles, "doubled signals"),
        (not most.crashes, "crashes"),
        (not most.timeouts and any(each.timed for each in done), "timeouts"),
        (world.disk_latency and not most.torn, "disks that take their time"),
        (world.gateway.retry, "requests that the gateway sends again"),
        (cas, "clients with compare-and-sets that go on without an answer"),
    )
    left_out = [words for is_left_out, words in others if is_left_out]
    left_out += ["nodes that stand still", "clocks that are off"]
    yield f"not looked at: {', '.join(left_out)}"


def _object(path: Path, level: Level, done: list[Exhausted]) -> dict[str, Any]:
    last = done[-1] if done else None
    found = last is not None and last.reason is not None
    return {
        "level": level.id,
        "algorithm": path.name,
        "found": found,
        "searches": [
            {
                "nodes": each.size.nodes,
                "operations": list(each.size.operations),
                "writes": each.size.operations.count("write"),
                "reads": each.size.operations.count("read"),
                "limits": asdict(each.limits),
                "events": each.searched.events,
                "whole": each.searched.whole,
                "states": each.searched.states,
                "schedules": each.searched.schedules,
                "unconfirmed": each.unconfirmed,
            }
            for each in done
        ],
        "covered": list(_covered(level, done)) if done else [],
        "reason": last.reason if last else None,
        "steps": list(last.steps) if last else [],
        "witness": [operation_record(each) for each in last.operations] if last else [],
        "error": None,
    }
