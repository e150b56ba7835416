"""Hunts every algorithm of the levels, references and broken ones, and prints what was found: `make hunt`.

A broken algorithm may answer wrongly, or it may only miss a goal: a level's scored seeds say which, and only those that
answer wrongly there must be found.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from distgame.game.adversary.hunting import Hunted, hunt_level
from distgame.game.campaign.levels import Level, all_levels, find_level
from distgame.game.play.places import algorithms_folder
from distgame.game.running.program import read_program
from distgame.game.running.seeds import open_pool, score_seeds

SOON = 30
"""Seconds within which a broken algorithm should be caught."""


@dataclass(frozen=True, slots=True)
class Prey:
    """An algorithm on a level: whether it is the reference, and of how many scored seeds it fails how many."""

    level: Level
    algorithm: str
    reference: bool
    wrong_seeds: int
    hunted: Hunted


def main() -> None:
    """Hunts; exit code 1 if a reference is accused."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("levels", nargs="*", help="levels to hunt on; all without any")
    parser.add_argument("--seconds", type=float, default=30.0, help="for each broken algorithm")
    parser.add_argument("--reference-seconds", type=float, default=30.0, help="for each reference")
    parser.add_argument("--references", action="store_true", help="hunt the references alone")
    options = parser.parse_args()
    console = Console(width=None if Console().is_terminal else 150, highlight=False)
    hunted = []
    pool = open_pool()
    try:
        for level in [find_level(each) for each in options.levels] or all_levels():
            for algorithm in (level.reference, *(() if options.references else level.broken)):
                reference = algorithm == level.reference
                seconds = options.reference_seconds if reference else options.seconds
                hunted.append(_hunt(level, algorithm, reference, seconds, pool))
                console.print(_line(hunted[-1]), markup=False)
    finally:
        pool.shutdown(cancel_futures=True)
    console.print(_table(hunted))
    console.print("", *sums(hunted), sep="\n", markup=False)
    raise SystemExit(1 if any(prey.reference and prey.hunted.found for prey in hunted) else 0)


def _hunt(level: Level, algorithm: str, reference: bool, seconds: float, pool: Executor) -> Prey:
    program = read_program(algorithms_folder() / algorithm)
    wrong = 0
    if not reference:
        score = score_seeds(program, level, level.scored_seeds, pool)
        wrong = sum(1 for seed in score.seeds if seed.wrong or seed.problem)
    return Prey(level, algorithm, reference, wrong, hunt_level(program, level, pool, seconds))


def _line(prey: Prey) -> str:
    found = prey.hunted.found
    what = f"found by {found.strategy}, {len(found.steps)} steps" if found else "nothing"
    return f"{prey.level.number:>2} {prey.algorithm}: {what}, {prey.hunted.runs} runs, {prey.hunted.seconds:.1f} s"


def _table(hunted: list[Prey]) -> Table:
    heads = ("level", "algorithm", "wrong seeds", "hunt", "runs", "seconds", "steps", "by", "why")
    table = Table(*heads, box=None, pad_edge=False)
    for prey in hunted:
        found = prey.hunted.found
        table.add_row(
            str(prey.level.number),
            f"{prey.algorithm}{' (reference)' if prey.reference else ''}",
            "" if prey.reference else f"{prey.wrong_seeds} of {len(prey.level.scored_seeds)}",
            "[red]found[/]" if found else "[green]nothing[/]",
            str(prey.hunted.runs),
            f"{prey.hunted.seconds:.1f}",
            str(len(found.steps)) if found else "",
            found.strategy if found else "",
            found.wrong.reason[:44] if found else "",
        )
    return table


def sums(hunted: Sequence[Prey]) -> list[str]:
    """What it all comes to, a line each."""
    broken = [prey for prey in hunted if not prey.reference]
    references = [prey for prey in hunted if prey.reference]
    wrong = [prey for prey in broken if prey.wrong_seeds]
    caught = [prey for prey in wrong if prey.hunted.found]
    missing = [prey for prey in broken if not prey.wrong_seeds]
    more = [prey for prey in missing if prey.hunted.found]
    lines = []
    if wrong:
        soon = sum(1 for prey in caught if prey.hunted.seconds <= SOON)
        lines.append(f"{len(caught)} of {len(wrong)} that answer wrongly in scored seeds are caught")
        lines.append(f"{soon / len(wrong):.0%} of them within {SOON} s, the story told")
    if missing:
        lines.append(f"{len(more)} of the other {len(missing)}, which miss a goal, answer wrongly in some run")
    if found := [(prey, prey.hunted.found) for prey in broken if prey.hunted.found]:
        lines.append(_spread("runs to find it", [(each.runs, prey) for prey, each in found]))
        lines.append(_spread("seconds to find and tell it", [(prey.hunted.seconds, prey) for prey, _ in found]))
        lines.append(_spread("steps of its story", [(len(each.steps), prey) for prey, each in found]))
    if references:
        accused = [prey for prey in references if prey.hunted.found]
        lines.append(f"{len(accused)} of {len(references)} references are accused")
        lines.append(_spread("runs of a reference", [(prey.hunted.runs, prey) for prey in references]))
    return lines


def _spread(what: str, measured: Sequence[tuple[float, Prey]]) -> str:
    most, prey = max(measured, key=lambda each: each[0])
    middle = statistics.median(value for value, _ in measured)
    return f"{what}: median {_figure(middle)}, most {_figure(most)} ({prey.algorithm} on {prey.level.number})"


def _figure(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


if __name__ == "__main__":
    main()
