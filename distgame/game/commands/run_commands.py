"""What the commands without screens do: run files, list levels and scores; text or JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from distgame.checker.lanes import lanes
from distgame.engine.errors import PlayerError, Problem
from distgame.engine.program import Program, compile_program
from distgame.game.campaign.levels import Level, all_levels
from distgame.game.play.files import FileError
from distgame.game.play.settings import Settings, player_name, read_settings
from distgame.game.running.executors import executors
from distgame.game.running.program import read_program
from distgame.game.running.seeds import score_seeds
from distgame.game.scores.honesty import is_honest
from distgame.game.scores.judging import namer
from distgame.game.scores.record import row_of
from distgame.game.scores.reports import broken_object, level_object, run_object
from distgame.game.scores.scoreboard import Scoreboard
from distgame.game.scores.scoring import Score, SeedScore

STARS = {0: "···", 1: "★··", 2: "★★·", 3: "★★★"}
SEAL = "◈"


def say(text: str) -> None:
    """A word to the person, on stderr."""
    print(text, file=sys.stderr)


def run_files(
    files: Sequence[Path], level: Level, practice: range | None, as_json: bool, address: str | None = None
) -> list[int]:
    """Runs files on a level's scored seeds, or on practice seeds; the exit code of each.

    They run on this machine, or on the Dask cluster whose scheduler is at `address`. Raises ExecutorError.
    """
    codes = []
    with executors(address) as executor:
        for path in files:
            try:
                program = read_program(path)
                compile_program(program)
            except FileError as error:
                say(f"Error: {error}")
                codes.append(2)
                if as_json:
                    problem = Problem("file", str(error), str(path))
                    print(json.dumps(broken_object(level, path.name, None, _seeds(level, practice), problem)))
                continue
            except PlayerError as error:
                codes.append(_report_broken(path, program, level, practice, error.problem, as_json))
                continue
            codes.append(_run_file(path, program, level, practice, executor(), as_json))
    return codes


def _seeds(level: Level, practice: range | None) -> range:
    return level.scored_seeds if practice is None else practice


def _settings() -> Settings:
    settings, notice = read_settings()
    if notice:
        say(notice)
    return settings


def _report_broken(
    path: Path, program: Program, level: Level, practice: range | None, problem: Problem, as_json: bool
) -> int:
    say(f"Error: {problem}")
    if as_json:
        print(json.dumps(broken_object(level, path.name, program.digest, _seeds(level, practice), problem)))
    return 2


def _run_file(path: Path, program: Program, level: Level, practice: range | None, pool: Executor, as_json: bool) -> int:
    seeds = _seeds(level, practice)
    try:
        with _progress(path.name, len(seeds)) as on_seed:
            score = score_seeds(program, level, practice, pool, on_seed)
    except PlayerError as error:
        return _report_broken(path, program, level, practice, error.problem, as_json)
    if practice is None and is_honest(score):
        settings = _settings()
        if level.id in settings.forfeited:
            say("the solution of this level was looked at before it was passed: it earns no stars")
            score = score.without_stars()
        with Scoreboard.open() as scoreboard:
            scoreboard.add(row_of(score, level, player_name(settings), path.name, program))
            if scoreboard.notice:
                say(scoreboard.notice)
    if as_json:
        print(json.dumps(run_object(level, path.name, program.digest, seeds, score)), flush=True)
    else:
        _print_score(path, level, seeds, score)
    if score.problem is not None:
        say(f"Error: {score.problem}")
        return 2
    return 0 if score.passed else 1


@contextmanager
def _progress(title: str, seeds: int) -> Iterator[Callable[[SeedScore], None]]:
    console = Console(stderr=True)
    if not console.is_terminal or seeds < 2:
        yield lambda _: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("seeds"))
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(title, total=seeds)
        yield lambda _: progress.advance(task)


def _print_score(path: Path, level: Level, seeds: range, score: Score) -> None:
    console = Console(highlight=False, soft_wrap=True)
    correct = sum(seed.correct for seed in score.seeds)
    wrong = sum(seed.wrong for seed in score.seeds)
    silent = sum(seed.unanswered_reads for seed in score.seeds)
    verdict = "[bold green]✓ passed[/]" if score.passed else "[bold red]✗ not passed[/]"
    kind = "scored" if score.scored else "practice"
    console.print(f"{verdict}  {path.name} on {level.number} {level.name}, {kind} seeds {seeds[0]}-{seeds[-1]}")
    console.print(f"  reads     {correct} right, {wrong} wrong, {silent} unanswered")
    console.print(f"  seeds     {score.seeds_passed} of {len(score.seeds)} passed")
    for goal in score.goals:
        mark = "[green]✓[/]" if goal.met else "[red]✗[/]"
        console.print(f"  goal      {mark} {goal.words}: {_figure(goal.measured)}")
    waits = score.operations
    console.print(f"  waits     p50 {waits.p50}, p95 {waits.p95}, p99 {waits.p99} ticks")
    if score.scored:
        names = zip(("messages", "wait", "availability"), score.medals, strict=True)
        won = ", ".join(name for name, has in names if has) or "none"
        console.print(f"  stars     {STARS[score.stars]}   medals: {won}")
    failure = score.first_failure
    if failure is not None and score.problem is None:
        console.print(f"  seed {failure.seed}, tick {failure.tick}: {failure.reason}", markup=False)
        for line in lanes(failure.operations, namer(len(level.world.clients))):
            console.print(f"    {line}", markup=False)


def _figure(value: float | None) -> str:
    if value is None:
        return "nothing to measure"
    return f"{value:g}" if float(value).is_integer() else f"{value:.3f}"


def show_levels(folder: Path | None, as_json: bool) -> None:
    """Lists the levels with the player's best and seals. Raises LevelError."""
    found = all_levels(folder)
    with Scoreboard.open() as scoreboard:
        player = player_name(_settings())
        best = scoreboard.best_of_each_level(player)
        seals = {level.id: scoreboard.seal(level.id, level.rules_digest, player) for level in found}
        if scoreboard.notice:
            say(scoreboard.notice)
    if as_json:
        print(json.dumps({"levels": [level_object(level, best.get(level.id), seals[level.id]) for level in found]}))
        return
    table = Table("", "level", "nodes", "clients", "teaches", "stars", "seal", box=None, pad_edge=False)
    for level in found:
        row, seal = best.get(level.id), seals[level.id]
        world = level.world
        table.add_row(
            str(level.number),
            level.name,
            str(world.nodes),
            str(len(world.clients)),
            level.teaches,
            STARS[row.stars if row else 0],
            f"{SEAL} {seal.runs} runs" if seal else "",
        )
    print_table(table)


def show_scoreboard(level: str | None, as_json: bool, export: Path | None = None) -> None:
    """Lists the scores of one level, or of all, and writes their proofs into a folder. Raises FileError."""
    with Scoreboard.open() as scoreboard:
        rows = scoreboard.scores(level)
        if scoreboard.notice:
            say(scoreboard.notice)
    if export is not None:
        from distgame.game.adversary.proofs import write_proofs

        write_proofs(rows, export)
        say(f"{len(rows)} scores are in {export}: distgame verify FILE makes their runs again")
    if as_json:
        print(json.dumps({"scores": [row.as_json() for row in rows]}))
        return
    if not rows:
        print("no scores yet")
        return
    heads = ("level", "player", "algorithm", "stars", "seeds", "messages/op", "p99 wait", "answered", "when")
    table = Table(*heads, box=None, pad_edge=False)
    for row in rows:
        table.add_row(
            row.level,
            row.player,
            row.algorithm,
            STARS[row.stars],
            str(row.seeds_passed),
            "-" if row.messages_per_operation is None else f"{row.messages_per_operation:.2f}",
            "-" if row.wait_p99 is None else f"{row.wait_p99:g}",
            "-" if row.availability is None else f"{row.availability:.1%}",
            row.when,
        )
    print_table(table)


def print_table(table: Table) -> None:
    """A table on stdout."""
    # A pipe or a file has no width to keep to.
    Console(width=None if sys.stdout.isatty() else 160).print(table)
