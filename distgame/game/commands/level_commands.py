"""What `distgame level` does: checks level files, tells what is wrong with them, and writes a new one to begin with."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from distgame.game.campaign.level_check import LevelCheck, Trial, check_level, figure, silence
from distgame.game.campaign.level_format import template
from distgame.game.campaign.levels import LevelError, read_level
from distgame.game.commands.run_commands import print_table, say
from distgame.game.play.files import FileError
from distgame.game.play.player_file import write_new
from distgame.game.running.executors import executors
from distgame.game.scores.reports import broken_object, run_object


def check_files(files: Sequence[Path], seeds: range | None, as_json: bool) -> list[int]:
    """Checks level files over their scored seeds, or over other ones; the exit code of each.

    0: the level is sound, 1: it is not, 2: it cannot be read.
    """
    codes = []
    with executors() as executor:
        for path in files:
            try:
                level = read_level(path)
                trials = 1 + len(level.broken) + len(silence(level))
                with progress(path.name, trials, "codes") as done:
                    check = check_level(level, executor(), path.parent, seeds, done)
            except (LevelError, FileError) as error:
                say(f"Error: {error}")
                codes.append(2)
                if as_json:
                    print(json.dumps(_object(path.stem, None, (), [str(error)])), flush=True)
                continue
            codes.append(0 if check.ok else 1)
            if as_json:
                reference = _run_object(check.reference, seeds or level.scored_seeds)
                print(json.dumps(_object(level.id, reference, check.broken, check.problems)), flush=True)
            else:
                _print_check(check)
    return codes


@contextmanager
def progress(title: str, total: int, unit: str) -> Iterator[Callable[[], None]]:
    """A bar on stderr, where that is a terminal; gives the function to call for each step."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn(unit))
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(title, total=total)
        yield lambda: bar.advance(task)


def _object(
    level: str, reference: dict[str, Any] | None, broken: Sequence[Trial], problems: Sequence[str]
) -> dict[str, Any]:
    return {
        "level": level,
        "ok": not problems,
        "reference": reference,
        "broken": [
            {
                "file": trial.file,
                "caught_in": trial.caught_in,
                "of": trial.seeds,
                "missed": [goal.words for goal in trial.missed],
            }
            for trial in broken
        ],
        "problems": list(problems),
    }


def _run_object(trial: Trial, seeds: range) -> dict[str, Any]:
    if trial.score is not None:
        return run_object(trial.level, trial.file, trial.digest, seeds, trial.score)
    assert trial.problem is not None
    return broken_object(trial.level, trial.file, trial.digest, seeds, trial.problem)


def _print_check(check: LevelCheck) -> None:
    level = check.level
    console = Console(highlight=False, soft_wrap=True)
    mark = "[bold green]✓ sound[/]" if check.ok else "[bold red]✗ not sound[/]"
    console.print(f"{mark}  {level.number} {level.name}")
    heads = ("", "algorithm", "outcome", "messages/op", "p50 read", "p99 read", "p99 write", "p99 all", "answered")
    table = Table(*heads, box=None, pad_edge=False)
    for column in table.columns[3:]:
        column.justify = "right"
    rows = [("reference", check.reference)]
    rows += [("must fail", trial) for trial in check.broken] + [("does nothing", trial) for trial in check.silent]
    for role, trial in rows:
        table.add_row(role, trial.file, trial.outcome, *_figures(trial))
    print_table(table)
    for goal in check.reference.goals:
        console.print(f"  {goal.words}: {figure(goal.measured)}, {goal.used:.0%} of what it allows", markup=False)
    for problem in check.problems:
        console.print(f"  ✗ {problem}", markup=False)


def _figures(trial: Trial) -> tuple[str, ...]:
    score = trial.score
    if score is None:
        return ("-",) * 6
    figures = (score.reads.p50, score.reads.p99, score.writes.p99, score.operations.p99)
    messages = "-" if score.messages_per_operation is None else f"{score.messages_per_operation:.2f}"
    return (messages, *("-" if figure is None else str(figure) for figure in figures), f"{score.availability:.2%}")


def new_level(path: Path) -> None:
    """Writes a level file to begin with; its number and name are those of the file. Raises FileError."""
    found = re.fullmatch(r"(\d{1,6})?[-_ ]*(.*)", path.stem)
    assert found is not None
    name = re.sub(r"[-_ ]+", " ", found[2]).strip().title() or "A New Level"
    write_new(path, template(max(1, int(found[1] or 1)), name), "level file", ".toml")
