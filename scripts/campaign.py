"""Tries every algorithm on every level, prints what came of it, and fails if a level is not sound.

    python scripts/campaign.py [--docs] [--level ID ...]

With --docs the tables of docs/campaign.md are written anew.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from distgame.game.campaign.level_check import LevelCheck, Trial, algorithms, silence, try_all
from distgame.game.campaign.levels import Level, LevelError, all_levels, find_level
from distgame.game.commands.level_commands import progress
from distgame.game.play.files import FileError
from distgame.game.play.places import algorithm_file
from distgame.game.running.executors import executors
from distgame.game.running.program import read_program
from distgame.game.running.seeds import score_seeds

PAGE = Path(__file__).parents[1] / "docs" / "campaign.md"
LEGEND = (
    "✓ passes; a number: in so many of 20 seeds a read was wrong, or too few were right; a: too little was answered; "
    "m: too many messages; w: clients waited too long; e: an error"
)

Matrix = Mapping[tuple[str, str], Trial]


def run_all(levels: Sequence[Level], names: Sequence[str]) -> tuple[Matrix, list[LevelCheck]]:
    """Every algorithm on every level, and the word on every level; references run as a player's code does."""
    cells: dict[tuple[str, str], Trial] = {}
    checks = []
    attempts = [(level, name, algorithm_file(name)) for level in levels for name in names]
    with executors() as executor, progress("campaign", len(attempts), "trials") as done:
        for trial in try_all(attempts, executor(), done=done):
            cells[trial.level.id, trial.file] = trial
        for level in levels:
            best = cells[level.id, level.reference]
            score = score_seeds(read_program(algorithm_file(level.reference)), level, None, executor())
            cells[level.id, level.reference] = best = replace(best, score=score, problem=score.problem)
            broken, silent = (tuple(cells[level.id, name] for name in each) for each in (level.broken, silence(level)))
            checks.append(LevelCheck(level, best, broken, silent))
    return cells, checks


def shown(trial: Trial) -> str:
    """A cell: see LEGEND."""
    if trial.passed:
        return "✓"
    if trial.score is None or trial.score.problem is not None:
        return f"{trial.caught_in or ''}e"
    missed = [goal for goal in trial.goals if not goal.met and not goal.of_each_seed]
    kinds = {"a" if goal.sense == "share" else "m" if "messages" in goal.words else "w" for goal in missed}
    return f"{trial.caught_in or ''}{''.join(sorted(kinds))}"


def print_matrix(cells: Matrix, levels: Sequence[Level], names: Sequence[str]) -> None:
    """The matrix on the terminal: references green, what must fail red, the rest as it comes."""
    table = Table("", *(str(level.number) for level in levels), box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for column in table.columns[1:]:
        column.justify = "center"
    for name in names:
        row = []
        for level in levels:
            trial = cells[level.id, name]
            style = "bold green" if name == level.reference else "bold red" if name in level.broken else "dim"
            row.append(f"[{style}]{shown(trial)}[/]")
        table.add_row(name, *row)
    console = Console(width=None if sys.stdout.isatty() else 200, highlight=False)
    console.print(table)
    console.print(LEGEND)


def tables(cells: Matrix, checks: Sequence[LevelCheck], names: Sequence[str]) -> str:
    """Both tables of the page, in Markdown."""
    levels = [check.level for check in checks]
    lines = ["| | level | asks for | its reference, and what it measures | what must fail |", "|--:|---|---|---|---|"]
    for check in checks:
        level, score = check.level, check.reference.score
        assert score is not None
        figures = f"{score.messages_per_operation or 0:.1f} messages an operation, p99 {score.operations.p99} ticks, "
        figures += f"{score.availability:.1%} answered"
        fails = ", ".join(f"{link(trial.file)} ({_how(trial)})" for trial in check.broken)
        asks = f"{level.model}, {level.world.nodes} node{'s' if level.world.nodes > 1 else ''}"
        lines.append(f"| {level.number} | {level.name} | {asks} | {link(level.reference)}: {figures} | {fails} |")
    lines += ["", f"Every algorithm on every level: {LEGEND}. Bold are each level's reference and what must fail.", ""]
    lines.append("| |" + "".join(f" {level.number} |" for level in levels))
    lines.append("|---|" + ":-:|" * len(levels))
    for name in names:
        row = []
        for level in levels:
            text = shown(cells[level.id, name])
            row.append(f"**{text}**" if name in (level.reference, *level.broken) else text)
        lines.append(f"| {link(name)} | {' | '.join(row)} |")
    return "\n".join(lines)


def link(name: str) -> str:
    """An algorithm as the page names it."""
    return f"[{Path(name).stem}](../algorithms/{name})"


def _how(trial: Trial) -> str:
    words = [f"{trial.caught_in} of {trial.seeds} seeds"] if trial.caught_in else []
    for goal in trial.missed:
        measured = "nothing" if goal.measured is None else f"{goal.measured:.4g}"
        words.append(f"{goal.words}: {measured}")
    return "; ".join(words)


def write_page(text: str) -> None:
    """Puts the tables between the page's marks."""
    page = PAGE.read_text(encoding="utf-8")
    begin, end = "<!-- tables -->\n", "<!-- end of tables -->"
    head, _, rest = page.partition(begin)
    _, _, tail = rest.partition(end)
    PAGE.write_text(f"{head}{begin}{text}\n{end}{tail}", encoding="utf-8")


def main() -> int:
    """Exit code 0 if every level is sound, 1 if not, 2 if one cannot be read."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--docs", action="store_true", help="write the tables of docs/campaign.md")
    parser.add_argument("--level", action="append", help="only this level (may be repeated)")
    options = parser.parse_args()
    try:
        levels = [find_level(each) for each in options.level or ()] or all_levels()
        names = algorithms()
        cells, checks = run_all(levels, names)
    except (FileError, LevelError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return 2
    print_matrix(cells, levels, names)
    if options.docs:
        write_page(tables(cells, checks, names))
    unsound = [check for check in checks if not check.ok]
    for check in unsound:
        for problem in check.problems:
            print(f"{check.level.id}: {problem}", file=sys.stderr)
    print(f"{len(checks) - len(unsound)} of {len(checks)} levels are sound")
    return 1 if unsound else 0


if __name__ == "__main__":
    sys.exit(main())
