"""Hunts every algorithm of the levels, references and broken ones, and prints what was found: `make hunt`."""

from __future__ import annotations

import argparse
import statistics
from pathlib import Path

from rich.console import Console
from rich.table import Table

from distgame.game.hunting import Hunted, hunt_level
from distgame.game.levels import Level, all_levels
from distgame.game.places import algorithms_folder
from distgame.game.program import read_program
from distgame.game.seeds import open_pool


def main() -> None:
    """Hunts; exit code 1 if a reference is accused."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30.0, help="for each broken algorithm")
    parser.add_argument("--reference-seconds", type=float, default=30.0, help="for each reference")
    options = parser.parse_args()
    console = Console(width=None if Console().is_terminal else 140)
    table = Table("level", "algorithm", "", "runs", "seconds", "steps", "by", "why", box=None, pad_edge=False)
    caught: list[Hunted] = []
    broken = accused = 0
    pool = open_pool()
    try:
        for level in all_levels():
            hunted = _hunt(level, level.reference, options.reference_seconds, pool)
            accused += hunted.found is not None
            _row(table, level, level.reference, hunted, "reference")
            for algorithm in level.broken:
                hunted = _hunt(level, algorithm, options.seconds, pool)
                broken += 1
                if hunted.found:
                    caught.append(hunted)
                _row(table, level, algorithm, hunted, "must fail")
    finally:
        pool.shutdown(cancel_futures=True)
    console.print(table)
    console.print(f"\n{len(caught)} of {broken} that must fail are wrong in some run; {accused} references accused")
    if caught:
        runs = statistics.median(each.found.runs for each in caught if each.found)
        steps = statistics.median(len(each.found.steps) for each in caught if each.found)
        console.print(f"median runs to find {runs:g}, median steps of the story {steps:g}")
    raise SystemExit(1 if accused else 0)


def _hunt(level: Level, algorithm: str, seconds: float, pool: object) -> Hunted:
    path = Path(algorithms_folder() / algorithm)
    return hunt_level(read_program(path), level, pool, seconds)  # type: ignore[arg-type]


def _row(table: Table, level: Level, algorithm: str, hunted: Hunted, kind: str) -> None:
    found = hunted.found
    table.add_row(
        str(level.number),
        f"{algorithm} ({kind})",
        "[red]found[/]" if found else "[green]nothing[/]",
        str(hunted.runs),
        f"{hunted.seconds:.1f}",
        str(len(found.steps)) if found else "",
        found.strategy if found else "",
        found.wrong.reason[:60] if found else "",
    )


if __name__ == "__main__":
    main()
