"""What `distgame grade` does: grades files, and reports them as a table, as JSON lines, and as a JUnit file."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import closing, contextmanager
from pathlib import Path

from rich.console import Console
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from distgame.engine.wording import printable
from distgame.game.campaign.levels import Level
from distgame.game.commands.run_commands import STARS, say
from distgame.game.play.files import FileError, reason, write_atomically
from distgame.game.running import walls
from distgame.game.running.executors import executors
from distgame.game.scores.grading import Grade, grade_all
from distgame.game.scores.junit import junit


def grade_files(
    files: Sequence[Path],
    levels: Sequence[Level],
    as_json: bool,
    junit_file: Path | None,
    trust: bool,
    cluster: str | None = None,
) -> list[int]:
    """Grades every file on every level, here or by the Dask cluster at an address; the exit code of each.

    Raises FileError where there are no walls and `trust` does not do without, or where the JUnit file has no place,
    and ExecutorError where there is no cluster.
    """
    lacking = walls.missing() if cluster is None else None
    if lacking is not None and not trust:
        raise FileError(
            f"strangers' files are graded behind walls, and {lacking}; with --trust they are graded without, "
            "with your own rights"
        )
    if junit_file is not None:
        _check_place(junit_file)
    tell = _print_json if as_json else None
    with executors(cluster) as executor:
        grades = _grade(files, levels, trust, tell, None if cluster is None else executor())
    names = _names(files)
    named = [(names[place // len(levels)], grade) for place, grade in enumerate(grades)]
    if not as_json:
        _print_report(named, levels)
    if junit_file is not None:
        try:
            write_atomically(junit_file, junit(named))
        except OSError as error:
            raise FileError(f"{junit_file} cannot be written: {reason(error)}") from None
    return [grade.code for grade in grades]


def _grade(
    files: Sequence[Path],
    levels: Sequence[Level],
    trust: bool,
    tell: Callable[[Grade], None] | None,
    cluster: Executor | None,
) -> list[Grade]:
    """All grades in order; each is told as soon as all before it are there."""
    found: dict[int, Grade] = {}
    told = 0
    with _progress(len(files) * len(levels)) as advance, closing(grade_all(files, levels, trust, cluster)) as grades:
        for place, grade in grades:
            found[place] = grade
            advance()
            while tell is not None and told in found:
                tell(found[told])
                told += 1
    return [grade for _, grade in sorted(found.items(), key=lambda item: item[0])]


def _check_place(path: Path) -> None:
    folder = path.absolute().parent
    if path.is_dir():
        raise FileError(f"{path} is a folder: name a file in it, such as {path / 'grades.xml'}")
    if not folder.is_dir():
        raise FileError(f"there is no folder {folder}: make it first, or name a file elsewhere")
    if not os.access(folder, os.W_OK):
        raise FileError(f"{path} cannot be written: its folder is not yours to change")


def _print_json(grade: Grade) -> None:
    if grade.problem is not None:
        say(f"Error: {printable(str(grade.problem))}")
    print(json.dumps(grade.as_json()), flush=True)


def _names(files: Sequence[Path]) -> list[str]:
    """The files' names as short as they can be told apart: without the folders that all of them have in common."""
    whole = [os.path.abspath(os.path.expanduser(path)) for path in files]
    if len({os.path.basename(path) for path in whole}) == len(set(whole)):
        return [os.path.basename(path) for path in whole]
    common = os.path.commonpath([os.path.dirname(path) for path in whole])
    return [os.path.relpath(path, common) for path in whole]


@contextmanager
def _progress(total: int) -> Iterator[Callable[[], None]]:
    console = Console(stderr=True)
    if not console.is_terminal or total < 2:
        yield lambda: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("grading", total=total)
        yield lambda: progress.advance(task)


def _print_report(named: Sequence[tuple[str, Grade]], levels: Sequence[Level]) -> None:
    """A table with a line for each grade; below it, why what is not passed is not."""
    console = Console(width=None if sys.stdout.isatty() else 160, highlight=False)
    several = len(levels) > 1
    table = Table("file", *["level"] * several, box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for head in ("seeds", "wrong"):
        table.add_column(head, justify="right", no_wrap=True)
    table.add_column("result", no_wrap=True)
    before = ""
    for name, grade in named:
        # The name of a file stands once, beside the first of its levels.
        title = [Text("" if several and name == before else printable(name), overflow="fold")]
        if several:
            title.append(Text(_level_name(grade)))
        before = name
        table.add_row(*title, *_cells(grade))
    console.print(table)
    for name, grade in named:
        if grade.code:
            where = f", {_level_name(grade)}" if several else ""
            console.print(Text(f"\n{printable(name)}{where}", "bold"))
            console.print(Padding(Text(printable(_why(grade))), (0, 0, 0, 4), expand=False))
    counts = [sum(1 for _, grade in named if grade.code == code) for code in (0, 1, 2)]
    words = ("passed", "not passed", "with an error")
    console.print("\n" + ", ".join(f"{count} {what}" for count, what in zip(counts, words, strict=True)))


def _level_name(grade: Grade) -> str:
    return f"{grade.level.number} {grade.level.name}"


def _cells(grade: Grade) -> Iterator[Text]:
    seeds, score = len(grade.level.scored_seeds), grade.score
    yield Text(f"{score.seeds_passed if score else 0}/{seeds}")
    yield Text("-" if score is None else str(sum(seed.wrong for seed in score.seeds)))
    if grade.code == 0:
        assert score is not None
        yield Text(f"✓ passed {STARS[score.stars]}", "bold green")
    elif grade.code == 1:
        yield Text(f"✗ {grade.kind}", "bold red")
    else:
        yield Text(f"! {grade.kind}", "bold red")


def _why(grade: Grade) -> str:
    """The reason; the file that stands above it is not named again."""
    problem = grade.problem
    if problem is None or problem.file is None or os.path.basename(problem.file) != grade.path.name:
        return grade.reason
    line = "" if problem.line is None else f"line {problem.line}"
    where = ", ".join(part for part in (line, problem.when) if part)
    return f"{problem.message} ({where})" if where else problem.message
