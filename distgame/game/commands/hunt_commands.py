"""What `distgame hunt` and `distgame replay` do: text or JSON, and the exit code."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress as Bar
from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

from distgame.checker.report import operation_record
from distgame.engine.errors import PlayerError
from distgame.engine.program import compile_program
from distgame.game.adversary.hunting import Counterexample, Hunted, hunt_level
from distgame.game.adversary.replays import Replay, as_record, write_replay
from distgame.game.campaign.levels import Level
from distgame.game.commands.run_commands import say
from distgame.game.pictures.story_picture import write_picture
from distgame.game.play.places import home
from distgame.game.running.program import read_program
from distgame.game.running.seeds import open_pool
from distgame.game.scores.reports import problem_object
from distgame.hunt.hunter import Progress
from distgame.hunt.story import Step

NOT_FOUND, FOUND, BAD_INPUT = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Asked:
    """What a hunt may take (seconds, runs), and where its replay and its picture are to be written."""

    seconds: float | None
    runs: int | None
    out: Path | None = None
    svg: Path | None = None
    with_code: bool = False


def hunt_file(path: Path, level: Level, asked: Asked, as_json: bool) -> int:
    """Hunts a file on a level, prints what was found, and writes the replay; the exit code.

    Raises FileError; and KeyboardInterrupt, once it has said how far it was, where nothing is found by then.
    """
    program = read_program(path)
    progress = Progress()
    try:
        compile_program(program)
        pool = open_pool()
        try:
            with _progress(path.name) as show:

                def tell(now: Progress) -> None:
                    nonlocal progress
                    progress = now
                    show(now)

                hunted = hunt_level(program, level, pool, asked.seconds, asked.runs, tell)
        except KeyboardInterrupt:
            found = "broke it, and its story was not told yet" if progress.found else "nothing was found by then"
            say(f"stopped after {progress.runs} runs: {found}")
            if as_json:
                print(json.dumps(_hunt_object(level, path, None, None) | {"runs": progress.runs}))
            raise
        finally:
            pool.shutdown(cancel_futures=True)
    except PlayerError as error:
        say(f"Error: {error.problem}")
        if as_json:
            print(json.dumps(_hunt_object(level, path, None, None) | {"error": problem_object(error.problem)}))
        return BAD_INPUT
    replay = None
    if hunted.found is not None:
        made = hunted.found
        replay = asked.out or _place(path, level, made)
        write_replay(Replay.of(level, program, made.schedule, made.digest, made.wrong.reason, asked.with_code), replay)
        if asked.svg is not None:
            write_picture(made.picture, asked.svg)
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
            what = "broke it, now making it short" if progress.found else "runs"
            words = f"hunting {title}: {progress.runs} {what}, {len(progress.orders)} orders of delivery seen"
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
    if not found.minimal:
        console.print("  ended early: what is told here may be longer than it must be")
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
        "minimal": found.minimal if found else None,
        "interventions": [as_record(each) for each in found.schedule.interventions] if found else [],
        "reason": found.wrong.reason if found else None,
        "witness": [operation_record(each) for each in found.wrong.operations] if found else [],
        "replay": str(replay) if replay else None,
        "error": None,
    }
