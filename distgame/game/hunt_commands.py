"""What `distgame hunt` and `distgame replay` do: text or JSON, and the exit code."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress as Bar
from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

from distgame.checker.report import operation_record
from distgame.engine.errors import PlayerError
from distgame.engine.program import Program, Source, compile_program
from distgame.game.commands import say
from distgame.game.files import FileError
from distgame.game.hunting import Counterexample, Hunted, WorldRunner, hunt_level
from distgame.game.judging import namer
from distgame.game.levels import Level, find_level
from distgame.game.places import home
from distgame.game.program import read_program
from distgame.game.replays import Replay, as_record, check_replay, differences, read_replay, write_replay
from distgame.game.reports import problem_object
from distgame.game.seeds import open_pool
from distgame.hunt.hunter import Progress
from distgame.hunt.story import Step, story

NOT_FOUND, FOUND, BAD_INPUT = 0, 1, 2


def hunt_file(
    path: Path, level: Level, seconds: float | None, runs: int | None, out: Path | None, with_code: bool, as_json: bool
) -> int:
    """Hunts a file on a level, prints what was found, and writes the replay; the exit code. Raises FileError."""
    program = read_program(path)
    try:
        compile_program(program)
        pool = open_pool()
        try:
            with _progress(path.name) as tell:
                hunted = hunt_level(program, level, pool, seconds, runs, tell)
        finally:
            pool.shutdown(cancel_futures=True)
    except PlayerError as error:
        say(f"Error: {error.problem}")
        if as_json:
            print(json.dumps(_hunt_object(level, path, None, None) | {"error": problem_object(error.problem)}))
        return BAD_INPUT
    replay = None
    if hunted.found is not None:
        replay = out or _place(path, level, hunted.found)
        made = hunted.found
        write_replay(Replay.of(level, program, made.schedule, made.digest, made.wrong.reason, with_code), replay)
    if as_json:
        print(json.dumps(_hunt_object(level, path, hunted, replay)))
    else:
        _print_hunted(path, level, hunted, replay)
    return FOUND if hunted.found else NOT_FOUND


def _place(path: Path, level: Level, found: Counterexample) -> Path:
    name = re.sub(r"[^\w.-]", "_", path.stem)[:60]
    return home() / "replays" / f"{name}-{level.id}-{found.digest[:8]}.json"


@contextmanager
def _progress(title: str) -> Iterator[Callable[[Progress], None]]:
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _: None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task(f"hunting {title}")

        def tell(progress: Progress) -> None:
            words = f"hunting {title}: {progress.runs} runs, {len(progress.orders)} orders of delivery seen"
            bar.update(task, description=words)

        yield tell


def _print_hunted(path: Path, level: Level, hunted: Hunted, replay: Path | None) -> None:
    console = Console(highlight=False, soft_wrap=True)
    effort = f"{hunted.runs} runs, {hunted.orders} orders of delivery, {hunted.seconds:.1f} s"
    found = hunted.found
    if found is None:
        console.print(f"[bold green]✓ nothing found[/]  {path.name} on {level.number} {level.name}: {effort}")
        console.print(f"  what one late link breaks would have shown with a chance of at least {hunted.confidence:.0%}")
        return
    console.print(f"[bold red]✗ broken[/]  {path.name} on {level.number} {level.name}: {effort}, by {found.strategy}")
    console.print(f"  {found.wrong.reason}", markup=False)
    print_steps(console, found.steps)
    console.print(f"  play it again: distgame replay {replay} {path}", markup=False)


def print_steps(console: Console, steps: tuple[Step, ...]) -> None:
    """The steps of a story, a line each; what the adversary did is marked."""
    for step in steps:
        mark = "!" if step.decision else " "
        console.print(f"    {step.tick:>5} {mark} {step.text}", style="yellow" if step.decision else None, markup=False)


def _hunt_object(level: Level, path: Path, hunted: Hunted | None, replay: Path | None) -> dict[str, Any]:
    found = hunted.found if hunted else None
    return {
        "level": level.id,
        "algorithm": path.name,
        "found": found is not None,
        "runs": hunted.runs if hunted else 0,
        "seconds": round(hunted.seconds, 3) if hunted else 0.0,
        "confidence": hunted.confidence if hunted else 0.0,
        "events": len(found.steps) if found else None,
        "interventions": [as_record(each) for each in found.schedule.interventions] if found else [],
        "reason": found.wrong.reason if found else None,
        "witness": [operation_record(each) for each in found.wrong.operations] if found else [],
        "replay": str(replay) if replay else None,
        "error": None,
    }


def replay_file(path: Path, player: Path | None, folder: Path | None, as_json: bool) -> int:
    """Plays a replay again and says whether it was the same run; 0 if it was. Raises FileError and LevelError."""
    replay = read_replay(path)
    level = find_level(replay.level, folder)
    check_replay(replay, level)
    program = _program(path, replay, player)
    from distgame.game.workers import WorkerNodes

    with WorkerNodes() as nodes:
        nodes.load(program)
        trial = WorldRunner(lambda: nodes, level.world, level.model).watched(replay.schedule)
    unlike = differences(replay, program, trial.trace.digest)
    steps = story(trial, namer(len(level.world.clients)))
    if as_json:
        reason = trial.wrong.reason if trial.wrong else None
        print(
            json.dumps({"file": str(path), "level": level.id, "same": not unlike, "differs": unlike, "reason": reason})
        )
        return 1 if unlike else 0
    console = Console(highlight=False, soft_wrap=True)
    verdict = "[bold red]✗ wrong[/]" if trial.wrong else "[bold green]✓ right[/]"
    console.print(f"{verdict}  {program.main.path} on {level.number} {level.name}, seed {replay.schedule.seed}")
    if trial.wrong:
        console.print(f"  {trial.wrong.reason}", markup=False)
    print_steps(console, steps)
    if unlike:
        console.print("  not the run of the file; what differs is")
        for each in unlike:
            console.print(f"    {each}", markup=False)
        return 1
    console.print(f"  the same run as in the file, to the last message (trace {replay.digest[:12]})")
    return 0


def _program(path: Path, replay: Replay, player: Path | None) -> Program:
    if player is not None:
        return read_program(player)
    if replay.code is None:
        raise FileError(f"{path}: holds no code; name the player's file too: distgame replay {path} FILE")
    digest = hashlib.sha256(replay.code.encode()).hexdigest()
    return Program(Source("__main__", f"{path.name}:code", replay.code), (), digest)
