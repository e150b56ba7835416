"""Prints what each algorithm makes of each level: the figures from which thresholds and medals are set.

    python scripts/measure_levels.py [LEVEL ...]

For each algorithm: seeds failed of the 20 scored and of 100 more (201 to 300), the rest over the scored seeds alone.
`pass` says what the game would say, `*` marks the level's reference, `x` what must fail.
"""

from __future__ import annotations

import sys

from distgame.engine.host import Host
from distgame.engine.program import Program, Source
from distgame.game.levels import Level, all_levels, find_level
from distgame.game.places import algorithms_folder
from distgame.game.runs import run_level
from distgame.game.scoring import Score, total

MORE_SEEDS = range(201, 301)


def host_of(algorithm: str) -> Host:
    """Nodes of an algorithm that comes with the game."""
    path = algorithms_folder() / algorithm
    return Host(Program(Source(path.stem, path.name, path.read_text(encoding="utf-8"))))


def measure(level: Level, algorithm: str) -> tuple[Score, Score]:
    """The score over the scored seeds, and over the others."""
    host = host_of(algorithm)
    scored, more = (
        total(level, [run_level(host, level, seed).score for seed in seeds])
        for seeds in (level.scored_seeds, MORE_SEEDS)
    )
    return scored, more


def row(level: Level, algorithm: str) -> str:
    """One line of the table."""
    scored, more = measure(level, algorithm)
    mark = "*" if algorithm == level.reference else "x" if algorithm in level.broken else " "
    failed = [len(score.seeds) - score.seeds_passed for score in (scored, more)]
    waits = "/".join(f"{figure!s:>4}" for kind in (scored.reads, scored.writes) for figure in (kind.p50, kind.p99))
    return (
        f"{level.number:2} {mark} {algorithm:34} {failed[0]:3}/20 {failed[1]:3}/100 "
        f"{scored.messages_per_operation or 0:6.2f} {waits} {scored.operations.p99!s:>4} "
        f"{scored.availability:7.4f}  {'pass' if scored.passed else 'FAIL'} {scored.stars}"
    )


def main() -> None:
    """Measures the named levels, or all."""
    folder = algorithms_folder()
    algorithms = [str(path.relative_to(folder)) for path in (*folder.glob("*.py"), *folder.glob("broken/*.py"))]
    levels = [find_level(name) for name in sys.argv[1:]] or all_levels()
    print("level  algorithm                       failed: scored, more    mpo  read p50/p99, write p50/p99, p99 all  A")
    for level in levels:
        for algorithm in sorted(algorithms, key=lambda name: (name.startswith("broken"), name)):
            print(row(level, algorithm), flush=True)


if __name__ == "__main__":
    main()
